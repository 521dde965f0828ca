"""Rules of the operations on tensors: broadcasting, matrix product, reduction, permutation, indexing.

Shapes may hold a ``Pack`` (``*Batch``), which stands for any number of dimensions. A rule that would have to look
through one raises ``Undetermined``; with integers alone that cannot happen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from types import EllipsisType

from shapenet.dims import UNKNOWN, Dim, Pack, Shape, Unknown, least, same
from shapenet.errors import ShapeError
from shapenet.rules.slicing import sliced


class Undetermined(Exception):  # noqa: N818  (it is no error: the answer is "nobody knows yet")
    """The result's number of dimensions depends on what a ``Pack`` stands for."""


@dataclass(frozen=True, slots=True)
class IndexArray:
    """An index that is an integer array or tensor of the given shape."""

    shape: Shape


Index = Dim | slice | EllipsisType | IndexArray | None
"""One part of ``x[...]``. The bounds of a slice are ``Dim | None``."""


def show(shape: Sequence[object]) -> str:
    """``[B, 3, H//2]``."""
    return f"[{', '.join(map(str, shape))}]"


def count(number: int, what: str = "dimension") -> str:
    """``1 dimension``, ``2 dimensions``."""
    plural = "indices" if what == "index" else f"{what}s"
    return f"{number} {what if number == 1 else plural}"


def difference(a: Shape, b: Shape) -> str:
    """In which dimension two shapes differ, in words."""
    if len(a) != len(b):
        return f"{count(len(a))} against {len(b)}"
    pairs = enumerate(zip(a, b, strict=True))
    differing = (f"dimension {place} is {x} against {y}" for place, (x, y) in pairs if not _may_be_equal(x, y))
    return next(differing, "they differ")


def _may_be_equal(x: Dim | Pack, y: Dim | Pack) -> bool:
    return isinstance(x, Pack) or isinstance(y, Pack) or same(x, y)


def ranked(shape: Shape) -> tuple[Dim, ...]:
    """*shape* if the number of its dimensions is known.

    Raises:
        Undetermined: it is not.
    """
    if any(isinstance(dim, Pack) for dim in shape):
        raise Undetermined
    return shape  # type: ignore[return-value]  # just proved


def agree(a: Shape, b: Shape) -> bool:
    """Whether the shapes are proved equal, or nobody knows."""
    if any(isinstance(dim, Pack) for dim in (*a, *b)):
        return True
    return len(a) == len(b) and all(map(same, a, b))


def axis(shape: Shape, dim: int, subject: str) -> int:
    """The position of dimension *dim* (negative counts from the end) in *shape*.

    Raises:
        ShapeError: *shape* has no such dimension.
        Undetermined: it lies beyond a ``Pack``.
    """
    position = dim if dim >= 0 else dim + len(shape)
    reached = shape[: position + 1] if dim >= 0 else shape[max(position, 0) :]
    if any(isinstance(item, Pack) for item in reached):
        raise Undetermined
    if not 0 <= position < len(shape):
        ranked(shape)
        raise ShapeError(subject, f"got dimension {dim}, but {show(shape)} has {count(len(shape))}")
    return position


def axes(shape: Shape, dims: int | Sequence[int], subject: str) -> list[int]:
    """The positions of the dimensions *dims* in *shape*.

    Raises:
        ShapeError: one does not exist, or is named twice.
        Undetermined: one lies beyond a ``Pack``.
    """
    given = (dims,) if isinstance(dims, int) else dims
    places = [axis(shape, dim, subject) for dim in given]
    if len(set(places)) != len(places):
        twice = next(place for place in places if places.count(place) > 1)
        raise ShapeError(subject, f"got dimension {twice} of {show(shape)} twice, in {show(given)}")
    return places


def broadcast(a: Shape, b: Shape, subject: str = "broadcast") -> Shape:
    """The common shape of two operands under numpy's broadcasting.

    Raises:
        ShapeError: two dimensions are not proved equal and neither is 1.
    """
    if a == b:
        return a
    tail: list[Dim] = []
    for offset in range(1, max(len(a), len(b)) + 1):
        left, right = a[: len(a) - offset + 1], b[: len(b) - offset + 1]
        if not left or not right or left == right:
            return (*left, *right, *reversed(tail)) if not (left and right) else (*left, *reversed(tail))
        x, y = left[-1], right[-1]
        if isinstance(x, Pack) or isinstance(y, Pack):
            raise Undetermined
        dim = broadcast_dim(x, y)
        if dim is None:
            shapes = f"{show(a)} with {show(b)}"
            raise ShapeError(
                subject, f"cannot broadcast {shapes}: dimension {-offset} is {x} against {y}, and neither is 1"
            )
        tail.append(dim)
    return tuple(reversed(tail))


def where(condition: Shape, x: Shape, y: Shape) -> Shape:
    """The shape of a choice between the elements of two tensors.

    Raises:
        ShapeError: the three do not broadcast.
    """
    return broadcast(broadcast(condition, x, "where"), y, "where")


def broadcast_dim(x: Dim, y: Dim) -> Dim | None:
    """The common size of two dimensions, of which one may be 1; None if there is none."""
    if x == 1 or y == 1:
        return y if x == 1 else x
    if isinstance(x, Unknown) or isinstance(y, Unknown):
        known = y if isinstance(x, Unknown) else x
        return known if isinstance(known, int) or not may_be_one(known) else UNKNOWN
    return x if x == y else None


def may_be_one(dim: Dim) -> bool:
    """Whether *dim* can be 1, for names that are at least 1."""
    if isinstance(dim, int):
        return dim == 1
    bound = least(dim)
    return bound is None or bound <= 1


def matmul(a: Shape, b: Shape, subject: str = "matmul") -> Shape:
    """``a @ b``: the last dimension of *a* meets the second last of *b*; the others broadcast.

    Raises:
        ShapeError: they do not fit, or an operand has no dimension.
    """
    for operand in (a, b):
        if not operand:
            raise ShapeError(subject, f"expects operands of at least 1 dimension, got {show(a)} @ {show(b)}")
        if isinstance(operand[-1], Pack) or (len(operand) > 1 and isinstance(operand[-2], Pack)):
            raise Undetermined
    inner = b[-1] if len(b) == 1 else b[-2]
    if not same(a[-1], inner):
        problem = f"cannot multiply {show(a)} @ {show(b)}: dimension -1 of the first is {a[-1]}, "
        raise ShapeError(subject, f"{problem}dimension {-min(len(b), 2)} of the second is {inner}")
    batch = broadcast(a[:-2], b[:-2], subject)
    return (*batch, *a[-2:-1], *(b[-1:] if len(b) > 1 else ()))


def reduce(shape: Shape, dim: int | Sequence[int] | None, keepdim: bool, subject: str = "reduce") -> Shape:
    """The shape after a sum, mean or maximum over *dim* (all dimensions for None).

    Raises:
        ShapeError: a dimension does not exist or is named twice.
    """
    if dim is None:
        return (1,) * len(ranked(shape)) if keepdim else ()
    places = axes(shape, dim, subject)
    if keepdim:
        return tuple(1 if i in places else d for i, d in enumerate(shape))
    return tuple(d for i, d in enumerate(shape) if i not in places)


def permute(shape: Shape, dims: Sequence[int], subject: str = "permute") -> Shape:
    """The shape with its dimensions in the order *dims*.

    Raises:
        ShapeError: *dims* does not name each dimension once.
    """
    known = ranked(shape)
    places = [axis(known, dim, subject) for dim in dims]
    if sorted(places) != list(range(len(known))):
        raise ShapeError(subject, f"expects each of the {count(len(known))} of {show(shape)} once, got {tuple(dims)}")
    return tuple(known[place] for place in places)


def transpose(shape: Shape, dim0: int, dim1: int, subject: str = "transpose") -> Shape:
    """The shape with two dimensions swapped.

    Raises:
        ShapeError: a dimension does not exist.
    """
    first, second = axis(shape, dim0, subject), axis(shape, dim1, subject)
    swapped = list(shape)
    swapped[first], swapped[second] = shape[second], shape[first]
    return tuple(swapped)


def index(shape: Shape, items: Sequence[Index], subject: str = "index") -> Shape:
    """The shape of ``x[items]``, with numpy's rules for integers, slices, None, Ellipsis and integer arrays.

    Raises:
        ShapeError: there are more indices than dimensions, or an integer lies outside.
    """
    used = sum(item is not None and item is not Ellipsis for item in items)
    if items.count(Ellipsis) > 1:
        raise ShapeError(subject, f"got more than one Ellipsis for {show(shape)}")
    hole = items.index(Ellipsis) if Ellipsis in items else len(items)
    if any(isinstance(dim, Pack) for dim in shape[: sum(i is not None for i in items[:hole])]):
        raise Undetermined
    if Ellipsis in items or used > len(shape):
        ranked(shape)
    if used > len(shape):
        raise ShapeError(subject, f"got {count(used, 'index')} for {show(shape)}, which has {count(len(shape))}")
    full = [slice(None)] * (len(shape) - used)
    expanded: list[Index] = [*items[: hole + 1], *full, *items[hole + 1 :]]
    arrays = any(isinstance(item, IndexArray) for item in items)

    result: list[Dim | Pack] = []
    picked: Shape = ()  # the common shape of all integer and array indices
    picked_at: list[int] = []  # the places in `expanded` where they stand
    insert_at = 0
    place = 0
    for position, item in enumerate(expanded):
        if item is None:
            result.append(1)
            continue
        if item is Ellipsis:
            continue  # it parts the indices beside it, even if it stands for no dimension
        dim = shape[place]
        if isinstance(item, slice):
            if item.step == 0:
                raise ShapeError(subject, f"got a slice with step 0 for dimension {place} of {show(shape)}")
            result.append(dim if item == slice(None) else sliced(_one(dim), item))
        else:
            if not picked_at:
                insert_at = len(result)
            picked_at.append(position)
            if isinstance(item, IndexArray):
                picked = broadcast(picked, item.shape, subject)
            elif isinstance(item, int) and isinstance(dim, int) and not -dim <= item < dim:
                raise ShapeError(subject, f"got {item} for dimension {place} of {show(shape)}, which has size {dim}")
        place += 1
    if arrays and picked_at[-1] - picked_at[0] + 1 != len(picked_at):
        insert_at = 0  # numpy: indices that do not stand together put their dimensions first
    return (*result[:insert_at], *picked, *result[insert_at:])


def _one(dim: Dim | Pack) -> Dim:
    if isinstance(dim, Pack):
        raise Undetermined
    return dim
