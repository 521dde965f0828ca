"""The command line: ``python -m shapenet doctor``."""

from __future__ import annotations

import argparse


def main(arguments: list[str] | None = None) -> int:
    """Run a command; returns its exit code."""
    parser = argparse.ArgumentParser(prog="python -m shapenet", description="Deep learning with proven shapes.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")
    commands.add_parser("doctor", help="what this machine offers, what of it is used, and what would help")
    parser.parse_args(arguments)

    from shapenet.doctor import report

    print(report())
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
