"""The softmax and its logarithm."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from shapenet.backend import Array
from shapenet.kernels import memory, parallel
from shapenet.kernels import softmax as kernel
from shapenet.kernels.cuda import launch
from shapenet.kernels.cuda import softmax as cuda
from shapenet.kernels.elementwise import elementwise
from shapenet.ops import Result
from shapenet.ops.results import result

COST: Final = 2e-9
"""Seconds for each element; an estimate."""


def softmax(x: Array, *, dim: int) -> Result:
    """``exp(x) / sum(exp(x))`` along *dim*; no finite input overflows."""
    out = memory.empty_like(x)
    _shared(lambda part, source, target: kernel.softmax(source, part, target), dim, x, out)

    def gradient(grad: Array) -> Array:
        x_grad = memory.empty_like(out)
        _shared(lambda part, *arrays: kernel.backward(arrays[0], arrays[1], part, arrays[2]), dim, out, grad, x_grad)
        return x_grad

    return result(out, gradient)


def log_softmax(x: Array, *, dim: int) -> Result:
    """``x - log(sum(exp(x)))`` along *dim*, shifted by the maximum, so that no finite input overflows."""
    out = log_probabilities(x, dim)
    if not isinstance(x, np.ndarray) and launch.takes(x):

        def gradient(grad: Array) -> Array:
            x_grad = memory.empty_like(out)
            cuda.backward(out, grad, dim, x_grad, logarithm=True)
            return x_grad

        return result(out, gradient)
    return result(out, lambda grad: grad - np.exp(out) * np.sum(grad, axis=dim, keepdims=True))


def log_probabilities(x: Array, dim: int) -> Array:
    """The logarithm of the softmax."""
    if not isinstance(x, np.ndarray) and x.size and launch.takes(x):
        out = memory.empty_like(x)
        cuda.softmax(x, dim, out, logarithm=True)
        return out
    out = elementwise(np.subtract, x, np.max(x, axis=dim, keepdims=True))
    total = np.sum(elementwise(np.exp, out), axis=dim, keepdims=True)
    return elementwise(np.subtract, out, np.log(total), out=out)


def _shared(work: Callable[..., None], dim: int, *arrays: Array) -> None:
    """Call *work* with *dim* and the *arrays*, or with parts of them along another dimension in each thread."""
    x = arrays[0]
    others = [axis for axis in range(x.ndim) if axis != dim % x.ndim]
    if not others or not isinstance(x, np.ndarray):
        work(dim, *arrays)
        return
    along = max(others, key=lambda axis: (abs(x.strides[axis]), x.shape[axis]))
    first = [np.moveaxis(array, along, 0) for array in arrays]
    inner = dim % x.ndim + (dim % x.ndim < along)
    parallel.run(
        lambda _, start, stop: work(inner, *(array[start:stop] for array in first)), len(first[0]), COST * x.size
    )
