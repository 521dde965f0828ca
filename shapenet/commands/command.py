"""What a command is, how it ends, and how it tells its user what is wrong."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TextIO

if TYPE_CHECKING:
    Parsers = argparse._SubParsersAction[argparse.ArgumentParser]

USAGE: Final = 2
"""The exit code of a command that could not do its work: its user, not the program, has something to mend."""
INTERRUPTED: Final = 130
"""The exit code after Ctrl-C."""
UNREAD: Final = 141
"""The exit code when nobody reads any more what is written, as after ``| head``."""


class CommandError(Exception):
    """What keeps a command from its work, in one line for its user."""


@dataclass(frozen=True)
class Command:
    """A command: *run* does it with the arguments that *add_arguments* declares, and returns the exit code."""

    name: str
    help: str
    description: str
    add_arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], int]

    def add_to(self, parsers: Parsers) -> None:
        """Make the command known to the command line."""
        parser = parsers.add_parser(self.name, help=self.help, description=self.description)
        self.add_arguments(parser)
        parser.set_defaults(execute=self.execute)

    def execute(self, given: argparse.Namespace) -> int:
        """Run it; what is wrong is said in one line."""
        try:
            code = self.run(given)
            sys.stdout.flush()
            return code
        except CommandError as error:
            return self._refuse(error)
        except KeyboardInterrupt:
            return INTERRUPTED
        except BrokenPipeError:
            _write_nothing_more(sys.stdout, sys.stderr)
            return UNREAD
        except OSError as error:  # such as a full disk below what it writes to
            _write_nothing_more(sys.stdout)
            return self._refuse(error)

    def _refuse(self, error: Exception) -> int:
        print(f"shapenet {self.name}: {one_line(error)}", file=sys.stderr)
        return USAGE


def _write_nothing_more(*streams: TextIO) -> None:
    """Send what the *streams* still hold nowhere: at its end Python would try to write it once more."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in streams:
        with suppress(OSError):  # it is no stream of the system
            os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


def one_line(error: Exception) -> str:
    """What *error* says, in one line."""
    return " ".join(str(error).split())
