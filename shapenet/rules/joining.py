"""The rule of tensors joined along a dimension."""

from __future__ import annotations

from collections.abc import Sequence

from shapenet.dims import UNKNOWN, Dim, Pack, Shape, Unknown, same
from shapenet.errors import ShapeError
from shapenet.rules.shapes import Undetermined, axis, show


def cat(shapes: Sequence[Shape], dim: int = 0) -> Shape:
    """The shape of tensors one after the other along *dim*; their other dimensions are equal.

    Raises:
        ShapeError: there is none, they differ elsewhere, or they have no such dimension.
        Undetermined: a ``Pack`` hides where a dimension is.
    """
    if not shapes:
        raise ShapeError("cat", "expects at least one tensor, got none")
    first = shapes[0]
    place = axis(first, dim, "cat")
    if any(isinstance(item, Pack) for shape in shapes for item in shape):
        fixed = [(*shape[:place], *shape[place + 1 :]) for shape in shapes]
        if any(len(shape) != len(first) for shape in shapes) or any(rest != fixed[0] for rest in fixed):
            raise Undetermined
        if any(isinstance(shape[place], Pack) for shape in shapes):
            raise Undetermined
    told = " and ".join(map(show, shapes))
    if any(len(shape) != len(first) for shape in shapes):
        raise ShapeError("cat", f"expects tensors of as many dimensions each, got {told}")
    return tuple(
        item if isinstance(item, Pack) else _joined(position, place, [shape[position] for shape in shapes], told)
        for position, item in enumerate(first)
    )


def _joined(position: int, place: int, sizes: Sequence[Dim | Pack], told: str) -> Dim:
    known = [size for size in sizes if not isinstance(size, Pack)]
    if position == place:
        total: Dim = 0
        for size in known:
            total = total + size
        return total
    sample: Dim = next((size for size in known if not isinstance(size, Unknown)), UNKNOWN)
    if not all(same(size, sample) for size in known):
        one, other = next((size, sample) for size in known if not same(size, sample))
        problem = f"expects tensors that differ in dimension {place} alone, got {told}: "
        raise ShapeError("cat", f"{problem}dimension {position} is {other} against {one}")
    return sample
