"""Layers in sequence and side by side: what their shapes must be, and how an error inside is told."""

from __future__ import annotations

from collections.abc import Sequence

from shapenet.dims import UNKNOWN, Pack, Shape, same
from shapenet.errors import ShapeError
from shapenet.rules.shapes import difference, ranked, show


def within_sequence(error: ShapeError, position: int, layers: Sequence[str]) -> ShapeError:
    """*error* of ``layers[position]``, saying where in the sequence it happened.

    ``layer 5 (Linear[256, 10]) expects last dimension 256, got 400 in [B, 400] from layer 4 (Flatten)``; an error from
    deeper inside the layer keeps its own subject: ``layer 3 (Block[16]): Conv2d[16, 16, 3] expects ...``.
    """
    place = f"layer {position} ({layers[position]})"
    if error.subject != layers[position]:
        return type(error)(f"{place}:", f"{error.subject} {error.problem}", error.detail)
    origin = f" from layer {position - 1} ({layers[position - 1]})" if position else ""
    return type(error)(place, f"{error.problem}{origin}", error.detail)


def residual(kept: Shape, added: Shape) -> Shape:
    """The shape of ``shortcut(x) + body(x)``.

    Raises:
        ShapeError: they differ.
    """
    if not _equal(kept, added):
        got = f"{show(added)} and {show(kept)}: {difference(added, kept)}"
        raise ShapeError("Residual", f"expects body and shortcut of one shape, got {got}")
    return added


def repeated(block: str, before: Shape, after: Shape) -> Shape:
    """The shape after one more block.

    Raises:
        ShapeError: the block changes it.
    """
    if not _equal(before, after):
        got = f"{block}: {show(before)} -> {show(after)}, where {difference(before, after)}"
        raise ShapeError("Repeat", f"expects blocks that keep the shape, got {got}")
    return after


def any_times(before: Shape, after: Shape) -> Shape:
    """The shape after a block that stands there any number of times: what it changes is unknown."""
    if len(before) != len(after) or any(isinstance(dim, Pack) for dim in (*before, *after)):
        return before if before == after else (Pack(),)
    return tuple(dim if dim == found else UNKNOWN for dim, found in zip(before, after, strict=True))


def _equal(a: Shape, b: Shape) -> bool:
    return len(ranked(a)) == len(ranked(b)) and all(map(same, a, b))
