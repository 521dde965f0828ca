"""mypy, run with shapenet's plugin: how it is asked, and what it says of sizes."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from shapenet.mypy_configuration import Configuration

MISSING: Final = "it needs mypy, which is not installed: pip install 'shapenet[mypy]'"
_ASK: Final = ("--enable-error-code=shape-unknown", "--enable-error-code=shape-tracked")
_PLAIN: Final = (
    "--no-pretty",
    "--hide-error-context",
    "--hide-column-numbers",
    "--hide-error-end",
    "--show-error-codes",
    "--hide-error-code-links",
    "--no-color-output",
    "--no-error-summary",
)
_GAP: Final = re.compile(r"(?P<file>.+?):(?P<line>\d+): error: (?P<text>.*?)  \[shape-unknown\]")
_TRACKED: Final = re.compile(r".+?:\d+: note: .* at \d+:\d+ is tracked")


@dataclass(frozen=True)
class Gap:
    """A place where a size becomes unknown."""

    file: str
    line: int
    text: str


@dataclass(frozen=True)
class Said:
    """What mypy says if it is also asked where sizes become unknown."""

    gaps: list[Gap]
    tracked: int
    """The number of calls whose sizes are all known."""
    others: list[str]
    """All other lines."""


def is_installed() -> bool:
    """Whether there is a mypy."""
    return importlib.util.find_spec("mypy") is not None


@contextmanager
def command(configuration: Configuration) -> Iterator[list[str]]:
    """The beginning of a command line that runs mypy with the plugin."""
    with tempfile.TemporaryDirectory() as folder:
        yield [sys.executable, "-m", "mypy", "--config-file", str(_config_file(configuration, Path(folder)))]


def ask(
    files: Sequence[str], configuration: Configuration, *options: str, stderr: int | None = None
) -> subprocess.CompletedProcess[str]:
    """Run mypy on *files*, and have it also say where sizes become unknown, one message a line; see ``sorted_out``."""
    with command(configuration) as start:
        arguments = [*start, *_PLAIN, *_ASK, *options, "--", *files]
        return subprocess.run(arguments, stdout=subprocess.PIPE, stderr=stderr, text=True, check=False)


def sorted_out(lines: Sequence[str]) -> Said:
    """What *lines* of mypy's say of sizes, apart from all else."""
    gaps: list[Gap] = []
    tracked = 0
    others: list[str] = []
    for line in lines:
        gap = _GAP.fullmatch(line)
        if gap is not None:
            gaps.append(Gap(gap["file"], int(gap["line"]), gap["text"]))
        elif _TRACKED.fullmatch(line) is not None:
            tracked += 1
        else:
            others.append(line)
    return Said(gaps, tracked, others)


def _config_file(configuration: Configuration, folder: Path) -> Path:
    """A file for mypy that has the plugin; in *folder* if the user's has not."""
    if configuration.file is not None and configuration.has_plugin:
        return configuration.file
    text, name = configuration.with_plugin()
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file
