"""Images of another size, by interpolation along each side."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from shapenet.backend import Array
from shapenet.kernels import parallel
from shapenet.kernels.convolution import contiguous
from shapenet.ops import Result
from shapenet.ops.results import result


class Side(NamedTuple):
    """For each of so many outputs along a side: the two inputs it lies between, and the part of the way between."""

    outputs: int
    first: Array
    second: Array
    way: Array


def interpolate(x: Array, *, rows: Side, columns: Side) -> Result:
    """``[N, C, H, W] -> [N, C, Y, X]``, a weighted mean of two rows, and then of two columns."""
    out = _along(3, _along(2, x, rows), columns)
    height, width = x.shape[2:]

    def gradient(grad: Array) -> Array:
        back = parallel.matmul(contiguous(grad), _matrix(columns, width, grad))
        return parallel.product_beside(grad)(_matrix(rows, height, grad).T, back)

    return result(out, gradient)


def _along(axis: int, x: Array, side: Side) -> Array:
    _, first, second, way = side
    taken = np.take(x, np.asarray(first, like=x), axis=axis)
    if not way.any():
        return taken
    share = np.reshape(np.asarray(way, x.dtype, like=x), (-1,) + (1,) * (3 - axis))
    between: Array = taken + (np.take(x, np.asarray(second, like=x), axis=axis) - taken) * share
    return between


def _matrix(side: Side, size: int, like: Array) -> Array:
    """The weights ``[outputs, inputs]``; the gradient goes back through its transpose."""
    count, first, second, way = side
    matrix = np.zeros((count, size), like.dtype)
    outputs = np.arange(count)
    matrix[outputs, first] = 1 - way
    matrix[outputs, second] += way
    return np.asarray(matrix, like=like)
