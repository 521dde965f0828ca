"""Products of matrices that lie anywhere, by one call of cuBLAS.

cupy's ``matmul`` copies matrices of a batch that are transposed or parts of others, and knows of no precision there.
cuBLAS takes all of that in one call: a distance between rows, and one between matrices.

Axes: P products of a batch, which may be any number of axes; M K and K N of the matrices.
"""

from __future__ import annotations

import itertools
from importlib import import_module
from typing import Any, Final, NamedTuple

import numpy as np

from shapenet.backend import Array

COMPUTE_TYPES: Final = {"highest": 68, "high": 77, "medium": 75}
"""cuBLAS's CUBLAS_COMPUTE_32F, _32F_FAST_TF32 and _32F_FAST_16BF."""

DOUBLE: Final = 70
"""CUBLAS_COMPUTE_64F."""

TYPES: Final = {np.dtype(np.float32): 0, np.dtype(np.float64): 1}
"""What CUDA calls them: CUDA_R_32F, CUDA_R_64F."""

_DEFAULT_ALGORITHM: Final = -1


class Laid(NamedTuple):
    """How matrices lie: whether columns are the runs, elements from one run to the next, and from matrix to matrix."""

    columns: bool
    leading: int
    step: int


def laid(x: Array) -> Laid | None:
    """How the matrices ``[P, R, C]`` lie, if cuBLAS can read them there."""
    (rows, columns), (down, across) = x.shape[-2:], (step // x.itemsize for step in x.strides[-2:])
    step = _step(x)
    if step is None:
        return None
    if (across == 1 or columns == 1) and (down >= columns or rows == 1):
        return Laid(columns=False, leading=max(down, columns) if rows > 1 else columns, step=step)
    if (down == 1 or rows == 1) and (across >= rows or columns == 1):
        return Laid(columns=True, leading=max(across, rows) if columns > 1 else rows, step=step)
    return None


def multiply(a: Array, b: Array, out: Array, precision: str, *, add: bool = False) -> None:
    """Write ``a @ b`` into *out*, or *add* it: ``[P, M, K]``, ``[P, K, N]``, ``[P, M, N]``, of one type in ``TYPES``.

    *out* shares no memory with the others. Where cuBLAS cannot read or write, copies are made.
    """
    if not out.size:
        return
    if not a.shape[-1]:
        if not add:
            out[...] = 0
        return
    place = laid(out)
    if place is None:
        whole = np.empty(out.shape, out.dtype, like=out)
        multiply(a, b, whole, precision)
        out[...] = out + whole if add else whole
    elif place.columns:  # what cuBLAS calls the product of the matrices, ours being their transposes
        _call(a, b, out, place, precision, add=add)
    else:
        flipped = out.swapaxes(-1, -2)
        _call(b.swapaxes(-1, -2), a.swapaxes(-1, -2), flipped, place, precision, add=add)


def _call(a: Array, b: Array, out: Array, place: Laid, precision: str, *, add: bool) -> None:
    """The product, whose columns in memory are runs."""
    import cupy

    library: Any = import_module("cupy_backends.cuda.libs.cublas")
    kind, compute = TYPES[out.dtype], COMPUTE_TYPES[precision] if out.dtype == np.float32 else DOUBLE
    one, kept = np.ones((), out.dtype), np.array(add, out.dtype)
    (left, first), (right, second) = _readable(a), _readable(b)
    sizes = (*out.shape[-2:], a.shape[-1])
    batch = out.size // (out.shape[-1] * out.shape[-2])
    device: int = out.device.id  # type: ignore[attr-defined]  # a cupy array, typed as one of numpy
    with cupy.cuda.Device(device):
        library.gemmStridedBatchedEx(
            *(cupy.cuda.device.get_cublas_handle(), int(not first.columns), int(not second.columns), *sizes),
            *(one.ctypes.data, _pointer(left), kind, first.leading, first.step),
            *(_pointer(right), kind, second.leading, second.step),
            *(kept.ctypes.data, _pointer(out), kind, place.leading, place.step),
            *(batch, compute, _DEFAULT_ALGORITHM),
        )


def _readable(x: Array) -> tuple[Array, Laid]:
    found = laid(x)
    if found is None:
        x = x.copy()
        found = laid(x)
        assert found is not None
    return x, found


def _pointer(x: Array) -> int:
    pointer: int = x.data.ptr  # type: ignore[attr-defined]  # a cupy array, typed as one of numpy
    return pointer


def _step(x: Array) -> int | None:
    """The elements from one matrix of ``[P, R, C]`` to the next, if they are as many each time."""
    axes = [(size, step) for size, step in zip(x.shape[:-2], x.strides[:-2], strict=True) if size != 1]
    if any(outer != size * inner for (_, outer), (size, inner) in itertools.pairwise(axes)):
        return None
    step = axes[-1][1] if axes else 0
    return step // x.itemsize if step >= 0 else None
