"""The loss of pairs of vectors that shall be alike, or not."""

from __future__ import annotations

import math
from functools import partial
from typing import Final

import numpy as np

from shapenet.backend import Array
from shapenet.ops import Result
from shapenet.ops.pointwise_loss import reduced
from shapenet.ops.results import result

EPSILON: Final = 1e-12
"""Added to the square of each length, as in torch: a vector of zeros has a direction, too."""


def cosine_embedding(x: Array, y: Array, *, target: Array, margin: float, reduction: str) -> Result:
    """``1 - cos(x, y)`` where the target is 1, ``max(cos(x, y) - margin, 0)`` where it is -1: ``[N, D], [N, D], [N]``.

    Source: Hadsell, Chopra and LeCun, "Dimensionality reduction by learning an invariant mapping" (2006), for pairs;
    of their cosines as in torch.
    """
    (a, a_length), (b, b_length) = _direction(x), _direction(y)
    cosine = np.sum(a * b, axis=1)
    alike, above = target == 1, cosine - margin
    losses = np.where(alike, 1 - cosine, np.maximum(above, 0))
    if not isinstance(target, np.ndarray):  # on a GPU a target that is neither is NaN, and so is its loss
        losses = losses + (target - target).astype(losses.dtype)
    out, share = reduced(losses, reduction)
    slope = np.where(alike, -share, np.where(above >= 0, share, 0)).astype(losses.dtype)

    def gradient(grad: Array, own: Array, other: Array, length: Array) -> Array:
        wanted: Array = other - own * cosine[:, None]
        wanted *= (grad * slope)[:, None] / length
        return wanted.astype(length.dtype, copy=False)

    return result(
        out, partial(gradient, own=a, other=b, length=a_length), partial(gradient, own=b, other=a, length=b_length)
    )


def _direction(x: Array) -> tuple[Array, Array]:
    """Each row of *x* divided by its length, and these lengths ``[N, 1]``; no square of a finite number overflows."""
    unit = np.maximum(np.max(np.absolute(x), axis=1, keepdims=True), 1)
    rows = x / unit
    relative = np.sqrt(np.sum(np.square(rows), axis=1, keepdims=True) + np.square(math.sqrt(EPSILON) / unit))
    return rows / relative, unit * relative
