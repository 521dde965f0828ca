"""The matrix product."""

from __future__ import annotations

import numpy as np

from shapenet.backend import Array
from shapenet.ops import Needs, Result
from shapenet.ops.elementwise import Pair, unbroadcast


def matmul(x: Array, y: Array) -> Result:
    """``x @ y`` for operands of at least one dimension; all but the last two broadcast."""

    def vjp(grad: Array, needs: Needs) -> Pair:
        # A vector is a matrix of one row on the left, of one column on the right; its axis is missing in the result.
        left = x[None, :] if x.ndim == 1 else x
        right = y[:, None] if y.ndim == 1 else y
        full = np.expand_dims(grad, -1) if y.ndim == 1 else grad
        full = np.expand_dims(full, -2) if x.ndim == 1 else full
        x_grad = np.matmul(full, right.swapaxes(-1, -2)) if needs[0] else None
        y_grad = np.matmul(left.swapaxes(-1, -2), full) if needs[1] else None
        return (
            None if x_grad is None else unbroadcast(x_grad, left.shape).reshape(x.shape),
            None if y_grad is None else unbroadcast(y_grad, right.shape).reshape(y.shape),
        )

    return np.matmul(x, y), vjp
