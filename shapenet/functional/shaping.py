"""The same elements in another shape: the methods of tensors, as functions."""

from __future__ import annotations

from collections.abc import Sequence

from shapenet.tensors import AnyTensor


def reshape(x: AnyTensor, shape: Sequence[int]) -> AnyTensor:
    """The elements in a new *shape*, of which one size may be -1.

    Raises:
        ShapeError: the number of elements differs.
        TypeError: an argument is no int.
    """
    return x.reshape(shape)


def flatten(x: AnyTensor, start_dim: int = 0, end_dim: int = -1) -> AnyTensor:
    """Dimensions *start_dim* to *end_dim*, both included, joined into one.

    Raises:
        ShapeError: there are no such dimensions.
    """
    return x.flatten(start_dim, end_dim)


def unflatten(x: AnyTensor, dim: int, sizes: Sequence[int]) -> AnyTensor:
    """Dimension *dim* split into *sizes*, of which one may be -1.

    Raises:
        ShapeError: there is no such dimension, no size, or they do not make up the dimension.
        TypeError: an argument is no int.
    """
    return x.unflatten(dim, sizes)


def squeeze(x: AnyTensor, dim: int | Sequence[int] | None = None) -> AnyTensor:
    """Without those of the dimensions *dim*, or of all, that have size 1.

    Raises:
        ShapeError: a dimension does not exist or is named twice.
        TypeError: an argument is no int.
    """
    return x.squeeze(dim)


def unsqueeze(x: AnyTensor, dim: int) -> AnyTensor:
    """With a dimension of size 1 more, which is *dim* of the result.

    Raises:
        ShapeError: no dimension can go there.
        TypeError: an argument is no int.
    """
    return x.unsqueeze(dim)


def permute(x: AnyTensor, dims: Sequence[int]) -> AnyTensor:
    """The dimensions in the order *dims*.

    Raises:
        ShapeError: *dims* does not name each dimension once.
        TypeError: an argument is no int.
    """
    return x.permute(dims)


def movedim(x: AnyTensor, source: int | Sequence[int], destination: int | Sequence[int]) -> AnyTensor:
    """The dimensions *source* moved to the places *destination*; the others keep their order.

    Raises:
        ShapeError: a dimension does not exist, is named twice, or there are not as many of both.
        TypeError: an argument is no int.
    """
    return x.movedim(source, destination)


def transpose(x: AnyTensor, dim0: int, dim1: int) -> AnyTensor:
    """Two dimensions swapped.

    Raises:
        ShapeError: there are no such dimensions.
        TypeError: an argument is no int.
    """
    return x.transpose(dim0, dim1)


def swapaxes(x: AnyTensor, axis0: int, axis1: int) -> AnyTensor:
    """As ``transpose``.

    Raises:
        ShapeError: there are no such dimensions.
        TypeError: an argument is no int.
    """
    return x.swapaxes(axis0, axis1)


def swapdims(x: AnyTensor, dim0: int, dim1: int) -> AnyTensor:
    """As ``transpose``.

    Raises:
        ShapeError: there are no such dimensions.
        TypeError: an argument is no int.
    """
    return x.swapdims(dim0, dim1)
