"""The command line: ``python -m shapenet doctor`` and ``python -m shapenet check``."""

from __future__ import annotations

import argparse


def main(arguments: list[str] | None = None) -> int:
    """Run a command; returns its exit code."""
    parser = argparse.ArgumentParser(prog="python -m shapenet", description="Deep learning with proven shapes.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")
    commands.add_parser("doctor", help="what this machine offers, what of it is used, and what would help")
    check = commands.add_parser(
        "check",
        help="check shapes with mypy, and say where sizes become unknown",
        description="Runs mypy with shapenet's plugin, and with its configuration if there is one. Exits as mypy does: "
        "0 for no error, 1 for errors, 2 if it could not do its work.",
    )
    check.add_argument("files", nargs="*", help="files or folders; if none, what mypy's configuration says")
    check.add_argument("--report", action="store_true", help="list the places where a size becomes unknown")
    given = parser.parse_args(arguments)
    return _check(given) if given.command == "check" else _doctor()


def _check(given: argparse.Namespace) -> int:
    from shapenet.check import check

    return check(given.files, given.report)


def _doctor() -> int:
    from shapenet.doctor import report

    print(report())
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
