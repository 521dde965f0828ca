"""Depthwise convolution: one filter for each channel. No matrix product, but a sum of scaled copies of the image."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np

from shapenet.backend import Array
from shapenet.kernels import parallel
from shapenet.kernels.convolution import Algorithm, Geometry, contiguous, pad, unpad
from shapenet.kernels.reduction import column_sums
from shapenet.kernels.workspace import Layout

PIECE_BYTES: Final = 2**21
"""Outputs computed at a time: some images, or one; shorter passes would keep asking for the interpreter."""

PASSED: Final = 3e-10
"""Seconds and thread for each number and element of the window; measured."""


class Buffers(NamedTuple):
    """For each thread: some images with their padding, their scaled copies, the gradient of the filters."""

    padded: list[Array]  # m H' W' C
    scaled: list[Array]  # m Y X C
    totals: list[Array]  # K L C
    filters: Array  # K L X C: along a line, so that a line is one run


class Depthwise(Algorithm):
    """A convolution with as many groups as input and output channels."""

    name = "depthwise"
    domain = "of one filter for each channel"
    error = 2e-6

    @classmethod
    def fits(cls, geometry: Geometry) -> bool:
        return geometry.config.groups == geometry.in_channels == geometry.out_channels

    def seconds(self) -> float:
        return PASSED * self.geometry.multiplications

    def forward(self, x: Array, weight: Array, out: Array) -> None:
        with self.borrow() as buffers:
            buffers.filters[...] = weight

            def work(thread: int, start: int, stop: int) -> None:
                for images in self._pieces(start, stop):
                    to, padded, scaled = self._own(thread, images, out, buffers)
                    pad(x[images], padded, *self.geometry.config.padding)
                    for row, column in self._positions():
                        seen, filters = self._seen(padded, row, column), buffers.filters[row, column]
                        if (row, column) == (0, 0):
                            np.multiply(seen, filters, out=to)
                        else:
                            np.multiply(seen, filters, out=scaled)
                            np.add(to, scaled, out=to)

            parallel.run(work, self.geometry.images, self.seconds())

    def backward(
        self, grad: Array, x: Array, weight: Array, x_gradient: Array | None, weight_gradient: Array | None
    ) -> None:
        grad = contiguous(grad)  # it is read twice for each position of the kernel
        with self.borrow() as buffers:
            buffers.filters[...] = weight
            for total in buffers.totals:
                total[...] = 0

            def work(thread: int, start: int, stop: int) -> None:
                for images in self._pieces(start, stop):
                    if weight_gradient is not None:
                        self._weight_gradient(grad, x, images, thread, buffers)
                    if x_gradient is not None:
                        self._input_gradient(grad, x_gradient, images, thread, buffers)

            parallel.run(work, self.geometry.images, self.seconds())
            if weight_gradient is not None:
                np.sum(buffers.totals, axis=0, out=weight_gradient.reshape(buffers.totals[0].shape, copy=False))

    def _input_gradient(self, grad: Array, x_gradient: Array, images: slice, thread: int, buffers: Buffers) -> None:
        here, padded, scaled = self._own(thread, images, grad, buffers)
        padded[...] = 0
        for row, column in self._positions():
            seen = self._seen(padded, row, column)
            np.multiply(here, buffers.filters[row, column], out=scaled)
            np.add(seen, scaled, out=seen)
        unpad(padded, x_gradient[images], *self.geometry.config.padding)

    def _weight_gradient(self, grad: Array, x: Array, images: slice, thread: int, buffers: Buffers) -> None:
        here, padded, scaled = self._own(thread, images, grad, buffers)
        pad(x[images], padded, *self.geometry.config.padding)
        for row, column in self._positions():
            np.multiply(self._seen(padded, row, column), here, out=scaled)
            buffers.totals[thread][row, column] += column_sums(scaled.reshape(-1, scaled.shape[3]))

    def _own(self, thread: int, images: slice, array: Array, buffers: Buffers) -> tuple[Array, Array, Array]:
        """The images of *array*, and a thread's buffers for as many."""
        some = array[images]
        return some, buffers.padded[thread][: len(some)], buffers.scaled[thread][: len(some)]

    def _buffers(self, layout: Layout) -> Buffers:
        geometry, dtype = self.geometry, self.geometry.dtype
        kernel, (height, width), channels = geometry.config.kernel_size, geometry.output, geometry.in_channels
        padded = (self._some, geometry.span(0, height), geometry.span(1, width), channels)
        return Buffers(
            [layout.take(padded, dtype) for _ in range(self.threads)],
            [layout.take((self._some, height, width, channels), dtype) for _ in range(self.threads)],
            [layout.take((*kernel, channels), dtype) for _ in range(self.threads)],
            layout.take((*kernel, width, channels), dtype),
        )

    @property
    def _some(self) -> int:
        """The images of a piece."""
        image = math.prod(self.geometry.output) * self.geometry.in_channels * self.geometry.dtype.itemsize
        return max(1, min(PIECE_BYTES, self.budget // (4 * self.threads)) // image)

    def _pieces(self, start: int, stop: int) -> Iterator[slice]:
        return parallel.pieces(start, stop, self._some)

    def _positions(self) -> Iterator[tuple[int, int]]:
        height, width = self.geometry.config.kernel_size
        return itertools.product(range(height), range(width))

    def _seen(self, padded: Array, row: int, column: int) -> Array:
        """The pixels that the outputs see at one position of the kernel."""
        config, (height, width) = self.geometry.config, self.geometry.output
        (stride, step), (dilation, spread) = config.stride, config.dilation
        top, left = row * dilation, column * spread
        return padded[:, top : top + height * stride : stride, left : left + width * step : step]
