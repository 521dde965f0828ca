"""The same elements in another shape or order, and selections of them."""

from __future__ import annotations

from typing import Any

import numpy as np

from shapenet.backend import Array
from shapenet.ops import Result
from shapenet.ops.results import result


def reshape(x: Array, *, sizes: tuple[int, ...]) -> Result:
    """The elements in a new shape."""
    shape = x.shape
    return result(np.reshape(x, sizes), lambda grad: np.reshape(grad, shape))


def permute(x: Array, *, dims: tuple[int, ...]) -> Result:
    """The dimensions in another order."""
    inverse = np.argsort([dim % x.ndim for dim in dims]).tolist()
    return result(np.transpose(x, dims), lambda grad: np.transpose(grad, inverse))


def index(x: Array, *, key: Any) -> Result:
    """``x[key]`` for whatever numpy takes as a key; gradients of one element add up."""
    shape = x.shape
    parts = key if isinstance(key, tuple) else (key,)
    # Such a key names no element twice, and add.at is slow.
    basic = all(part is None or part is Ellipsis or isinstance(part, int | np.integer | slice) for part in parts)

    def gradient(grad: Array) -> Array:
        x_grad = np.zeros(shape, grad.dtype, like=grad)
        if basic:
            x_grad[key] = grad
        else:
            np.add.at(x_grad, key, grad)
        return x_grad

    return result(x[key], gradient)
