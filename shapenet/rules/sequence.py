"""How an error inside a sequence of layers is told."""

from __future__ import annotations

from collections.abc import Sequence

from shapenet.errors import ShapeError


def within_sequence(error: ShapeError, position: int, layers: Sequence[str]) -> ShapeError:
    """*error* of ``layers[position]``, saying where in the sequence it happened.

    ``layer 5 (Linear[256, 10]) expects last dimension 256, got 400 from layer 4 (Flatten)``
    """
    origin = f" from layer {position - 1} ({layers[position - 1]})" if position else ""
    return ShapeError(f"layer {position} ({layers[position]})", f"{error.problem}{origin}")
