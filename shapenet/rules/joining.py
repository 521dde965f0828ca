"""The rules of tensors joined along a dimension, one of theirs or a new one."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from shapenet.dims import UNKNOWN, Dim, Pack, Shape, Unknown, same
from shapenet.errors import ShapeError
from shapenet.rules.reshaping import gap
from shapenet.rules.shapes import Undetermined, agree, axis, difference, ranked, show


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


def stack(shapes: Sequence[Shape], dim: int = 0, count: Dim | None = None) -> Shape:
    """The shape of tensors of one shape, side by side along the new dimension *dim*.

    Args:
        shapes: one for each tensor, or, if *count* is given, one that all have.
        dim: where the new dimension stands in the result.
        count: how many tensors there are.

    Raises:
        ShapeError: there is none, they differ, or no dimension can go there.
        Undetermined: a ``Pack`` hides where that is, or whether they differ.
    """
    if not shapes:
        raise ShapeError("stack", "expects at least one tensor, got none")
    place = gap(shapes[0], dim, "stack")
    if any(shape != shapes[0] for shape in shapes):
        for shape in shapes:
            ranked(shape)
    common = [_common(sizes) for sizes in zip(*shapes, strict=False)]
    if None in common or len(set(map(len, shapes))) > 1:
        told = " and ".join(map(show, shapes))
        one, other = next(pair for pair in itertools.combinations(shapes, 2) if not agree(*pair))
        raise ShapeError("stack", f"expects tensors of one shape, got {told}: {difference(one, other)}")
    kept = [size for size in common if size is not None]
    return (*kept[:place], len(shapes) if count is None else count, *kept[place:])


def in_common(shapes: Sequence[Shape]) -> Shape:
    """What is sure of a tensor that has one of these shapes.

    Raises:
        Undetermined: nothing, for they have different numbers of dimensions.
    """
    if not shapes or len({len(ranked(shape)) for shape in shapes}) > 1:
        raise Undetermined
    return tuple(
        sizes[0] if all(size == sizes[0] for size in sizes) else UNKNOWN for sizes in zip(*shapes, strict=True)
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


def _common(sizes: Sequence[Dim | Pack]) -> Dim | Pack | None:
    """The size that all have; None where they differ."""
    known = next((size for size in sizes if not isinstance(size, Unknown)), UNKNOWN)
    return known if all(same(size, known) for size in sizes) else None
