"""Pooling."""

from __future__ import annotations

import numpy as np

from shapenet.backend import Array
from shapenet.kernels import pool as kernel
from shapenet.kernels.conv import ConvConfig
from shapenet.ops import Needs, Result


def max_pool2d(x: Array, *, config: ConvConfig) -> Result:
    """The maximum of each window of ``[N, C, H, W]``; of equal elements the first gets the gradient."""
    shape = (*x.shape[:2], *config.output_size(x.shape[2], x.shape[3]))
    positions = config.kernel_size[0] * config.kernel_size[1]
    out = np.empty(shape, x.dtype, like=x)
    argmax = np.empty(shape, np.min_scalar_type(-positions), like=x)
    kernel.max_pool2d(x, out, argmax, config)

    def vjp(grad: Array, needs: Needs) -> tuple[Array]:
        return (kernel.max_pool2d_gradient(grad, argmax, np.empty(x.shape, grad.dtype, like=x), config),)

    return out, vjp
