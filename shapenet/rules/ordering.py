"""Rules of what is sorted and found along a dimension, and of elements that are picked by their places."""

from __future__ import annotations

from shapenet.dims import UNKNOWN, Dim, Pack, Shape, same
from shapenet.errors import ShapeError
from shapenet.rules.shapes import Undetermined, axis, broadcast_dim, ranked, reduce, show

Place = Dim | None
"""The number of a dimension, which may be unknown before the program runs; None for the flattened tensor."""


def along(shape: Shape, dim: Dim, subject: str) -> Shape:
    """The shape of what is computed along *dim*, with an element for each one: the same.

    Raises:
        ShapeError: there is no such dimension.
    """
    if isinstance(dim, int):
        try:
            axis(shape, dim, subject)
        except Undetermined:
            return shape  # a ``Pack`` hides where it is, but not what comes out
    return shape


def pick(shape: Shape, dim: Place, keepdim: bool, subject: str) -> Shape:
    """The shape of a maximum or minimum along *dim*, of which there is none without an element.

    Raises:
        ShapeError: there is no such dimension, or it has no element.
    """
    if dim is not None and not isinstance(dim, int):
        known = ranked(shape)
        return (UNKNOWN,) * (len(known) if keepdim else len(known) - 1)
    result = reduce(shape, dim, keepdim, subject)
    if dim is None and 0 in shape:
        raise ShapeError(subject, f"expects at least one element, got {show(shape)}")
    if dim is not None and shape[axis(shape, dim, subject)] == 0:
        raise ShapeError(subject, f"expects at least one element along dimension {dim}, got {show(shape)}")
    return result


def topk(shape: Shape, k: Dim, dim: Dim) -> Shape:
    """The shape of the *k* greatest or smallest along *dim*.

    Raises:
        ShapeError: there is no such dimension, or it has less elements.
    """
    if not isinstance(dim, int):
        return (UNKNOWN,) * len(ranked(shape))
    place = axis(shape, dim, "topk")
    size = shape[place]
    if isinstance(k, int) and (k < 0 or (isinstance(size, int) and k > size)):
        bound = (
            f"from 0 to {size}, the size of dimension {place} of {show(shape)}"
            if isinstance(size, int)
            else "at least 0"
        )
        raise ShapeError("topk", f"expects k to be {bound}, got {k}")
    return (*shape[:place], k, *shape[place + 1 :])


def gather(shape: Shape, dim: Dim, index: Shape, subject: str = "gather") -> Shape:
    """The shape of the elements at the places *index* along *dim*; *index* may be smaller elsewhere.

    Raises:
        ShapeError: there is no such dimension, or *index* does not fit.
    """
    place = axis(shape, dim, subject) if isinstance(dim, int) and not _hidden(shape) else dim
    _within(subject, "index", index, shape, place)
    return index


def scatter(shape: Shape, dim: Dim, index: Shape, src: Shape | None, subject: str = "scatter") -> Shape:
    """The shape of a tensor into which elements of *src*, or a number, are put at the places *index* along *dim*.

    Raises:
        ShapeError: there is no such dimension, or *index* is greater than *src*, or elsewhere than the tensor.
    """
    gather(shape, dim, index, subject)
    if src is not None:
        _within(subject, "src", index, src, None)
    return shape


def _within(subject: str, name: str, index: Shape, shape: Shape, free: Dim | None) -> None:
    """Check that *index* is at most as great as *shape*, but for the dimension *free*, which may be unknown."""
    if _hidden(shape) or _hidden(index):
        return
    if len(shape) != len(index):
        counts = f"as many dimensions as {name}" if name != "index" else f"{len(shape)} dimensions for {show(shape)}"
        found = f"{show(index)} and {show(shape)}" if name != "index" else f"{len(index)}: {show(index)}"
        raise ShapeError(subject, f"expects index to have {counts}, got {found}")
    if free is not None and not isinstance(free, int):
        return
    for place, (size, count) in enumerate(zip(ranked(shape), ranked(index), strict=True)):
        less = isinstance(size, int) and isinstance(count, int) and count <= size
        if place != free and not less and not same(size, count):
            least = f"at most {size}" if isinstance(size, int) else f"{size}"
            what = show(shape) if name == "index" else f"{name} {show(shape)}"
            raise ShapeError(
                subject, f"expects index to have {least} in dimension {place}, got {show(index)} for {what}"
            )


def _hidden(shape: Shape) -> bool:
    return any(isinstance(dim, Pack) for dim in shape)


def index_select(shape: Shape, dim: Dim, index: Shape) -> Shape:
    """The shape of the parts of a tensor at the places *index* along *dim*.

    Raises:
        ShapeError: there is no such dimension, or *index* has more than one.
    """
    if len(ranked(index)) > 1:
        raise ShapeError("index_select", f"expects index to have 1 dimension, got {len(index)}: {show(index)}")
    if not isinstance(dim, int):
        return (UNKNOWN,) * len(ranked(shape))
    place = axis(shape, dim, "index_select")
    return (*shape[:place], *(index or (1,)), *shape[place + 1 :])


def take_along_dim(shape: Shape, indices: Shape, dim: Dim) -> Shape:
    """The shape of the elements at the places *indices* along *dim*; the other dimensions broadcast.

    Raises:
        ShapeError: there is no such dimension, or the shapes do not fit.
    """
    known, places = ranked(shape), ranked(indices)
    if len(known) != len(places):
        counts = f"{len(known)} dimensions for {show(shape)}"
        raise ShapeError("take_along_dim", f"expects indices to have {counts}, got {len(places)}: {show(indices)}")
    if not isinstance(dim, int):
        return (UNKNOWN,) * len(known)
    chosen = axis(shape, dim, "take_along_dim")
    result: list[Dim] = []
    for place, (size, count) in enumerate(zip(known, places, strict=True)):
        both = count if place == chosen else broadcast_dim(size, count)
        if both is None:
            shapes = f"{show(shape)} and {show(indices)}"
            raise ShapeError(
                "take_along_dim", f"cannot broadcast {shapes}: dimension {place} is {size} against {count}"
            )
        result.append(both)
    return tuple(result)


def one_hot(shape: Shape, num_classes: Dim) -> Shape:
    """The shape of rows of zeros with a one at the label; of -1 classes nobody knows the number before.

    Raises:
        ShapeError: there is no class.
    """
    if isinstance(num_classes, int) and num_classes < 1 and num_classes != -1:
        raise ShapeError("one_hot", f"expects num_classes to be at least 1, or -1, got {num_classes}")
    return (*shape, UNKNOWN if num_classes == -1 else num_classes)
