"""Products of each element of one vector with each of another, weighted and added up.

The products of M pairs of vectors are a matrix ``[M, I*J]``, and the sums one product with the weight ``[O, I*J]``. So
large a matrix is never there as a whole: a few rows at a time stay in the cache.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from shapenet.backend import Array
from shapenet.kernels import memory
from shapenet.kernels.parallel import matmul, pieces, product_beside

PRODUCTS: Final = 2**20
"""Products at a time, about."""


def bilinear(x: Array, y: Array, weight: Array) -> Array:
    """``out[m, o] = sum of x[m, i] * weight[o, i, j] * y[m, j]``: ``[M, I], [M, J], [O, I, J] -> [M, O]``."""
    out = memory.empty((len(x), len(weight)), np.result_type(x, y, weight), x)
    flat = weight.reshape(len(weight), -1)
    for part in _parts(x, y):
        matmul(_products(x[part], y[part]), flat.T, out=out[part])
    return out


def weight_gradient(x: Array, y: Array, grad: Array) -> Array:
    """The gradient of the weight, ``[O, I, J]``, for that of the output."""
    total = np.zeros((grad.shape[1], x.shape[1] * y.shape[1]), grad.dtype, like=grad)
    for part in _parts(x, y):
        total += matmul(grad[part].T, _products(x[part], y[part]))
    return total.reshape(-1, x.shape[1], y.shape[1])


def input_gradient(other: Array, weight: Array, grad: Array) -> Array:
    """The gradient of *x*, for *y* as *other*; that of *y*, for *x* and a weight ``[O, J, I]``."""
    out = memory.empty((len(grad), weight.shape[1]), grad.dtype, grad)
    flat = weight.reshape(len(weight), -1)
    for part in _parts(out, other):
        slopes = matmul(grad[part], flat).reshape(-1, *weight.shape[1:])
        out[part] = product_beside(slopes)(slopes, other[part][:, :, None])[:, :, 0]
    return out


def _parts(x: Array, y: Array) -> Iterator[slice]:
    rows = max(1, PRODUCTS // max(1, x.shape[1] * y.shape[1]))
    return pieces(0, len(x), rows)


def _products(x: Array, y: Array) -> Array:
    both = memory.empty((len(x), x.shape[1], y.shape[1]), np.result_type(x, y), x)
    np.multiply(x[:, :, None], y[:, None, :], out=both)
    return both.reshape(len(x), -1)
