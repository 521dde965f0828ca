"""Pools, and their gradients gathered: no atomics, the same sums in the same order each time."""

from __future__ import annotations

import numpy as np

from shapenet.backend import Array
from shapenet.kernels import memory
from shapenet.kernels.cuda import launch
from shapenet.kernels.windows import Windows


def max_pool2d(x: Array, out: Array, windows: Windows) -> Array:
    """Write the maximum of each window of *x* ``[N, C, H, W]`` into *out* ``[N, C, Y, X]``."""
    tables = windows.tables_on(x)
    launch.each("pool", "max_pool", x, out.size, x, out, None, _pool(x, out, windows, out), *tables, -np.inf)
    return out


def max_pool2d_indices(x: Array, indices: Array, windows: Windows) -> Array:
    """Write the place in H*W of the element that wins each window, or -1, into *indices* ``[N, C, Y, X]``."""
    struct, tables = _pool(x, indices, windows, indices), windows.tables_on(x)
    launch.each("pool", "max_pool", x, indices.size, x, None, indices, struct, *tables, -np.inf)
    return indices


def max_pool2d_gradient(grad: Array, x: Array, x_gradient: Array, windows: Windows) -> Array:
    """Write the gradient of the input, given that of the output."""
    indices = max_pool2d_indices(x, memory.empty_like(grad, np.int64), windows)
    if grad.strides != tuple(step * grad.itemsize // indices.itemsize for step in indices.strides):
        grad, given = memory.empty_like(indices, grad.dtype), grad
        np.copyto(grad, given)
    struct, tables = _pool(x_gradient, grad, windows, x_gradient), windows.tables_on(x)
    launch.each("pool", "max_pool_gradient", grad, x_gradient.size, grad, indices, x_gradient, struct, *tables)
    return x_gradient


def window_sum(x: Array, out: Array, windows: Windows) -> Array:
    """Write the sum of each window of *x* ``[N, C, H, W]`` into *out* ``[N, C, Y, X]``."""
    launch.each("pool", "window_sum", x, out.size, x, out, _pool(x, out, windows, out), *windows.tables_on(x))
    return out


def window_spread(grad: Array, x_gradient: Array, windows: Windows) -> Array:
    """The adjoint of ``window_sum``: each element gets the sum over the windows it is in."""
    struct, tables = _pool(x_gradient, grad, windows, x_gradient), windows.tables_on(grad)
    launch.each("pool", "window_spread", grad, x_gradient.size, grad, x_gradient, struct, *tables)
    return x_gradient


def _pool(x: Array, out: Array, windows: Windows, written: Array) -> tuple[int, ...]:
    """The struct ``Pool``, in its order."""
    sides = (*windows.image, *windows.output, *windows.steps)
    x_steps, out_steps = ([step // array.itemsize for step in array.strides] for array in (x, out))
    return (*x.shape[:2], *sides, *x_steps, *out_steps, int(written.strides[1] < written.strides[3]))
