"""The command line: ``python -m shapenet COMMAND``."""

from __future__ import annotations

import argparse
from typing import Final

from shapenet.commands import check, doctor, export, summary, train

COMMANDS: Final = (check.COMMAND, doctor.COMMAND, export.COMMAND, summary.COMMAND, train.COMMAND)


def main(arguments: list[str] | None = None) -> int:
    """Run a command; returns its exit code."""
    parser = argparse.ArgumentParser(prog="python -m shapenet", description="Deep learning with proven shapes.")
    parsers = parser.add_subparsers(required=True, metavar="command")
    for command in COMMANDS:
        command.add_to(parsers)
    given = parser.parse_args(arguments)
    code: int = given.execute(given)
    return code


if __name__ == "__main__":
    raise SystemExit(main())
