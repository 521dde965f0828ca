"""Batch normalisation of images ``[N, C, H, W]``: each channel over N, H and W."""

from __future__ import annotations

import numpy as np

from shapenet.backend import Array
from shapenet.ops import Needs, Result

_AXES = (0, 2, 3)


def moments(x: Array) -> tuple[Array, Array]:
    """The mean and the (biased) variance of each channel, in two passes: a large mean does not drown the variance."""
    mean = np.mean(x, axis=_AXES, dtype=x.dtype)
    centred = x - mean[:, None, None]
    # What rounding left in the mean is the mean of the centred values: both are corrected by it.
    rest = np.mean(centred, axis=_AXES, dtype=x.dtype)
    variance = np.mean(np.square(centred), axis=_AXES, dtype=x.dtype) - np.square(rest)
    return mean + rest, np.maximum(variance, 0)


def batch_norm(
    x: Array,
    weight: Array | None = None,
    bias: Array | None = None,
    *,
    mean: Array,
    variance: Array,
    eps: float,
    frozen: bool,
) -> Result:
    """``(x - mean) / sqrt(variance + eps) * weight + bias``, for ``[N, C, H, W]`` and ``[C]``.

    The array inputs are *x* and, where they are given, *weight* and *bias*. If not *frozen*, *mean* and *variance* are
    the ``moments`` of *x*, and the gradient flows through them too.

    Source of the gradient: Ioffe and Szegedy, "Batch normalization" (2015), section 3.
    """
    scale = (1 / np.sqrt(variance + x.dtype.type(eps))).astype(x.dtype, copy=False)[:, None, None]
    normal = (x - mean.astype(x.dtype, copy=False)[:, None, None]) * scale
    factor = scale if weight is None else scale * weight[:, None, None]
    out = normal if weight is None else normal * weight[:, None, None]
    out = out if bias is None else out + bias[:, None, None]
    count = x.size // x.shape[1]

    def vjp(grad: Array, needs: Needs) -> tuple[Array | None, ...]:
        weight_grad = np.sum(grad * normal, axis=_AXES)
        bias_grad = np.sum(grad, axis=_AXES)
        x_grad = None
        if needs[0]:
            x_grad = grad * factor
            if not frozen:
                x_grad -= factor / count * (bias_grad[:, None, None] + normal * weight_grad[:, None, None])
        given = [part for part, array in ((weight_grad, weight), (bias_grad, bias)) if array is not None]
        return x_grad, *(part if wanted else None for part, wanted in zip(given, needs[1:], strict=True))

    return out, vjp
