"""Pooling: one number of each window of an image."""

from __future__ import annotations

from typing import Literal, cast, overload

import numpy as np

from shapenet import rules
from shapenet.backend import Array, StandIn
from shapenet.functional.checks import check_floating
from shapenet.kernels import memory
from shapenet.kernels.conv import ConvConfig, IntPair
from shapenet.kernels.pool import max_pool2d_indices
from shapenet.kernels.windows import Windows, adaptive, padded, sliding
from shapenet.ops import pool, reduction
from shapenet.rules.base import Extent
from shapenet.rules.pools import OutputSize
from shapenet.tensors import AnyTensor, Tensor, apply, as_one

Maxima = AnyTensor | tuple[AnyTensor, AnyTensor]


@overload
def max_pool2d(
    x: AnyTensor,
    kernel_size: Extent,
    stride: Extent | None = None,
    padding: Extent = 0,
    dilation: Extent = 1,
    ceil_mode: bool = False,
    return_indices: Literal[False] = False,
) -> AnyTensor: ...


@overload
def max_pool2d(
    x: AnyTensor,
    kernel_size: Extent,
    stride: Extent | None = None,
    padding: Extent = 0,
    dilation: Extent = 1,
    ceil_mode: bool = False,
    *,
    return_indices: Literal[True],
) -> tuple[AnyTensor, AnyTensor]: ...


@overload
def max_pool2d(
    x: AnyTensor,
    kernel_size: Extent,
    stride: Extent | None = None,
    padding: Extent = 0,
    dilation: Extent = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Maxima: ...


def max_pool2d(
    x: AnyTensor,
    kernel_size: Extent,
    stride: Extent | None = None,
    padding: Extent = 0,
    dilation: Extent = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Maxima:
    """The maximum over windows: ``[N, C, H, W] -> [N, C, H', W']``; the stride is the kernel size unless given.

    With *ceil_mode* a last window may reach beyond the padding, if it begins in the image or the padding before it.
    With *return_indices* the result is a pair: the maxima, and the places in H*W where they were found, int64; -1 for
    a window of padding alone.

    Raises:
        ShapeError: an option is out of range, or the shape does not fit.
    """
    return max_pooled(x, rules.MaxPool2d(kernel_size, stride, padding, dilation, return_indices, ceil_mode))


@as_one
def max_pooled(x: AnyTensor, rule: rules.MaxPool2d) -> Maxima:
    """``max_pool2d`` with its options checked already."""
    return _maxima(x, sliding(ConvConfig.of(rule), *_sizes(x, rule)), rule)


def avg_pool2d(
    x: AnyTensor,
    kernel_size: Extent,
    stride: Extent | None = None,
    padding: Extent = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> AnyTensor:
    """The mean over windows: ``[N, C, H, W] -> [N, C, H', W']``; the stride is the kernel size unless given.

    Padding is zeros, which count as elements unless *count_include_pad* is false; *divisor_override* divides the sum of
    the window instead of their number. With *ceil_mode* a last window may reach beyond the padding, if it begins in the
    image or the padding before it; what lies beyond never counts.

    Raises:
        ShapeError: an option is out of range, or the shape does not fit.
        ValueError: *x* is not floating, or *divisor_override* no int other than 0.
    """
    check_divisor("avg_pool2d", divisor_override)
    return avg_pooled(x, rules.AvgPool2d(kernel_size, stride, padding, ceil_mode), count_include_pad, divisor_override)


@as_one
def avg_pooled(x: AnyTensor, rule: rules.AvgPool2d, count_include_pad: bool, divisor_override: int | None) -> AnyTensor:
    """``avg_pool2d`` with its options checked already."""
    sizes = _sizes(x, rule)
    check_floating("avg_pool2d", x)
    config = ConvConfig.of(rule)
    windows = sliding(config, *sizes)
    counted = padded(config, *sizes) if count_include_pad else windows
    divisor = _divisor(counted) if divisor_override is None else divisor_override
    return apply(pool.avg_pool2d, x, windows=windows, divisor=divisor)


def check_divisor(subject: str, divisor: int | None) -> None:
    """Check that *divisor* is None or an int that divides.

    Raises:
        ValueError: it is not.
    """
    if divisor is not None and (isinstance(divisor, bool) or not isinstance(divisor, int) or divisor == 0):
        raise ValueError(f"{subject} expects divisor_override to be an int other than 0, got {divisor!r}")


@overload
def adaptive_max_pool2d(
    x: AnyTensor, output_size: OutputSize | tuple[OutputSize, OutputSize], return_indices: Literal[False] = False
) -> AnyTensor: ...


@overload
def adaptive_max_pool2d(
    x: AnyTensor, output_size: OutputSize | tuple[OutputSize, OutputSize], return_indices: Literal[True]
) -> tuple[AnyTensor, AnyTensor]: ...


@overload
def adaptive_max_pool2d(
    x: AnyTensor, output_size: OutputSize | tuple[OutputSize, OutputSize], return_indices: bool = False
) -> Maxima: ...


def adaptive_max_pool2d(
    x: AnyTensor, output_size: OutputSize | tuple[OutputSize, OutputSize], return_indices: bool = False
) -> Maxima:
    """The maximum over windows of the size that the output needs: ``[N, C, H, W] -> [N, C, *output_size]``.

    Along a side of *size*, window *i* of *n* is from ``i*size//n`` to ``ceil((i+1)*size/n)``. The output size is an
    int or a pair (height, width); None is the size of the image. With *return_indices* the result is a pair: the
    maxima, and the places in H*W where they were found, int64.

    Raises:
        ShapeError: an option is out of range, or the shape does not fit.
    """
    return adaptive_max_pooled(x, rules.AdaptiveMaxPool2d(output_size, return_indices))


@as_one
def adaptive_max_pooled(x: AnyTensor, rule: rules.AdaptiveMaxPool2d) -> Maxima:
    """``adaptive_max_pool2d`` with its options checked already."""
    return _maxima(x, adaptive(*_sizes(x, rule)), rule)


def adaptive_avg_pool2d(x: AnyTensor, output_size: OutputSize | tuple[OutputSize, OutputSize]) -> AnyTensor:
    """The mean over windows of the size that the output needs: ``[N, C, H, W] -> [N, C, *output_size]``.

    The windows, and the output size, are those of ``adaptive_max_pool2d``.

    Raises:
        ShapeError: an option is out of range, or the shape does not fit.
        ValueError: *x* is not floating.
    """
    return adaptive_avg_pooled(x, rules.AdaptiveAvgPool2d(output_size))


@as_one
def adaptive_avg_pooled(x: AnyTensor, rule: rules.AdaptiveAvgPool2d) -> AnyTensor:
    """``adaptive_avg_pool2d`` with its options checked already."""
    image, output = _sizes(x, rule)
    check_floating("adaptive_avg_pool2d", x)
    if output == (1, 1):
        return apply(reduction.mean, x, dim=(2, 3), keepdim=True)
    windows = adaptive(image, output)
    return apply(pool.avg_pool2d, x, windows=windows, divisor=_divisor(windows))


def _sizes(x: AnyTensor, rule: rules.LayerRule) -> tuple[IntPair, IntPair]:
    """The image and the output, each as (height, width)."""
    *_, rows, columns = rule.output(x.data.shape)
    return x.data.shape[2:], cast("IntPair", (rows, columns))


def _maxima(x: AnyTensor, windows: Windows, rule: rules.LayerRule) -> Maxima:
    values = apply(pool.max_pool2d, x, windows=windows)
    if not rule.doubled:
        return values
    if isinstance(x.data, StandIn):
        return values, values.to(np.int64)
    indices = memory.empty_like(values.data, np.int64)
    return values, Tensor(max_pool2d_indices(x.data, indices, windows))


def _divisor(windows: Windows) -> Array | int:
    """The number of elements of each window; one number if they have as many."""
    counts = windows.counts
    return int(counts[0, 0]) if (counts == counts[0, 0]).all() else counts
