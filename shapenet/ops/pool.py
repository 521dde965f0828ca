"""Pooling."""

from __future__ import annotations

import numpy as np

from shapenet.backend import Array
from shapenet.kernels import pool as kernel
from shapenet.kernels.conv import ConvConfig
from shapenet.ops import Result
from shapenet.ops.results import result


def max_pool2d(x: Array, *, config: ConvConfig, output: tuple[int, int]) -> Result:
    """The maximum of each window: ``[N, C, H, W]`` to ``[N, C, *output]``; the first of equals gets the gradient."""
    x_shape = x.shape
    shape = (*x_shape[:2], *output)
    positions = config.kernel_size[0] * config.kernel_size[1]
    out = np.empty(shape, x.dtype, like=x)
    argmax = np.empty(shape, np.min_scalar_type(-positions), like=x)
    kernel.max_pool2d(x, out, argmax, config)

    def gradient(grad: Array) -> Array:
        return kernel.max_pool2d_gradient(grad, argmax, np.empty(x_shape, grad.dtype, like=grad), config)

    return result(out, gradient)


def avg_pool2d(
    x: Array, *, config: ConvConfig, output: tuple[int, int], divisor: int | None, count_padding: bool
) -> Result:
    """The sum of each window of ``[N, C, H, W]``, divided by *divisor*, to ``[N, C, *output]``.

    Without one, by the number of its elements, padding counted or not.
    """
    x_shape = x.shape
    out = np.empty((*x_shape[:2], *output), x.dtype, like=x)
    kernel.window_sum(x, out, config)
    if divisor is None and not count_padding:
        ones = np.ones(x_shape[2:], x.dtype, like=x)
        share = 1 / kernel.window_sum(ones, np.empty(output, x.dtype, like=x), config)
    else:
        count = config.kernel_size[0] * config.kernel_size[1] if divisor is None else divisor
        share = np.asarray(1 / count, x.dtype, like=x)
    out *= share

    def gradient(grad: Array) -> Array:
        return kernel.window_spread(grad * share, np.empty(x_shape, grad.dtype, like=grad), config)

    return result(out, gradient)
