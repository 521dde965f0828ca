"""How an error inside a sequence of layers is told."""

from __future__ import annotations

from collections.abc import Sequence

from shapenet.errors import ShapeError


def within_sequence(error: ShapeError, position: int, layers: Sequence[str]) -> ShapeError:
    """*error* of ``layers[position]``, saying where in the sequence it happened.

    ``layer 5 (Linear[256, 10]) expects last dimension 256, got 400 from layer 4 (Flatten)``; an error from deeper
    inside the layer keeps its own subject: ``layer 3 (Block[16]): Conv2d[16, 16, 3] expects ...``.
    """
    place = f"layer {position} ({layers[position]})"
    if error.subject != layers[position]:
        return type(error)(f"{place}:", f"{error.subject} {error.problem}", error.detail)
    origin = f" from layer {position - 1} ({layers[position - 1]})" if position else ""
    return type(error)(place, f"{error.problem}{origin}", error.detail)
