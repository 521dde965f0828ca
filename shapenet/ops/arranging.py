"""Elements repeated, shifted, turned round, and those beside a diagonal."""

from __future__ import annotations

import itertools

import numpy as np

from shapenet.backend import Array
from shapenet.ops import Result
from shapenet.ops.elementwise import unbroadcast
from shapenet.ops.results import result


def expand(x: Array, *, sizes: tuple[int, ...]) -> Result:
    """A view of *sizes*, in which dimensions of size 1 are repeated."""
    shape = x.shape
    return result(np.broadcast_to(x, sizes), lambda grad: unbroadcast(grad, shape))


def tile(x: Array, *, counts: tuple[int, ...]) -> Result:
    """So many copies along each dimension; *counts* are at least as many as the dimensions."""
    shape = x.shape
    padded = (*(1,) * (len(counts) - len(shape)), *shape)
    by_copy = tuple(itertools.chain.from_iterable(zip(counts, padded, strict=True)))
    copies = tuple(range(0, len(by_copy), 2))
    return result(np.tile(x, counts), lambda grad: np.reshape(np.reshape(grad, by_copy).sum(axis=copies), shape))


def repeat_interleave(x: Array, *, repeats: int, dim: int) -> Result:
    """Each element of dimension *dim* so many times."""
    place = dim % x.ndim
    by_copy = (*x.shape[: place + 1], repeats, *x.shape[place + 1 :])
    return result(np.repeat(x, repeats, axis=dim), lambda grad: np.reshape(grad, by_copy).sum(axis=place + 1))


def flip(x: Array, *, dims: tuple[int, ...]) -> Result:
    """A view in which the order along *dims* is reversed."""
    return result(np.flip(x, dims), lambda grad: np.flip(grad, dims))


def roll(x: Array, *, shifts: tuple[int, ...], dims: tuple[int, ...]) -> Result:
    """The elements shifted along *dims*; what leaves at one end comes in at the other."""
    back = tuple(-shift for shift in shifts)
    return result(np.roll(x, shifts, dims), lambda grad: np.roll(grad, back, dims))


def tril(x: Array, *, diagonal: int) -> Result:
    """Zeros above the diagonal."""
    return result(np.tril(x, diagonal), lambda grad: np.tril(grad, diagonal))


def triu(x: Array, *, diagonal: int) -> Result:
    """Zeros below the diagonal."""
    return result(np.triu(x, diagonal), lambda grad: np.triu(grad, diagonal))


def diagonal(x: Array, *, offset: int, dim1: int, dim2: int) -> Result:
    """A view of the diagonals in two dimensions, as the last one."""
    shape = x.shape

    def gradient(grad: Array) -> Array:
        x_grad = np.zeros(shape, grad.dtype, like=grad)
        np.moveaxis(x_grad, (dim1, dim2), (-2, -1))[..., *_places(grad, grad.shape[-1], offset)] = grad
        return x_grad

    return result(np.diagonal(x, offset, dim1, dim2), gradient)


def diagonal_matrix(x: Array, *, offset: int) -> Result:
    """The square matrix with the vector *x* on a diagonal, and zeros beside it."""
    size = len(x) + abs(offset)
    out = np.zeros((size, size), x.dtype, like=x)
    places = _places(x, len(x), offset)
    out[places] = x
    return result(out, lambda grad: grad[places])


def _places(like: Array, count: int, offset: int) -> tuple[Array, Array]:
    along = np.arange(count, like=like)
    return along + max(-offset, 0), along + max(offset, 0)
