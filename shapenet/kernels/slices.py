"""The kernels of ``shapenet.kernels.conv`` as an algorithm: plain slices, which any device can take."""

from __future__ import annotations

import functools
import math

import numpy as np

from shapenet.backend import Array
from shapenet.kernels import conv as kernel
from shapenet.kernels import memory
from shapenet.kernels.convolution import Algorithm, Geometry, channels_first, contiguous, filters_first
from shapenet.kernels.workspace import Layout, shared


class Slices(Algorithm):
    """Any convolution on any device, by one thread. The algorithm to read first."""

    name = "slices"
    domain = "a convolution"
    error = 2e-6

    @classmethod
    def fits(cls, geometry: Geometry) -> bool:
        return True

    def seconds(self) -> float:
        return math.inf  # where there is another, it is faster

    def forward(self, x: Array, weight: Array, out: Array) -> None:
        result = memory.empty(channels_first(out).shape, out.dtype, out)
        with shared.borrow(self._col_shape, out) as col:
            kernel.conv2d(channels_first(x), filters_first(weight), None, result, self.geometry.config, col)
        np.copyto(channels_first(out), result)

    def backward(
        self, grad: Array, x: Array, weight: Array, x_gradient: Array | None, weight_gradient: Array | None
    ) -> None:
        config, filters = self.geometry.config, filters_first(weight)
        full = contiguous(channels_first(grad))
        with shared.borrow(self._col_shape, grad) as col:
            if x_gradient is not None:
                kernel.conv2d_input_gradient(full, filters, channels_first(x_gradient), config, col)
            if weight_gradient is not None:
                kernel.conv2d_weight_gradient(full, channels_first(x), filters_first(weight_gradient), config, col)

    def _buffers(self, layout: Layout) -> Array:
        return layout.take(self._col_shape, self.geometry.dtype)

    @functools.cached_property
    def _col_shape(self) -> tuple[int, ...]:
        geometry = self.geometry
        kernel_size, output = geometry.config.kernel_size, geometry.output
        image = geometry.in_channels * math.prod(kernel_size) * math.prod(output) * geometry.dtype.itemsize
        images = max(1, min(geometry.images, self.budget // (2 * image)))
        return images, geometry.in_channels, *kernel_size, *output
