"""Normalisation of the columns of a matrix, a few rows at a time: all passes over them but the first hit the cache.

Axes: R rows, C columns. Sums within some rows are of the dtype of the matrix, sums of those in float64.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from shapenet.backend import Array, filled
from shapenet.kernels import memory, parallel
from shapenet.kernels.cuda import launch
from shapenet.kernels.cuda import normalisation as cuda

PIECE: Final = 2**19
"""Elements at a time."""

PASSES: Final = 0.6e-9
"""Seconds for each element, in all passes; measured."""

SAMPLE: Final = 256
"""Rows of a piece, or up to twice as many, whose mean is near enough to that of all."""

RUN: Final = 512
"""Elements of several rows that are taken for one, so that numpy has longer runs."""


def moments(matrix: Array) -> tuple[Array, Array]:
    """The mean and the (biased) variance of each column, in float64.

    Each piece is shifted by the mean of some of its rows before it is squared: no mean is too large for the variance.

    Source: Chan, Golub, LeVeque, "Algorithms for computing the sample variance" (1983), equation 2.1 for the sum of the
    pieces; there, too, the shift.
    """
    if not isinstance(matrix, np.ndarray) and launch.takes(matrix):
        return cuda.moments(matrix)
    pieces = _pieces(matrix)
    counts = np.array([piece.stop - piece.start for piece in pieces], np.float64, like=matrix)[:, None]
    means, squares = np.empty((2, len(pieces), matrix.shape[1]), np.float64, like=matrix)

    def work(number: int) -> None:
        x = matrix[pieces[number]]
        each = filled(len(x), 1, x.dtype, x)
        some = x[:: max(1, len(x) // SAMPLE)]  # the sum of few large numbers loses little
        shift = np.dot(each[: len(some)], some) / x.dtype.type(len(some))
        centred = memory.empty_like(x)
        _in_runs(np.subtract, centred, x, shift)
        rest = np.dot(each, centred) / len(x)
        np.multiply(centred, centred, out=centred)
        means[number] = shift.astype(np.float64) + rest
        squares[number] = np.dot(each, centred) - len(x) * np.square(rest, dtype=np.float64)

    parallel.each(work, range(len(pieces)), PASSES * matrix.size)
    total = counts.sum()
    mean = (means * counts).sum(axis=0) / total
    variance = (squares + counts * np.square(means - mean)).sum(axis=0) / total
    return mean, np.maximum(variance, 0)


def running_factors(
    mean: Array, variance: Array, eps: float, weight: Array | None, bias: Array | None, dtype: np.dtype[Any]
) -> tuple[Array, Array]:
    """The scale and the shift of each column for running moments, in *dtype*: ``normalise`` takes no mean with them."""
    if not isinstance(mean, np.ndarray) and launch.takes(mean, variance, weight, bias) and mean.dtype == dtype:
        return cuda.running_factors(mean, variance, eps, weight, bias)
    scale = 1 / np.sqrt(variance.astype(np.float64, copy=False) + eps)
    factor = scale if weight is None else scale * weight
    shift = -mean * factor if bias is None else bias - mean * factor
    return factor.astype(dtype), shift.astype(dtype)


def moved_moments(running: cuda.Moments, now: cuda.Moments, part: float | Array, unbiased: float) -> cuda.Moments:
    """The *running* moments moved by a *part* of the way to those of *now*, whose variance times *unbiased* is meant.

    The *part* may be an array without dimensions, on the device.
    """
    on_device = not isinstance(running[0], np.ndarray) and launch.takes(*running)
    if on_device and isinstance(part, float | int) and all(x.dtype == np.float64 for x in now):
        return cuda.moved_moments(running, now, part, unbiased)
    mean, variance = (
        ((1 - part) * before + part * after).astype(before.dtype)
        for before, after in zip(running, (now[0], now[1] * unbiased), strict=True)
    )
    return mean, variance


def normalise(matrix: Array, mean: Array | None, scale: Array, shift: Array | None, out: Array) -> None:
    """Write ``(matrix - mean) * scale + shift`` into *out*; without a mean or a shift, they are 0."""
    if not isinstance(matrix, np.ndarray) and launch.takes(matrix, mean, scale, shift, out):
        cuda.normalise(matrix, mean, scale, shift, out)
        return

    def work(piece: slice) -> None:
        x, y = matrix[piece], out[piece]
        if mean is not None:
            _in_runs(np.subtract, y, x, mean)
        _in_runs(np.multiply, y, x if mean is None else y, scale)
        if shift is not None:
            _in_runs(np.add, y, y, shift)

    parallel.each(work, _pieces(matrix), PASSES * matrix.size)


def gradient_sums(grad: Array, matrix: Array, mean: Array) -> tuple[Array, Array]:
    """The sums of *grad* and of ``grad * (matrix - mean)`` over each column, in float64."""
    if not isinstance(matrix, np.ndarray) and launch.takes(grad, matrix, mean):
        return cuda.gradient_sums(grad, matrix, mean)
    pieces = _pieces(matrix)
    sums = np.empty((2, len(pieces), matrix.shape[1]), np.float64, like=matrix)

    def work(number: int) -> None:
        x, g = matrix[pieces[number]], grad[pieces[number]]
        each = filled(len(x), 1, x.dtype, x)
        centred = memory.empty_like(x)
        _in_runs(np.subtract, centred, x, mean)
        np.multiply(centred, g, out=centred)
        sums[0, number], sums[1, number] = np.dot(each, g), np.dot(each, centred)

    parallel.each(work, range(len(pieces)), PASSES * matrix.size)
    plain, weighted = sums.sum(axis=1)
    return plain, weighted


def input_gradient(
    grad: Array, matrix: Array, mean: Array, scale: Array, slope: Array, offset: Array, out: Array
) -> None:
    """Write ``grad * scale - (matrix - mean) * slope - offset`` into *out*."""
    if not isinstance(matrix, np.ndarray) and launch.takes(grad, matrix, mean, scale, slope, offset, out):
        cuda.input_gradient(grad, matrix, mean, scale, slope, offset, out)
        return

    def work(piece: slice) -> None:
        x, g, y = matrix[piece], grad[piece], out[piece]
        centred = memory.empty_like(x)
        _in_runs(np.subtract, centred, x, mean)
        _in_runs(np.multiply, centred, centred, slope)
        _in_runs(np.multiply, y, g, scale)
        np.subtract(y, centred, out=y)
        _in_runs(np.subtract, y, y, offset)

    parallel.each(work, _pieces(matrix), PASSES * matrix.size)


def _pieces(matrix: Array) -> list[slice]:
    rows, threads = len(matrix), parallel.get_num_threads()
    count = -(-matrix.size // PIECE) if isinstance(matrix, np.ndarray) else 1
    if count > 1:  # as many for each thread
        count = min(rows, -(-count // threads) * threads)
    return [slice(rows * i // count, rows * (i + 1) // count) for i in range(count)]


def _in_runs(function: np.ufunc, out: Array, x: Array, row: Array) -> None:
    """``function(x, row)`` for each row of *x*, into *out*."""
    rows, columns = x.shape
    together = max(1, RUN // max(columns, 1))
    whole = rows // together * together
    if together > 1 and whole:
        folded = (whole // together, together * columns)
        repeated = np.empty((together, columns), row.dtype, like=row)  # np.tile takes longer than the copy
        repeated[...] = row
        function(x[:whole].reshape(folded), repeated.reshape(-1), out=out[:whole].reshape(folded, copy=False))
    else:
        whole = 0
    if whole < rows:
        function(x[whole:], row, out=out[whole:])
