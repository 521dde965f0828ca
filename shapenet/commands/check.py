"""``python -m shapenet check``: mypy with shapenet's plugin, and where sizes become unknown."""

from __future__ import annotations

import argparse
import importlib.util
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Final

from shapenet import mypy_configuration
from shapenet.commands.command import Command, CommandError
from shapenet.mypy_configuration import Configuration

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


def check(files: Sequence[str], report: bool = False) -> int:
    """Run mypy on *files* and print what it says, with *report* also where sizes become unknown.

    mypy's configuration is the one it would find; shapenet's plugin is added if it is not there.

    Returns:
        mypy's exit code: 0 for no error, 1 for errors, 2 if mypy could not do its work. Unknown sizes are no errors,
        unless the configuration says so.

    Raises:
        CommandError: mypy is not installed, or its configuration cannot be read.
    """
    if importlib.util.find_spec("mypy") is None:
        raise CommandError("it needs mypy, which is not installed: pip install 'shapenet[mypy]'")
    try:
        configuration = mypy_configuration.find()
    except ValueError as error:
        raise CommandError(str(error)) from None
    with tempfile.TemporaryDirectory() as folder:
        config = _config_file(configuration, Path(folder))
        command = [sys.executable, "-m", "mypy", "--config-file", str(config)]
        if not report:
            return subprocess.run([*command, "--", *files], check=False).returncode
        done = subprocess.run([*command, *_PLAIN, *_ASK, "--", *files], stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode not in (0, 1):
        sys.stdout.write(done.stdout)
        return done.returncode
    return _print_report(done.stdout.splitlines(), configuration.gaps_are_errors)


def _config_file(configuration: Configuration, folder: Path) -> Path:
    """A file for mypy that has the plugin; in *folder* if the user's has not."""
    if configuration.file is not None and configuration.has_plugin:
        return configuration.file
    text, name = configuration.with_plugin()
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def _print_report(lines: Sequence[str], gaps_are_errors: bool) -> int:
    gaps, calls, others = _sorted_out(lines)
    for text in (*others, *([""] if others else []), *_listing(gaps)):
        print(text)
    print(f"{_count(len(gaps), 'place')} where a size becomes unknown; {_count(calls, 'call')} tracked")
    failed = any(": error: " in text for text in others) or (gaps_are_errors and bool(gaps))
    return int(failed)


def _sorted_out(lines: Sequence[str]) -> tuple[list[Gap], int, list[str]]:
    """The gaps, the number of calls whose sizes are all known, and what else mypy says."""
    gaps: list[Gap] = []
    calls = 0
    others: list[str] = []
    for line in lines:
        gap = _GAP.fullmatch(line)
        if gap is not None:
            gaps.append(Gap(gap["file"], int(gap["line"]), gap["text"]))
        elif _TRACKED.fullmatch(line) is not None:
            calls += 1
        else:
            others.append(line)
    return gaps, calls, others


def _listing(gaps: Sequence[Gap]) -> Iterator[str]:
    width = max((len(str(gap.line)) for gap in gaps), default=0)
    for file, in_file in groupby(sorted(gaps, key=lambda gap: (gap.file, gap.line)), key=lambda gap: gap.file):
        yield file
        for gap in in_file:
            yield f"  {gap.line:>{width}}  {gap.text}"
        yield ""


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="*", help="files or folders; if none, what mypy's configuration says")
    parser.add_argument("--report", action="store_true", help="list the places where a size becomes unknown")


COMMAND: Final = Command(
    name="check",
    help="check shapes with mypy, and say where sizes become unknown",
    description="Runs mypy with shapenet's plugin, and with its configuration if there is one. Exits as mypy does: "
    "0 for no error, 1 for errors, 2 if it could not do its work.",
    add_arguments=_add_arguments,
    run=lambda given: check(given.files, given.report),
)
