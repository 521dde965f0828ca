"""Rules of the operations that repeat elements: expand, repeat, tile, repeat_interleave.

Sizes stand for the last dimensions, and are matched from the end.
"""

from __future__ import annotations

from collections.abc import Sequence

from shapenet.dims import UNKNOWN, Dim, Pack, Shape, Unknown, product
from shapenet.errors import ShapeError
from shapenet.rules.shapes import Undetermined, axis, count, show


def expand(shape: Shape, sizes: Sequence[Dim | Pack], subject: str = "expand") -> Shape:
    """The shape with dimensions of size 1 repeated to *sizes*, and new ones in front; -1 keeps a size.

    Raises:
        ShapeError: a dimension is not proved equal to its size, nor 1, or there are too few sizes.
    """
    told = f"cannot expand {show(shape)} to {show(sizes)}"
    if any(isinstance(size, int) and size < -1 for size in sizes):
        raise ShapeError(subject, f"{told}: sizes must be at least 0, or -1 to keep a size")
    _check_enough(shape, sizes, subject, "size")
    result: list[Dim | Pack] = []
    for offset in range(1, len(sizes) + 1):
        left, wanted = shape[: max(len(shape) - offset + 1, 0)], tuple(sizes[: len(sizes) - offset + 1])
        if not left and wanted[-1] == -1:
            raise ShapeError(subject, f"{told}: -1 keeps a size, but there is no dimension {-offset}")
        dim, size = left[-1] if left else 1, wanted[-1]
        if isinstance(dim, Pack) or (isinstance(size, Pack) and left):
            rest = left if left == wanted else [UNKNOWN if size == -1 else size for size in wanted]
            return (*rest, *reversed(result))
        result.append(size if isinstance(size, Pack) else _expanded(dim, size, f"{told}: dimension {-offset}", subject))
    return tuple(reversed(result))


def _expanded(dim: Dim, size: Dim, told: str, subject: str) -> Dim:
    if size in (-1, dim):
        return dim
    if dim == 1 or isinstance(dim, Unknown):
        return size
    if isinstance(size, Unknown):
        return dim if isinstance(dim, int) else UNKNOWN  # a symbol may still turn out to be 1
    raise ShapeError(subject, f"{told} is {dim}, and only 1 can become {size}")


def repeat(shape: Shape, sizes: Sequence[Dim | Pack], subject: str = "repeat") -> Shape:
    """The shape of so many copies along each dimension, and along new ones in front.

    Raises:
        ShapeError: there are fewer numbers than dimensions, or one is negative.
    """
    _check_copies(sizes, subject)
    _check_enough(shape, sizes, subject, "number", " of copies")
    return _repeated(shape, sizes)


def tile(shape: Shape, dims: Sequence[Dim | Pack], subject: str = "tile") -> Shape:
    """As ``repeat``, but where *dims* are fewer than the dimensions, the first of these are not repeated.

    Raises:
        ShapeError: a number is negative.
    """
    _check_copies(dims, subject)
    missing = len(shape) - len(dims)
    if missing <= 0 or any(isinstance(size, Pack) for size in dims):
        return _repeated(shape, dims)
    return (*shape[:missing], *_repeated(shape[missing:], dims))


def repeat_interleave(shape: Shape, repeats: Dim, dim: int | None = None, subject: str = "repeat_interleave") -> Shape:
    """The shape with each element of dimension *dim* (of all elements in a row, for None) repeated.

    Raises:
        ShapeError: there is no such dimension, or *repeats* is negative.
    """
    if isinstance(repeats, int) and repeats < 0:
        raise ShapeError(subject, f"expects repeats to be at least 0, got {repeats}")
    if dim is None:
        known = [size for size in shape if not isinstance(size, Pack)]
        return (product(known) * repeats if len(known) == len(shape) else UNKNOWN,)
    place = axis(shape, dim, subject)
    return (*shape[:place], _times(shape[place], repeats), *shape[place + 1 :])


def _repeated(shape: Shape, sizes: Sequence[Dim | Pack]) -> Shape:
    padded = (*(1,) * (len(sizes) - len(shape)), *shape)
    result: list[Dim | Pack] = []
    for dim, size in zip(reversed(padded), reversed(sizes), strict=False):
        if isinstance(dim, Pack) or isinstance(size, Pack):
            return (Pack(), *reversed(result))
        result.append(_times(dim, size))
    return (*padded[: len(padded) - len(sizes)], *reversed(result))


def _times(dim: Dim | Pack, count: Dim) -> Dim:
    if isinstance(dim, Pack):
        raise Undetermined
    return dim * count


def _check_copies(sizes: Sequence[Dim | Pack], subject: str) -> None:
    if any(isinstance(size, int) and size < 0 for size in sizes):
        raise ShapeError(subject, f"expects numbers of copies that are at least 0, got {show(sizes)}")


def _check_enough(shape: Shape, sizes: Sequence[Dim | Pack], subject: str, what: str, of: str = "") -> None:
    sure = sum(not isinstance(dim, Pack) for dim in shape)
    if sure > len(sizes) and not any(isinstance(size, Pack) for size in sizes):
        raise ShapeError(subject, f"expects at least {count(sure, what)}{of} for {show(shape)}, got {show(sizes)}")
