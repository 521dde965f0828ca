"""Several tensors as one."""

from __future__ import annotations

from collections.abc import Sequence

from shapenet import rules
from shapenet.ops import joining
from shapenet.tensors import AnyTensor, Tensor, apply


def cat(tensors: Sequence[AnyTensor], dim: int = 0) -> AnyTensor:
    """The *tensors*, of at least one, one after the other along *dim*.

    Raises:
        ShapeError: there is no such dimension, or the shapes differ in another one.
        TypeError: *tensors* is no list or tuple of tensors, or *dim* no int.
        ValueError: there is no tensor, or they are of several dtypes.
        DeviceError: the tensors are on different devices.
    """
    if not isinstance(tensors, list | tuple) or not all(isinstance(tensor, Tensor) for tensor in tensors):
        raise TypeError(f"cat expects tensors to be a list or a tuple of tensors, got {tensors!r}")
    if isinstance(dim, bool) or not isinstance(dim, int):
        raise TypeError(f"cat expects dim to be an int, got {dim!r}")
    dtypes = sorted({str(tensor.dtype) for tensor in tensors})
    if len(dtypes) != 1:
        raise ValueError(f"cat expects tensors to be at least one, and of one dtype, got {dtypes}")
    rules.cat([tensor.data.shape for tensor in tensors], dim)
    return apply(joining.concatenate, *tensors, dim=dim)
