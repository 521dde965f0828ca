"""Normalisation of the channels of each image ``[N, C, S]``, as that of the columns of many matrices.

Where the channels lie last, an image is a matrix of C columns; else each channel is one of a single column. Copies are
made of images that lie otherwise.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from shapenet.backend import Array
from shapenet.kernels import memory
from shapenet.kernels.convolution import contiguous
from shapenet.kernels.cuda import normalisation


def moments(x: Array) -> tuple[Array, Array]:
    """The mean and the (biased) variance of each channel of each image, ``[N, C]``, in float64."""
    mean, variance = normalisation.moments(_matrices(x, _last(x)))
    return mean.reshape(x.shape[:2]), variance.reshape(x.shape[:2])


def normalise(x: Array, mean: Array, scale: Array, shift: Array, out: Array) -> None:
    """Write ``(x - mean) * scale + shift`` into *out*; the last three are ``[N, C]``."""
    m, s, t = map(contiguous, (mean, scale, shift))
    _into(out, _last(x), lambda last, to: normalisation.normalise(_matrices(x, last), m, s, t, to))


def gradient_sums(grad: Array, x: Array, mean: Array) -> tuple[Array, Array]:
    """The sums of *grad* and of ``grad * (x - mean)`` over each channel of each image, ``[N, C]``, in float64."""
    last = _last(x)
    plain, weighted = normalisation.gradient_sums(_matrices(grad, last), _matrices(x, last), contiguous(mean))
    return plain.reshape(x.shape[:2]), weighted.reshape(x.shape[:2])


def input_gradient(grad: Array, x: Array, mean: Array, scale: Array, slope: Array, offset: Array, out: Array) -> None:
    """Write ``grad * scale - (x - mean) * slope - offset`` into *out*."""
    m, s, t, o = map(contiguous, (mean, scale, slope, offset))

    def write(last: bool, to: Array) -> None:
        normalisation.input_gradient(_matrices(grad, last), _matrices(x, last), m, s, t, o, to)

    _into(out, _last(x), write)


def _last(x: Array) -> bool:
    """Whether the channels of *x* lie last."""
    return x.strides[1] < x.strides[2] and x.shape[1] > 1


def _matrices(x: Array, last: bool) -> Array:
    """``[N, C, S]`` as ``[N, S, C]`` where the channels are *last*, else as ``[N*C, S, 1]``; C-contiguous."""
    return contiguous(x.swapaxes(1, 2)) if last else contiguous(x).reshape(-1, x.shape[2], 1)


def _into(out: Array, last: bool, write: Callable[[bool, Array], None]) -> None:
    """Let *write* fill *out*, or an array without gaps that is then copied there."""
    target = out.swapaxes(1, 2) if last else out
    made = target if target.flags.c_contiguous else memory.empty(target.shape, out.dtype, out)
    write(last, made)
    if made is not target:
        np.copyto(target, made)
