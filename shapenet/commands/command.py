"""What a command is, how it ends, and how it tells its user what is wrong."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    Parsers = argparse._SubParsersAction[argparse.ArgumentParser]

USAGE: Final = 2
"""The exit code of a command that could not do its work: its user, not the program, has something to mend."""
INTERRUPTED: Final = 130


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
        """Run it; a ``CommandError`` is said in one line."""
        try:
            return self.run(given)
        except CommandError as error:
            print(f"shapenet {self.name}: {error}", file=sys.stderr)
            return USAGE
        except KeyboardInterrupt:
            return INTERRUPTED


def one_line(error: Exception) -> str:
    """What *error* says, in one line."""
    return " ".join(str(error).split())
