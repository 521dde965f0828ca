"""``python -m tests.fuzz --programs 2000 --seed 7``: a summary, and each disagreement as a small program."""

from __future__ import annotations

import argparse
import secrets
import sys
import tempfile
from pathlib import Path

from tests.fuzz.generate import programs
from tests.fuzz.judge import judge
from tests.fuzz.revealed import BrokenRunError, said_of


def main() -> int:
    """Run, print, and say by the exit status whether all is well."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description="Random programs: static against actual.")
    parser.add_argument("--programs", type=int, default=0, help="how many programs are run and checked")
    parser.add_argument("--seed", type=int, default=secrets.randbits(32))
    parser.add_argument("--per-file", type=int, default=500)
    parser.add_argument("--examples", action="store_true", help="show where sizes became unknown")
    options = parser.parse_args()
    print(f"seed {options.seed}")
    made = list(programs(options.seed, options.programs))
    said = []
    with tempfile.TemporaryDirectory() as folder:
        try:
            for start in range(0, len(made), options.per_file):
                part = made[start : start + options.per_file]
                said += said_of(part, Path(folder) / f"programs_{start}.py")
        except BrokenRunError as error:
            print(error)
            return 1
    verdict = judge(made, said)
    print(verdict)
    for text in verdict.examples if options.examples else ():
        print(f"\n{text}")
    for disagreement in verdict.disagreements:
        print(f"\n{disagreement}")
    print(f"\n{len(made)} programs, {len(verdict.disagreements)} disagreements")
    return 1 if verdict.disagreements else 0


if __name__ == "__main__":
    sys.exit(main())
