"""Pooling."""

from __future__ import annotations

import numpy as np

from shapenet.backend import Array
from shapenet.kernels import memory
from shapenet.kernels import pool as kernel
from shapenet.kernels.conv import ConvConfig
from shapenet.kernels.elementwise import elementwise
from shapenet.ops import Result
from shapenet.ops.results import result


def max_pool2d(x: Array, *, config: ConvConfig, output: tuple[int, int]) -> Result:
    """The maximum of each window: ``[N, C, H, W]`` to ``[N, C, *output]``; the first of equals gets the gradient."""
    out = memory.empty_in_order((*x.shape[:2], *output), x)
    kernel.max_pool2d(x, out, config)

    def gradient(grad: Array) -> Array:
        return kernel.max_pool2d_gradient(grad, x, out, memory.empty_like(x, grad.dtype), config)

    return result(out, gradient)


def avg_pool2d(
    x: Array, *, config: ConvConfig, output: tuple[int, int], divisor: int | None, count_padding: bool
) -> Result:
    """The sum of each window of ``[N, C, H, W]``, divided by *divisor*, to ``[N, C, *output]``.

    Without one, by the number of its elements, padding counted or not.
    """
    out = memory.empty_in_order((*x.shape[:2], *output), x)
    kernel.window_sum(x, out, config)
    if divisor is None and not count_padding:
        ones = np.ones((1, 1, *x.shape[2:]), x.dtype, like=x)
        share = 1 / kernel.window_sum(ones, np.empty((1, 1, *output), x.dtype, like=x), config)
    else:
        count = config.kernel_size[0] * config.kernel_size[1] if divisor is None else divisor
        share = np.asarray(1 / count, x.dtype, like=x)
    elementwise(np.multiply, out, share, out=out)
    x_shape = x.shape

    def gradient(grad: Array) -> Array:
        x_gradient = memory.empty_in_order(x_shape, grad)
        return kernel.window_spread(elementwise(np.multiply, grad, share), x_gradient, config)

    return result(out, gradient)
