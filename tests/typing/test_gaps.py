"""Where mypy says that a size becomes unknown, if it is asked to: the files under ``gaps/``, to the letter."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.conftest import Caches
from tests.static import Message, mypy, mypy_in_parallel
from tests.typing.test_typing import FILES, HERE, WANTED, expected, printed

GAPS = sorted(HERE.glob("gaps/*.py"))
ASK = ("--enable-error-code", "shape-unknown")
COUNT = ("--enable-error-code", "shape-tracked")
ALL = sorted(message for file in GAPS for message in expected(file))
PROGRAM = """\
import shapenet

def f(n: int) -> None:
    shapenet.zeros(n)
"""
GAP = "program.py:4: error: zeros: dimension 0 of [?] is unknown: n is an int of unknown value  [shape-unknown]\n"


def without_gaps(messages: Sequence[Message]) -> list[Message]:
    return [message for message in messages if not message.text.endswith("[shape-unknown]")]


def untracked(messages: Sequence[Message]) -> list[Message]:
    return [message for message in messages if not message.text.endswith("is tracked")]


def test_each_gap_is_said_once(cache: Path) -> None:
    """Also where a run without the code has filled the cache."""
    assert sum(message.text.endswith("[shape-unknown]") for message in ALL) > 70
    assert printed(mypy(GAPS, "--cache-dir", str(cache))) == without_gaps(ALL)
    assert printed(mypy(GAPS, *ASK, "--cache-dir", str(cache))) == ALL
    assert printed(mypy(GAPS, *ASK, "--cache-dir", str(cache))) == ALL


@pytest.mark.any_mypy
def test_in_parallel(caches: Caches) -> None:
    said = printed(mypy_in_parallel(GAPS, *ASK, *COUNT, "--cache-dir", str(caches(*ASK, *COUNT))))
    assert untracked(said) == ALL
    assert len(said) > len(ALL)


def test_asking_changes_no_type(caches: Caches) -> None:
    """Overloads are chosen, and layers applied, as if nobody asked."""
    said = printed(mypy(FILES, *ASK, *COUNT, "--cache-dir", str(caches(*ASK, *COUNT))))
    rest = untracked(without_gaps(said))
    assert rest == without_gaps(WANTED)
    assert len(said) > len(rest)


def test_strange_programs(caches: Caches) -> None:
    output = mypy([*HERE.glob("odd/*.py")], *ASK, *COUNT, "--cache-dir", str(caches(*ASK, *COUNT)))
    assert "INTERNAL ERROR" not in output
    assert "plugin failed" not in output


@pytest.fixture
def strict_cache(caches: Caches, tmp_path: Path) -> Path:
    """A cache for programs that are checked with ``strict_shapes``."""
    config = tmp_path / "strict.ini"
    config.write_text(f"{INI}[shapenet]\nstrict_shapes = true\n")
    return caches(config=config)


def run(folder: Path, config: str, text: str, cache: Path | None = None) -> tuple[int, str]:
    """Exit code and output of mypy on the program, with that configuration in a file of that name."""
    (folder / config).write_text(text)
    (folder / "program.py").write_text(PROGRAM)
    command = [sys.executable, "-m", "mypy", "--no-error-summary", "--config-file", config, "program.py"]
    options = ["--cache-dir", str(cache or folder / "cache")]
    done = subprocess.run([*command, *options], cwd=folder, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


TOML = '[tool.mypy]\nplugins = ["shapenet.mypy_plugin"]\n'
INI = "[mypy]\nplugins = shapenet.mypy_plugin\n"


@pytest.mark.parametrize(
    ("config", "text"),
    [
        ("pyproject.toml", f"{TOML}[tool.shapenet]\nstrict_shapes = true\n"),
        ("mypy.ini", f"{INI}[shapenet]\nstrict_shapes = yes\n"),
        ("setup.cfg", f"{INI}[shapenet]\nstrict_shapes = True\n"),
    ],
)
def test_strict_shapes(config: str, text: str, tmp_path: Path, strict_cache: Path) -> None:
    assert run(tmp_path, config, text, strict_cache) == (1, GAP)


def test_a_change_of_the_option_is_seen(tmp_path: Path, strict_cache: Path) -> None:
    """What is in mypy's cache was found with the other."""
    on, off = (f"{INI}[shapenet]\nstrict_shapes = {word}\n" for word in ("on", "off"))
    assert run(tmp_path, "mypy.ini", on, strict_cache) == (1, GAP)
    assert run(tmp_path, "mypy.ini", off, strict_cache) == (0, "")
    assert run(tmp_path, "mypy.ini", f"{INI}enable_error_code = shape-unknown\n", strict_cache) == (1, GAP)


@pytest.mark.parametrize(
    ("config", "text", "problem"),
    [
        (
            "pyproject.toml",
            f"{TOML}[tool.shapenet]\nstrict_shape = true\n",
            "[tool.shapenet] expects option to be strict_shapes, got 'strict_shape'",
        ),
        (
            "pyproject.toml",
            f'{TOML}[tool.shapenet]\nstrict_shapes = "yes"\n',
            "[tool.shapenet] expects strict_shapes to be true or false, got 'yes'",
        ),
        (
            "mypy.ini",
            f"{INI}[shapenet]\nstrict = true\n",
            "[shapenet] expects option to be strict_shapes, got 'strict'",
        ),
        (
            "setup.cfg",
            f"{INI}[shapenet]\nstrict_shapes = maybe\n",
            "[shapenet] expects strict_shapes to be true or false, got 'maybe'",
        ),
    ],
)
def test_wrong_options_are_refused(config: str, text: str, problem: str, tmp_path: Path) -> None:
    code, output = run(tmp_path, config, text)
    assert code == 2
    assert output.splitlines()[-1] == f"{config}: error: {problem}"
    assert "Traceback" not in output
