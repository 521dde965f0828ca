"""Sums over all but the last axis: of an image with its channels last, one for each channel."""

from __future__ import annotations

from typing import Final

import numpy as np

from shapenet.backend import Array, as_array
from shapenet.kernels import parallel
from shapenet.kernels.cuda import launch
from shapenet.kernels.cuda import normalisation as cuda

ROWS: Final = 256
"""Rows that are added up in the matrix's own precision; the sums of such pieces are added up in float64."""

ADDED: Final = 0.2e-9
"""Seconds for each element; measured."""


def column_sums(matrix: Array) -> Array:
    """The sum of each column of ``[R, C]``, in float64, by one thread."""
    if not isinstance(matrix, np.ndarray):
        if launch.takes(matrix):
            return cuda.column_sums(matrix)
        return as_array(np.sum(matrix, axis=0, dtype=np.float64))
    ones = np.ones(min(ROWS, len(matrix)), matrix.dtype)
    total: Array = np.zeros(matrix.shape[1], np.float64)
    for first in range(0, len(matrix), ROWS):
        piece = matrix[first : first + ROWS]
        total += np.dot(ones[: len(piece)], piece)
    return total


def channel_sums(x: Array) -> Array:
    """The sum of each channel of ``[*, C]``, in the dtype of *x*."""
    if not isinstance(x, np.ndarray) and x.flags.c_contiguous and launch.takes(x):
        return cuda.column_sums(x.reshape(-1 if x.size else 0, x.shape[-1])).astype(x.dtype)
    if not isinstance(x, np.ndarray) or not x.flags.c_contiguous:
        # Where each channel is one run, numpy adds up in pairs.
        return as_array(np.sum(x, axis=tuple(range(x.ndim - 1))))
    matrix = x.reshape(-1, x.shape[-1])
    sums: list[Array] = [np.zeros(matrix.shape[1])] * parallel.shares(len(matrix), ADDED * x.size)

    def work(thread: int, start: int, stop: int) -> None:
        sums[thread] = column_sums(matrix[start:stop])

    parallel.run(work, len(matrix), ADDED * x.size)
    return as_array(np.sum(sums, axis=0)).astype(x.dtype)
