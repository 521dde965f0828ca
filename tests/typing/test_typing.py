"""What mypy reveals and reports, to the letter, however it is run.

In the files under ``reveal/``, ``fail/`` and ``gallery/``, a line ``#: note: ...`` or ``#: error: ...`` says what mypy
prints for the next line of code. Everything it prints must be said, and nothing else. A line that ends with
``# mypy 2.4`` is one that older mypy cannot follow, a layer as a ``Callable`` for example; what that says of it is left
out.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

import pytest

from tests.conftest import Caches
from tests.static import ALONE, Message, messages, mypy, mypy_in_parallel

HERE = Path(__file__).parent
FILES = sorted(file for folder in ("reveal", "fail", "gallery") for file in HERE.glob(f"{folder}/*.py"))
LAYERS = (HERE.parents[1] / "shapenet" / "nn").glob("*.py")
PREFIXES = ("shapenet.tensors.", "shapenet.dims.", *(f"shapenet.nn.{file.stem}." for file in LAYERS))
MYPY = tuple(map(int, version("mypy").split(".")[:2]))

TENSOR_TYPE = re.compile(r"Tensor\[(?:[^][]|\[(?:[^][]|\[[^][]*\])*\])*\]")
ANY_TENSOR = "Tensor[*tuple[Any, ...]]"


def expected(file: Path) -> Iterator[Message]:
    waiting: list[str] = []
    for number, line in enumerate(file.read_text().splitlines(), start=1):
        text = line.strip()
        if text.startswith("#: "):
            waiting.append(text.removeprefix("#: "))
        else:
            yield from (Message(f"{file.parent.name}/{file.name}", number, message) for message in waiting)
            waiting = []


def printed(output: str) -> list[Message]:
    """The messages with shapenet's own modules left out, so that the files can be read."""
    for prefix in PREFIXES:
        output = output.replace(prefix, "")
    return [message for message in messages(output) if (message.file, message.line) not in BEYOND]


def as_far_as_known(message: Message) -> Message:
    """What mypy before 2.4 gets of it: no tensors of unknown rank whose last dimensions are known."""
    widened = TENSOR_TYPE.sub(lambda found: ANY_TENSOR if "*tuple[Any, ...]" in found[0] else found[0], message.text)
    return replace(message, text=widened)


WANTED = sorted(message for file in FILES for message in expected(file))
BEYOND = set[tuple[str, int]]()
if MYPY < (2, 4):
    BEYOND = {
        (f"{file.parent.name}/{file.name}", number)
        for file in FILES
        for number, line in enumerate(file.read_text().splitlines(), start=1)
        if line.endswith("# mypy 2.4")
    }
    WANTED = sorted(as_far_as_known(message) for message in WANTED if (message.file, message.line) not in BEYOND)


def test_there_are_enough_cases() -> None:
    texts = [message.text for message in WANTED]
    assert sum("Revealed type" in text for text in texts) >= 40
    assert sum(text.startswith("error:") for text in texts) >= 25


def test_cold_and_warm(tmp_path: Path) -> None:
    assert printed(mypy(FILES, "--cache-dir", str(tmp_path))) == WANTED
    assert printed(mypy(FILES, "--cache-dir", str(tmp_path))) == WANTED


def test_one_file_changed(cache: Path, tmp_path: Path) -> None:
    """A warm cache of the library, a file it has never seen."""
    copy = tmp_path / "reveal" / "copy.py"
    copy.parent.mkdir()
    copy.write_text((HERE / "reveal" / "tensors.py").read_text())
    wanted = [Message("reveal/copy.py", m.line, m.text) for m in WANTED if m.file == "reveal/tensors.py"]
    assert printed(mypy([copy], "--cache-dir", str(cache))) == wanted


@pytest.mark.any_mypy
def test_parallel_workers(tmp_path: Path) -> None:
    assert printed(mypy_in_parallel(FILES, "--cache-dir", str(tmp_path))) == WANTED


@pytest.mark.any_mypy
def test_daemon(tmp_path: Path) -> None:
    status = ["--status-file", str(tmp_path / "status.json")]
    dmypy = [sys.executable, "-m", "mypy.dmypy", *status]
    options = ("--cache-dir", str(tmp_path / "cache"))
    try:
        first = mypy(FILES, *options, command=[*dmypy, "run", "--"])
        second = mypy(FILES, *options, command=[*dmypy, "run", "--"])
    finally:
        subprocess.run([*dmypy, "stop"], capture_output=True, check=False)
    assert printed(first) == WANTED
    assert printed(second) == WANTED


def test_a_run_without_the_plugin_spoils_no_cache(caches: Caches) -> None:
    """mypy does not notice by itself when a cache was written without the plugin."""
    files, cache = [HERE / "fail" / "layers.py"], ["--cache-dir", str(caches(config=ALONE))]
    mypy(files, *cache, "--config-file", str(ALONE))
    wanted = [message for message in WANTED if message.file == "fail/layers.py"]
    assert printed(mypy(files, *cache)) == wanted


def test_variables_may_change_their_shape(cache: Path) -> None:
    file = HERE / "redefined" / "net.py"
    assert printed(mypy([file], "--cache-dir", str(cache), "--allow-redefinition")) == sorted(expected(file))


def test_strange_programs(cache: Path) -> None:
    """No hook fails, whatever it is given."""
    output = mypy([*HERE.glob("odd/*.py")], "--cache-dir", str(cache))
    assert len(messages(output)) > 80
    assert "INTERNAL ERROR" not in output
    assert "plugin failed" not in output


FAILURES = """\
from shapenet import Module, Tensor, ones

class Broken(Module):
    def __call__(self, x: Tensor[3]) -> Tensor[3]:
        return x

class Net(Module):
    broken: Tensor[3]

    def call_broken(self, x: Tensor[3]) -> Tensor[3]:
        return x

def broken(x: Tensor[3]) -> Tensor[3]:
    return x

def annotated(net: Broken) -> None: ...
Broken()
broken(ones(3))
Net().call_broken(ones(3))
Net().broken
ones(3) + ones(4)
"""


def test_what_fails_before_a_hook_is_found_is_reported(tmp_path: Path) -> None:
    """Outside of hooks, mypy would end with an internal error."""
    (config := tmp_path / "mypy.ini").write_text(f"[mypy]\nplugins = {HERE / 'failing_plugin.py'}\n")
    (program := tmp_path / "program.py").write_text(FAILURES)
    said = messages(mypy([program], "--config-file", str(config), "--cache-dir", str(tmp_path / "cache")))
    failures = {message.line for message in said if "plugin failed here, please report it: KeyError" in message.text}
    assert failures == {16, 17, 18, 19, 20}
    assert [message.line for message in said if message.line not in failures] == [21]
