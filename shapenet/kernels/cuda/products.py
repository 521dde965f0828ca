"""Matrix products by cuBLAS, with the precision that the user allows."""

from __future__ import annotations

from importlib import import_module
from typing import Any, Final

import numpy as np

from shapenet.backend import Array

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


def matmul(a: Array, b: Array, out: Array | None = None) -> Array:
    """``a @ b`` of arrays on a GPU."""
    if a.dtype == np.float32:
        # cupy has one such setting for the process, too, under no public name: it is set for each product, as others
        # may change it.
        linalg: Any = import_module("cupy._core._routines_linalg")
        linalg.set_compute_type(a.dtype, getattr(linalg, f"COMPUTE_TYPE_{_COMPUTE_TYPES[_settings.precision]}"))
    import cupy

    product: Array = cupy.matmul(a, b, out=out)  # np.matmul hands *out* on in a tuple, for which it takes a longer way
    return product
