"""Elements repeated, and arranged anew: the methods of tensors, as functions."""

from __future__ import annotations

from collections.abc import Sequence

from shapenet.tensors import AnyTensor, Shape, Tensor


def broadcast_to(x: AnyTensor, size: Sequence[int]) -> AnyTensor:
    """A view with dimensions of size 1 repeated to *size*, and new ones in front; -1 keeps a size.

    Raises:
        ShapeError: a dimension has neither its size nor 1, or there are too few sizes.
        TypeError: an argument is no int.
    """
    return x.broadcast_to(size)


def tile(x: AnyTensor, dims: Sequence[int]) -> AnyTensor:
    """So many copies along the last dimensions, and along new ones in front.

    Raises:
        ShapeError: a number is negative.
        TypeError: an argument is no int.
    """
    return x.tile(dims)


def repeat_interleave(x: AnyTensor, repeats: int, dim: int | None = None) -> AnyTensor:
    """Each element of dimension *dim*, or of all elements in a row, *repeats* times.

    Raises:
        ShapeError: there is no such dimension, or *repeats* is negative.
        TypeError: an argument is no int.
    """
    return x.repeat_interleave(repeats, dim)


def flip(x: Tensor[*Shape], dims: Sequence[int]) -> Tensor[*Shape]:
    """The order along *dims* reversed.

    Raises:
        ShapeError: a dimension does not exist or is named twice.
        TypeError: an argument is no int.
    """
    return x.flip(dims)


def roll(x: Tensor[*Shape], shifts: int | Sequence[int], dims: int | Sequence[int] | None = None) -> Tensor[*Shape]:
    """The elements shifted along *dims*, or in a row; what leaves at one end comes in at the other.

    Raises:
        ShapeError: a dimension does not exist, or there are not as many shifts.
        TypeError: an argument is no int.
    """
    return x.roll(shifts, dims)


def tril(x: Tensor[*Shape], diagonal: int = 0) -> Tensor[*Shape]:
    """Each matrix of the last two dimensions with zeros above the diagonal that lies *diagonal* over the main one.

    Raises:
        ShapeError: there are fewer than 2 dimensions.
        TypeError: an argument is no int.
    """
    return x.tril(diagonal)


def triu(x: Tensor[*Shape], diagonal: int = 0) -> Tensor[*Shape]:
    """Each matrix of the last two dimensions with zeros below the diagonal that lies *diagonal* over the main one.

    Raises:
        ShapeError: there are fewer than 2 dimensions.
        TypeError: an argument is no int.
    """
    return x.triu(diagonal)


def diagonal(x: AnyTensor, offset: int = 0, dim1: int = 0, dim2: int = 1) -> AnyTensor:
    """The diagonals of the matrices in dimensions *dim1* and *dim2*, as the last dimension.

    Raises:
        ShapeError: a dimension does not exist, or both are the same.
        TypeError: an argument is no int.
    """
    return x.diagonal(offset, dim1, dim2)


def diag(x: AnyTensor, diagonal: int = 0) -> AnyTensor:
    """The diagonal of a matrix, or the matrix that has a vector as its diagonal.

    Raises:
        ShapeError: it is neither a matrix nor a vector.
        TypeError: an argument is no int.
    """
    return x.diag(diagonal)
