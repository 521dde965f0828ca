"""The sample project: its tests pass, and what is planted in it is found and told, to the letter."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import Caches

ROOT = Path(__file__).parents[2]
PROJECT = ROOT / "examples" / "shape_contracts"
ASKED = ("--enable-error-code=shape-unknown", "--enable-error-code=shape-tracked")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy, of which tests write into no folder of ours; nothing above it has a configuration."""
    copy = tmp_path / "project"
    shutil.copytree(PROJECT, copy, ignore=shutil.ignore_patterns("__pycache__", ".*"))
    (copy / ".git").mkdir()
    return copy


def ran(project: Path, *options: str, **environment: str) -> list[str]:
    """The lines of a run of pytest in the project, with the plugin named as it may be installed or not."""
    command = [sys.executable, "-m", "pytest", "-p", "shapenet.testing.pytest_plugin", "--shapenet-report", *options]
    settings = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONPATH": str(ROOT), "COLUMNS": "100", **environment}
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    done = subprocess.run(command, cwd=project, env=kept | settings, capture_output=True, text=True, check=False)
    return (done.stdout + done.stderr).splitlines()


def test_its_tests_pass(project: Path, caches: Caches) -> None:
    shown = re.findall(r"```py\n(.*?)```", (ROOT / "docs" / "testing.md").read_text(), flags=re.DOTALL)
    assert len(shown) == 1
    (project / "tests" / "typed" / "shown.py").write_text(shown[0])
    cache = caches(*ASKED, config=project / "pyproject.toml")
    lines = ran(project, MYPY_CACHE_DIR=str(cache))
    assert re.match(r"=+ 7 passed, 1 xfailed in ", lines[-1]), "\n".join(lines)
    types = next(place for place, line in enumerate(lines) if line.startswith("type test"))
    assert [line.split() for line in lines[types + 1 : types + 5]] == [
        ["tests/test_pictures.py::types", "0", "0", "0"],
        ["tests/test_planted.py::types", "0", "0", "0"],
        ["tests/typed/shown.py::types", "2", "1", "0"],
        ["tests/typed/use.py::types", "2", "2", "1"],
    ]
    assert re.fullmatch(r"3 contracts in \d+ calls; 4 type tests, 1 place where a size becomes unknown", lines[-2])
    wrong = project / "tests" / "typed" / "use.py"
    wrong.write_text(wrong.read_text().replace("R: Tensor[B, 10]", "R: Tensor[B, 11]").replace("  # E: ...", ""))
    text = "\n".join(ran(project, "tests/typed", MYPY_CACHE_DIR=str(cache)))
    assert (
        "mypy does not say what the comments say\n"
        "  tests/typed/use.py:11: expected  R: Tensor[B, 11]\n"
        "  tests/typed/use.py:11: got       R: Tensor[B, 10]\n"
        '  tests/typed/use.py:15: got       E: Captions argument "words" expects'
    ) in text


def test_what_is_planted_is_found_and_shrunk(project: Path) -> None:
    lines = ran(project, "--runxfail", "tests/test_planted.py")
    start = next(place for place, line in enumerate(lines) if re.fullmatch("_+ test_thumbnail _+", line))
    assert lines[start + 1 : start + 6] == [
        "Thumbnail breaks its contract at B = 1, C = 1, H = 2, W = 3",
        "  given     x: Tensor[B, C, H, W] = float32[1, 1, 2, 3]",
        "  expected  Tensor[B, C, H//2, W//2] = [1, 1, 1, 1]",
        "  got       ContractError: Thumbnail declares its result as [B, C, H//2, W//2], got [1, 1, 1, 2]: "
        "dimension 3 is 2, expected W//2 = 1",
        "  again     examples=[{'B': 1, 'C': 1, 'H': 2, 'W': 3}]",
    ]
    assert re.fullmatch("=+ shapenet =+", lines[start + 6])
