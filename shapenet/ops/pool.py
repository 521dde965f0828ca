"""Pooling: one number of each window."""

from __future__ import annotations

import numpy as np

from shapenet.backend import Array
from shapenet.kernels import memory
from shapenet.kernels import pool as kernel
from shapenet.kernels.elementwise import elementwise
from shapenet.kernels.windows import Windows
from shapenet.ops import Result
from shapenet.ops.results import result


def max_pool2d(x: Array, *, windows: Windows) -> Result:
    """The maximum of each window: ``[N, C, H, W]`` to ``[N, C, Y, X]``; the first of equals gets the gradient."""
    out = memory.empty_in_order((*x.shape[:2], *windows.output), x)
    kernel.max_pool2d(x, out, windows)

    def gradient(grad: Array) -> Array:
        return kernel.max_pool2d_gradient(grad, x, out, memory.empty_like(x, grad.dtype), windows)

    return result(out, gradient)


def avg_pool2d(x: Array, *, windows: Windows, divisor: Array | int) -> Result:
    """The sum of each window of ``[N, C, H, W]``, divided by *divisor*, to ``[N, C, Y, X]``.

    The divisor is one for all, or one for each window, ``[Y, X]``.
    """
    out = memory.empty_in_order((*x.shape[:2], *windows.output), x)
    kernel.window_sum(x, out, windows)
    share = np.asarray(1 / np.asarray(divisor), x.dtype, like=x)
    elementwise(np.multiply, out, share, out=out)
    x_shape = x.shape

    def gradient(grad: Array) -> Array:
        x_gradient = memory.empty_in_order(x_shape, grad)
        return kernel.window_spread(elementwise(np.multiply, grad, share), x_gradient, windows)

    return result(out, gradient)
