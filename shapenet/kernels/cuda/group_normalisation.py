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
from shapenet.kernels.cuda import launch, normalisation


def moments(x: Array) -> tuple[Array, Array]:
    """The mean and the (biased) variance of each channel of each image, ``[N, C]``, in float64."""
    mean, variance = normalisation.moments(_matrices(x, _last(x)))
    return mean.reshape(x.shape[:2]), variance.reshape(x.shape[:2])


def group_moments(x: Array, groups: int) -> tuple[Array, Array]:
    """The mean and the (biased) variance of each group of channels of each image, ``[N, groups]``, in float64."""
    means, variances = moments(x)
    size = x.shape[1] // groups
    if size == 1:
        return means, variances
    mean, variance = np.empty((2, len(x), groups), np.float64, like=x)
    args = (means, variances, mean, variance, size)
    launch.start("groups", "joined_channels", x, *_blocks(mean.size, size), *args, size=means.size)
    return mean, variance


def factors(
    x: Array, out: Array, mean: Array, variance: Array, eps: float, weight: Array | None, bias: Array | None
) -> tuple[Array, Array, Array]:
    """The mean, the scale and the shift of each channel of each image that ``normalise`` takes, ``[N, C]``."""
    channels = x.shape[1]
    middle, factor, shift = np.empty((3, *x.shape[:2]), x.dtype, like=x)
    known = (contiguous(mean), contiguous(variance), np.float64(eps), *map(_contiguous, (weight, bias)))
    sizes = (middle.size, channels, channels // mean.shape[1])
    launch.each("groups", "channel_factors", x, middle.size, *known, middle, factor, shift, *sizes)
    return middle, factor, shift


def slopes(
    x: Array, mean: Array, variance: Array, eps: float, weight: Array | None, plain: Array, weighted: Array
) -> tuple[Array, Array, Array]:
    """From ``gradient_sums``: the second for the normalised images, and the slope and the offset of each channel."""
    channels, groups = x.shape[1], mean.shape[1]
    size = channels // groups
    slope, offset = np.empty((2, *x.shape[:2]), x.dtype, like=x)
    normalised = memory.empty(plain.shape, plain.dtype, plain)
    known = (contiguous(mean), contiguous(variance), np.float64(eps), _contiguous(weight), plain, weighted)
    args = (*known, normalised, slope, offset, channels, size, size * x.shape[2])
    launch.start("groups", "channel_slopes", x, *_blocks(mean.size, size), *args, size=plain.size)
    return normalised, slope, offset


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


def _blocks(groups: int, size: int) -> tuple[tuple[int], tuple[int]]:
    """A block for each of some groups of so many channels."""
    return (groups,), launch.rows(groups, size)[1]


def _contiguous(x: Array | None) -> Array | None:
    return None if x is None else contiguous(x)


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
