"""Normalisation of the channels of each image on its own, a few images, or channels, at a time.

Axes: N images, C channels, S places. The axes may lie in memory in any order: where each channel is one run, as where
each place is. Sums within a channel are of the dtype of the images, sums of those in float64.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np

from shapenet.backend import Array
from shapenet.kernels import memory, parallel
from shapenet.kernels.cuda import group_normalisation as cuda
from shapenet.kernels.cuda import launch

PIECE: Final = 2**17
"""Elements at a time: the passes over them but the first hit the cache."""

PASSES: Final = 0.6e-9
"""Seconds for each element, in all passes: as for the columns of a matrix, whose passes are the same."""

PLACES: Final = 256
"""Places that are added up in the dtype of the images, where places follow each other in large steps."""

Part = tuple[slice, slice]


def moments(x: Array) -> tuple[Array, Array]:
    """The mean and the (biased) variance of each channel of each image, ``[N, C]``, in float64.

    Each channel is centred before it is squared, and what rounding left in the mean is taken back.

    Source: Chan, Golub, LeVeque, "Algorithms for computing the sample variance" (1983), equation 1.7.
    """
    if _on_device(x):
        return cuda.moments(x)
    means, squares = np.empty((2, *x.shape[:2]), np.float64, like=x)
    places = max(x.shape[2], 1)

    def work(part: Part) -> None:
        values = x[part]
        mean = _sums(values) / places
        rounded = mean.astype(x.dtype)
        centred = memory.empty_like(values)
        np.subtract(values, rounded[:, :, None], out=centred)
        rest = _sums(centred) / places
        np.multiply(centred, centred, out=centred)
        means[part] = rounded.astype(np.float64) + rest
        squares[part] = _sums(centred) / places - rest * rest

    _share(work, x)
    return means, np.maximum(squares, 0)


def group_moments(x: Array, groups: int) -> tuple[Array, Array]:
    """The mean and the (biased) variance of each group of channels of each image, ``[N, groups]``, in float64."""
    if _on_device(x):
        return cuda.group_moments(x, groups)
    shape = (len(x), groups, x.shape[1] // groups)
    mean, variance = (part.reshape(shape) for part in moments(x))
    middle = mean.mean(axis=2)
    return middle, (variance + np.square(mean - middle[:, :, None])).mean(axis=2)


def factors(
    x: Array, out: Array, mean: Array, variance: Array, eps: float, weight: Array | None, bias: Array | None
) -> tuple[Array, Array, Array]:
    """The mean, the scale and the shift of each channel of each image that ``normalise`` takes, ``[N, C]``.

    *mean* and *variance* are those of groups of channels, ``[N, groups]``; *weight* and *bias* are ``[C]``. The mean
    has the dtype of *x*, and what it loses there is made up for in the shift; the others have that of *out*.
    """
    if _on_device(x, out, weight, bias):
        return cuda.factors(x, out, mean, variance, eps, weight, bias)
    size = x.shape[1] // mean.shape[1]
    middle, rest, spread = (_repeated(part, size) for part in _parted(mean, variance, eps, x.dtype))
    factor = spread if weight is None else spread * weight
    shift = -rest * factor if bias is None else bias - rest * factor
    return middle, factor.astype(out.dtype), shift.astype(out.dtype)


def slopes(
    x: Array, mean: Array, variance: Array, eps: float, weight: Array | None, plain: Array, weighted: Array
) -> tuple[Array, Array, Array]:
    """From ``gradient_sums``: the second for the normalised images, and the slope and the offset of each channel.

    *mean* and *variance* are those of groups, ``[N, groups]``; the former is in float64, the latter are of the dtype of
    *x*, as ``input_gradient`` takes them.
    """
    if _on_device(x, weight):
        return cuda.slopes(x, mean, variance, eps, weight, plain, weighted)
    groups, size = mean.shape[1], x.shape[1] // mean.shape[1]
    _, rest, spread = (_repeated(part, size) for part in _parted(mean, variance, eps, x.dtype))
    normalised = (weighted - rest * plain) * spread
    elements = max(size * x.shape[2], 1)
    slope = _group_sums(normalised if weight is None else normalised * weight, groups) * spread**2 / elements
    offset = _group_sums(plain if weight is None else plain * weight, groups) * spread / elements
    return normalised, slope.astype(x.dtype), (offset - rest * slope).astype(x.dtype)


def normalise(x: Array, mean: Array, scale: Array, shift: Array, out: Array) -> None:
    """Write ``(x - mean) * scale + shift`` into *out*; the last three are ``[N, C]``."""
    if _on_device(x, mean, scale, shift, out):
        cuda.normalise(x, mean, scale, shift, out)
        return

    def work(part: Part) -> None:
        values, result = x[part], out[part]
        np.subtract(values, mean[part][:, :, None], out=result)
        np.multiply(result, scale[part][:, :, None], out=result)
        np.add(result, shift[part][:, :, None], out=result)

    _share(work, x)


def gradient_sums(grad: Array, x: Array, mean: Array) -> tuple[Array, Array]:
    """The sums of *grad* and of ``grad * (x - mean)`` over each channel of each image, ``[N, C]``, in float64."""
    if _on_device(grad, x, mean):
        return cuda.gradient_sums(grad, x, mean)
    plain, weighted = np.empty((2, *x.shape[:2]), np.float64, like=x)

    def work(part: Part) -> None:
        values, given = x[part], grad[part]
        centred = memory.empty_like(values)
        np.subtract(values, mean[part][:, :, None], out=centred)
        np.multiply(centred, given, out=centred)
        plain[part], weighted[part] = _sums(given), _sums(centred)

    _share(work, x)
    return plain, weighted


def input_gradient(grad: Array, x: Array, mean: Array, scale: Array, slope: Array, offset: Array, out: Array) -> None:
    """Write ``grad * scale - (x - mean) * slope - offset`` into *out*."""
    if _on_device(grad, x, mean, scale, slope, offset, out):
        cuda.input_gradient(grad, x, mean, scale, slope, offset, out)
        return

    def work(part: Part) -> None:
        values, given, result = x[part], grad[part], out[part]
        centred = memory.empty_like(values)
        np.subtract(values, mean[part][:, :, None], out=centred)
        np.multiply(centred, slope[part][:, :, None], out=centred)
        np.multiply(given, scale[part][:, :, None], out=result)
        np.subtract(result, centred, out=result)
        np.subtract(result, offset[part][:, :, None], out=result)

    _share(work, x)


def _parted(mean: Array, variance: Array, eps: float, dtype: np.dtype[Any]) -> tuple[Array, Array, Array]:
    """The mean in *dtype*, what that lost, and what a variance is scaled with to be 1."""
    rounded = mean.astype(dtype)
    return rounded, mean - rounded, 1 / np.sqrt(variance + eps)


def _group_sums(x: Array, groups: int) -> Array:
    """The sums of ``[N, C]`` over each group of channels, again ``[N, C]``."""
    size = x.shape[1] // groups
    return x if size == 1 else _repeated(x.reshape(len(x), groups, size).sum(axis=2), size)


def _repeated(x: Array, size: int) -> Array:
    """What is of groups ``[N, groups]``, for each of the so many channels of a group."""
    return x if size == 1 else np.repeat(x, size, axis=1)


def _on_device(x: Array, *others: Array | None) -> bool:
    """Whether there are kernels for these; of nothing, there is nothing to compute."""
    return not isinstance(x, np.ndarray) and x.size > 0 and launch.takes(x, *others)


def _sums(x: Array) -> Array:
    """The sum over the places, in float64."""
    places = x.shape[2]
    if places <= PLACES or x.strides[2] == x.itemsize:  # a run, which numpy adds up in pairs
        sums: Array = np.add.reduce(x, axis=2)
        return sums.astype(np.float64)
    total: Array = np.zeros(x.shape[:2], np.float64, like=x)
    for first in range(0, places, PLACES):
        total += np.add.reduce(x[:, :, first : first + PLACES], axis=2)
    return total


def _share(work: Callable[[Part], None], x: Array) -> None:
    images, channels, places = x.shape
    together = PIECE // max(channels * places, 1)  # images
    some = channels if together else max(1, PIECE // places)
    together = max(1, together)
    parts = [
        (slice(n, n + together), slice(c, c + some))
        for n in range(0, images, together)
        for c in range(0, channels, some)
    ]
    if not isinstance(x, np.ndarray):
        parts = [(slice(None), slice(None))]
    parallel.each(work, parts, PASSES * x.size)
