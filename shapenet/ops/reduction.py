"""Sums, means and maxima over dimensions; ``dim=None`` means over all."""

from __future__ import annotations

import math

import numpy as np

from shapenet.backend import Array
from shapenet.ops import Result
from shapenet.ops.results import result

Dims = tuple[int, ...] | None


def sum(x: Array, *, dim: Dims, keepdim: bool) -> Result:  # noqa: A001  (torch's name)
    """The sum."""
    shape, kept = x.shape, kept_shape(x, dim)
    return result(np.sum(x, axis=dim, keepdims=keepdim), lambda grad: np.broadcast_to(np.reshape(grad, kept), shape))


def mean(x: Array, *, dim: Dims, keepdim: bool) -> Result:
    """The mean."""
    shape, kept = x.shape, kept_shape(x, dim)
    count = math.prod(shape if dim is None else [shape[d] for d in dim])
    return result(
        np.mean(x, axis=dim, keepdims=keepdim, dtype=x.dtype),
        lambda grad: np.broadcast_to(np.reshape(grad, kept) / count, shape),
    )


def amax(x: Array, *, dim: Dims, keepdim: bool) -> Result:
    """The maximum; equal maxima share the gradient evenly."""
    return _extreme(x, np.max(x, axis=dim, keepdims=True), dim, keepdim)


def amin(x: Array, *, dim: Dims, keepdim: bool) -> Result:
    """The minimum; equal minima share the gradient evenly."""
    return _extreme(x, np.min(x, axis=dim, keepdims=True), dim, keepdim)


def _extreme(x: Array, extreme: Array, dim: Dims, keepdim: bool) -> Result:
    kept = kept_shape(x, dim)

    def gradient(grad: Array) -> Array:
        winners = x == extreme
        shared: Array = winners * (np.reshape(grad, kept) / np.sum(winners, axis=dim, keepdims=True, dtype=x.dtype))
        return shared

    return result(extreme if keepdim else np.squeeze(extreme, axis=dim), gradient)


def kept_shape(x: Array, dim: Dims) -> tuple[int, ...]:
    """The shape of *x* with size 1 in the dimensions that are reduced."""
    axes = range(x.ndim) if dim is None else [d % x.ndim for d in dim]
    return tuple(1 if axis in axes else size for axis, size in enumerate(x.shape))
