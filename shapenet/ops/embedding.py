"""Rows of a table, looked up by their numbers."""

from __future__ import annotations

from shapenet.backend import Array
from shapenet.kernels import table
from shapenet.ops import Result
from shapenet.ops.results import result


def embedding(weight: Array, *, indices: Array, padding_idx: int | None) -> Result:
    """``weight[indices]``: ``[R, E] -> [*, E]``. Indices must be in range; *padding_idx* takes no gradient."""
    rows = indices.reshape(-1)
    count, width = weight.shape

    def gradient(grad: Array) -> Array:
        weight_grad = table.add_up(grad.reshape(-1, width), rows, count)
        if padding_idx is not None:
            weight_grad[padding_idx] = 0
        return weight_grad

    return result(table.look_up(weight, rows).reshape(*indices.shape, width), gradient)
