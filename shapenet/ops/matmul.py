"""The matrix product, and the linear map."""

from __future__ import annotations

import math

import numpy as np

from shapenet.backend import Array
from shapenet.kernels.elementwise import elementwise
from shapenet.kernels.parallel import matmul as matmul_kernel
from shapenet.ops import Needs, Result
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


def linear(x: Array, weight: Array, bias: Array | None = None) -> Result:
    """``x @ weight.T + bias``: ``[*, in], [out, in], [out] -> [*, out]``."""
    rows = x.reshape(math.prod(x.shape[:-1]), x.shape[-1])
    out = matmul_kernel(rows, weight.T)
    if bias is not None:
        elementwise(np.add, out, bias, out=out)

    def vjp(grad: Array, needs: Needs) -> tuple[Array | None, ...]:
        grads = grad.reshape(out_shape)
        x_grad = matmul_kernel(grads, weight).reshape(x.shape) if needs[0] else None
        weight_grad = matmul_kernel(grads.T, rows) if needs[1] else None
        if len(needs) == 2:
            return x_grad, weight_grad
        return x_grad, weight_grad, grads.sum(axis=0) if needs[2] else None

    out_shape = out.shape
    return out.reshape(*x.shape[:-1], len(weight)), vjp
