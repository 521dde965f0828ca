"""Rules of tensors taken apart along a dimension: split, chunk, tensor_split, unbind, narrow, select.

Sizes that names stand for are taken to be above 0: ``3*C`` split by ``C`` makes three parts.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from shapenet.dims import UNKNOWN, Dim, Pack, Shape, Unknown, same
from shapenet.errors import ShapeError
from shapenet.rules.shapes import Undetermined, axis, show
from shapenet.rules.slicing import sliced


@dataclass(frozen=True, slots=True)
class AnyNumber:
    """Tensors of one shape; nobody knows how many."""

    shape: Shape


Parts = tuple[Shape, ...] | AnyNumber


def split(shape: Shape, sizes: Dim | Sequence[Dim | Pack], dim: int = 0, subject: str = "split") -> Parts:
    """The shapes of the parts of one size (the last may be smaller), or of the given *sizes*.

    Raises:
        ShapeError: there is no such dimension, a size is negative, or they do not add up.
    """
    place, whole = _along(shape, dim, subject)
    if isinstance(sizes, Sequence):
        return _parts(shape, place, _added_up(shape, whole, dim, sizes, subject))
    if isinstance(sizes, int) and (sizes < 0 or (sizes == 0 and whole != 0)):
        raise ShapeError(subject, f"expects the size of the parts to be above 0, got {sizes}")
    if isinstance(whole, int) and isinstance(sizes, int):
        ends = range(sizes, whole + sizes, sizes) if whole else [0]
        return _parts(shape, place, [min(end, whole) - end + sizes if whole else 0 for end in ends])
    count = whole // sizes
    return _equal_parts(shape, place, count, sizes if _divides(count, sizes, whole) else UNKNOWN)


def _added_up(shape: Shape, whole: Dim, dim: int, sizes: Sequence[Dim | Pack], subject: str) -> Sequence[Dim] | None:
    if any(isinstance(size, int) and size < 0 for size in sizes):
        raise ShapeError(subject, f"expects sizes that are at least 0, got {show(sizes)}")
    known = [size for size in sizes if not isinstance(size, Pack)]
    if len(known) < len(sizes):
        return None
    total: Dim = 0
    for size in known:
        total = total + size
    if not same(total, whole):
        told = f"expects sizes that add up to {whole}, the size of dimension {dim} of {show(shape)}"
        raise ShapeError(subject, f"{told}, got {show(sizes)}, which make {total}")
    return known


def chunk(shape: Shape, chunks: Dim, dim: int = 0, subject: str = "chunk") -> Parts:
    """The shapes of at most *chunks* parts, all but the last of one size.

    Raises:
        ShapeError: there is no such dimension, or *chunks* is below 1.
    """
    place, whole = _along(shape, dim, subject)
    if isinstance(chunks, int) and chunks < 1:
        raise ShapeError(subject, f"expects chunks to be at least 1, got {chunks}")
    if isinstance(whole, int) and isinstance(chunks, int) and whole:
        return split(shape, -(-whole // chunks), dim, subject)
    size = whole // chunks
    return _equal_parts(shape, place, chunks, size) if _divides(size, chunks, whole) else _parts(shape, place, None)


def tensor_split(
    shape: Shape, indices_or_sections: Dim | Sequence[Dim | Pack], dim: int = 0, subject: str = "tensor_split"
) -> Parts:
    """The shapes of so many parts, of sizes as equal as can be, or of those between the given indices.

    Raises:
        ShapeError: there is no such dimension, or the number is below 1.
    """
    place, whole = _along(shape, dim, subject)
    given = indices_or_sections
    if isinstance(given, Sequence):
        if any(isinstance(bound, Pack) for bound in given):
            return _parts(shape, place, None)
        bounds: list[Dim | Pack | None] = [0, *given, None]
        return _parts(shape, place, [sliced(whole, slice(*pair)) for pair in itertools.pairwise(bounds)])
    if isinstance(given, int) and given < 1:
        raise ShapeError(subject, f"expects indices_or_sections to be at least 1, got {given}")
    if not isinstance(given, int):
        return _parts(shape, place, None)
    return _parts(shape, place, [(whole + given - 1 - number) // given for number in range(given)])


def unbind(shape: Shape, dim: int = 0, subject: str = "unbind") -> Parts:
    """The shapes of what lies along *dim*, one by one.

    Raises:
        ShapeError: there is no such dimension.
    """
    place, whole = _along(shape, dim, subject)
    rest = (*shape[:place], *shape[place + 1 :])
    return (rest,) * whole if isinstance(whole, int) else AnyNumber(rest)


def narrow(shape: Shape, dim: int, start: Dim, length: Dim, subject: str = "narrow") -> Shape:
    """The shape of *length* elements along *dim* from *start* on.

    Raises:
        ShapeError: there is no such dimension, or the elements are not all there.
    """
    place, whole = _along(shape, dim, subject)
    if isinstance(length, int) and length < 0:
        raise ShapeError(subject, f"expects length to be at least 0, got {length}")
    if isinstance(whole, int) and isinstance(start, int):
        if not -whole <= start <= whole:
            told = f"expects start from {-whole} to {whole} in dimension {dim} of {show(shape)}"
            raise ShapeError(subject, f"{told}, got {start}")
        left = whole - start if start >= 0 else -start
        if isinstance(length, int) and length > left:
            told = f"expects length to be at most {left} for start={start} in dimension {dim} of {show(shape)}"
            raise ShapeError(subject, f"{told}, got {length}")
    return (*shape[:place], length, *shape[place + 1 :])


def select(shape: Shape, dim: int, index: Dim, subject: str = "select") -> Shape:
    """The shape of what has one index along *dim*.

    Raises:
        ShapeError: there is no such dimension, or the index lies outside.
    """
    place, whole = _along(shape, dim, subject)
    if isinstance(whole, int) and isinstance(index, int) and not -whole <= index < whole:
        raise ShapeError(subject, f"got {index} for dimension {dim} of {show(shape)}, which has size {whole}")
    return (*shape[:place], *shape[place + 1 :])


def _along(shape: Shape, dim: int, subject: str) -> tuple[int, Dim]:
    place = axis(shape, dim, subject)
    whole = shape[place]
    if isinstance(whole, Pack):
        raise Undetermined
    return place, whole


def _divides(quotient: Dim, divisor: Dim, whole: Dim) -> bool:
    return not isinstance(quotient, Unknown) and quotient * divisor == whole


def _equal_parts(shape: Shape, place: int, count: Dim, size: Dim) -> Parts:
    known = isinstance(count, int) and not isinstance(size, Unknown)
    return _parts(shape, place, [size] * count if known and isinstance(count, int) else None, size)


def _parts(shape: Shape, place: int, sizes: Sequence[Dim] | None, any_size: Dim = UNKNOWN) -> Parts:
    """The shapes with these *sizes* at *place*; where nobody knows them, any number of *any_size*."""
    if sizes is None:
        return AnyNumber((*shape[:place], any_size, *shape[place + 1 :]))
    return tuple((*shape[:place], size, *shape[place + 1 :]) for size in sizes)
