"""Without the plugin: pyright and mypy take the legal spellings, and see the mismatches that these can express.

Pyright is run as basedpyright, which pip installs whole, in pyright's own ``standard`` mode.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import pytest

from tests.conftest import Caches
from tests.static import ALONE, Message, messages, mypy

pytestmark = pytest.mark.any_mypy
PORTABLE = Path(__file__).parent / "portable"
ROOT = PORTABLE.parents[2]
LEGAL = sorted(PORTABLE.glob("*.py"))
WRONG = sorted(PORTABLE.glob("wrong/*.py"))
EXAMPLES = sorted(ROOT.glob("examples/*.py"))

Checker = Callable[[list[Path], Path, Caches], list[Message]]


def mypy_alone(files: list[Path], folder: Path, caches: Caches) -> list[Message]:
    return messages(mypy(files, "--cache-dir", str(caches(config=ALONE)), "--config-file", str(ALONE)))


def mypy_with_plugin(files: list[Path], folder: Path, caches: Caches) -> list[Message]:
    return messages(mypy(files, "--cache-dir", str(caches())))


def pyright(files: list[Path], folder: Path, caches: Caches | None = None) -> list[Message]:
    settings = {
        "typeCheckingMode": "standard",
        "pythonVersion": "3.11",
        "extraPaths": [str(ROOT)],
        "include": list(map(str, files)),
    }
    config = folder / "pyrightconfig.json"
    config.write_text(json.dumps(settings))
    command = [sys.executable, "-m", "basedpyright", "--outputjson", "--pythonpath", sys.executable]
    done = subprocess.run([*command, "--project", str(config)], capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), f"basedpyright, of the extra `test`, exits with {done.returncode}: {done.stderr}"
    report = json.loads(done.stdout)
    assert report["summary"]["filesAnalyzed"] == len(files)
    return sorted(
        Message(Path(found["file"]).name, found["range"]["start"]["line"] + 1, found["message"])
        for found in report["generalDiagnostics"]
        if found["severity"] == "error"
    )


MYPY = tuple(map(int, version("mypy").split(".")[:2]))
NEW = pytest.mark.skipif(MYPY < (2, 4), reason="before 2.4, mypy alone finds no Tensor[*Batch, C] in an AnyTensor")
ALL = pytest.mark.parametrize("check", [pytest.param(mypy_alone, marks=NEW), mypy_with_plugin, pyright])


@ALL
def test_legal_spellings(check: Checker, tmp_path: Path, caches: Caches) -> None:
    assert check(LEGAL, tmp_path, caches) == []


@ALL
def test_what_legal_spellings_express(check: Checker, tmp_path: Path, caches: Caches) -> None:
    """Each line marked as wrong is seen, and nothing follows from it."""
    lines = [(file.name, *each) for file in WRONG for each in enumerate(file.read_text().splitlines(), 1)]
    marked = {(name, number) for name, number, text in lines if text.endswith("# wrong")}
    assert len(marked) >= 12
    found = check(WRONG, tmp_path, caches)
    assert {(Path(message.file).name, message.line) for message in found} == marked
    assert len(found) == len(marked)


def test_ints_in_annotations(tmp_path: Path) -> None:
    """``Tensor[B, 10]`` is no legal spelling: pyright says so for each int, and then knows no more of that type."""
    (example,) = [file for file in EXAMPLES if file.name == "pointwise.py"]
    complaints = {message.text.partition(" but received ")[0] for message in pyright([example], tmp_path)}
    assert complaints == {"Expected class"}
