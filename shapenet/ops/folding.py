"""Images to the windows in them, and back."""

from __future__ import annotations

import math

import numpy as np

from shapenet.backend import Array
from shapenet.kernels import conv as kernel
from shapenet.kernels import memory
from shapenet.kernels.conv import ConvConfig, IntPair
from shapenet.ops import Result
from shapenet.ops.results import result


def unfold(x: Array, *, config: ConvConfig, windows: IntPair) -> Result:
    """The windows of ``[N, C, H, W]``, each a column: ``[N, C*K*L, Y*X]`` for Y x X *windows*."""
    image = (x.shape[2], x.shape[3])
    return result(_columns(x, config, windows), lambda grad: _image(grad, config, image, windows))


def fold(x: Array, *, config: ConvConfig, image: IntPair, windows: IntPair) -> Result:
    """The adjoint of ``unfold``: ``[N, C*K*L, Y*X]`` to the *image* ``[N, C, H, W]``, in which windows add up."""
    return result(_image(x, config, image, windows), lambda grad: _columns(grad, config, windows))


def _columns(x: Array, config: ConvConfig, windows: IntPair) -> Array:
    col = memory.empty((*x.shape[:2], *config.kernel_size, *windows), x.dtype, x)
    kernel.im2col(x, col, config)
    return np.reshape(col, (len(x), math.prod(col.shape[1:4]), math.prod(windows)))  # N C K L Y X -> N CKL YX


def _image(columns: Array, config: ConvConfig, image: IntPair, windows: IntPair) -> Array:
    channels = columns.shape[1] // math.prod(config.kernel_size)
    col = np.reshape(columns, (len(columns), channels, *config.kernel_size, *windows))  # N CKL YX -> N C K L Y X
    return kernel.col2im(col, memory.empty((len(columns), channels, *image), columns.dtype, columns), config)
