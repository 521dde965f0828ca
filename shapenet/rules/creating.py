"""Rules of new tensors."""

from __future__ import annotations

from collections.abc import Iterable

from shapenet.dims import Dim, Expr, Pack, Shape, Unknown
from shapenet.errors import ShapeError
from shapenet.rules.base import as_int


def created(sizes: Iterable[object], subject: str) -> Shape:
    """The shape of a new tensor of these *sizes*.

    Raises:
        ShapeError: one is no size.
    """
    return tuple(size if isinstance(size, Expr | Unknown | Pack) else _counted(size, subject) for size in sizes)


def linspace(steps: Dim) -> Shape:
    """The shape of so many numbers at equal distances.

    Raises:
        ShapeError: their number is negative.
    """
    if isinstance(steps, int) and steps < 0:
        raise ShapeError("linspace", f"expects steps to be an int, at least 0, got {steps}")
    return (steps,)


def _counted(size: object, subject: str) -> int:
    number = as_int(size)
    if number is None or number < 0:
        raise ShapeError(subject, f"expects sizes that are ints, at least 0, got {size!r}")
    return number
