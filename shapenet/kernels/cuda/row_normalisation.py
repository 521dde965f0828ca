"""Normalisation of the rows of a C-contiguous matrix ``[R, K]``, a block for each row."""

from __future__ import annotations

from typing import Any

import numpy as np

from shapenet.backend import Array
from shapenet.kernels import memory
from shapenet.kernels.cuda import launch, normalisation


def normalise(x: Array, weight: Array | None, bias: Array | None, eps: float, out: Array, mean: Array | None) -> Array:
    """Write each normalised row, times *weight* plus *bias*, into *out*, and its mean into *mean*; returns factors."""
    count, columns = x.shape
    scale = memory.empty((count,), x.dtype, x)
    args: tuple[Any, ...] = (x, weight, bias, np.float64(eps), out, mean, scale, count, columns)
    launch.start("rows", "normalise_rows", x, *launch.rows(count, columns), *args, size=x.size)
    return scale


def gradients(
    grad: Array,
    x: Array,
    weight: Array | None,
    mean: Array | None,
    scale: Array,
    out: Array | None,
    sums: tuple[Array | None, Array | None],
) -> None:
    """Write the gradient of the input into *out*, and those of weight and bias into *sums*, where they are given."""
    count, columns = x.shape
    if out is not None:
        args = (grad, x, weight, mean, scale, out, count, columns)
        launch.start("rows", "normalise_rows_gradient", x, *launch.rows(count, columns), *args, size=x.size)
    weight_sum, bias_sum = sums
    if weight_sum is not None:
        plain, weight_sum[...] = normalisation.weighted_sums(grad, x, mean, scale)
        if bias_sum is not None:
            bias_sum[...] = plain
    elif bias_sum is not None:
        bias_sum[...] = normalisation.column_sums(grad)
