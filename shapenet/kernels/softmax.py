"""The softmax, and its gradient."""

from __future__ import annotations

import numpy as np

from shapenet.backend import Array
from shapenet.kernels.cuda import launch
from shapenet.kernels.cuda import softmax as cuda


def softmax(x: Array, axis: int, out: Array, *, empty_rows: bool = False) -> None:
    """``exp(x) / sum(exp(x))`` along *axis* into *out*, which may be *x*; no finite input overflows.

    What is ``-inf`` alone along the axis becomes 0 with *empty_rows*, else nan, as the formula has it.
    """
    if x.size == 0:
        return
    if not isinstance(x, np.ndarray) and launch.takes(x, out):
        cuda.softmax(x, axis, out, empty_rows=empty_rows)
        return
    greatest = np.max(x, axis=axis, keepdims=True)
    if empty_rows:
        greatest[greatest == -np.inf] = 0
    with np.errstate(invalid="ignore"):
        np.subtract(x, greatest, out=out)
    np.exp(out, out=out)
    total = np.sum(out, axis=axis, keepdims=True)
    if empty_rows:
        total[total == 0] = 1
    np.divide(out, total, out=out)


def backward(y: Array, grad: Array, axis: int, out: Array) -> None:
    """The gradient of the input, ``y*(grad - sum(grad*y))``, into *out*: *y* is the softmax, *grad* its gradient."""
    if not isinstance(y, np.ndarray) and launch.takes(y, grad, out):
        cuda.backward(y, grad, axis, out)
        return
    np.multiply(y, grad, out=out)
    shared = np.sum(out, axis=axis, keepdims=True)
    np.subtract(grad, shared, out=out)
    np.multiply(out, y, out=out)
