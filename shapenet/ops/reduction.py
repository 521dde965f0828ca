"""Sums, means and maxima over dimensions, where ``dim=None`` means over all; and a choice along one."""

from __future__ import annotations

import math

import numpy as np

from shapenet.backend import Array
from shapenet.ops import Result
from shapenet.ops.results import result

Dims = tuple[int, ...] | None


def sum(x: Array, *, dim: Dims, keepdim: bool) -> Result:  # noqa: A001  (torch's name)
    """The sum."""
    shape, kept = x.shape, _kept(x, dim)
    return result(np.sum(x, axis=dim, keepdims=keepdim), lambda grad: np.broadcast_to(np.reshape(grad, kept), shape))


def mean(x: Array, *, dim: Dims, keepdim: bool) -> Result:
    """The mean."""
    shape, kept = x.shape, _kept(x, dim)
    count = math.prod(shape if dim is None else [shape[d] for d in dim])
    return result(
        np.mean(x, axis=dim, keepdims=keepdim, dtype=x.dtype),
        lambda grad: np.broadcast_to(np.reshape(grad, kept) / count, shape),
    )


def amax(x: Array, *, dim: Dims, keepdim: bool) -> Result:
    """The maximum; equal maxima share the gradient evenly."""
    greatest, kept = np.max(x, axis=dim, keepdims=True), _kept(x, dim)

    def gradient(grad: Array) -> Array:
        winners = x == greatest
        share = np.reshape(grad, kept) / np.sum(winners, axis=dim, keepdims=True, dtype=x.dtype)
        return np.where(winners, share, 0)

    return result(greatest if keepdim else np.squeeze(greatest, axis=dim), gradient)


def take_along(x: Array, *, indices: Array, dim: int) -> Result:
    """The elements of *x* at *indices* along *dim*; in the other dimensions the two broadcast.

    Gradients of one element add up.
    """
    shape, chosen = x.shape, dim % x.ndim

    def gradient(grad: Array) -> Array:
        places = [
            indices if axis == chosen else np.expand_dims(np.arange(size, like=indices), _others(axis, len(shape)))
            for axis, size in enumerate(shape)
        ]
        x_grad = np.zeros(shape, grad.dtype, like=grad)
        np.add.at(x_grad, tuple(places), grad)
        return x_grad

    return result(np.take_along_axis(x, indices, axis=dim), gradient)


def _kept(x: Array, dim: Dims) -> tuple[int, ...]:
    """The shape of *x* with size 1 in the dimensions that are reduced."""
    axes = range(x.ndim) if dim is None else [d % x.ndim for d in dim]
    return tuple(1 if axis in axes else size for axis, size in enumerate(x.shape))


def _others(axis: int, ndim: int) -> tuple[int, ...]:
    return tuple(other for other in range(ndim) if other != axis)
