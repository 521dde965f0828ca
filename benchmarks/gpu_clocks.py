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


class EventClock(Clock):
    """Two events in the current stream of a library."""

    def __init__(self, start: Any, end: Any) -> None:
        self._start, self._end = start, end

    def seconds(self, run: Callable[[], object], times: int) -> float:
        self._start.record()
        for _ in range(times):
            run()
        self._end.record()
        self._end.synchronize()
        return self._milliseconds() / 1e3 / times

    @abstractmethod
    def _milliseconds(self) -> float:
        """What lies between the events."""


class CupyClock(EventClock):
    """Events of cupy."""

    def __init__(self) -> None:
        import cupy

        self._cuda: Any = cupy.cuda
        super().__init__(self._cuda.Event(), self._cuda.Event())

    def _milliseconds(self) -> float:
        return float(self._cuda.get_elapsed_time(self._start, self._end))


class TorchClock(EventClock):
    """Events of torch."""

    def __init__(self, torch: Any) -> None:
        super().__init__(*(torch.cuda.Event(enable_timing=True) for _ in range(2)))

    def _milliseconds(self) -> float:
        return float(self._start.elapsed_time(self._end))
