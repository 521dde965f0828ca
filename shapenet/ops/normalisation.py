"""Batch normalisation of images ``[N, C, H, W]``: each channel over N, H and W."""

from __future__ import annotations

import numpy as np

from shapenet.backend import Array
from shapenet.kernels import memory
from shapenet.kernels import normalisation as kernel
from shapenet.kernels.convolution import channels_first, channels_last, contiguous
from shapenet.ops import Needs, Result


def moments(x: Array) -> tuple[Array, Array]:
    """The mean and the (biased) variance of each channel; a large mean does not drown the variance."""
    mean, variance = kernel.moments(_rows(x))
    return mean.astype(x.dtype), variance.astype(x.dtype)


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
    """``(x - mean) / sqrt(variance + eps) * weight + bias``, for ``[N, C, H, W]`` and ``[C]``; it lies channels last.

    The array inputs are *x* and, where they are given, *weight* and *bias*. If not *frozen*, *mean* and *variance* are
    the ``moments`` of *x*, and the gradient flows through them too. Only the input is saved.

    Source of the gradient: Ioffe and Szegedy, "Batch normalization" (2015), section 3.
    """
    rows, middle = _rows(x), mean.astype(x.dtype, copy=False)
    scale = (1 / np.sqrt(variance + x.dtype.type(eps))).astype(x.dtype, copy=False)
    factor = scale if weight is None else scale * weight
    out = memory.empty(channels_last(x).shape, np.result_type(x, factor), x)
    if frozen:  # one pass less
        shift = -middle * factor if bias is None else bias - middle * factor
        kernel.normalise(rows, None, factor, shift, out.reshape(rows.shape, copy=False))
    else:
        kernel.normalise(rows, middle, factor, bias, out.reshape(rows.shape, copy=False))

    def vjp(grad: Array, needs: Needs) -> tuple[Array | None, ...]:
        grads = _rows(grad)
        bias_grad, centred_grad = kernel.gradient_sums(grads, rows, middle)
        weight_grad = centred_grad * scale
        x_grad = memory.empty(channels_last(x).shape, x.dtype, x) if needs[0] else None
        if x_grad is not None:
            share = 0 if frozen else factor / len(rows)
            slope, offset = (part.astype(x.dtype) for part in (share * weight_grad * scale, share * bias_grad))
            kernel.input_gradient(grads, rows, middle, factor, slope, offset, x_grad.reshape(rows.shape, copy=False))
        parts = ((weight_grad, weight), (bias_grad, bias))
        given = [part.astype(array.dtype) for part, array in parts if array is not None]
        first = None if x_grad is None else channels_first(x_grad)
        return first, *(part if wanted else None for part, wanted in zip(given, needs[1:], strict=True))

    return channels_first(out), vjp


def _rows(x: Array) -> Array:
    """``[N, C, H, W]`` as ``[N*H*W, C]``: the same memory, if it lies channels last."""
    pixels = channels_last(x)
    return contiguous(pixels).reshape(-1, pixels.shape[3])
