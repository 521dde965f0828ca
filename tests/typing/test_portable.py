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

from tests.static import Message, messages, mypy

PORTABLE = Path(__file__).parent / "portable"
ROOT = PORTABLE.parents[2]
LEGAL = sorted(PORTABLE.glob("*.py"))
WRONG = sorted(PORTABLE.glob("wrong/*.py"))
EXAMPLES = sorted(ROOT.glob("examples/*.py"))

Checker = Callable[[list[Path], Path], list[Message]]


def mypy_alone(files: list[Path], folder: Path) -> list[Message]:
    return _mypy("", files, folder / "alone")


def mypy_with_plugin(files: list[Path], folder: Path) -> list[Message]:
    return _mypy("plugins = shapenet.mypy_plugin\n", files, folder / "plugin")


def _mypy(plugins: str, files: list[Path], folder: Path) -> list[Message]:
    folder.mkdir(exist_ok=True)
    config = folder / "mypy.ini"
    config.write_text(f"[mypy]\nstrict = True\nignore_missing_imports = True\n{plugins}")
    return messages(mypy(files, "--cache-dir", str(folder / "cache"), "--config-file", str(config)))


def pyright(files: list[Path], folder: Path) -> list[Message]:
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


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where settings and caches lie."""
    return tmp_path_factory.mktemp("portable")


@ALL
def test_legal_spellings(check: Checker, folder: Path) -> None:
    assert check(LEGAL, folder) == []


@ALL
def test_what_legal_spellings_express(check: Checker, folder: Path) -> None:
    """Each line marked as wrong is seen, and nothing follows from it."""
    lines = [(file.name, *each) for file in WRONG for each in enumerate(file.read_text().splitlines(), 1)]
    marked = {(name, number) for name, number, text in lines if text.endswith("# wrong")}
    assert len(marked) >= 12
    found = check(WRONG, folder)
    assert {(Path(message.file).name, message.line) for message in found} == marked
    assert len(found) == len(marked)


def test_ints_in_annotations(folder: Path) -> None:
    """``Tensor[B, 10]`` is no legal spelling: pyright says so for each int, and then knows no more of that type."""
    (example,) = [file for file in EXAMPLES if file.name == "pointwise.py"]
    complaints = {message.text.partition(" but received ")[0] for message in pyright([example], folder)}
    assert complaints == {"Expected class"}
