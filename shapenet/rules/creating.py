"""Rules of new tensors."""

from __future__ import annotations

from collections.abc import Sequence

from shapenet.dims import Dim, Pack, Shape
from shapenet.errors import ShapeError


def linspace(steps: Dim) -> Shape:
    """The shape of so many numbers at equal distances.

    Raises:
        ShapeError: their number is negative.
    """
    if isinstance(steps, int) and steps < 0:
        raise ShapeError("linspace", f"expects steps to be an int, at least 0, got {steps}")
    return (steps,)


def created(sizes: Sequence[Dim | Pack], subject: str) -> Shape:
    """The shape of a new tensor of these *sizes*.

    Raises:
        ShapeError: one is negative.
    """
    for size in sizes:
        if isinstance(size, int) and size < 0:
            raise ShapeError(subject, f"expects sizes that are ints, at least 0, got {size}")
    return tuple(sizes)
