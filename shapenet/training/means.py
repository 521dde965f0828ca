"""Means of what was computed step by step, read from a GPU only now and then."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeAlias

import numpy as np

from shapenet.backend import Array, beside, to_numpy
from shapenet.tensors import AnyTensor, Tensor

Value: TypeAlias = AnyTensor | float


class Means:
    """Means over items of values that are means over a batch.

    To read a number from a GPU is to wait until it has done all before. So values wait there, and ``read`` fetches all
    of them at once.
    """

    def __init__(self, totals: Mapping[str, float] | None = None, items: int = 0) -> None:
        self.items = items
        self._totals: dict[str, float] = dict(totals or {})
        self._waiting: list[tuple[int, Mapping[str, Value]]] = []

    def add(self, items: int, values: Mapping[str, Value]) -> None:
        """Take note of the *values* of a batch of so many items, each a number or a tensor of one element."""
        self.items += items
        self._waiting.append((items, values))

    def read(self) -> dict[str, list[float]]:
        """Fetch what waits, by name, the values in the order in which they came."""
        waiting, self._waiting = self._waiting, []
        fetched = {
            name: _fetched([values[name] for _, values in waiting]) for name in (waiting[0][1] if waiting else ())
        }
        for name, values in fetched.items():
            for (items, _), value in zip(waiting, values, strict=True):
                self._totals[name] = self._totals.get(name, 0.0) + items * value
        return fetched

    def totals(self) -> dict[str, float]:
        """The sums over items of what was read."""
        return dict(self._totals)

    def means(self) -> dict[str, float]:
        """The means; all that came must have been read."""
        return {name: total / max(self.items, 1) for name, total in self._totals.items()}


def _fetched(values: list[Value]) -> list[float]:
    tensors: list[Array] = [value.data.reshape(()) for value in values if isinstance(value, Tensor)]
    numbers: Iterator[float] = iter(())
    if tensors:
        with beside(tensors[0]):
            numbers = iter(to_numpy(np.stack(tensors)).tolist())
    return [float(next(numbers) if isinstance(value, Tensor) else value) for value in values]
