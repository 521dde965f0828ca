"""Clocks: how long something takes a device, or this processor."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any


class Clock(ABC):
    """Times one run after the other."""

    @abstractmethod
    def seconds(self, run: Callable[[], object]) -> float:
        """How long *run* takes."""


class HostClock(Clock):
    """The time of this processor."""

    def seconds(self, run: Callable[[], object]) -> float:
        start = time.perf_counter()
        run()
        return time.perf_counter() - start


class CupyClock(Clock):
    """Events in cupy's current stream."""

    def __init__(self) -> None:
        import cupy

        self._cuda: Any = cupy.cuda
        self._start, self._end = (self._cuda.Event() for _ in range(2))

    def seconds(self, run: Callable[[], object]) -> float:
        self._start.record()
        run()
        self._end.record()
        self._end.synchronize()
        return float(self._cuda.get_elapsed_time(self._start, self._end)) / 1e3


class TorchClock(Clock):
    """Events in torch's current stream."""

    def __init__(self, torch: Any) -> None:
        self._start, self._end = (torch.cuda.Event(enable_timing=True) for _ in range(2))

    def seconds(self, run: Callable[[], object]) -> float:
        self._start.record()
        run()
        self._end.record()
        self._end.synchronize()
        return float(self._start.elapsed_time(self._end)) / 1e3
