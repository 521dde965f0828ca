"""Convolution by im2col and one matrix product, on slices.

``im2col`` copies, for each position of the kernel, the input elements that it meets into one plane of ``col``: one
strided slice copy per kernel position, however large the image. The convolution is then ``weight @ col``.

Axes: N images, C channels, H W of the input, K L of the kernel, Y X of the output, O output channels, G groups.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self, cast

import numpy as np

from shapenet.backend import Array
from shapenet.rules.base import WindowRule

IntPair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class ConvConfig:
    """How a window moves over an image; each pair is (height, width).

    The padding is that before the first row and column. How much comes after the last follows from the size of the
    output, which whoever calls a kernel decides: all that lies outside the image is padding.
    """

    kernel_size: IntPair
    stride: IntPair = (1, 1)
    padding: IntPair = (0, 0)
    dilation: IntPair = (1, 1)
    groups: int = 1

    @classmethod
    def of(cls, rule: WindowRule) -> Self:
        """The configuration of a layer whose sizes are all ints."""
        kernel, stride, padding, dilation = cast("tuple[IntPair, IntPair, IntPair, IntPair]", rule.window)
        return cls(kernel, stride, padding, dilation, cast("int", rule.groups))


@dataclass(frozen=True, slots=True)
class Tap:
    """Where one kernel position meets the image: these output rows and columns see those input rows and columns."""

    row: int
    column: int
    outputs: tuple[slice, slice]
    inputs: tuple[slice, slice]


def taps(config: ConvConfig, image: IntPair, output: IntPair) -> Iterator[Tap]:
    """All kernel positions, row by row; outputs that see only padding there are left out of the slices."""
    height, width = config.kernel_size
    for row, column in itertools.product(range(height), range(width)):
        vertical = overlap(config, 0, row, image[0], output[0])
        horizontal = overlap(config, 1, column, image[1], output[1])
        yield Tap(row, column, (vertical[0], horizontal[0]), (vertical[1], horizontal[1]))


def overlap(config: ConvConfig, side: int, tap: int, size: int, out_size: int) -> tuple[slice, slice]:
    """The outputs whose input ``output*stride + tap*dilation - padding`` lies in the image, and those inputs."""
    stride = config.stride[side]
    offset = tap * config.dilation[side] - config.padding[side]
    first = max(0, -(offset // stride))  # ceil(-offset / stride)
    last = min(out_size - 1, (size - 1 - offset) // stride)
    if last < first:
        return slice(0, 0), slice(0, 0)
    begin = first * stride + offset
    return slice(first, last + 1), slice(begin, (last - first) * stride + begin + 1, stride)


def im2col(x: Array, col: Array, config: ConvConfig) -> Array:
    """Write the windows of *x* ``[N, C, H, W]`` into *col* ``[N, C, K, L, Y, X]``; padding becomes 0. Returns *col*."""
    if not isinstance(x, np.ndarray):
        from shapenet.kernels.cuda import launch, windows

        if launch.takes(x, col):
            return windows.im2col(x, col, config)
    for tap in taps(config, x.shape[2:], col.shape[4:]):
        plane = col[:, :, tap.row, tap.column]
        rows, columns = tap.outputs
        _zero_outside(plane, rows, columns)
        plane[:, :, rows, columns] = x[:, :, *tap.inputs]
    return col


def col2im(col: Array, x: Array, config: ConvConfig) -> Array:
    """The adjoint of ``im2col``: *x* becomes, for each input element, the sum of its copies in *col*. Returns *x*."""
    if not isinstance(x, np.ndarray):
        from shapenet.kernels.cuda import launch, windows

        if launch.takes(x, col):
            return windows.col2im(col, x, config)
    x[...] = 0
    for tap in taps(config, x.shape[2:], col.shape[4:]):
        x[:, :, *tap.inputs] += col[:, :, tap.row, tap.column, *tap.outputs]
    return x


def _zero_outside(plane: Array, rows: slice, columns: slice) -> None:
    plane[:, :, : rows.start] = 0
    plane[:, :, rows.stop :] = 0
    plane[:, :, rows, : columns.start] = 0
    plane[:, :, rows, columns.stop :] = 0


def conv2d(x: Array, weight: Array, bias: Array | None, out: Array, config: ConvConfig, col: Array) -> Array:
    """Write the convolution of *x* ``[N, C, H, W]`` with *weight* ``[O, C/G, K, L]`` into *out* ``[N, O, Y, X]``.

    *col* ``[n, C, K, L, Y, X]`` is the workspace: images go through it n at a time. Returns *out*.
    """
    filters = _filters(weight, config.groups)
    for images, block in _blocks(x, col):
        im2col(x[images], block, config)
        np.matmul(filters, _columns(block, config.groups), out=_maps(out[images], config.groups))
    if bias is not None:
        out += bias[:, None, None]
    return out


def conv2d_input_gradient(grad: Array, weight: Array, x_gradient: Array, config: ConvConfig, col: Array) -> Array:
    """Write the gradient of the input ``[N, C, H, W]``, given that of the output ``[N, O, Y, X]``. Returns it."""
    filters = _filters(weight, config.groups).swapaxes(1, 2)  # G O CKL -> G CKL O
    for images, block in _blocks(x_gradient, col):
        np.matmul(filters, _maps(grad[images], config.groups), out=_columns(block, config.groups))
        col2im(block, x_gradient[images], config)
    return x_gradient


def conv2d_weight_gradient(grad: Array, x: Array, weight_gradient: Array, config: ConvConfig, col: Array) -> Array:
    """Write the gradient of the weight ``[O, C/G, K, L]``, given that of the output ``[N, O, Y, X]``. Returns it."""
    total = np.zeros_like(_filters(weight_gradient, config.groups))
    for images, block in _blocks(x, col):
        im2col(x[images], block, config)
        columns = _columns(block, config.groups).swapaxes(2, 3)  # n G CKL YX -> n G YX CKL
        total += np.matmul(_maps(grad[images], config.groups), columns).sum(axis=0)
    weight_gradient[...] = total.reshape(weight_gradient.shape)
    return weight_gradient


def _blocks(x: Array, col: Array) -> Iterator[tuple[slice, Array]]:
    for start in range(0, len(x), len(col)):
        stop = min(start + len(col), len(x))
        yield slice(start, stop), col[: stop - start]


def _filters(weight: Array, groups: int) -> Array:
    return np.reshape(weight, (groups, len(weight) // groups, -1))  # O C/G K L -> G O/G CKL


def _columns(col: Array, groups: int) -> Array:
    images, channels, height, width, rows, columns = col.shape
    return _view(col, (images, groups, channels // groups * height * width, rows * columns))  # n G CKL YX


def _maps(out: Array, groups: int) -> Array:
    images, channels, rows, columns = out.shape
    return _view(out, (images, groups, channels // groups, rows * columns))  # n O Y X -> n G O/G YX


def _view(array: Array, shape: tuple[int, ...]) -> Array:
    """*array* in another shape without a copy, which would lose what is written into it."""
    return np.reshape(array, shape, copy=False)
