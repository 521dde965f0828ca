"""Tensors joined into one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from shapenet import rules
from shapenet.ops import shaping
from shapenet.tensors import AnyTensor, Tensor, apply


def cat(tensors: Sequence[AnyTensor], dim: int = 0) -> AnyTensor:
    """The *tensors* one after the other along *dim*; their other dimensions are equal.

    Integers beside floating tensors take the dtype of those, as in torch.

    Raises:
        ShapeError: there is none, they differ elsewhere, or they have no such dimension.
        TypeError: something else than a tensor is among them.
        DeviceError: the tensors are on different devices.
    """
    given = list(tensors)
    for tensor in given:
        if not isinstance(tensor, Tensor):
            raise TypeError(f"cat expects tensors, got {type(tensor).__name__}")
    rules.cat([tensor.data.shape for tensor in given], dim)
    floating = [tensor.dtype for tensor in given if tensor.dtype.kind == "f"]
    dtype = np.result_type(*(floating or [tensor.dtype for tensor in given]))
    return apply(shaping.cat, *(tensor if tensor.dtype == dtype else tensor.to(dtype) for tensor in given), dim=dim)
