"""Labels of classes: they are checked here, before anything is indexed with them."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from shapenet.backend import Array, StandIn, filled
from shapenet.kernels.cuda import module
from shapenet.kernels.cuda.softmax import checked_labels as checked_on_device
from shapenet.rules.base import as_int


class Labels(NamedTuple):
    """Labels in range, and how much each counts."""

    labels: Array
    """int64; 0 in place of those that are ignored."""
    kept: Array | None
    """Which are not ignored; None if all are kept."""
    factors: Array
    """The weight of each label's class; 0 for those that are ignored."""

    @property
    def total(self) -> Any:
        """The sum of the weights; on a GPU it stays there, so that nobody waits for it."""
        total = self.factors.sum()
        return float(total) if isinstance(total, np.generic) else total


def checked_labels(
    subject: str, labels: Array, classes: int, ignore_index: int, weight: Array | None, dtype: np.dtype[np.floating]
) -> Labels:
    """The *labels* for so many classes, of which *weight* holds the weights, of the given dtype.

    On a GPU a label out of range has the factor NaN, which makes the loss NaN: the program does not wait to be told.

    Raises:
        ValueError: they are no integers, or out of range and not *ignore_index*.
    """
    if not np.issubdtype(labels.dtype, np.integer):
        raise ValueError(f"{subject} expects integer labels, got dtype {labels.dtype}")
    labels = labels.astype(np.int64, copy=False)
    if isinstance(labels, StandIn):
        return Labels(labels, None, filled((), 1, dtype, None))
    if not isinstance(labels, np.ndarray | np.generic) and module.supports(dtype):
        like = np.empty(0, dtype, like=labels)
        checked, factors = checked_on_device(labels, classes, ignore_index, weight, like)
        return Labels(checked, labels != ignore_index, factors)
    mask = labels != ignore_index
    kept = None if bool(mask.all()) else mask
    # An index out of range wraps silently on a GPU, and a negative one everywhere.
    valid = labels if kept is None else labels[kept]
    lowest, highest = (int(valid.min()), int(valid.max())) if valid.size else (0, 0)
    if valid.size and (lowest < 0 or highest >= classes):
        raise ValueError(f"{subject} expects labels from 0 to {classes - 1}, got {lowest} to {highest}")
    if kept is not None:
        labels = np.where(kept, labels, 0)
    factors = filled(labels.shape, 1, dtype, labels) if weight is None else weight[labels]
    return Labels(labels, kept, factors if kept is None else factors * kept)


def check_ignore_index(subject: str, ignore_index: int) -> None:
    """Check that *ignore_index* is an int.

    Raises:
        ValueError: it is not.
    """
    if as_int(ignore_index) is None:
        raise ValueError(f"{subject} expects ignore_index to be an int, got {ignore_index!r}")


def check_total(subject: str, count: int, total: Any) -> None:
    """Check that there is a mean over *count* labels whose weights have the sum *total*.

    On a GPU only the count is checked: without a label that counts, the mean is NaN.

    Raises:
        ValueError: there is none.
    """
    if count == 0:
        raise ValueError(f"{subject} expects at least one label, got none")
    if isinstance(total, int | float) and total == 0:
        raise ValueError(f"{subject} expects a label that is not ignored, and of a weight other than 0, got none")
