"""A choice between the elements of two tensors."""

from __future__ import annotations

import numpy as np

from shapenet import rules
from shapenet.tensors import AnyTensor, Scalar, Tensor


def where(condition: AnyTensor, x: AnyTensor | Scalar, y: AnyTensor | Scalar) -> AnyTensor:
    """The elements of *x* where the boolean *condition* holds, else those of *y*; all broadcast.

    A number takes the dtype of the other tensor; two numbers make float32.

    Raises:
        ShapeError: the shapes do not broadcast.
        ValueError: *condition* is not boolean.
        DeviceError: the tensors are on different devices.
    """
    rules.where(*(part.data.shape if isinstance(part, Tensor) else () for part in (condition, x, y)))
    if isinstance(x, Tensor) or not isinstance(y, Tensor):
        first: AnyTensor = x if isinstance(x, Tensor) else Tensor(np.asarray(x, np.float32, like=condition.data))
        return first.where(condition, y)
    if condition.dtype != np.bool_:
        raise ValueError(f"where expects condition to be bool, got dtype {condition.dtype}")
    return y.where(Tensor(np.asarray(np.logical_not(condition.data), like=condition.data)), x)
