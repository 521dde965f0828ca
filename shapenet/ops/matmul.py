"""The matrix product."""

from __future__ import annotations

import numpy as np

from shapenet.backend import Array
from shapenet.kernels.parallel import matmul as matmul_kernel
from shapenet.ops import Result
from shapenet.ops.elementwise import unbroadcast
from shapenet.ops.results import result


def matmul(x: Array, y: Array) -> Result:
    """``x @ y`` for operands of at least one dimension; all but the last two broadcast."""
    # A vector is a matrix of one row on the left, of one column on the right; its axis is missing in the result.
    left = x[None, :] if x.ndim == 1 else x
    right = y[:, None] if y.ndim == 1 else y

    def widened(grad: Array) -> Array:
        full = np.expand_dims(grad, -1) if y.ndim == 1 else grad
        return np.expand_dims(full, -2) if x.ndim == 1 else full

    def x_gradient(grad: Array) -> Array:
        full = matmul_kernel(widened(grad), right.swapaxes(-1, -2))
        return unbroadcast(full, left.shape).reshape(x.shape)

    def y_gradient(grad: Array) -> Array:
        full = matmul_kernel(left.swapaxes(-1, -2), widened(grad))
        return unbroadcast(full, right.shape).reshape(y.shape)

    return result(matmul_kernel(x, y), x_gradient, y_gradient)
