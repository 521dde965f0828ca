"""Matrix products by cuBLAS, with the precision that the user allows."""

from __future__ import annotations

import math
from importlib import import_module
from typing import Any, Final

import numpy as np

from shapenet.backend import Array
from shapenet.kernels.cuda import cublas

_COMPUTE_TYPES: Final = {"highest": "DEFAULT", "high": "TF32", "medium": "BF16"}
"""What cupy calls them."""


class Settings:
    """What holds for all products of the process."""

    precision: str = "highest"


_settings = Settings()


def set_float32_matmul_precision(precision: str) -> None:
    """Let matrix products of float32 on a GPU, and the convolutions made of them, round their inputs.

    ``"highest"``, as at the start, rounds nothing; ``"high"`` lets tensor cores read TF32 (10 bits of the mantissa),
    ``"medium"`` bfloat16 (7 bits); sums stay in float32. On the CPU it changes nothing.

    Raises:
        ValueError: it is none of these.
    """
    if precision not in _COMPUTE_TYPES:
        wanted = ", ".join(map(repr, _COMPUTE_TYPES))
        raise ValueError(f"set_float32_matmul_precision expects precision to be one of {wanted}, got {precision!r}")
    _settings.precision = precision


def get_float32_matmul_precision() -> str:
    """What ``set_float32_matmul_precision`` was last given."""
    return _settings.precision


def matmul(a: Array, b: Array, out: Array | None = None, *, add: bool = False) -> Array:
    """``a @ b`` of arrays on a GPU, written into *out* or added to it; *out* shares no memory with them."""
    import cupy

    if a.dtype == np.float32:
        # cupy has such a setting for the process, too, under no public name: its own products are to follow ours.
        linalg: Any = import_module("cupy._core._routines_linalg")
        linalg.set_compute_type(a.dtype, getattr(linalg, f"COMPUTE_TYPE_{_COMPUTE_TYPES[_settings.precision]}"))
    given = (a, b) if out is None else (a, b, out)
    if min(a.ndim, b.ndim) < 2 or any(x.dtype != a.dtype for x in given) or a.dtype not in cublas.TYPES:
        assert not add
        product: Array = cupy.matmul(a, b, out=out)  # np.matmul hands *out* on in a tuple: it takes a longer way
        return product
    if a.ndim > 2 and b.ndim == 2 and a.flags.c_contiguous and out is None:  # one matrix of many rows
        rows = matmul(a.reshape(math.prod(a.shape[:-1]), a.shape[-1]), b)
        return rows.reshape(*a.shape[:-1], b.shape[1])
    batch = np.broadcast_shapes(a.shape[:-2], b.shape[:-2])
    a, b = (x if x.shape[:-2] == batch else np.broadcast_to(x, (*batch, *x.shape[-2:])) for x in (a, b))
    if a.shape[-1] != b.shape[-2]:
        raise ValueError(f"matmul expects as many rows of b as a has columns, got {a.shape} and {b.shape}")
    if out is None:
        out = np.empty((*batch, a.shape[-2], b.shape[-1]), a.dtype, like=a)
    cublas.multiply(a, b, out, _settings.precision, add=add)
    return out
