"""Convolution on a GPU: the windows of the images as a matrix, by one kernel, times the filters, by cuBLAS.

Axes: N H W C of the input, K L of the kernel, Y X of the output, O output channels, G groups; r lines of a block; R
windows (rows) and F = K*L*C/G elements of a window of one group. Images have their channels last in memory.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

from shapenet.backend import Array
from shapenet.kernels import memory
from shapenet.kernels.conv import ConvConfig
from shapenet.kernels.convolution import FEW_CHANNELS, Geometry, channels_first, contiguous
from shapenet.kernels.cuda import module, products, windows
from shapenet.kernels.cuda.convolution import LAUNCH, OnGpu, launched, product_rate
from shapenet.kernels.workspace import Layout


@dataclass(frozen=True)
class Block:
    """Some whole images, or some lines of one image's output; its windows are number *first* to *end* of all."""

    images: slice
    lines: slice
    first: int
    end: int


class Gemm(OnGpu):
    """Any convolution on a GPU, with the rounding of one matrix product."""

    name = "gemm"
    domain = "a convolution on a GPU"
    error = 2e-6

    @classmethod
    def fits(cls, geometry: Geometry) -> bool:
        return module.supports(geometry.dtype)

    def seconds(self) -> float:
        geometry, (inputs, outputs, weights) = self.geometry, self.sizes
        flops, rate = 2 * geometry.multiplications, product_rate(geometry.dtype)
        if self._pointwise:
            return launched(inputs + weights + outputs, flops, rate)
        windows = geometry.rows * geometry.window * geometry.config.groups * geometry.dtype.itemsize
        lowered, product = launched(inputs + windows), launched(windows + weights + outputs, flops, rate)
        return lowered + product + 2 * LAUNCH * max(0, len(self.blocks) - 1)

    def forward(self, x: Array, weight: Array, out: Array) -> None:
        x, weight = self.typed(x, weight)
        filters, out_rows = self._filters(weight), self._rows(out)
        for block, matrix in self._windows(x):
            products.matmul(matrix, filters, out=out_rows[:, block.first : block.end])

    def backward(
        self, grad: Array, x: Array, weight: Array, x_gradient: Array | None, weight_gradient: Array | None
    ) -> None:
        grad, x, weight = self.typed(grad, x, weight)
        grad_rows = self._rows(contiguous(grad))
        if x_gradient is not None:
            self._input_gradient(grad_rows, self._filters(weight).swapaxes(1, 2), x_gradient)
        if weight_gradient is not None:
            self._weight_gradient(grad_rows, x, weight_gradient)

    def _input_gradient(self, grad_rows: Array, filters: Array, x_gradient: Array) -> None:
        if self._pointwise:
            products.matmul(grad_rows, filters, out=self._rows(x_gradient))
            return
        whole = all(block.lines == slice(0, self.geometry.output[0]) for block in self.blocks)
        if not (whole and self.blocks):
            x_gradient[...] = 0
        for block in self.blocks:
            col, matrix = self._col(block, grad_rows)
            products.matmul(grad_rows[:, block.first : block.end], filters, out=matrix)
            config, seen = self._local(block)
            part = channels_first(x_gradient[block.images, seen])
            if part.size:
                windows.col2im(col, part, config, add=not whole)

    def _weight_gradient(self, grad_rows: Array, x: Array, weight_gradient: Array) -> None:
        target, added = self._as_filters(weight_gradient), False
        total = target
        for block, matrix in self._windows(x):
            grads = grad_rows[:, block.first : block.end]
            total = products.matmul(matrix.swapaxes(1, 2), grads, out=total, add=added)
            added = True
        if not added or total is None:
            weight_gradient[...] = 0
        elif target is None:
            weight_gradient[...] = self._unfiltered(total)

    # --- the windows, some at a time ---

    @functools.cached_property
    def blocks(self) -> list[Block]:
        """All blocks, in the order of the output; their windows keep within the budget, but for one line."""
        (height, width), images = self.geometry.output, self.geometry.images
        size = height * width
        if not (size and images):
            return []
        row = self.geometry.window * self.geometry.config.groups * self.geometry.dtype.itemsize
        capacity = self.budget // max(row, 1)
        if capacity >= size or self._pointwise:
            some = images if self._pointwise else min(images, capacity // size)
            pairs = ((n, min(n + some, images)) for n in range(0, images, some))
            return [Block(slice(n, end), slice(0, height), n * size, end * size) for n, end in pairs]
        lines = max(1, capacity // width)
        places = ((n, y, min(y + lines, height)) for n in range(images) for y in range(0, height, lines))
        return [Block(slice(n, n + 1), slice(y, z), n * size + y * width, n * size + z * width) for n, y, z in places]

    def _windows(self, x: Array) -> Iterator[tuple[Block, Array]]:
        """Each block and its windows ``[G, R, F]``."""
        if self._pointwise and self.blocks:
            yield self.blocks[0], self._rows(contiguous(x))
            return
        for block in self.blocks:
            col, matrix = self._col(block, x)
            config, seen = self._local(block)
            windows.im2col(channels_first(x[block.images, seen]), col, config)
            yield block, matrix

    def _col(self, block: Block, like: Array) -> tuple[Array, Array]:
        """Memory for windows, from cupy's pool, which knows of streams: as ``windows`` has it, and ``[G, R, F]``."""
        geometry, rows = self.geometry, block.end - block.first
        kernel, groups = geometry.config.kernel_size, geometry.config.groups
        places = (block.images.stop - block.images.start, block.lines.stop - block.lines.start, geometry.output[1])
        channels = geometry.in_channels // groups
        if self._planes:  # G C K L n Y X
            col = memory.empty((groups, channels, *kernel, *places), geometry.dtype, like)
            return col.transpose(4, 0, 1, 2, 3, 5, 6), col.reshape(groups, geometry.window, rows).swapaxes(1, 2)
        col = memory.empty((groups, *places, *kernel, channels), geometry.dtype, like)
        return col.transpose(1, 0, 6, 4, 5, 2, 3), col.reshape(groups, rows, geometry.window)

    def _local(self, block: Block) -> tuple[ConvConfig, slice]:
        """The configuration for the lines of the input that a block sees, as if they were all, and those lines."""
        config, height = self.geometry.config, self.geometry.image[0]
        if block.lines == slice(0, self.geometry.output[0]):
            return config, slice(0, height)  # and those that no window sees: their gradient is 0
        start = block.lines.start * config.stride[0] - config.padding[0]
        end = start + self.geometry.span(0, block.lines.stop - block.lines.start)
        first = min(max(start, 0), height)
        seen = slice(first, max(first, min(end, height)))
        return replace(config, padding=(first - start, config.padding[1])), seen

    @property
    def _pointwise(self) -> bool:
        """Whether the windows are the pixels: then the images are the matrix."""
        config, geometry = self.geometry.config, self.geometry
        plain = config.kernel_size == config.stride == (1, 1) and config.padding == (0, 0)
        return plain and geometry.output == geometry.image

    @property
    def _planes(self) -> bool:
        """Whether the windows are the columns in memory, not the rows: with few channels they are the longer runs."""
        return self.geometry.in_channels // self.geometry.config.groups <= FEW_CHANNELS and not self._pointwise

    # --- arrays as matrices ---

    def _rows(self, x: Array) -> Array:
        """``[N, H, W, C]``, C-contiguous, as ``[G, N*H*W, C/G]``, the same memory."""
        groups = self.geometry.config.groups
        return x.reshape(math.prod(x.shape[:3]), groups, x.shape[3] // groups).swapaxes(0, 1)

    def _filters(self, weight: Array) -> Array:
        """``[K, L, C/G, O]`` as ``[G, F, O/G]``."""
        kernel, groups = self.geometry.config.kernel_size, self.geometry.config.groups
        split = weight.reshape(*kernel, weight.shape[2], groups, weight.shape[3] // groups)
        order = (3, 2, 0, 1, 4) if self._planes else (3, 0, 1, 2, 4)
        return split.transpose(order).reshape(groups, self.geometry.window, weight.shape[3] // groups)

    def _as_filters(self, weight: Array) -> Array | None:
        """``[K, L, C, O]`` as what ``_filters`` gives, if that is the same memory."""
        geometry, plain = self.geometry, weight.flags.c_contiguous and weight.dtype == self.geometry.dtype
        if not plain or geometry.config.groups != 1 or self._planes:
            return None
        return weight.reshape(1, geometry.window, geometry.out_channels)

    def _unfiltered(self, filters: Array) -> Array:
        """``[G, F, O/G]`` as ``[K, L, C/G, O]``."""
        geometry = self.geometry
        kernel, groups = geometry.config.kernel_size, geometry.config.groups
        channels, outputs = geometry.in_channels // groups, geometry.out_channels
        sizes = (channels, *kernel) if self._planes else (*kernel, channels)
        split = filters.reshape(groups, *sizes, outputs // groups)
        order = (2, 3, 1, 0, 4) if self._planes else (1, 2, 3, 0, 4)
        return split.transpose(order).reshape(*kernel, channels, outputs)

    def _buffers(self, layout: Layout) -> list[Array]:
        longest = max((block.end - block.first for block in self.blocks), default=0)
        window = 0 if self._pointwise else self.geometry.window * self.geometry.config.groups
        return [layout.take((longest, window), self.geometry.dtype)]
