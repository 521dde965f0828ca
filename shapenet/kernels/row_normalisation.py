"""Normalisation of the rows of a matrix, a few at a time, each element with a weight of its own.

Axes: R rows, K columns. Sums within a row are of the dtype of the matrix (numpy adds up runs in pairs); means are kept
in float64.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from shapenet.backend import Array
from shapenet.kernels import memory, parallel
from shapenet.kernels.cuda import launch
from shapenet.kernels.cuda import row_normalisation as cuda
from shapenet.kernels.reduction import column_sums

PIECE: Final = 2**16
"""Elements at a time: the passes over them but the first hit the cache."""

PASSES: Final = 1e-9
"""Seconds for each element, in all passes, about."""


def normalise(x: Array, weight: Array | None, bias: Array | None, eps: float, out: Array, mean: Array | None) -> Array:
    """Write each row, brought to mean 0 and variance 1, times *weight* plus *bias*, into *out*.

    The means are written into *mean* ``[R]``. Without it rows are not centred: they are brought to a mean square of 1.
    Rows are centred before they are squared, and what rounding left in the mean is taken away in a second pass.

    Returns:
        The factor of each row, ``1 / sqrt(variance + eps)``.
    """
    if not isinstance(x, np.ndarray) and launch.takes(x, weight, bias, out):
        return cuda.normalise(x, weight, bias, eps, out, mean)
    scale = memory.empty(x.shape[:1], x.dtype, x)

    def work(part: slice) -> None:
        y = out[part]
        centred = x[part] if mean is None else _centre(x[part], y, mean[part])
        squares = memory.empty_like(centred)
        np.multiply(centred, centred, out=squares)
        scale[part] = 1 / np.sqrt(_means(squares).astype(np.float64) + eps)
        np.multiply(centred, scale[part][:, None], out=y)
        if weight is not None:
            np.multiply(y, weight, out=y)
        if bias is not None:
            np.add(y, bias, out=y)

    _share(lambda _, part: work(part), x)
    return scale


def gradients(
    grad: Array,
    x: Array,
    weight: Array | None,
    mean: Array | None,
    scale: Array,
    out: Array | None,
    sums: tuple[Array | None, Array | None],
) -> None:
    """Write the gradient of the input into *out*, and those of weight and bias into *sums*, where they are given.

    With y the normalised row and h its gradient times the weight, that of the row is
    ``scale * (h - mean(h) - y * mean(h * y))``; without a mean, the middle term is missing.
    """
    if not isinstance(x, np.ndarray) and launch.takes(grad, x, weight, scale, out):
        cuda.gradients(grad, x, weight, mean, scale, out, sums)
        return
    shares = parallel.shares(_count(x), PASSES * x.size)
    columns = x.shape[1:]
    partial = [
        [None if total is None else np.zeros(columns, np.float64, like=x) for total in sums] for _ in range(shares)
    ]

    def work(thread: int, part: slice) -> None:
        given, factor = grad[part], scale[part][:, None]
        y, product = memory.empty_like(x[part]), memory.empty_like(x[part])
        centred = x[part] if mean is None else _centred(x[part], y, mean[part])
        np.multiply(centred, factor, out=y)
        weight_sum, bias_sum = partial[thread]
        if bias_sum is not None:
            bias_sum += column_sums(given)
        if weight_sum is not None:
            np.multiply(given, y, out=product)
            weight_sum += column_sums(product)
        if out is not None:
            _input_gradient(given, y, product, weight, factor, mean is not None, out[part])

    _share(work, x)
    for place, total in enumerate(sums):
        if total is not None:
            parts = [part for totals in partial if (part := totals[place]) is not None]
            total[...] = sum(parts[1:], start=parts[0])


def _input_gradient(
    grad: Array, y: Array, product: Array, weight: Array | None, factor: Array, centred: bool, out: Array
) -> None:
    """As above, for some rows; *y* and *product* are overwritten."""
    if weight is None:
        np.copyto(out, grad)
    else:
        np.multiply(grad, weight, out=out)
    np.multiply(out, y, out=product)
    np.multiply(y, _means(product)[:, None], out=y)
    if centred:
        np.subtract(out, _means(out)[:, None], out=out)
    np.subtract(out, y, out=out)
    np.multiply(out, factor, out=out)


def _centre(x: Array, out: Array, mean: Array) -> Array:
    """Write the rows less their means into *out*, and the means into *mean*."""
    first = _means(x)
    np.subtract(x, first[:, None], out=out)
    rest = _means(out)
    np.subtract(out, rest[:, None], out=out)
    mean[...] = first
    mean += rest
    return out


def _centred(x: Array, out: Array, mean: Array) -> Array:
    """Write the rows less *mean*, in float64, into *out*."""
    first = mean.astype(x.dtype)
    np.subtract(x, first[:, None], out=out)
    np.subtract(out, (mean - first).astype(x.dtype)[:, None], out=out)
    return out


def _means(x: Array) -> Array:
    means: Array = np.add.reduce(x, axis=1) / x.dtype.type(x.shape[1])
    return means


def _count(x: Array) -> int:
    rows: int = x.shape[0]
    together: int = max(1, PIECE // x.shape[1]) if isinstance(x, np.ndarray) else max(1, rows)
    return -(-rows // together)


def _share(work: Callable[[int, slice], None], x: Array) -> None:
    count = _count(x)

    def some(thread: int, start: int, stop: int) -> None:
        for number in range(start, stop):
            work(thread, slice(len(x) * number // count, len(x) * (number + 1) // count))

    parallel.run(some, count, PASSES * x.size)
