"""Timing two things in turn, so that both see the same machine."""

from __future__ import annotations

import resource
import statistics
import time
from collections.abc import Callable


def seconds(run: Callable[[], object]) -> float:
    """How long *run* takes."""
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def interleaved(first: Callable[[], object], second: Callable[[], object], rounds: int) -> tuple[float, float]:
    """The median seconds of each, run in turn *rounds* times after one warm-up."""
    first()
    second()
    pairs = [(seconds(first), seconds(second)) for _ in range(rounds)]
    return statistics.median(a for a, _ in pairs), statistics.median(b for _, b in pairs)


def child_seconds(run: Callable[[], object]) -> float:
    """The processor time of the processes that *run* starts and waits for: what else the machine does is left out."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    run()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
