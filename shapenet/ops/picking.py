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
    shape, key = x.shape, _key(x.shape, places, dim)

    def gradient(grad: Array) -> Array:
        x_grad = np.zeros(shape, grad.dtype, like=grad)
        if repeated:
            np.add.at(x_grad, key, grad)
        else:
            x_grad[key] = grad
        return x_grad

    return result(x[key], gradient)


def scatter(x: Array, src: Array, *, places: Array, dim: int, add: bool) -> Result:
    """*x* with elements of *src* at the *places* along *dim*, or added to those there; *places* says how many.

    Without *add*, one of those that are put at the same place stays, and all get its gradient, as in torch.
    """
    key, src_shape = _key(x.shape, places, dim), src.shape
    part = tuple(slice(size) for size in places.shape)
    out = x.copy()
    if add:
        np.add.at(out, key, src[part])
    else:
        out[key] = src[part]

    def x_gradient(grad: Array) -> Array:
        if add:
            return grad
        rest = grad.copy()
        rest[key] = 0
        return rest

    def src_gradient(grad: Array) -> Array:
        src_grad = np.zeros(src_shape, grad.dtype, like=grad)
        src_grad[part] = grad[key]
        return src_grad

    return result(out, x_gradient, src_gradient)


def _key(shape: tuple[int, ...], places: Array, dim: int) -> tuple[Array, ...]:
    def every(axis: int, size: int) -> Array:
        numbers = np.arange(size, like=places) if shape[axis] > 1 else np.zeros(size, np.int64, like=places)
        return numbers.reshape([-1 if other == axis else 1 for other in range(len(shape))])

    at = dim % len(shape)
    return tuple(places if axis == at else every(axis, size) for axis, size in enumerate(places.shape))
