"""What functions check of their tensors, beside the shapes."""

from __future__ import annotations

import numpy as np

from shapenet.tensors import AnyTensor


def check_floating(subject: str, *tensors: AnyTensor) -> None:
    """Check that all *tensors* are floating: integers would be rounded down on the way, without a word.

    Raises:
        ValueError: one is not.
    """
    for tensor in tensors:
        if not np.issubdtype(tensor.dtype, np.floating):
            raise ValueError(f"{subject} expects floating tensors, got dtype {tensor.dtype}")


def check_flag(subject: str, name: str, value: bool) -> None:
    """Check that *value*, the option *name*, is a bool.

    Raises:
        ValueError: it is not.
    """
    if not isinstance(value, bool):
        raise ValueError(f"{subject} expects {name} to be a bool, got {value!r}")
