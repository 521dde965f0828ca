"""Sums, means and maxima over dimensions; ``dim=None`` means over all."""

from __future__ import annotations

import math

import numpy as np

from shapenet.backend import Array
from shapenet.ops import Needs, Result

Dims = tuple[int, ...] | None


def sum(x: Array, *, dim: Dims, keepdim: bool) -> Result:  # noqa: A001  (torch's name)
    """The sum."""

    def vjp(grad: Array, needs: Needs) -> tuple[Array]:
        return (np.broadcast_to(_kept(grad, x, dim), x.shape),)

    return np.sum(x, axis=dim, keepdims=keepdim), vjp


def mean(x: Array, *, dim: Dims, keepdim: bool) -> Result:
    """The mean."""
    count = math.prod(x.shape if dim is None else [x.shape[d] for d in dim])

    def vjp(grad: Array, needs: Needs) -> tuple[Array]:
        return (np.broadcast_to(_kept(grad, x, dim) / count, x.shape),)

    return np.mean(x, axis=dim, keepdims=keepdim, dtype=x.dtype), vjp


def amax(x: Array, *, dim: Dims, keepdim: bool) -> Result:
    """The maximum; equal maxima share the gradient evenly."""
    greatest = np.max(x, axis=dim, keepdims=True)

    def vjp(grad: Array, needs: Needs) -> tuple[Array]:
        winners = x == greatest
        return (winners * (_kept(grad, x, dim) / np.sum(winners, axis=dim, keepdims=True, dtype=x.dtype)),)

    return greatest if keepdim else np.max(x, axis=dim), vjp


def _kept(grad: Array, x: Array, dim: Dims) -> Array:
    """*grad* with the dimensions that were summed over as size 1."""
    axes = range(x.ndim) if dim is None else [d % x.ndim for d in dim]
    return np.reshape(grad, tuple(1 if axis in axes else size for axis, size in enumerate(x.shape)))
