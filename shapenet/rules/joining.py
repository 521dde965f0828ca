"""The rule of joining tensors."""

from __future__ import annotations

from collections.abc import Sequence

from shapenet.dims import Dim, Shape, same
from shapenet.errors import ShapeError
from shapenet.rules.shapes import axis, ranked, show


def cat(shapes: Sequence[Shape], dim: int) -> Shape:
    """Tensors one after the other along *dim*, of at least one.

    Raises:
        ShapeError: there is no such dimension, or the shapes differ in another one.
        Undetermined: a number of dimensions is not known.
    """
    first, *others = map(ranked, shapes)
    place = axis(first, dim, "cat")
    total: Dim = first[place]
    for other in others:
        fits = len(other) == len(first) and all(
            position == place or same(one, two) for position, (one, two) in enumerate(zip(first, other, strict=True))
        )
        if not fits:
            listed = ", ".join(map(show, shapes))
            raise ShapeError("cat", f"expects shapes that are equal but for dimension {place}, got {listed}")
        total = total + other[place]
    return (*first[:place], total, *first[place + 1 :])
