"""Tensors joined into one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from shapenet import rules
from shapenet.methods.core import AnyCore
from shapenet.methods.numbers import all_matched
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
    given = _tensors("cat", tensors)
    rules.cat([tensor.data.shape for tensor in given], dim)
    return apply(shaping.cat, *_of_one_dtype(given), dim=dim)


def stack(tensors: Sequence[AnyTensor], dim: int = 0) -> AnyTensor:
    """The *tensors*, all of one shape, side by side along the new dimension *dim*.

    Integers beside floating tensors take the dtype of those, as in torch.

    Raises:
        ShapeError: there is none, they differ in shape, or no dimension can go there.
        TypeError: something else than a tensor is among them.
        DeviceError: the tensors are on different devices.
    """
    given = _tensors("stack", tensors)
    rules.stack([tensor.data.shape for tensor in given], dim)
    return apply(shaping.stack, *_of_one_dtype(given), dim=dim)


def _tensors(subject: str, tensors: Sequence[AnyTensor]) -> list[AnyTensor]:
    given = list(tensors)
    for tensor in given:
        if not isinstance(tensor, Tensor):
            raise TypeError(f"{subject} expects tensors, got {type(tensor).__name__}")
    return given


def _of_one_dtype(tensors: list[AnyTensor]) -> list[AnyCore]:
    given = all_matched(*tensors)
    dtype = np.result_type(*(tensor.dtype for tensor in given))
    return [tensor if tensor.dtype == dtype else tensor.to(dtype) for tensor in given]
