"""``python -m benchmarks``: shapenet and torch side by side."""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.cases import CASES
from benchmarks.contest import ROOT, BenchmarkError, Contestant, Effort, compete, contestants
from benchmarks.libraries import TORCH, is_installed
from benchmarks.machine import facts, for_everyone
from benchmarks.plot import can_plot, plot
from benchmarks.report import PLOT, milliseconds, report
from benchmarks.results import Result, Table, tables
from shapenet.kernels.parallel import usable_cores

ALONE = ("im2col", "contracts", "plugin", "checking")
"""Measurements of shapenet alone: modules that print what they find."""


def parsed(arguments: Sequence[str]) -> argparse.Namespace:
    """The options; wrong ones end the program with a sentence."""
    parser = argparse.ArgumentParser("python -m benchmarks", description=__doc__)
    parser.add_argument("filters", nargs="*", metavar="FILTER", help="measure what has one of these in its name only")
    parser.add_argument("--list", action="store_true", help="print the names of all cases and stop")
    parser.add_argument(
        "--environment",
        choices=("both", "recommended", "plain"),
        default="both",
        help="run shapenet as its doctor recommends for this machine, or as it is",
    )
    parser.add_argument("--seconds", type=float, default=0.8, help="measure each library for so long in each case")
    parser.add_argument("--rounds", type=int, default=15, help="and in so many rounds")
    parser.add_argument("--threads", type=int, default=usable_cores(), help="threads of each library")
    parser.add_argument("--keep-memory", action="store_true", help="tell glibc to keep freed memory, in all libraries")
    parser.add_argument("--output", type=Path, metavar="FOLDER", help="write benchmarks.md and benchmarks.png there")
    options = parser.parse_args(arguments)
    for name in ("rounds", "threads"):
        if getattr(options, name) < 1:
            parser.error(f"--{name} expects a number, at least 1, got {getattr(options, name)}")
    if not 0 <= options.seconds < float("inf"):
        parser.error(f"--seconds expects a number, at least 0, got {options.seconds}")
    for wanted in options.filters:
        if not any(wanted in name for name in (*ALONE, *(case.path for case in CASES))):
            parser.error(f"no case has {wanted!r} in its name; --list shows all names")
    return options


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, and print or write the report."""
    options = parsed(sys.argv[1:] if arguments is None else arguments)
    cases = [case for case in CASES if _wanted(case.path, options.filters)]
    alone = [name for name in ALONE if _wanted(name, options.filters)]
    if options.list:
        print("\n".join([*(case.path for case in cases), *alone]))
        return
    if not is_installed(TORCH):
        _say("torch is not installed: shapenet is measured without it (pip install torch)")
    everyone = contestants(options.environment, for_everyone(options.threads, keep_memory=options.keep_memory))
    start = facts()
    effort = Effort(options.seconds, options.rounds)
    results = []
    for number, case in enumerate(cases, 1):
        results.append(compete(case, everyone, effort))
        _say(f"[{number}/{len(cases)}] {_line(results[-1])}")
    texts = {name: _printed(name, everyone[0]) for name in alone}
    found = tables(results)
    plotted = options.output is not None and _plotted(found, options.output)
    text = report(start, everyone, effort, found, texts, plotted=plotted)
    if options.output is None:
        print(text)
    else:
        (options.output / "benchmarks.md").write_text(text)


def _plotted(found: list[Table], folder: Path) -> bool:
    folder.mkdir(parents=True, exist_ok=True)
    if can_plot():
        return plot(found, folder / PLOT)
    _say("matplotlib is not installed: there is no plot (pip install matplotlib)")
    return False


def _wanted(name: str, filters: Sequence[str]) -> bool:
    return not filters or any(wanted in name for wanted in filters)


def _line(result: Result) -> str:
    times = (f"{label} {milliseconds(one.seconds)} ms" for label, one in result.measured.items())
    return f"{result.case.path}: {', '.join(times)}"


def _printed(module: str, contestant: Contestant) -> str:
    """What a measurement of shapenet alone prints, in the environment of *contestant*."""
    command = [sys.executable, "-m", f"benchmarks.{module}"]
    environment = {**os.environ, **contestant.environment}
    _say(module)
    return subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=True).stdout


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _leave(number: int, frame: object) -> None:
    raise SystemExit(128 + number)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _leave)  # without it, workers that are stopped would stay so for ever
    try:
        main()
    except BenchmarkError as error:
        sys.exit(str(error))
