"""Depthwise convolution on a GPU: a thread for each number that is written, and no matrix product."""

from __future__ import annotations

import numpy as np

from shapenet.backend import Array
from shapenet.kernels.convolution import Geometry, contiguous
from shapenet.kernels.cuda import launch, module
from shapenet.kernels.cuda.convolution import OnGpu, launched
from shapenet.kernels.cuda.normalisation import joined, parts
from shapenet.kernels.workspace import Layout


class Depthwise(OnGpu):
    """A convolution with as many groups as input channels; each channel may have several filters."""

    name = "depthwise"
    domain = "of as many groups as input channels"
    error = 2e-6

    @classmethod
    def fits(cls, geometry: Geometry) -> bool:
        return geometry.config.groups == geometry.in_channels and module.supports(geometry.dtype)

    def seconds(self) -> float:
        return launched(sum(self.sizes), 2 * self.geometry.multiplications)

    def forward(self, x: Array, weight: Array, out: Array) -> None:
        x, weight = self.typed(x, weight)
        self._each("depthwise", contiguous(x), contiguous(weight), out)

    def backward(
        self, grad: Array, x: Array, weight: Array, x_gradient: Array | None, weight_gradient: Array | None
    ) -> None:
        grad, x, weight = self.typed(contiguous(grad), x, weight)
        if x_gradient is not None:
            self._each("depthwise_input_gradient", grad, contiguous(weight), x_gradient)
        if weight_gradient is not None:
            self._weight_gradient(grad, contiguous(x), weight_gradient)

    def _weight_gradient(self, grad: Array, x: Array, weight_gradient: Array) -> None:
        """Sums in T of some places by a thread each, sums of those in double: always in the same order."""
        rows, columns = self.geometry.rows, self.geometry.out_channels
        grid, block, chunk = parts(1, rows, columns)
        sums = np.empty((1, grid[1], weight_gradient.size), np.float64, like=grad)
        args, size = (grad, x, sums, self._struct, rows, chunk), max(grad.size, x.size, sums.size)
        launch.start("depthwise", "depthwise_filter_sums", grad, grid, block, *args, size=size, macros=self._macros)
        weight_gradient[...] = joined(sums, grad).reshape(weight_gradient.shape)

    def _each(self, kernel: str, read: Array, filters: Array, written: Array) -> None:
        args = (read, filters, written, self._struct)
        launch.each("depthwise", kernel, read, written.size, *args, reach=read.size, macros=self._macros)

    @property
    def _struct(self) -> tuple[int, ...]:
        """The struct ``Depthwise``, in its order."""
        geometry, config = self.geometry, self.geometry.config
        return (
            geometry.images,
            geometry.in_channels,
            *geometry.image,
            *geometry.output,
            *config.padding,
            *config.dilation,
        )

    @property
    def _macros(self) -> module.Macros:
        geometry, names = self.geometry, ("MULTIPLIER", "HEIGHT", "WIDTH", "DOWN", "ACROSS")
        sizes = geometry.out_channels // geometry.in_channels, *geometry.config.kernel_size, *geometry.config.stride
        return tuple(zip(names, map(str, sizes), strict=True))

    def _buffers(self, layout: Layout) -> Array:
        """The sums of the gradient of the filters."""
        grid, _, _ = parts(1, self.geometry.rows, self.geometry.out_channels)
        height, width = self.geometry.config.kernel_size
        return layout.take((grid[1], height, width, self.geometry.out_channels), np.dtype(np.float64))
