"""The softmax, its logarithm and the cross entropy; a block for each row, or a thread where rows are no runs."""

from __future__ import annotations

import math

import numpy as np

from shapenet.backend import Array
from shapenet.kernels import memory
from shapenet.kernels.convolution import contiguous
from shapenet.kernels.cuda import launch


def softmax(x: Array, axis: int, out: Array, *, logarithm: bool = False, empty_rows: bool = False) -> None:
    """The softmax of *x* along *axis*, or its *logarithm*, into *out*, which may be *x*."""
    _along("softmax", axis, (x,), out, int(logarithm), int(empty_rows))


def backward(y: Array, grad: Array, axis: int, out: Array, *, logarithm: bool = False) -> None:
    """The gradient of the input into *out*: *y* is the softmax or its *logarithm*, *grad* its gradient."""
    _along("softmax_gradient", axis, (y, grad), out, int(logarithm))


def picked_losses(logs: Array, labels: Array, factors: Array) -> Array:
    """``-logs[label]`` times *factors*, for ``[N, C, ...]`` and twice ``[N, ...]``; what counts nothing is 0."""
    losses = memory.empty(labels.shape, logs.dtype, logs)
    args = (contiguous(logs), contiguous(labels), contiguous(factors), losses, *_sizes(logs.shape, 1))
    launch.each("softmax", "picked_losses", logs, labels.size, *args)
    return losses


def cross_entropy_gradient(logs: Array, labels: Array, factors: Array, scale: Array) -> Array:
    """``(exp(logs) - 1 at the label) * scale * factors``; the *scale* is ``[]``, or ``[N, ...]`` as the factors."""
    out = memory.empty(logs.shape, logs.dtype, logs)
    times = contiguous(scale)
    args = (contiguous(logs), contiguous(labels), contiguous(factors), times, times.size, out)
    launch.each("softmax", "cross_entropy_gradient", logs, logs.size, *args, *_sizes(logs.shape, 1))
    return out


def checked_labels(labels: Array, classes: int, ignored: int, weight: Array | None, like: Array) -> tuple[Array, Array]:
    """Labels that are in range, and their factors, of the type of *like*: the weight of the class, or 1.

    The factor of a label that is *ignored* is 0, that of one out of range NaN: nobody waits for the device to say so.
    """
    source = contiguous(labels)
    checked, factors = memory.empty(labels.shape, np.int64, like), memory.empty(labels.shape, like.dtype, like)
    args = (source, weight, np.int64(ignored), classes, checked, factors, labels.size, math.nan)
    launch.each("softmax", "checked_labels", like, labels.size, *args)
    return checked, factors


def _along(name: str, axis: int, inputs: tuple[Array, ...], out: Array, *flags: int) -> None:
    """Launch *name* on arrays that all lie as the first does: copies are made of those that do not."""
    order = memory.memory_order(inputs[0])
    given = [contiguous(x.transpose(order)) for x in inputs]
    target = out.transpose(order)
    written = target if target.flags.c_contiguous else memory.empty(target.shape, out.dtype, out)
    sizes = outer, count, inner = _sizes(written.shape, order.index(axis % out.ndim))
    if out.size:
        alone = inner > 1
        grid, block = launch.rows(outer, count)
        if alone:
            grid, block = (min(-(-outer * inner // launch.THREADS), launch.BLOCKS),), (launch.THREADS,)
        macros = (("ALONE", "1"),) if alone else ()
        launch.start("softmax", name, out, grid, block, *given, written, *sizes, *flags, size=out.size, macros=macros)
    if written is not target:
        np.copyto(target, written)


def _sizes(shape: tuple[int, ...], axis: int) -> tuple[int, int, int]:
    """The elements before *axis*, along it, and after it."""
    return math.prod(shape[:axis]), shape[axis], math.prod(shape[axis + 1 :])
