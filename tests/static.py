"""Runs mypy with the plugin, and reads what it says."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

CONFIG = Path(__file__).parent / "typing" / "mypy.ini"
ALONE = CONFIG.with_name("alone.ini")
"""The same without the plugin."""
LIBRARY = CONFIG.with_name("library.py")
"""A file that imports all that tests want of the library."""
NO_WORKER = "Failed to establish connection with worker"
_LINE = re.compile(r"(?P<file>[^:]+):(?P<line>\d+): (?P<message>(error|note): .*)")


@dataclass(frozen=True, order=True)
class Message:
    """One line of mypy's output: ``error: ... [code]`` or ``note: ...``."""

    file: str
    line: int
    text: str


def mypy(files: Sequence[Path], *options: str, command: Sequence[str] = (sys.executable, "-m", "mypy")) -> str:
    """The output of mypy on *files*; how it exits is left to what the output says."""
    arguments = [*command, "--config-file", str(CONFIG), "--no-error-summary", *options, *map(str, files)]
    done = subprocess.run(arguments, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1):
        raise AssertionError(f"mypy exits with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


def mypy_in_parallel(files: Sequence[Path], *options: str) -> str:
    """The same by two workers.

    mypy gives a worker three seconds to start, too few on a busy machine; what it says then is the reason to try again.
    """
    for _ in range(10):
        try:
            return mypy(files, *options, "--num-workers", "2")
        except AssertionError as error:
            if NO_WORKER not in str(error):
                raise
    raise AssertionError(NO_WORKER)


def messages(output: str) -> list[Message]:
    """mypy's messages in order of file and line; hints about reveal_type are left out."""
    found = [match for match in map(_LINE.fullmatch, output.splitlines()) if match]
    return sorted(
        Message("/".join(Path(match["file"]).parts[-2:]), int(match["line"]), re.sub(" +", " ", match["message"]))
        for match in found
    )
