"""The same elements in another shape or order, and selections of them."""

from __future__ import annotations

from typing import Any

import numpy as np

from shapenet.backend import Array
from shapenet.ops import Needs, Result


def reshape(x: Array, *, sizes: tuple[int, ...]) -> Result:
    """The elements in a new shape."""
    return np.reshape(x, sizes), lambda grad, needs: (np.reshape(grad, x.shape),)


def permute(x: Array, *, dims: tuple[int, ...]) -> Result:
    """The dimensions in another order."""
    inverse = np.argsort([dim % x.ndim for dim in dims]).tolist()
    return np.transpose(x, dims), lambda grad, needs: (np.transpose(grad, inverse),)


def index(x: Array, *, key: tuple[Any, ...]) -> Result:
    """``x[key]`` for integers, slices, None, Ellipsis and integer arrays; gradients of one element add up."""
    repeats = any(hasattr(part, "shape") for part in key)

    def vjp(grad: Array, needs: Needs) -> tuple[Array]:
        x_grad = np.zeros_like(x)
        if repeats:
            np.add.at(x_grad, key, grad)
        else:
            x_grad[key] = grad
        return (x_grad,)

    return x[key], vjp
