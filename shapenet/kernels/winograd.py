"""Winograd's minimal filtering: 3x3 convolutions with 2.25 or 4 times fewer multiplications.

A tile of ``m x m`` outputs sees ``t x t`` inputs, ``t = m + 2``. With ``B``, ``G`` and ``A`` as below it is
``A.T @ ((G @ w @ G.T) * (B.T @ x @ B)) @ A``, summed over the input channels. Here each of the three transforms is one
matrix product, by ``kron(B.T, B.T)`` and its like, for all tiles and channels at once; the products in between are
``t*t`` matrix products, of tiles by channels with channels by filters. As all of it is linear, the gradients are the
transposes of the same steps.

The transforms add and subtract numbers up to 5 times as large, which costs accuracy: see ``error``.

Source: Lavin and Gray, "Fast algorithms for convolutional neural networks" (2015), sections 4.1 and 4.3.

Axes: i images of a block, j x k tiles of an image, T = i*j*k; t*t points; C input and O output channels.
"""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Callable
from typing import Any, ClassVar, Final, NamedTuple

import numpy as np
from numpy.lib.stride_tricks import as_strided

from shapenet.backend import Array
from shapenet.kernels import parallel
from shapenet.kernels.convolution import Algorithm, Geometry, accumulate, pad, unpad
from shapenet.kernels.workspace import Layout

POINTS_BYTES: Final = 10 * 2**20
"""Transformed images of one block, when the threads share one: as much as stays in a cache of the third level."""

OWN_FILTERS_BYTES: Final = 3 * 2**20
"""Transformed filters up to which each thread computes whole images alone: all of them pass through its cache."""

TRANSFORM: Final = (1.0e-9, 0.5e-9, 0.9e-9)
"""Seconds and thread for each number of a transformed input, output, filter; measured."""


class Buffers(NamedTuple):
    """Scratch memory. A team is one thread with its own images, or all threads with one block of them."""

    filters: Array  # t*t C O
    inputs: list[Array]  # a team: t*t i j*k*C
    outputs: list[Array]  # a team: t*t i j*k*O
    totals: list[Array]  # a team: t*t C O, the gradient of the filters
    partials: list[Array]  # a team: t*t C O
    padded: list[Array]  # a thread: one image, with padding, or one output, as whole tiles
    tiles: list[Array]  # a thread: t*t j*k*max(C, O)


class Task(NamedTuple):
    """What a thread does of a stage."""

    team: int
    thread: int
    images: range
    start: int  # the items that are its own: images of the block, strips of them, or points
    stop: int
    first: bool  # whether these are the first images of the team


Stage = Callable[[Buffers, Task], None]

Items = Callable[[range], int]
"""How many items a stage has for a block of images."""


class Winograd(Algorithm):
    """A 3x3 convolution of stride 1 without groups, in float32."""

    domain = "3x3 of stride 1, dilation 1 and one group in float32"
    tile: ClassVar[int]
    transforms: ClassVar[tuple[list[list[float]], list[list[float]], list[list[float]]]]
    """``B.T``, ``G`` and ``A.T``."""

    @classmethod
    def fits(cls, geometry: Geometry) -> bool:
        config = geometry.config
        plain = config.stride == config.dilation == (1, 1) and config.groups == 1
        return plain and config.kernel_size == (3, 3) and geometry.dtype == np.float32

    def seconds(self) -> float:
        geometry, points = self.geometry, self.points
        tiles = geometry.images * self.grid[0] * self.grid[1]
        inputs, outputs, filters = TRANSFORM
        channels, features = geometry.in_channels, geometry.out_channels
        transforms = inputs * tiles * channels + outputs * tiles * features + filters * channels * features
        return points * (2 * tiles * channels * features / parallel.FLOPS + transforms)

    def forward(self, x: Array, weight: Array, out: Array) -> None:
        with self.borrow() as buffers:
            self._transform_filters(weight, buffers)
            if self.by_strips:
                self._in_strips(x, out, buffers)
                return
            self._in_stages(
                buffers,
                (functools.partial(self._transform_input, x), self._strips),
                (self._multiply, self._points),
                (functools.partial(self._transform_output, out), self._strips),
            )

    def backward(
        self, grad: Array, x: Array, weight: Array, x_gradient: Array | None, weight_gradient: Array | None
    ) -> None:
        with self.borrow() as buffers:
            stages: list[tuple[Stage, Items]] = [(functools.partial(self._transform_gradient, grad), self._strips)]
            if weight_gradient is not None:
                stages += [
                    (functools.partial(self._transform_input, x), self._strips),
                    (self._multiply_for_filters, self._points),
                ]
            if x_gradient is not None:
                self._transform_filters(weight, buffers)
                stages += [(self._multiply_back, self._points)]
                stages += [(functools.partial(self._transform_back, x_gradient), len)]
            self._in_stages(buffers, *stages)
            if weight_gradient is not None:
                self._transform_filters_back(weight_gradient, buffers)

    # --- sizes ---

    @property
    def side(self) -> int:
        """The inputs along one side of a tile."""
        return self.tile + 2

    @property
    def points(self) -> int:
        """The numbers of a transformed tile."""
        return self.side**2

    @functools.cached_property
    def grid(self) -> tuple[int, int]:
        """The tiles along height and width of an image; the last may reach beyond it."""
        height, width = self.geometry.output
        return -(-height // self.tile), -(-width // self.tile)

    @functools.cached_property
    def alone(self) -> bool:
        """Whether each thread computes whole images, rather than its part of the points of one block of them."""
        return self._few_filters and self.geometry.images >= self.threads

    @functools.cached_property
    def by_strips(self) -> bool:
        """Whether, forward, each thread computes strips of images alone. (Backward, what they add overlaps.)"""
        return self._few_filters and self.per_image > 1 and self.per_block == self.geometry.images

    @property
    def _few_filters(self) -> bool:
        filters = self.points * self.geometry.in_channels * self.geometry.out_channels * self.geometry.dtype.itemsize
        return filters <= OWN_FILTERS_BYTES

    @property
    def wakes(self) -> int:
        """Once for the filters, then once, or for each of three stages."""
        return 2 if self.alone or self.by_strips else 4

    @functools.cached_property
    def per_block(self) -> int:
        """The images of a block."""
        if self.alone:
            return 1
        channels = self.geometry.in_channels + self.geometry.out_channels
        image = self.points * self.grid[0] * self.grid[1] * channels * self.geometry.dtype.itemsize
        fitting = min(POINTS_BYTES, self.budget // 2) // image
        return max(1, min(fitting // self.threads * self.threads, self.geometry.images))

    @functools.cached_property
    def per_image(self) -> int:
        """The strips into which an image is cut, if there are not enough images for all threads."""
        images = self.geometry.images
        return min(self.grid[0], -(-self.threads // images)) if 0 < images < self.threads else 1

    def _buffers(self, layout: Layout) -> Buffers:
        geometry, dtype = self.geometry, self.geometry.dtype
        channels, features = geometry.in_channels, geometry.out_channels
        (rows, columns), points = self.grid, self.points
        teams = self.threads if self.alone else 1
        filters, more = (points, channels, features), self.alone or geometry.images > self.per_block
        largest = max(channels, features)
        padded = (rows * self.tile + 2) * (columns * self.tile + 2) * largest
        return Buffers(
            layout.take(filters, dtype),
            [layout.take((points, self.per_block, rows * columns * channels), dtype) for _ in range(teams)],
            [layout.take((points, self.per_block, rows * columns * features), dtype) for _ in range(teams)],
            [layout.take(filters, dtype) for _ in range(teams)],
            [layout.take(filters if more else (points, 0, 0), dtype) for _ in range(teams)],
            [layout.take((padded,), dtype) for _ in range(self.threads)],
            [layout.take((points * rows * columns * largest,), dtype) for _ in range(self.threads)],
        )

    # --- who does what ---

    def _in_stages(self, buffers: Buffers, *stages: tuple[Stage, Items]) -> None:
        """Each stage for all images; a team's threads share its items."""
        images = self.geometry.images
        if self.alone:

            def work(thread: int, start: int, stop: int) -> None:
                for image in range(start, stop):
                    block = range(image, image + 1)
                    for stage, items in stages:
                        stage(buffers, Task(thread, thread, block, 0, items(block), image == start))

            parallel.run(work, images, self.seconds())
            return
        for first in range(0, images, self.per_block):
            block = range(first, min(first + self.per_block, images))
            for stage, items in stages:

                def share(thread: int, start: int, stop: int, stage: Stage = stage, block: range = block) -> None:
                    stage(buffers, Task(0, thread, block, start, stop, block.start == 0))

                parallel.run(share, items(block), self.seconds() / len(stages))

    def _in_strips(self, x: Array, out: Array, buffers: Buffers) -> None:
        images = range(self.geometry.images)

        def work(thread: int, start: int, stop: int) -> None:
            for strip in range(start, stop):
                task = Task(0, thread, images, strip, strip + 1, first=True)
                self._transform_input(x, buffers, task)
                self._multiply_strip(buffers, task)
                self._transform_output(out, buffers, task)

        parallel.run(work, self._strips(images), self.seconds())

    def _strips(self, block: range) -> int:
        return len(block) * self.per_image

    def _points(self, _: range) -> int:
        return self.points

    def _strip(self, item: int) -> tuple[int, slice]:
        """The image of the block in which this strip lies, and its lines of tiles."""
        image, strip = divmod(item, self.per_image)
        lines = self.grid[0]
        return image, slice(lines * strip // self.per_image, lines * (strip + 1) // self.per_image)

    # --- the steps, forward ---

    def _transform_filters(self, weight: Array, buffers: Buffers) -> None:
        _, transform, _ = _matrices(type(self))
        parallel.matmul(transform, weight.reshape(9, -1), out=buffers.filters.reshape(self.points, -1))

    def _transform_input(self, x: Array, buffers: Buffers, task: Task) -> None:
        transform, _, _ = _matrices(type(self))
        above, left = self.geometry.config.padding
        for item in range(task.start, task.stop):
            image, lines = self._strip(item)
            tiles = self._tiles(buffers.tiles[task.thread], self.side, lines, x.shape[3])
            padded = self._padded(buffers.padded[task.thread], lines, x.shape[3])
            row, column, channel = padded.strides
            pad(x[task.images[image]], padded, above - lines.start * self.tile, left)
            strides = (row, column, self.tile * row, self.tile * column, channel)
            np.copyto(tiles, as_strided(padded, tiles.shape, strides))
            points = self._of_lines(buffers.inputs[task.team][:, image], lines)
            np.matmul(transform, tiles.reshape(self.points, -1), out=points)

    def _multiply(self, buffers: Buffers, task: Task) -> None:
        inputs, outputs = self._products(buffers, task)
        np.matmul(inputs, buffers.filters[task.start : task.stop], out=outputs)

    def _multiply_strip(self, buffers: Buffers, task: Task) -> None:
        image, lines = self._strip(task.start)
        kept = buffers.inputs[task.team], buffers.outputs[task.team]
        inputs, outputs = (self._of_lines(points[:, image], lines) for points in kept)
        channels, features = self.geometry.in_channels, self.geometry.out_channels
        tiles = (lines.stop - lines.start) * self.grid[1]
        inputs, outputs = inputs.reshape(-1, tiles, channels), outputs.reshape(-1, tiles, features, copy=False)
        np.matmul(inputs, buffers.filters, out=outputs)

    def _transform_output(self, out: Array, buffers: Buffers, task: Task) -> None:
        _, _, transform = _matrices(type(self))
        for item in range(task.start, task.stop):
            image, lines = self._strip(item)
            tiles = self._tiles(buffers.tiles[task.thread], self.tile, lines, out.shape[3])
            points = self._of_lines(buffers.outputs[task.team][:, image], lines)
            np.matmul(transform, points, out=tiles.reshape(self.tile**2, -1))
            strip = out[task.images[image], lines.start * self.tile : lines.stop * self.tile]
            whole = self._whole(strip, lines, buffers.padded[task.thread])
            np.copyto(self._as_tiles(whole), tiles)
            if whole is not strip:
                np.copyto(strip, whole[: strip.shape[0], : strip.shape[1]])

    # --- the same steps, transposed ---

    def _transform_gradient(self, grad: Array, buffers: Buffers, task: Task) -> None:
        _, _, transform = _matrices(type(self))
        for item in range(task.start, task.stop):
            image, lines = self._strip(item)
            tiles = self._tiles(buffers.tiles[task.thread], self.tile, lines, grad.shape[3])
            strip = grad[task.images[image], lines.start * self.tile : lines.stop * self.tile]
            whole = self._whole(strip, lines, buffers.padded[task.thread])
            if whole is not strip:
                pad(strip, whole, 0, 0)
            np.copyto(tiles, self._as_tiles(whole))
            points = self._of_lines(buffers.outputs[task.team][:, image], lines)
            np.matmul(transform.T, tiles.reshape(self.tile**2, -1), out=points)

    def _multiply_for_filters(self, buffers: Buffers, task: Task) -> None:
        inputs, outputs = self._products(buffers, task)
        mine = slice(task.start, task.stop)
        total, partial = buffers.totals[task.team][mine], buffers.partials[task.team][mine]
        accumulate(inputs.swapaxes(1, 2), outputs, total, partial, task.first)

    def _multiply_back(self, buffers: Buffers, task: Task) -> None:
        inputs, outputs = self._products(buffers, task)
        np.matmul(outputs, buffers.filters[task.start : task.stop].swapaxes(1, 2), out=inputs)

    def _transform_back(self, x_gradient: Array, buffers: Buffers, task: Task) -> None:
        transform, _, _ = _matrices(type(self))
        lines = slice(0, self.grid[0])
        tiles = self._tiles(buffers.tiles[task.thread], self.side, lines, x_gradient.shape[3])
        padded = self._padded(buffers.padded[task.thread], lines, x_gradient.shape[3])
        height, width = (count * self.tile for count in self.grid)
        for i in range(task.start, task.stop):
            np.matmul(transform.T, buffers.inputs[task.team][:, i], out=tiles.reshape(self.points, -1))
            padded[...] = 0
            for row, column in itertools.product(range(self.side), repeat=2):  # tiles overlap by 2
                part = padded[row : row + height : self.tile, column : column + width : self.tile]
                np.add(part, tiles[row, column], out=part)
            unpad(padded, x_gradient[task.images[i]], *self.geometry.config.padding)

    def _transform_filters_back(self, weight_gradient: Array, buffers: Buffers) -> None:
        _, transform, _ = _matrices(type(self))
        total = buffers.totals[0]
        if self.geometry.images == 0:
            total[...] = 0
        elif self.alone:
            for other in buffers.totals[1 : parallel.shares(self.geometry.images, self.seconds())]:
                np.add(total, other, out=total)
        parallel.matmul(transform.T, total.reshape(self.points, -1), out=weight_gradient.reshape(9, -1, copy=False))

    # --- arrays seen as tiles ---

    def _products(self, buffers: Buffers, task: Task) -> tuple[Array, Array]:
        """The transformed inputs and outputs of a block, at some points, as matrices ``[T, C]`` and ``[T, O]``."""
        kept = buffers.inputs[task.team], buffers.outputs[task.team]
        inputs, outputs = (points[task.start : task.stop, : len(task.images)] for points in kept)
        channels, features = self.geometry.in_channels, self.geometry.out_channels
        rows = len(task.images) * self.grid[0] * self.grid[1]
        return inputs.reshape(-1, rows, channels, copy=False), outputs.reshape(-1, rows, features, copy=False)

    def _of_lines(self, points: Array, lines: slice) -> Array:
        """Of ``[t*t, j*k*C]``, the tiles in some lines of the image."""
        line = points.shape[1] // self.grid[0]
        return points[:, lines.start * line : lines.stop * line]

    def _tiles(self, buffer: Array, side: int, lines: slice, channels: int) -> Array:
        shape = (side, side, lines.stop - lines.start, self.grid[1], channels)
        return buffer[: math.prod(shape)].reshape(shape)

    def _padded(self, buffer: Array, lines: slice, channels: int) -> Array:
        shape = ((lines.stop - lines.start) * self.tile + 2, self.grid[1] * self.tile + 2, channels)
        return buffer[: math.prod(shape)].reshape(shape)

    def _whole(self, strip: Array, lines: slice, buffer: Array) -> Array:
        """*strip* ``[h, X, O]`` if it is made of whole tiles, else room for one that is."""
        shape = ((lines.stop - lines.start) * self.tile, self.grid[1] * self.tile, strip.shape[2])
        return strip if strip.shape == shape else buffer[: math.prod(shape)].reshape(shape)

    def _as_tiles(self, whole: Array) -> Array:
        """``[h, X, O]`` seen as ``[m, m, j, k, O]``."""
        height, width, channels = whole.shape
        shape = (height // self.tile, self.tile, width // self.tile, self.tile, channels)
        return whole.reshape(shape, copy=False).transpose(1, 3, 0, 2, 4)


@functools.cache
def _matrices(kind: type[Winograd]) -> tuple[Array, Array, Array]:
    """The three transforms of a whole tile."""
    matrices: list[Any] = [np.array(matrix) for matrix in kind.transforms]
    inputs, filters, outputs = (np.kron(matrix, matrix).astype(np.float32) for matrix in matrices)
    return inputs, filters, outputs


class Winograd2(Winograd):
    """F(2x2, 3x3): 16 multiplications for 36."""

    name = "winograd2"
    error = 1e-5
    tile = 2
    transforms = (
        [[1, 0, -1, 0], [0, 1, 1, 0], [0, -1, 1, 0], [0, 1, 0, -1]],
        [[1, 0, 0], [1 / 2, 1 / 2, 1 / 2], [1 / 2, -1 / 2, 1 / 2], [0, 0, 1]],
        [[1, 1, 1, 0], [0, 1, -1, -1]],
    )


class Winograd4(Winograd):
    """F(4x4, 3x3): 36 multiplications for 144."""

    name = "winograd4"
    error = 5e-5
    tile = 4
    transforms = (
        [
            [4, 0, -5, 0, 1, 0],
            [0, -4, -4, 1, 1, 0],
            [0, 4, -4, -1, 1, 0],
            [0, -2, -1, 2, 1, 0],
            [0, 2, -1, -2, 1, 0],
            [0, 4, 0, -5, 0, 1],
        ],
        [
            [1 / 4, 0, 0],
            [-1 / 6, -1 / 6, -1 / 6],
            [-1 / 6, 1 / 6, -1 / 6],
            [1 / 24, 1 / 12, 1 / 6],
            [1 / 24, -1 / 12, 1 / 6],
            [0, 0, 1],
        ],
        [[1, 1, 1, 1, 1, 0], [0, 1, -1, 2, -2, 0], [0, 1, 1, 4, 4, 0], [0, 1, -1, 8, -8, 1]],
    )
