"""Elements picked by their places along a dimension."""

from __future__ import annotations

import numpy as np

from shapenet.backend import Array
from shapenet.ops import Result
from shapenet.ops.results import result


def gather(x: Array, *, places: Array, dim: int, repeated: bool) -> Result:
    """``x`` at the *places* along *dim*; elsewhere, *places* has at most the size of *x*, or *x* has size 1.

    With *repeated* a place may stand there more than once: gradients of one element add up.
    """
    shape, at = x.shape, dim % x.ndim

    def every(axis: int, size: int) -> Array:
        numbers = np.arange(size, like=places) if shape[axis] > 1 else np.zeros(size, np.int64, like=places)
        return numbers.reshape([-1 if other == axis else 1 for other in range(len(shape))])

    key = tuple(places if axis == at else every(axis, size) for axis, size in enumerate(places.shape))

    def gradient(grad: Array) -> Array:
        x_grad = np.zeros(shape, grad.dtype, like=grad)
        if repeated:
            np.add.at(x_grad, key, grad)
        else:
            x_grad[key] = grad
        return x_grad

    return result(x[key], gradient)
