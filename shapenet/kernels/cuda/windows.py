"""``im2col`` and ``col2im`` of ``shapenet.kernels.conv``, in one launch each, for any strides."""

from __future__ import annotations

import math

from shapenet.backend import Array
from shapenet.kernels.conv import ConvConfig
from shapenet.kernels.cuda import launch


def im2col(x: Array, col: Array, config: ConvConfig) -> Array:
    """Write the windows of *x* ``[N, C, H, W]`` into *col* ``[N, C, K, L, Y, X]``; padding becomes 0. Returns *col*.

    *col* may also be ``[N, G, C/G, K, L, Y, X]``, groups with a stride of their own. Each axis may lie anywhere.
    """
    launch.each("im2col", "im2col", x, col.size // max(1, _kernel(col)), x, col, _geometry(x, col, config, add=False))
    return col


def col2im(col: Array, x: Array, config: ConvConfig, *, add: bool = False) -> Array:
    """The adjoint: *x* becomes, for each element, the sum of its copies in *col*; to *add* it keeps what it was."""
    launch.each("im2col", "col2im", x, x.size, col, x, _geometry(x, col, config, add=add))
    return x


def _kernel(col: Array) -> int:
    return math.prod(col.shape[-4:-2])


def _geometry(x: Array, col: Array, config: ConvConfig, *, add: bool) -> tuple[int, ...]:
    """The struct ``Convolution``, in its order."""
    grouped = col.ndim == 7
    groups, channels = col.shape[1:3] if grouped else (1, col.shape[1])
    n, c, h, w = (step // x.itemsize for step in x.strides)
    steps = tuple(step // col.itemsize for step in col.strides)
    inside = col.strides[2 if grouped else 1] < col.strides[-1]  # neighbouring threads have neighbours of the windows
    return (
        *(x.shape[0], groups, channels, *col.shape[-4:-2], *col.shape[-2:], *x.shape[2:]),
        *(*config.stride, *config.padding, *config.dilation),
        *(n, c * channels, c, h, w),
        *(steps if grouped else (steps[0], 0, *steps[1:])),
        *(int(inside), int(add)),
    )
