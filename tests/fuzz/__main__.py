"""``python -m tests.fuzz --programs 2000 --damage 200``: a summary, and each disagreement as a small program."""

from __future__ import annotations

import argparse
import secrets
import shutil
import sys
import tempfile
from pathlib import Path

from tests.fuzz.damage import damaged, sources
from tests.fuzz.generate import programs
from tests.fuzz.judge import judge
from tests.fuzz.revealed import said_of
from tests.fuzz.survival import casualties


def compare(count: int, seed: int, per_file: int, *, examples: bool) -> bool:
    """Check and run so many programs; print what came out, and say whether nothing was wrong.

    Raises:
        BrokenRunError: mypy or the plugin failed.
    """
    made = list(programs(seed, count))
    said = []
    with tempfile.TemporaryDirectory() as folder:
        for start in range(0, count, per_file):
            said += said_of(made[start : start + per_file], Path(folder) / f"programs_{start}.py")
    verdict = judge(made, said)
    print(verdict)
    for text in verdict.examples if examples else ():
        print(f"\n{text}")
    for disagreement in verdict.disagreements:
        print(f"\n{disagreement}")
    print(f"\n{count} programs, {len(verdict.disagreements)} disagreements")
    return not verdict.disagreements


def survive(count: int, seed: int, per_file: int) -> bool:
    """Check so many damaged programs; print those in which something failed, and say whether there was none."""
    broken = list(damaged(sources(seed), seed, count))
    folder = Path(tempfile.mkdtemp(prefix="fuzz_"))
    found = []
    for start in range(0, count, per_file):
        for casualty in casualties(broken[start : start + per_file], folder):
            casualty.file.rename(kept := casualty.file.with_name(f"kept_{start}_{casualty.file.name}"))
            print(f"{casualty}\nkept as {kept}")
            found.append(casualty)
    if not found:
        shutil.rmtree(folder)
    print(f"{count} damaged programs, {len(found)} failures")
    return not found


def main() -> int:
    """Run, print, and say by the exit status whether all is well."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description="Random programs: static against actual.")
    parser.add_argument("--programs", type=int, default=0, help="how many programs are run and checked")
    parser.add_argument("--damage", type=int, default=0, help="how many damaged programs are checked")
    parser.add_argument("--seed", type=int, default=secrets.randbits(32))
    parser.add_argument("--per-file", type=int, default=500, help="how many of the programs are in one file")
    parser.add_argument("--examples", action="store_true", help="show where sizes became unknown")
    options = parser.parse_args()
    print(f"seed {options.seed}")
    well = True
    if options.programs:
        well = compare(options.programs, options.seed, options.per_file, examples=options.examples)
    if options.damage:
        well = survive(options.damage, options.seed, 50) and well
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())
