"""``random_split``: a dataset in parts that have no item in common."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import TypeVar

import numpy as np

from shapenet.backend import default_generator
from shapenet.data.checks import check_generator, is_real
from shapenet.data.dataset import Dataset, Subset, check_dataset

T = TypeVar("T")


def random_split(
    dataset: Dataset[T], lengths: Sequence[float], generator: np.random.Generator | None = None
) -> list[Subset[T]]:
    """The items of *dataset* at random in parts, each item in one.

    Args:
        dataset: the items.
        lengths: the number of items of each part, ints that add up to all items; or, if one is a float, fractions that
            add up to 1. Of fractions, each part has the whole number below, and what is left goes to the first parts,
            one item to each; a part may be empty.
        generator: what the parts are drawn from; the default generator if None.

    Raises:
        TypeError: *dataset* is no ``Dataset``, or *generator* no generator.
        ValueError: *lengths* are not such numbers.
    """
    check_dataset("random_split", dataset)
    check_generator("random_split", generator)
    counts = _counts(len(dataset), list(lengths))
    order = (generator or default_generator()).permutation(len(dataset)).tolist()
    ends = list(itertools.accumulate(counts))
    return [Subset(dataset, order[end - count : end]) for count, end in zip(counts, ends, strict=True)]


def _counts(total: int, lengths: list[float]) -> list[int]:
    if not lengths or not all(is_real(length) and length >= 0 for length in lengths):
        raise ValueError(f"random_split expects lengths to be numbers, at least 0, got {lengths!r}")
    if all(isinstance(length, int) for length in lengths):
        if sum(lengths) != total:
            raise ValueError(f"random_split expects lengths to add up to {total}, got {lengths!r}")
        return [int(length) for length in lengths]
    if not math.isclose(math.fsum(lengths), 1):
        raise ValueError(f"random_split expects lengths that are fractions to add up to 1, got {lengths!r}")
    counts = [math.floor(total * length) for length in lengths]
    for i in range(total - sum(counts)):
        counts[i % len(counts)] += 1
    return counts
