"""Rules of the operations that keep the elements in their order: reshape, flatten, unflatten, squeeze, unsqueeze.

A dimension whose size is a name may have size 1, so ``squeeze`` cannot tell whether it stays: a ``Pack`` stands for it.
One of size ``H + 1`` stays, as names are at least 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from shapenet.dims import UNKNOWN, Dim, Expr, Pack, Shape, Unknown, leaves_rest, product, same
from shapenet.errors import ShapeError
from shapenet.rules.shapes import Undetermined, axes, axis, may_be_one, ranked, show


@dataclass(frozen=True, slots=True)
class Part:
    """One dimension of a shape: what is said to be reshaped, where that is all of it."""

    shape: Shape
    place: int

    def __str__(self) -> str:
        return f"dimension {self.place} of {show(self.shape)}"


def reshape(shape: Shape, sizes: Sequence[Dim | Pack], subject: str = "reshape", part: Part | None = None) -> Shape:
    """The shape after a reshape to *sizes*, of which one may be -1; *part* says of what *shape* is a dimension.

    Raises:
        ShapeError: the number of elements differs, or a size is negative.
    """
    free = [i for i, size in enumerate(sizes) if size == -1]
    if len(free) > 1 or any(isinstance(size, int) and size < -1 for size in sizes):
        raise _refused(part or shape, sizes, subject, "sizes must be at least 0, and at most one of them -1")
    # A single size that nobody knows follows from the others, like -1.
    gaps = free or [i for i, size in enumerate(sizes) if isinstance(size, Unknown)]
    before, after = _without_shared(shape, [size for i, size in enumerate(sizes) if len(gaps) != 1 or i not in gaps])
    total, rest = _count(before), _count(after)
    if len(gaps) != 1:
        if not same(total, rest):
            raise _refused(part or shape, sizes, subject, f"{total} elements do not make {rest}")
        return tuple(sizes)
    if rest == 0:
        if not free:
            return tuple(sizes)
        raise _refused(part or shape, sizes, subject, "with a size of 0, -1 could be anything")
    whole = total // rest
    over, under = _without_common(before, after)
    if leaves_rest(_count(over), _count(under)):
        raise _refused(part or shape, sizes, subject, f"{total} elements do not divide by {rest}")
    return tuple(whole if i == gaps[0] else size for i, size in enumerate(sizes))


def _refused(what: Shape | Part, sizes: Sequence[Dim | Pack], subject: str, problem: str) -> ShapeError:
    told = what if isinstance(what, Part) else show(what)
    return ShapeError(subject, f"cannot turn {told} to {show(sizes)}: {problem}")


def _without_shared(shape: Shape, sizes: Sequence[Dim | Pack]) -> tuple[Sequence[Dim | Pack], Sequence[Dim | Pack]]:
    """Both without the named packs that stand once in each: whatever they are, they do not change the rest."""
    packs = [dim for dim in shape if isinstance(dim, Pack) and dim.name]
    if not packs:
        return shape, sizes
    shared = [pack for pack in packs if packs.count(pack) == 1 == list(sizes).count(pack)]
    return [dim for dim in shape if dim not in shared], [size for size in sizes if size not in shared]


def _without_common(
    before: Sequence[Dim | Pack], after: Sequence[Dim | Pack]
) -> tuple[list[Dim | Pack], list[Dim | Pack]]:
    """Both without the symbols that are in both: ``[B, 5]`` makes no ``[B, 2, -1]``, whatever ``B`` is."""
    over, under = list(before), list[Dim | Pack]()
    for size in after:
        if isinstance(size, Expr) and size in over:
            over.remove(size)
        else:
            under.append(size)
    return over, under


def _count(dims: Sequence[Dim | Pack]) -> Dim:
    return UNKNOWN if any(isinstance(dim, Pack) for dim in dims) else product(ranked(tuple(dims)))


def flatten(shape: Shape, start_dim: int, end_dim: int, subject: str = "flatten") -> Shape:
    """The shape with dimensions *start_dim* to *end_dim*, both included, joined into one.

    Raises:
        ShapeError: a dimension does not exist, or *start_dim* lies behind *end_dim*.
    """
    if not shape and {start_dim, end_dim} <= {0, -1}:
        return (1,)
    start = 0 if start_dim == 0 else axis(shape, start_dim, subject)
    end = len(shape) - 1 if end_dim == -1 else axis(shape, end_dim, subject)
    if start > end:
        raise ShapeError(subject, f"got start_dim={start_dim} behind end_dim={end_dim} for {show(shape)}")
    return (*shape[:start], _count(shape[start : end + 1]), *shape[end + 1 :])


def unflatten(shape: Shape, dim: int, sizes: Sequence[Dim | Pack], subject: str = "unflatten") -> Shape:
    """The shape with dimension *dim* split into *sizes*, of which one may be -1.

    Raises:
        ShapeError: there is no such dimension, no size, or they do not make up the dimension.
    """
    place = axis(shape, dim, subject)
    part = Part(shape, place)
    if not sizes:
        raise ShapeError(subject, f"expects at least one size for {part}, got none")
    return (*shape[:place], *reshape((shape[place],), sizes, subject, part), *shape[place + 1 :])


def squeeze(shape: Shape, dim: int | Sequence[int] | None = None, subject: str = "squeeze") -> Shape:
    """The shape without those of the dimensions *dim* (all, for None) that have size 1.

    Raises:
        ShapeError: a dimension does not exist or is named twice.
    """
    places = range(len(shape)) if dim is None else axes(shape, dim, subject)
    kept: list[Dim | Pack] = []
    for place, size in enumerate(shape):
        if place not in places or not (isinstance(size, Pack) or may_be_one(size)):
            kept.append(size)
        elif not isinstance(size, int):
            kept.append(Pack())
    return tuple(kept)


def unsqueeze(shape: Shape, dim: int, subject: str = "unsqueeze") -> Shape:
    """The shape with a dimension of size 1 more, which is *dim* of the result.

    Raises:
        ShapeError: no dimension can go there.
    """
    place = gap(shape, dim, subject)
    return (*shape[:place], 1, *shape[place:])


def gap(shape: Shape, dim: int, subject: str) -> int:
    """The position in *shape* before which a new dimension goes that shall be *dim* of the result.

    Raises:
        ShapeError: there is no such place.
        Undetermined: it lies beyond a ``Pack``.
    """
    place = dim if dim >= 0 else dim + len(shape) + 1
    if any(isinstance(size, Pack) for size in (shape[:place] if dim >= 0 else shape[max(place, 0) :])):
        raise Undetermined
    if not 0 <= place <= len(shape):
        ranked(shape)
        most = len(shape)
        raise ShapeError(subject, f"expects dim from {-most - 1} to {most} for {show(shape)}, got {dim}")
    return place
