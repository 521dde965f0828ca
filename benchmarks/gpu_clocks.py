"""Clocks: how long something takes a device, or this processor.

A clock times several runs, one after the other, and tells the mean: while the device is busy with one the program
launches the next, as it does in training. A single run would count what the program takes before its first launch.
"""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any


class Clock(ABC):
    """Times so many runs."""

    @abstractmethod
    def seconds(self, run: Callable[[], object], times: int) -> float:
        """How long one *run* takes, in the mean of so many."""


class HostClock(Clock):
    """The time of this processor."""

    def seconds(self, run: Callable[[], object], times: int) -> float:
        start = time.perf_counter()
        for _ in range(times):
            run()
        return (time.perf_counter() - start) / times


class CupyClock(Clock):
    """Events in cupy's current stream."""

    def __init__(self) -> None:
        import cupy

        self._cuda: Any = cupy.cuda
        self._start, self._end = (self._cuda.Event() for _ in range(2))

    def seconds(self, run: Callable[[], object], times: int) -> float:
        self._start.record()
        for _ in range(times):
            run()
        self._end.record()
        self._end.synchronize()
        return float(self._cuda.get_elapsed_time(self._start, self._end)) / 1e3 / times


class TorchClock(Clock):
    """Events in torch's current stream."""

    def __init__(self, torch: Any) -> None:
        self._start, self._end = (torch.cuda.Event(enable_timing=True) for _ in range(2))

    def seconds(self, run: Callable[[], object], times: int) -> float:
        self._start.record()
        for _ in range(times):
            run()
        self._end.record()
        self._end.synchronize()
        return float(self._start.elapsed_time(self._end)) / 1e3 / times
