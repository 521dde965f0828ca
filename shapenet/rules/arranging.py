"""Rules of the operations that arrange elements anew, or take those beside a diagonal."""

from __future__ import annotations

from collections.abc import Sequence

from shapenet.dims import UNKNOWN, Dim, Pack, Shape, Unknown
from shapenet.errors import ShapeError
from shapenet.rules.shapes import Undetermined, axes, axis, ranked, show


def moved(
    shape: Shape, source: int | Sequence[int], destination: int | Sequence[int], subject: str = "movedim"
) -> list[int]:
    """The order of the dimensions after those at *source* went to *destination*, and the others kept theirs.

    Raises:
        ShapeError: a dimension does not exist, is named twice, or there are not as many of both.
    """
    known = ranked(shape)
    sources, destinations = axes(known, source, subject), axes(known, destination, subject)
    if len(sources) != len(destinations):
        told = (
            f"expects as many dimensions in destination as in source, got destination={destination} for source={source}"
        )
        raise ShapeError(subject, told)
    others = iter([place for place in range(len(known)) if place not in sources])
    where_from = dict(zip(destinations, sources, strict=True))
    return [where_from[place] if place in where_from else next(others) for place in range(len(known))]


def matrix(shape: Shape, subject: str) -> Shape:
    """*shape*, that of a matrix or of several.

    Raises:
        ShapeError: it has fewer than 2 dimensions.
    """
    if len(shape) < 2 and not any(isinstance(dim, Pack) for dim in shape):
        raise ShapeError(subject, f"expects at least 2 dimensions, got {show(shape)}")
    return shape


def turned(shape: Shape, subject: str = "T") -> Shape:
    """The shape of the matrix with rows and columns exchanged.

    Raises:
        ShapeError: it is no matrix.
    """
    known = ranked(shape)
    if len(known) != 2:
        raise ShapeError(subject, f"expects 2 dimensions, got {show(shape)}")
    return known[::-1]


def roll(
    shape: Shape, shifts: Dim | Sequence[object], dims: int | Sequence[int] | None, subject: str = "roll"
) -> Shape:
    """*shape*, whose elements are shifted along *dims* (in a row, for None).

    Raises:
        ShapeError: a dimension does not exist, or there are not as many shifts.
    """
    given = len(shifts) if isinstance(shifts, Sequence) else 1
    wanted = 1 if dims is None or isinstance(dims, int) else len(dims)
    if given != wanted:
        raise ShapeError(subject, f"expects as many shifts as dims, got shifts={shifts} for dims={dims}")
    for dim in (dims,) if isinstance(dims, int) else dims or ():
        axis(shape, dim, subject)
    return shape


def diagonal(shape: Shape, offset: Dim = 0, dim1: int = 0, dim2: int = 1, subject: str = "diagonal") -> Shape:
    """The shape of the diagonals of the matrices that lie in two dimensions: they become the last dimension.

    Raises:
        ShapeError: a dimension does not exist, or both are the same.
    """
    if len(shape) < 2:
        matrix(shape, subject)
        raise Undetermined
    first, second = axes(shape, (dim1, dim2), subject)
    rows, columns = shape[first], shape[second]
    if isinstance(rows, Pack) or isinstance(columns, Pack):
        raise Undetermined
    rest = [dim for place, dim in enumerate(shape) if place not in (first, second)]
    return (*rest, _length(rows, columns, offset))


def diag(shape: Shape, diagonal_: Dim = 0, subject: str = "diag") -> Shape:
    """The shape of the diagonal of a matrix, or of the matrix that has a vector as its diagonal.

    Raises:
        ShapeError: it is neither a matrix nor a vector.
    """
    known = ranked(shape)
    if len(known) == 2:
        return diagonal(known, diagonal_, subject=subject)
    if len(known) != 1:
        raise ShapeError(subject, f"expects 1 or 2 dimensions, got {show(shape)}")
    size = known[0] + abs(diagonal_) if isinstance(diagonal_, int) else UNKNOWN
    return (size, size)


def _length(rows: Dim, columns: Dim, offset: Dim) -> Dim:
    if isinstance(rows, int) and isinstance(columns, int) and isinstance(offset, int):
        return max(min(rows + min(offset, 0), columns - max(offset, 0)), 0)
    return rows if offset == 0 and rows == columns and not isinstance(rows, Unknown) else UNKNOWN
