"""Statistics and normalisation of the columns of a matrix ``[R, C]``; C-contiguous copies are made of others."""

from __future__ import annotations

from typing import Final

import numpy as np

from shapenet.backend import Array
from shapenet.kernels.convolution import contiguous
from shapenet.kernels.cuda import launch

WIDE: Final = 32
"""Columns of a block, so that a warp reads a run; of fewer columns, rows that follow each other are one."""

ROWS: Final = 16
"""Rows that a thread has at least, before its rows are divided among more blocks."""

CHUNKS: Final = 256
"""The most blocks that divide the rows of a column."""


def moments(matrix: Array) -> tuple[Array, Array]:
    """The mean and the (biased) variance of each column, in float64."""
    matrix = contiguous(matrix)
    rows, columns = matrix.shape
    grid, block, chunk = parts(rows, columns)
    means, squares = np.empty((2, grid[1], columns), np.float64, like=matrix)
    result = np.empty((2, columns), np.float64, like=matrix)
    size = matrix.size
    launch.start(
        "columns", "column_moments", matrix, grid, block, matrix, means, squares, rows, columns, chunk, size=size
    )
    joined = (means, squares, result[0], result[1], rows, columns, chunk)
    launch.start("columns", "joined_moments", matrix, (columns,), (128,), *joined)
    return result[0], result[1]


def normalise(matrix: Array, mean: Array | None, scale: Array, shift: Array | None, out: Array) -> None:
    """Write ``(matrix - mean) * scale + shift`` into *out*, C-contiguous; without a mean or a shift, they are 0."""
    x = contiguous(matrix)
    launch.each("columns", "normalise", x, x.size, x, mean, scale, shift, out, x.size, x.shape[1])


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
    args = (g, x, mean, scale, slope, offset, out, x.size, x.shape[1])
    launch.each("columns", "input_gradient", x, x.size, *args)


def _sums(
    grad: Array, x: Array | None, mean: Array | None, row_mean: Array | None, row_scale: Array | None
) -> tuple[Array, Array | None]:
    rows, columns = grad.shape
    grid, block, chunk = parts(rows, columns)
    sums = np.empty((2, grid[1], columns), np.float64, like=grad)
    args = (grad, x, mean, row_mean, row_scale, sums[0], sums[1], rows, columns, chunk)
    launch.start("columns", "column_sums", grad, grid, block, *args, size=grad.size)
    return joined(sums[0], grad), None if x is None else joined(sums[1], grad)


def joined(sums: Array, like: Array) -> Array:
    """The sum of each column of what the *parts* came to, in float64; *like* tells the type they were made of."""
    chunks, columns = sums.shape
    total = np.empty(columns, np.float64, like=sums)
    launch.start("columns", "joined_sums", like, (columns,), (128,), sums, total, chunks, columns, size=sums.size)
    return total


def parts(rows: int, columns: int) -> tuple[tuple[int, int], tuple[int, int], int]:
    """Blocks (across, down), threads (across, down), and the rows of a block."""
    across = 1
    while across < min(columns, WIDE):
        across *= 2
    down = launch.THREADS // across
    chunks = max(1, min(-(-rows // (down * ROWS)), CHUNKS))
    chunk = max(1, -(-rows // chunks))
    return (-(-columns // across), -(-rows // chunk)), (across, down), chunk
