"""What was measured, and the arithmetic on it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from statistics import geometric_mean, linear_regression, median

from benchmarks.cases import Case, Group

Pair = tuple[str, str]
"""The labels of two contestants: ours, and a rival."""


@dataclass(frozen=True)
class Measurement:
    """One contestant in one case."""

    starts: tuple[float, ...]
    """Seconds: the median of the rounds, each time the processes were started."""
    peak: int | None
    """Bytes of memory over those that the library itself takes."""
    fresh: int | None = None
    """Bytes that a step allocates, where Python sees it."""

    @property
    def seconds(self) -> float:
        """The median of the starts."""
        return median(self.starts)


def together(heats: list[Measurement]) -> Measurement:
    """One measurement of several starts: all their times, the most memory."""
    peaks = [heat.peak for heat in heats if heat.peak is not None]
    fresh = [heat.fresh for heat in heats if heat.fresh is not None]
    starts = tuple(seconds for heat in heats for seconds in heat.starts)
    return Measurement(starts, max(peaks, default=None), max(fresh, default=None))


@dataclass(frozen=True)
class Result:
    """One case: measurements by the contestant's label."""

    case: Case
    measured: Mapping[str, Measurement]

    def ratio(self, pair: Pair) -> float:
        """The time of the first over that of the second."""
        ours, rival = pair
        return self.measured[ours].seconds / self.measured[rival].seconds


@dataclass(frozen=True)
class Table:
    """The results of a group."""

    group: Group
    results: list[Result]

    @property
    def labels(self) -> list[str]:
        """Who took part."""
        return list(self.results[0].measured)

    @property
    def pairs(self) -> list[Pair]:
        """Each of ours with each of its rivals."""
        rivals = [label for label in self.labels if label in self.group.rivals]
        return [(ours, rival) for ours in self.labels if ours not in rivals for rival in rivals]

    def mean(self, pair: Pair) -> float:
        """The geometric mean of the ratios."""
        return geometric_mean(result.ratio(pair) for result in self.results)

    def worst(self, pair: Pair) -> Result:
        """The case with the greatest ratio."""
        return max(self.results, key=lambda result: result.ratio(pair))

    @property
    def grows(self) -> bool:
        """Whether the cases differ in one size."""
        return len(self.results) > 1 and all(result.case.size is not None for result in self.results)

    def slope(self, label: str) -> float:
        """The power of the size that the time grows with: a straight line through the logarithms of both."""
        points = [(result.case.size, result.measured[label].seconds) for result in self.results]
        sizes, times = zip(*((math.log(size), math.log(time)) for size, time in points if size), strict=True)
        return linear_regression(sizes, times).slope


def tables(results: Iterable[Result]) -> list[Table]:
    """The results by group, in their order."""
    return [Table(group, list(found)) for group, found in groupby(results, key=lambda result: result.case.group)]
