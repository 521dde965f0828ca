"""cuBLAS's batched product on the CPU: addresses, sizes and steps as it takes them, checked as it would."""

from __future__ import annotations

import ctypes
from typing import Any, Final

import numpy as np
from numpy.lib.stride_tricks import as_strided

from shapenet.backend import Array
from shapenet.kernels.cuda.cublas import COMPUTE_TYPES, DOUBLE

HANDLE: Final = 4711
DTYPES: Final[dict[int, np.dtype[Any]]] = {0: np.dtype(np.float32), 1: np.dtype(np.float64)}


def strided_batched(
    handle: int, transa: int, transb: int, m: int, n: int, k: int, alpha: int,
    a: int, a_type: int, lda: int, a_step: int, b: int, b_type: int, ldb: int, b_step: int, beta: int,
    c: int, c_type: int, ldc: int, c_step: int, batch: int, compute: int, algorithm: int, /,
) -> int:  # fmt: skip
    """``gemmStridedBatchedEx`` of cupy, with its arguments in its order; returns the compute type.

    Matrices lie column by column, and so many elements apart: ``C = alpha op(A) op(B) + beta C``.
    """
    assert handle == HANDLE
    assert {transa, transb} <= {0, 1}
    assert algorithm == -1
    assert min(m, n, k, batch) > 0
    assert a_type == b_type == c_type
    dtype = DTYPES[c_type]
    assert compute in (COMPUTE_TYPES.values() if dtype == np.float32 else [DOUBLE])
    factor, kept = (float(_array(address, dtype, 1)[0]) for address in (alpha, beta))
    left = _matrices(a, dtype, (k, m) if transa else (m, k), lda, a_step, batch)
    right = _matrices(b, dtype, (n, k) if transb else (k, n), ldb, b_step, batch)
    out = _matrices(c, dtype, (m, n), ldc, c_step, batch)
    apart, interleaved = c_step >= (n - 1) * ldc + m, m <= c_step and batch * c_step <= ldc
    assert batch == 1 or apart or interleaved, "results overlap"
    product = factor * np.matmul(left.swapaxes(1, 2) if transa else left, right.swapaxes(1, 2) if transb else right)
    out[...] = product + kept * out if kept else product  # what is not kept is not read
    return compute


def _matrices(
    address: int, dtype: np.dtype[np.generic], shape: tuple[int, int], leading: int, step: int, batch: int
) -> Array:
    rows, columns = shape
    assert leading >= rows, "columns overlap"
    assert step >= 0
    count = (batch - 1) * step + (columns - 1) * leading + rows
    flat = _array(address, dtype, count)
    size = dtype.itemsize
    return as_strided(flat, (batch, rows, columns), (step * size, size, leading * size))


def _array(address: int, dtype: np.dtype[np.generic], count: int) -> Array:
    return np.ctypeslib.as_array((ctypes.c_ubyte * (count * dtype.itemsize)).from_address(address)).view(dtype)
