"""Statistics and normalisation of the columns of a matrix ``[R, C]``; C-contiguous copies are made of others.

All but ``weighted_sums`` take as many matrices at once, too, ``[M, R, C]``: what is of a column is then ``[M, C]``.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from shapenet.backend import Array
from shapenet.kernels.convolution import contiguous
from shapenet.kernels.cuda import launch, module

WIDE: Final = 32
"""Columns of a block, so that a warp reads a run; of fewer columns, rows that follow each other are one."""

FEWEST: Final = 64
"""Threads of a block at least: of so many a processor can hold as many as it has room for."""

TOGETHER: Final = 4
"""Rows that a thread reads at once, as in ``common.cuh``: of columns that are shorter, blocks are smaller."""

ROWS: Final = 16
"""Rows that a thread has at least, before its rows are divided among more blocks."""

CHUNKS: Final = 256
"""The most blocks that divide the rows of a column, unless all together are fewer than BLOCKS."""

BLOCKS: Final = 2048
"""Blocks that keep a device busy: as many as it holds at a time, twice."""


Moments = tuple[Array, Array]
"""A mean and a variance of each column."""


def moments(matrix: Array) -> Moments:
    """The mean and the (biased) variance of each column, in float64."""
    matrix = contiguous(matrix)
    count, rows, columns = _sizes(matrix)
    grid, block, chunk = parts(count, rows, columns)
    means, squares = np.empty((2, count, grid[1], columns), np.float64, like=matrix)
    shape = (*matrix.shape[:-2], columns)
    args = (matrix, means, squares, rows, columns, chunk)
    launch.start("columns", "column_moments", matrix, grid, block, *args, size=matrix.size)
    if grid[1] == 1:
        return means.reshape(shape), squares.reshape(shape) / rows
    result = np.empty((2, *shape), np.float64, like=matrix)
    joined = (means, squares, result[0], result[1], rows, columns, chunk)
    launch.start("columns", "joined_moments", matrix, (count * columns,), (128,), *joined, size=means.size)
    return result[0], result[1]


def normalise(matrix: Array, mean: Array | None, scale: Array, shift: Array | None, out: Array) -> None:
    """Write ``(matrix - mean) * scale + shift`` into *out*, C-contiguous; without a mean or a shift, they are 0."""
    x = contiguous(matrix)
    _each("normalise", x, mean, scale, shift, out)


def gradient_sums(grad: Array, matrix: Array, mean: Array) -> tuple[Array, Array]:
    """The sums of *grad* and of ``grad * (matrix - mean)`` over each column, in float64."""
    plain, weighted = _sums(contiguous(grad), contiguous(matrix), mean, None, None)
    assert weighted is not None
    return plain, weighted


def column_sums(matrix: Array) -> Array:
    """The sum of each column, in float64."""
    return _sums(contiguous(matrix), None, None, None, None)[0]


def weighted_sums(grad: Array, x: Array, mean: Array | None, scale: Array) -> tuple[Array, Array]:
    """The sums over each column of *grad*, and of it times the normalised rows, in float64."""
    plain, weighted = _sums(grad, x, None, mean, scale)
    assert weighted is not None
    return plain, weighted


def input_gradient(
    grad: Array, matrix: Array, mean: Array, scale: Array, slope: Array, offset: Array, out: Array
) -> None:
    """Write ``grad * scale - (matrix - mean) * slope - offset`` into *out*, C-contiguous."""
    g, x = contiguous(grad), contiguous(matrix)
    _each("input_gradient", x, mean, scale, slope, offset, out, first=(g,))


def running_factors(
    mean: Array, variance: Array, eps: float, weight: Array | None, bias: Array | None
) -> tuple[Array, Array]:
    """The scale and the shift of each channel, for running moments ``[C]``."""
    factor, shift = np.empty((2, *mean.shape), mean.dtype, like=mean)
    known = [None if part is None else contiguous(part) for part in (weight, bias)]
    args = (contiguous(mean), contiguous(variance), np.float64(eps), *known, factor, shift, mean.size)
    launch.each("groups", "running_factors", mean, mean.size, *args)
    return factor, shift


def moved_moments(running: Moments, now: Moments, part: float, unbiased: float) -> Moments:
    """The *running* moments ``[C]`` moved by a *part* of the way to those of *now*, which are in float64."""
    moved = np.empty((2, *running[0].shape), running[0].dtype, like=running[0])
    before, after = (tuple(map(contiguous, pair)) for pair in (running, now))
    args = (*before, *after, np.float64(part), np.float64(unbiased), moved[0], moved[1], len(moved[0]))
    launch.each("groups", "moved_moments", moved, len(moved[0]), *args)
    return moved[0], moved[1]


def _each(name: str, x: Array, *args: Array | None, first: tuple[Array, ...] = ()) -> None:
    """Launch *name* for each element of *x*, which comes after what is *first* of its arguments."""
    count, rows, columns = _sizes(x)
    macros: module.Macros = (("RUNS" if columns == 1 else "STACKED", "1"),) if count > 1 else ()
    sizes = (x.size, rows * columns, columns)
    launch.each("columns", name, x, x.size, *first, x, *args, *sizes, macros=macros, packed=True)


def _sums(
    grad: Array, x: Array | None, mean: Array | None, row_mean: Array | None, row_scale: Array | None
) -> tuple[Array, Array | None]:
    count, rows, columns = _sizes(grad)
    grid, block, chunk = parts(count, rows, columns)
    sums = np.empty((2, count, grid[1], columns), np.float64, like=grad)
    args = (grad, x, mean, row_mean, row_scale, sums[0], sums[1], rows, columns, chunk)
    launch.start("columns", "column_sums", grad, grid, block, *args, size=grad.size)
    shape = (*grad.shape[:-2], columns)
    if x is None:
        return joined(sums[0], grad).reshape(shape), None
    plain, weighted = joined(sums.reshape(2 * count, grid[1], columns), grad).reshape(2, *shape)
    return plain, weighted


def joined(sums: Array, like: Array) -> Array:
    """The sums of ``[matrices, parts, columns]`` over the parts; *like* tells the type of the matrices."""
    count, chunks, columns = sums.shape
    if chunks == 1:
        return sums[:, 0]
    total = np.empty((count, columns), np.float64, like=sums)
    args = (sums, total, chunks, columns)
    launch.start("columns", "joined_sums", like, (count * columns,), (128,), *args, size=sums.size)
    return total


def _sizes(matrix: Array) -> tuple[int, int, int]:
    """How many matrices, and the rows and columns of each."""
    return math.prod(matrix.shape[:-2]), matrix.shape[-2], matrix.shape[-1]


def parts(count: int, rows: int, columns: int) -> tuple[tuple[int, int], tuple[int, int], int]:
    """Blocks (across, down), threads (across, down), and the rows of a block."""
    across = 1
    while across < min(columns, WIDE):
        across *= 2
    down = launch.THREADS // across
    while across * down > FEWEST and down * TOGETHER > rows:
        down //= 2
    beside = count * -(-columns // across)
    chunks = max(1, min(-(-rows // (down * ROWS)), max(CHUNKS, BLOCKS // max(beside, 1))))
    chunk = max(1, -(-rows // chunks))
    return (beside, -(-rows // chunk)), (across, down), chunk
