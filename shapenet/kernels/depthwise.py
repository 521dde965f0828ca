"""Depthwise convolution: one filter for each channel. No matrix product, but a sum of scaled copies of the image."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np

from shapenet.backend import Array
from shapenet.kernels import parallel
from shapenet.kernels.convolution import Algorithm, Geometry, pad, unpad
from shapenet.kernels.reduction import column_sums
from shapenet.kernels.workspace import Layout

PIECE_BYTES: Final = 128 * 2**10
"""Output lines computed at a time, so that the passes over them stay in the cache."""

PASSED: Final = 3e-10
"""Seconds and thread for each number and element of the window; measured."""


class Buffers(NamedTuple):
    """For each thread: an image with its padding, some lines of scaled copies, the gradient of the filters."""

    padded: list[Array]  # H' W' C
    lines: list[Array]  # r X C
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
                padded = buffers.padded[thread]
                for image in range(start, stop):
                    pad(x[image], padded, *self.geometry.config.padding)
                    for lines in self._pieces():
                        self._sum(padded, buffers.filters, out[image, lines], lines, buffers.lines[thread])

            parallel.run(work, self.geometry.images, self.seconds())

    def backward(
        self, grad: Array, x: Array, weight: Array, x_gradient: Array | None, weight_gradient: Array | None
    ) -> None:
        with self.borrow() as buffers:
            buffers.filters[...] = weight
            for total in buffers.totals:
                total[...] = 0

            def work(thread: int, start: int, stop: int) -> None:
                for image in range(start, stop):
                    if weight_gradient is not None:
                        self._weight_gradient(grad[image], x[image], thread, buffers)
                    if x_gradient is not None:
                        self._input_gradient(grad[image], x_gradient[image], thread, buffers)

            parallel.run(work, self.geometry.images, self.seconds())
            if weight_gradient is not None:
                np.sum(buffers.totals, axis=0, out=weight_gradient.reshape(buffers.totals[0].shape, copy=False))

    def _sum(self, padded: Array, filters: Array, out: Array, lines: slice, scratch: Array) -> None:
        scaled = scratch[: len(out)]
        for number, (row, column) in enumerate(self._positions()):
            seen = self._seen(padded, row, column, lines)
            if number == 0:
                np.multiply(seen, filters[row, column], out=out)
            else:
                np.multiply(seen, filters[row, column], out=scaled)
                np.add(out, scaled, out=out)

    def _input_gradient(self, grad: Array, x_gradient: Array, thread: int, buffers: Buffers) -> None:
        padded = buffers.padded[thread]
        padded[...] = 0
        for lines in self._pieces():
            scaled, here = buffers.lines[thread][: lines.stop - lines.start], grad[lines]
            for row, column in self._positions():
                seen = self._seen(padded, row, column, lines)
                np.multiply(here, buffers.filters[row, column], out=scaled)
                np.add(seen, scaled, out=seen)
        unpad(padded, x_gradient, *self.geometry.config.padding)

    def _weight_gradient(self, grad: Array, x: Array, thread: int, buffers: Buffers) -> None:
        padded, total = buffers.padded[thread], buffers.totals[thread]
        pad(x, padded, *self.geometry.config.padding)
        for lines in self._pieces():
            products = buffers.lines[thread][: lines.stop - lines.start]
            for row, column in self._positions():
                np.multiply(self._seen(padded, row, column, lines), grad[lines], out=products)
                total[row, column] += column_sums(products.reshape(-1, products.shape[2]))

    def _buffers(self, layout: Layout) -> Buffers:
        geometry, dtype = self.geometry, self.geometry.dtype
        kernel, (height, width), channels = geometry.config.kernel_size, geometry.output, geometry.in_channels
        padded = (geometry.span(0, height), geometry.span(1, width), channels)
        lines = (min(height, self._lines), width, channels)
        return Buffers(
            [layout.take(padded, dtype) for _ in range(self.threads)],
            [layout.take(lines, dtype) for _ in range(self.threads)],
            [layout.take((*kernel, channels), dtype) for _ in range(self.threads)],
            layout.take((*kernel, width, channels), dtype),
        )

    @property
    def _lines(self) -> int:
        line = self.geometry.output[1] * self.geometry.in_channels * self.geometry.dtype.itemsize
        return max(1, PIECE_BYTES // line)

    def _pieces(self) -> Iterator[slice]:
        height = self.geometry.output[0]
        return (slice(y, min(y + self._lines, height)) for y in range(0, height, self._lines))

    def _positions(self) -> Iterator[tuple[int, int]]:
        height, width = self.geometry.config.kernel_size
        return itertools.product(range(height), range(width))

    def _seen(self, padded: Array, row: int, column: int, lines: slice) -> Array:
        """The pixels that these lines of the output see at one position of the kernel."""
        config = self.geometry.config
        (stride, step), (dilation, spread) = config.stride, config.dilation
        top, left = lines.start * stride + row * dilation, column * spread
        bottom, right = top + (lines.stop - lines.start) * stride, left + self.geometry.output[1] * step
        return padded[top:bottom:stride, left:right:step]
