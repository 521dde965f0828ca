"""Convolution as one matrix product: the windows of the image, a row each, times the filters, a column each.

The windows are copied, a block at a time, into a buffer that stays in the cache while the product reads it; each thread
has blocks of its own. Source: Chellapilla, Puri, Simard, "High performance convolutional neural networks for document
processing" (2006), section 3.

Axes: N H W C of the input, K L of the kernel, Y X of the output, O output channels, G groups; m images and r lines of a
block; R windows (rows) and F = K*L*C/G elements of a window of one group.
"""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

import numpy as np
from numpy.lib.stride_tricks import as_strided

from shapenet.backend import Array
from shapenet.kernels import parallel
from shapenet.kernels.conv import taps
from shapenet.kernels.convolution import FEW_CHANNELS, Algorithm, Geometry, accumulate, contiguous, matrix, pad
from shapenet.kernels.workspace import Layout

BLOCK_BYTES: Final = 2 * 2**20
"""Windows of one block. Smaller ones make the product slower: it packs the filters anew for each."""

FEW_ROWS: Final = 512
"""Windows up to which the threads share the filters rather than the windows: each reads only its part of them."""

OWN_TOTALS_BYTES: Final = 256 * 2**10
"""Filters up to which it costs little that each thread has a gradient of its own, and all are added up."""

COPIED: Final = 12e9
"""Bytes a second and thread of windows copied in the cache; measured."""


@dataclass(frozen=True)
class Block:
    """Some whole images, or some lines of one image's output; its windows are number *first* to *end* of all."""

    images: slice
    lines: slice
    first: int
    end: int


class Buffers(NamedTuple):
    """Scratch memory."""

    col: Array  # G R F, for each thread one block
    padded: list[Array]  # a thread: the images of a block, or its lines, with their padding
    totals: list[Array]  # K L C/G O, sums over the blocks of a thread, or one of all
    partials: list[Array]


class Im2col(Algorithm):
    """Any convolution, with the rounding of one matrix product."""

    name = "im2col"
    domain = "a convolution"
    error = 2e-6

    @classmethod
    def fits(cls, geometry: Geometry) -> bool:
        return True

    def seconds(self) -> float:
        geometry = self.geometry
        copied = geometry.rows * geometry.window * geometry.config.groups * geometry.dtype.itemsize
        return 2 * geometry.multiplications / parallel.FLOPS + copied / COPIED

    def forward(self, x: Array, weight: Array, out: Array) -> None:
        filters, out_rows = self._filters(weight), self._rows(out)
        with self.borrow() as buffers:
            if self.geometry.rows <= FEW_ROWS:
                for windows, rows in self._rounds(x, buffers):
                    self._product_by_filters(windows, filters, out_rows[:, rows])
            elif (pixels := self._as_matrix(x)) is not None:
                self._product_by_windows(pixels, filters, out_rows)
            else:
                self._product_by_blocks(x, filters, out_rows, buffers)

    def backward(
        self, grad: Array, x: Array, weight: Array, x_gradient: Array | None, weight_gradient: Array | None
    ) -> None:
        grad_rows = self._rows(grad if matrix(grad) is not None else contiguous(grad))
        with self.borrow() as buffers:
            if self._own_totals:
                self._gradients_by_blocks(grad_rows, x, weight, x_gradient, weight_gradient, buffers)
                return
            if x_gradient is not None:
                self._gradients_by_blocks(grad_rows, x, weight, x_gradient, None, buffers)
            if weight_gradient is not None:
                self._weight_gradient(grad_rows, x, weight_gradient, buffers)

    # --- the blocks, and the buffers for them ---

    @functools.cached_property
    def blocks(self) -> list[Block]:
        """All blocks, in the order of the output."""
        (height, width), images = self.geometry.output, self.geometry.images
        size = height * width
        lines = min(self._capacity // width, -(-images * height // self.threads))
        if lines < height:
            lines = _even(height, lines, 1)
            places = itertools.product(range(images), range(0, height, lines))
            ends = ((n, y, min(y + lines, height)) for n, y in places)
            return [Block(slice(n, n + 1), slice(y, z), n * size + y * width, n * size + z * width) for n, y, z in ends]
        some = _even(images, self._capacity // size, self.threads)
        pairs = ((n, min(n + some, images)) for n in range(0, images, some))
        return [Block(slice(n, end), slice(0, height), n * size, end * size) for n, end in pairs]

    @functools.cached_property
    def _capacity(self) -> int:
        """The windows that go into a block, if the buffers of all threads are to keep within the budget."""
        row = self.geometry.window * self.geometry.config.groups * self.geometry.dtype.itemsize
        return min(BLOCK_BYTES, self.budget // (2 * self.threads)) // row

    def _buffers(self, layout: Layout) -> Buffers:
        geometry = self.geometry
        groups, window, dtype = geometry.config.groups, geometry.window, geometry.dtype
        longest = max((block.end - block.first for block in self.blocks), default=0)
        rows = longest * self.threads
        if self._planes:
            col = layout.take((1, window, rows), dtype).swapaxes(1, 2)
        else:
            col = layout.take((groups, rows, window), dtype)
        padded = [layout.take(self._padded_shape(self.blocks[0]), dtype) for _ in range(self.threads) if self.blocks]
        filters = (*geometry.config.kernel_size, geometry.in_channels // groups, geometry.out_channels)
        owners = self.threads if self._own_totals else 1
        totals, partials = ([layout.take(filters, dtype) for _ in range(owners)] for _ in range(2))
        return Buffers(col, padded, totals, partials)

    @property
    def _planes(self) -> bool:
        """Whether images lie channel by channel; then the windows are the columns of the buffer, not its rows."""
        return self.geometry.config.groups == 1 and self.geometry.in_channels <= FEW_CHANNELS

    @property
    def _sorted(self) -> bool:
        """Whether padded columns are sorted by their number modulo the stride: what one tap reads is then one run."""
        (_, width), (_, step) = self.geometry.config.kernel_size, self.geometry.config.stride
        return self._planes and width > 1 < step and self.geometry.config.dilation[1] == 1

    @property
    def _own_totals(self) -> bool:
        """Whether each thread adds up the gradient of the filters over its own blocks, rather than its part of it."""
        filters = self.geometry.window * self.geometry.out_channels * self.geometry.dtype.itemsize
        return filters <= OWN_TOTALS_BYTES

    def _own(self, thread: int, block: Block, buffers: Buffers) -> Array:
        """The part of the buffer in which a thread has the windows of *block*."""
        first = thread * (self.blocks[0].end - self.blocks[0].first)
        return buffers.col[:, first : first + block.end - block.first]

    def _padded_shape(self, block: Block) -> tuple[int, int, int, int]:
        geometry = self.geometry
        height, width = geometry.span(0, block.lines.stop - block.lines.start), geometry.span(1, geometry.output[1])
        if self._sorted:
            width += -width % geometry.config.stride[1]
        return block.images.stop - block.images.start, height, width, geometry.in_channels

    # --- three ways to share a product ---

    def _product_by_filters(self, windows: Array, filters: Array, out: Array) -> None:
        def work(_: int, start: int, stop: int) -> None:
            np.matmul(windows, filters[:, :, start:stop], out=out[:, :, start:stop])

        parallel.run(work, filters.shape[2], self._product_seconds(windows))

    def _product_by_windows(self, windows: Array, filters: Array, out: Array) -> None:
        def work(_: int, start: int, stop: int) -> None:
            np.matmul(windows[:, start:stop], filters, out=out[:, start:stop])

        parallel.run(work, windows.shape[1], self._product_seconds(windows))

    def _product_by_blocks(self, x: Array, filters: Array, out: Array, buffers: Buffers) -> None:
        def work(thread: int, start: int, stop: int) -> None:
            for block in self.blocks[start:stop]:
                windows = self._own(thread, block, buffers)
                self._fill(windows, x, block, buffers.padded[thread])
                np.matmul(windows, filters, out=out[:, block.first : block.end])

        parallel.run(work, len(self.blocks), self.seconds())

    def _product_seconds(self, windows: Array) -> float:
        return 2 * windows.size * self.geometry.out_channels / self.geometry.config.groups / parallel.FLOPS

    # --- the gradients ---

    def _gradients_by_blocks(
        self,
        grad_rows: Array,
        x: Array,
        weight: Array,
        x_gradient: Array | None,
        weight_gradient: Array | None,
        buffers: Buffers,
    ) -> None:
        """The transposes of the product, and then of the copies: what was read often is added up."""
        filters, groups = self._filters(weight).swapaxes(1, 2), self.geometry.config.groups
        images = [list(some) for _, some in itertools.groupby(self.blocks, key=lambda block: block.images.start)]

        def work(thread: int, start: int, stop: int) -> None:
            total, partial = (self._filters(sums[thread % len(sums)]) for sums in (buffers.totals, buffers.partials))
            for block in itertools.chain.from_iterable(images[start:stop]):
                windows, grads = self._own(thread, block, buffers), grad_rows[:, block.first : block.end]
                if weight_gradient is not None:
                    self._fill(windows, x, block, buffers.padded[thread])
                    first = block is images[start][0]
                    accumulate(windows.swapaxes(1, 2), grads, total, partial, first)
                if x_gradient is not None:
                    np.matmul(grads, filters, out=windows)
                    self._add_back(windows, self._grouped(x_gradient[block.images], groups), block)

        parallel.run(work, len(images), self.seconds())
        if weight_gradient is not None:
            if not images:
                buffers.totals[0][...] = 0
            used = buffers.totals[: parallel.shares(len(images), self.seconds())]
            np.sum(used, axis=0, out=weight_gradient)

    def _add_back(self, windows: Array, target: Array, block: Block) -> None:
        config, first = self.geometry.config, block.lines.start
        if first == 0:
            target[...] = 0
        height, width = config.padding
        # Line 0 of the block reads the image from this row on; the padding before it is that much less.
        here = replace(config, padding=(height - first * config.stride[0], width))
        spread = np.moveaxis(self._split(windows, block), 0, -2)  # m r X K L G C/G
        for tap in taps(here, self.geometry.image, (block.lines.stop - first, self.geometry.output[1])):
            part = target[:, *tap.inputs]
            np.add(part, spread[:, *tap.outputs, tap.row, tap.column], out=part)

    def _weight_gradient(self, grad_rows: Array, x: Array, weight_gradient: Array, buffers: Buffers) -> None:
        """The products of all windows with the gradients of their outputs; the threads share the elements F."""
        total, partial = self._filters(weight_gradient), self._filters(buffers.partials[0])
        if not self.blocks:
            weight_gradient[...] = 0
        for windows, rows in self._rounds(x, buffers):

            def work(_: int, start: int, stop: int, windows: Array = windows, rows: slice = rows) -> None:
                mine, columns = slice(start, stop), windows[:, :, start:stop].swapaxes(1, 2)
                accumulate(columns, grad_rows[:, rows], total[:, mine], partial[:, mine], rows.start == 0)

            parallel.run(work, self.geometry.window, self._product_seconds(windows))

    # --- windows ---

    def _rounds(self, x: Array, buffers: Buffers) -> Iterator[tuple[Array, slice]]:
        """All windows ``[G, R, F]`` and which of the rows they are, as many at a time as the buffer holds."""
        pixels = self._as_matrix(x)
        if pixels is not None and self.blocks:
            yield pixels, slice(0, self.geometry.rows)
            return
        for i in range(0, len(self.blocks), self.threads):
            some = self.blocks[i : i + self.threads]
            base = some[0].first

            def work(thread: int, start: int, stop: int, some: list[Block] = some, base: int = base) -> None:
                for block in some[start:stop]:
                    windows = buffers.col[:, block.first - base : block.end - base]
                    self._fill(windows, x, block, buffers.padded[thread])

            copied = buffers.col.nbytes if len(some) == self.threads else 0
            parallel.run(work, len(some), copied / COPIED)
            yield buffers.col[:, : some[-1].end - base], slice(base, some[-1].end)

    def _as_matrix(self, x: Array) -> Array | None:
        """*x* itself, if its windows are its pixels and it is a matrix of them."""
        config, geometry = self.geometry.config, self.geometry
        plain = config.kernel_size == config.stride == (1, 1) and config.padding == (0, 0)
        seen = matrix(x) if plain and geometry.output == geometry.image else None
        return None if seen is None else seen.reshape(geometry.rows, config.groups, geometry.window).swapaxes(0, 1)

    def _fill(self, windows: Array, x: Array, block: Block, padded: Array) -> None:
        """Copy the windows of *block* from *x*."""
        (dilation, spread), (stride, step) = self.geometry.config.dilation, self.geometry.config.stride
        image = self._with_padding(x, block, padded)
        to = self._split(windows, block)
        m, h, w, c = image.strides
        if self._sorted:
            for number in range(min(step, to.shape[5])):
                taps_here = to[..., number::step, :]
                columns = image[:, :, number * (image.shape[2] // step) :]
                strides = (to.shape[-1] * c, m, stride * h, w, dilation * h, w, c)
                np.copyto(taps_here, as_strided(columns, taps_here.shape, strides))
            return
        strides = (to.shape[-1] * c, m, stride * h, step * w, dilation * h, spread * w, c)
        np.copyto(to, as_strided(image, to.shape, strides))

    def _with_padding(self, x: Array, block: Block, padded: Array) -> Array:
        """What the windows of *block* see of *x*, in *padded*; or in place, if all is there and its runs are runs."""
        (height, width), shape = self.geometry.image, self._padded_shape(block)
        above, left = self.geometry.config.padding
        start = block.lines.start * self.geometry.config.stride[0] - above  # of the first line, in the image
        whole = start >= 0 and start + shape[1] <= height and left == 0 and shape[2] <= width
        once = self.geometry.config.kernel_size == (1, 1)  # each pixel is read once, in place as well as for a copy
        run = x.strides[2 if self._planes else 3] == x.itemsize and not self._sorted
        if whole and (once or run):
            return x[block.images, start : start + shape[1], : shape[2]]
        room = padded.reshape(-1)[: math.prod(shape)]
        if not self._planes:
            image = room.reshape(shape)
            pad(x[block.images], image, -start, left)
            return image
        image = room.reshape(shape[0], shape[3], *shape[1:3]).transpose(0, 2, 3, 1)
        step = self.geometry.config.stride[1] if self._sorted else 1
        count = shape[2] // step
        for number in range(step):
            first = (number - left) % step  # the first column of *x* that goes there
            columns = image[:, :, number * count : (number + 1) * count]
            pad(x[block.images, :, first::step], columns, -start, (first + left) // step)
        return image

    def _split(self, windows: Array, block: Block) -> Array:
        """``[G, R, F]`` seen as ``[G, m, r, X, K, L, C/G]``."""
        geometry = self.geometry
        images, lines = block.images.stop - block.images.start, block.lines.stop - block.lines.start
        kernel, channels = geometry.config.kernel_size, geometry.in_channels // geometry.config.groups
        shape = (geometry.config.groups, images, lines, geometry.output[1], *kernel, channels)
        return windows.reshape(shape, copy=False)

    @staticmethod
    def _grouped(images: Array, groups: int) -> Array:
        """``[m, H, W, C]`` seen as ``[m, H, W, G, C/G]``."""
        return images.reshape(*images.shape[:3], groups, images.shape[3] // groups, copy=False)

    def _rows(self, out: Array) -> Array:
        """``[N, Y, X, O]`` seen as ``[G, R, O/G]``."""
        groups = self.geometry.config.groups
        rows = matrix(out)
        assert rows is not None
        return rows.reshape(self.geometry.rows, groups, self.geometry.out_channels // groups, copy=False).swapaxes(0, 1)

    def _filters(self, weight: Array) -> Array:
        """``[K, L, C/G, O]`` as ``[G, F, O/G]``."""
        return weight.reshape(self.geometry.window, self.geometry.config.groups, -1).swapaxes(0, 1)


def _even(count: int, most: int, threads: int) -> int:
    """How many of *count* items go into a block of at most so many, if each thread is to have as many blocks."""
    rounds = -(-count // (max(1, most) * threads))
    return max(1, -(-count // (rounds * threads))) if rounds else 1
