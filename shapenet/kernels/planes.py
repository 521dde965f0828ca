"""Convolution of many small images of few channels as matrix products, with the images side by side in memory.

Channels come first and images last, C H W N: a line of the image, at one position of the kernel, is then one run of
``X*N`` numbers to copy, or to add back. The filters are the rows of the left matrix, the windows the columns of the
right one. Each line of the output is a product of its own: OpenBLAS has faster kernels for small ones, where few
filters would leave most of a block of its large ones unused.

Axes: C H W N of the input, K L of the kernel, O Y X N of the output; F = K*L*C elements of a window; r lines of a
block, P = X*N places in a line.
"""

from __future__ import annotations

import functools
import math
from dataclasses import replace
from typing import Final, NamedTuple

import numpy as np
from numpy.lib.stride_tricks import as_strided

from shapenet.backend import Array
from shapenet.kernels import memory, parallel
from shapenet.kernels.conv import overlap
from shapenet.kernels.convolution import FEW_CHANNELS, Algorithm, Geometry, contiguous, pad
from shapenet.kernels.workspace import Layout

MANY_IMAGES: Final = 16
"""Images that make a run worth a copy of its own."""

BLOCK_BYTES: Final = 4 * 2**20
"""Windows of one block."""

GAP: Final = 16
"""Numbers between the rows of windows: rows a power of two apart would share a few lines of the cache."""

FLOPS: Final = 180e9
"""Multiplications and additions a second and thread, with so few filters; measured."""

COPIED: Final = 36e9
"""Bytes a second and thread of windows copied; measured."""


class Buffers(NamedTuple):
    """Scratch memory, one array for each thread."""

    col: list[Array]  # F r*P, with room for GAP more in each row
    folded: list[Array]  # K C r W N, what a block adds to the lines of the input
    padded: list[Array]  # C H' W' N, the lines that a block sees
    sums: list[Array]  # r F O
    totals: list[Array]  # F O


class Planes(Algorithm):
    """At least 16 images of at most 16 channels, before and after, in one group."""

    name = "planes"
    domain = "of at least 16 images of at most 16 channels in one group"
    error = 2e-6

    @classmethod
    def fits(cls, geometry: Geometry) -> bool:
        few = max(geometry.in_channels, geometry.out_channels) <= FEW_CHANNELS and geometry.config.groups == 1
        return few and geometry.images >= MANY_IMAGES

    def seconds(self) -> float:
        copied = self.geometry.rows * self.geometry.window * self.geometry.dtype.itemsize
        return 2 * self.geometry.multiplications / FLOPS + copied / COPIED

    def new_output(self, like: Array) -> Array:
        geometry = self.geometry
        return _images_last((geometry.out_channels, *geometry.output, geometry.images), geometry.dtype, like)

    def new_input(self, like: Array) -> Array:
        geometry = self.geometry
        return _images_last((geometry.in_channels, *geometry.image, geometry.images), geometry.dtype, like)

    def forward(self, x: Array, weight: Array, out: Array) -> None:
        planes, to = x.transpose(3, 1, 2, 0), out.transpose(3, 1, 2, 0)
        filters = weight.reshape(self.geometry.window, -1).T
        with self.borrow() as buffers:

            def work(thread: int, start: int, stop: int) -> None:
                for lines in self.blocks[start:stop]:
                    windows = self._fill(planes, lines, thread, buffers)
                    np.matmul(filters, windows, out=_places(to, lines))

            parallel.run(work, len(self.blocks), self.seconds())

    def backward(
        self, grad: Array, x: Array, weight: Array, x_gradient: Array | None, weight_gradient: Array | None
    ) -> None:
        grads = contiguous(grad.transpose(3, 1, 2, 0))
        with self.borrow() as buffers:
            if weight_gradient is not None:
                self._weight_gradient(grads, x.transpose(3, 1, 2, 0), weight_gradient, buffers)
            if x_gradient is not None:
                self._input_gradient(grads, weight, x_gradient.transpose(3, 1, 2, 0), buffers)

    def _weight_gradient(self, grads: Array, planes: Array, weight_gradient: Array, buffers: Buffers) -> None:
        def work(thread: int, start: int, stop: int) -> None:
            sums, total = buffers.sums[thread], buffers.totals[thread]
            total[...] = 0
            for lines in self.blocks[start:stop]:
                windows, some = self._fill(planes, lines, thread, buffers), _places(grads, lines)
                parallel.product(windows, some.swapaxes(1, 2), sums[: len(some)])
                total += np.sum(sums[: len(some)], axis=0)

        parallel.run(work, len(self.blocks), self.seconds())
        used = buffers.totals[: parallel.shares(len(self.blocks), self.seconds())]
        np.sum(used, axis=0, out=weight_gradient.reshape(used[0].shape, copy=False))

    def _input_gradient(self, grads: Array, weight: Array, target: Array, buffers: Buffers) -> None:
        """Each thread has channels of its own, so that none adds to what another does."""
        config, width = self.geometry.config, self.geometry.image[1]

        def work(thread: int, start: int, stop: int) -> None:
            target[start:stop] = 0
            filters = weight[:, :, start:stop].reshape(-1, weight.shape[3])
            for lines in self.blocks:
                windows, spread = self._windows(stop - start, lines, buffers.col[thread])
                np.matmul(filters, _places(grads, lines), out=windows)
                shape = (len(spread), stop - start, spread.shape[3], width, self.geometry.images)
                folded = buffers.folded[thread][: math.prod(shape)].reshape(shape)
                folded[...] = 0
                for tap in range(spread.shape[1]):
                    outputs, inputs = overlap(config, 1, tap, width, spread.shape[4])
                    part = folded[:, :, :, inputs]
                    np.add(part, spread[:, tap, :, :, outputs], out=part)
                self._add_lines(folded, target[start:stop], lines)

        # Short additions keep asking for the interpreter: more threads are worth it only where runs are long.
        parallel.run(work, self.geometry.in_channels, self.seconds() / 8)

    def _add_lines(self, folded: Array, target: Array, lines: slice) -> None:
        (height, _), (stride, _) = self.geometry.config.padding, self.geometry.config.stride
        # The first of the lines sees the image from this row on; the padding before it is that much less.
        here = replace(self.geometry.config, padding=(height - lines.start * stride, 0))
        for tap in range(len(folded)):
            outputs, inputs = overlap(here, 0, tap, self.geometry.image[0], folded.shape[2])
            part = target[:, inputs]
            np.add(part, folded[tap, :, outputs], out=part)

    @functools.cached_property
    def blocks(self) -> list[slice]:
        """The lines of the output that are computed at a time, in all images."""
        height, width = self.geometry.output
        line = self.geometry.window * width * self.geometry.images * self.geometry.dtype.itemsize
        most = max(1, min(BLOCK_BYTES, self.budget // (2 * self.threads)) // line)
        count = -(-height // most)
        if count % self.threads:  # as many for each thread
            count = min(height, -(-count // self.threads) * self.threads)
        return [slice(height * i // count, height * (i + 1) // count) for i in range(count)]

    def _buffers(self, layout: Layout) -> Buffers:
        geometry, dtype = self.geometry, self.geometry.dtype
        lines = max(block.stop - block.start for block in self.blocks)
        windows = geometry.window * (lines * geometry.output[1] * geometry.images + GAP)
        folded = geometry.config.kernel_size[0] * geometry.in_channels * lines * geometry.image[1] * geometry.images
        total = (geometry.window, geometry.out_channels)
        shapes = (windows,), (folded,), self._padded_shape(lines), (lines, *total), total
        return Buffers(*([layout.take(shape, dtype) for _ in range(self.threads)] for shape in shapes))

    def _padded_shape(self, lines: int) -> tuple[int, int, int, int]:
        geometry = self.geometry
        height, width = geometry.span(0, lines), geometry.span(1, geometry.output[1])
        return geometry.in_channels, height, width, geometry.images

    def _fill(self, planes: Array, lines: slice, thread: int, buffers: Buffers) -> Array:
        """Copy the windows of some lines ``[r, F, P]``."""
        geometry, config = self.geometry, self.geometry.config
        count = lines.stop - lines.start
        padded = buffers.padded[thread][:, : geometry.span(0, count)]
        pad(planes, padded, config.padding[0] - lines.start * config.stride[0], config.padding[1])
        windows, to = self._windows(geometry.in_channels, lines, buffers.col[thread])
        c, h, w, n = padded.strides
        (stride, step), (dilation, spread) = config.stride, config.dilation
        np.copyto(to, as_strided(padded, to.shape, (dilation * h, spread * w, c, stride * h, step * w, n)))
        return windows

    def _windows(self, channels: int, lines: slice, col: Array) -> tuple[Array, Array]:
        """Memory for the windows of some channels and lines, seen as ``[r, F, P]`` and as ``[K, L, C, r, X, N]``."""
        geometry = self.geometry
        kernel, places = geometry.config.kernel_size, (lines.stop - lines.start, geometry.output[1], geometry.images)
        window, row = math.prod(kernel) * channels, math.prod(places)
        windows = col[: window * (row + GAP)].reshape(window, row + GAP)[:, :row]
        by_line = windows.reshape(window, places[0], -1, copy=False).swapaxes(0, 1)
        return by_line, windows.reshape(*kernel, channels, *places, copy=False)


def _places(planes: Array, lines: slice) -> Array:
    """Of ``[O, Y, X, N]``, some lines seen as ``[r, O, P]``."""
    some = planes[:, lines]
    return some.reshape(*some.shape[:2], -1, copy=False).swapaxes(0, 1)


def _images_last(shape: tuple[int, ...], dtype: np.dtype[np.generic], like: Array) -> Array:
    """A new array ``[C, H, W, N]`` seen as ``[N, H, W, C]``."""
    return memory.empty(shape, dtype, like).transpose(3, 1, 2, 0)
