"""``python -m shapenet check``: mypy with shapenet's plugin, and where sizes become unknown."""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final

from shapenet import mypy_configuration, mypy_running
from shapenet.commands.command import Command, CommandError
from shapenet.mypy_running import Gap, Said, sorted_out


def check(files: Sequence[str], report: bool = False) -> int:
    """Run mypy on *files* and print what it says, with *report* also where sizes become unknown.

    mypy's configuration is the one it would find; shapenet's plugin is added if it is not there.

    Returns:
        mypy's exit code: 0 for no error, 1 for errors, 2 if mypy could not do its work. Unknown sizes are no errors,
        unless the configuration says so.

    Raises:
        CommandError: mypy is not installed, or its configuration cannot be read.
    """
    if not mypy_running.is_installed():
        raise CommandError(mypy_running.MISSING)
    try:
        configuration = mypy_configuration.find()
    except ValueError as error:
        raise CommandError(str(error)) from None
    if not report:
        with mypy_running.command(configuration) as command:
            return subprocess.run([*command, "--", *files], check=False).returncode
    done = mypy_running.ask(files, configuration)
    if done.returncode not in (0, 1):
        sys.stdout.write(done.stdout)
        return done.returncode
    return _print_report(sorted_out(done.stdout.splitlines()), configuration.gaps_are_errors)


def _print_report(said: Said, gaps_are_errors: bool) -> int:
    for text in (*said.others, *([""] if said.others else []), *_listing(said.gaps)):
        print(text)
    print(f"{_count(len(said.gaps), 'place')} where a size becomes unknown; {_count(said.tracked, 'call')} tracked")
    failed = any(": error: " in text for text in said.others) or (gaps_are_errors and bool(said.gaps))
    return int(failed)


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
