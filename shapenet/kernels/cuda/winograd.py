"""Winograd's minimal filtering on a GPU: three transforms by kernels, the products in between by one call of cuBLAS.

The tiles of all images are one row, which is cut into blocks that keep within the budget. The gradient of the input is
the convolution of the gradient with the flipped filters. That of the filters is made of transformed tiles, too. For
equally many input and output channels it then moves 18 (F(2, 3)) or 11 numbers for each of the image, where windows and
one product move 20, and multiplies 2.25 or 4 times less.

Axes: P = t*t points, T tiles of a block; C input and O output channels. The matrices are those of
``shapenet.kernels.winograd``, which tells more.
"""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Iterator
from typing import ClassVar

from shapenet.backend import Array
from shapenet.kernels import memory, winograd
from shapenet.kernels.conv import IntPair
from shapenet.kernels.convolution import Geometry, contiguous
from shapenet.kernels.cuda import launch, module, products
from shapenet.kernels.cuda.convolution import LAUNCH, OnGpu, launched, product_rate
from shapenet.kernels.workspace import Layout


class Winograd(OnGpu):
    """A 3x3 convolution of stride 1 without groups, in float32."""

    domain = winograd.Winograd.domain
    minimal: ClassVar[type[winograd.Winograd]]
    """Where the size of a tile and the matrices come from."""

    @classmethod
    def fits(cls, geometry: Geometry) -> bool:
        return cls.minimal.fits(geometry)

    def seconds(self) -> float:
        geometry, points, item = self.geometry, self.points, self.geometry.dtype.itemsize
        inputs, outputs, weights = self.sizes
        tiles = geometry.images * math.prod(self._grid(geometry.output))
        channels, features = geometry.in_channels, geometry.out_channels
        before, after, filters = (points * n * item for n in (tiles * channels, tiles * features, channels * features))
        product = launched(
            before + filters + after, 2 * points * tiles * channels * features, product_rate(geometry.dtype)
        )
        transforms = launched(weights + filters) + launched(inputs + before) + launched(after + outputs)
        return transforms + product + 3 * LAUNCH * max(0, len(list(self._blocks(geometry.output))) - 1)

    def forward(self, x: Array, weight: Array, out: Array) -> None:
        x, weight = self.typed(x, weight)
        self._convolve(x, weight, out, self.geometry.config.padding)

    def backward(
        self, grad: Array, x: Array, weight: Array, x_gradient: Array | None, weight_gradient: Array | None
    ) -> None:
        grad, x, weight = self.typed(contiguous(grad), x, weight)
        if x_gradient is not None:
            above, left = self.geometry.config.padding
            self._convolve(grad, weight[::-1, ::-1].swapaxes(2, 3), x_gradient, (2 - above, 2 - left))
        if weight_gradient is not None:
            self._weight_gradient(grad, contiguous(x), weight_gradient)

    def _convolve(self, x: Array, weight: Array, out: Array, padding: IntPair) -> None:
        x, filters = contiguous(x), self._filters(weight)
        for block in self._blocks(out.shape[1:3]):
            before = self._tiles("winograd_input", x, block, out.shape[1:3], padding)
            after = self._points(len(block), out.shape[3], out)
            products.matmul(before, filters, out=after)
            self._launch("winograd_output", after, out, len(block) * out.shape[3], self._struct(out, block))

    def _weight_gradient(self, grad: Array, x: Array, weight_gradient: Array) -> None:
        total: Array | None = None
        for block in self._blocks(grad.shape[1:3]):
            before = self._tiles("winograd_input", x, block, grad.shape[1:3], self.geometry.config.padding)
            after = self._tiles("winograd_output_back", grad, block, grad.shape[1:3], (0, 0))
            total = products.matmul(before.swapaxes(1, 2), after, out=total, add=total is not None)
        if total is None:
            weight_gradient[...] = 0
        else:
            size = weight_gradient.size // 9
            self._launch("winograd_filters_back", total, weight_gradient, size, size)

    # --- sizes ---

    @property
    def tile(self) -> int:
        """The outputs along one side of a tile."""
        return self.minimal.tile

    @property
    def points(self) -> int:
        """The numbers of a transformed tile."""
        return (self.tile + 2) ** 2

    def _grid(self, output: IntPair) -> IntPair:
        """The tiles along height and width of an image; the last may reach beyond it."""
        return -(-output[0] // self.tile), -(-output[1] // self.tile)

    def _blocks(self, output: IntPair) -> Iterator[range]:
        """The tiles of all images, so many at a time that they keep within the budget, but for one line."""
        geometry, (down, across) = self.geometry, self._grid(output)
        tiles = geometry.images * down * across
        one = self.points * (geometry.in_channels + geometry.out_channels) * geometry.dtype.itemsize
        count = -(-tiles // max(self.budget // max(one, 1), across, 1))
        bounds = [tiles * number // max(count, 1) for number in range(count + 1)]
        return itertools.starmap(range, itertools.pairwise(bounds))

    def _buffers(self, layout: Layout) -> list[Array]:
        geometry = self.geometry
        longest = max(map(len, self._blocks(geometry.output)), default=0)
        sizes = (
            (longest, geometry.in_channels),
            (longest, geometry.out_channels),
            (geometry.in_channels, geometry.out_channels),
        )
        return [layout.take((self.points, *size), geometry.dtype) for size in sizes]

    # --- the transforms ---

    def _filters(self, weight: Array) -> Array:
        """``[3, 3, C, O]``, which may lie anywhere, as points ``[P, C, O]``."""
        channels, features = weight.shape[2:]
        points = self._points(channels, features, weight)
        struct = (channels, features, *(step // weight.itemsize for step in weight.strides))
        self._launch("winograd_filters", weight, points, channels * features, struct)
        return points

    def _tiles(self, kernel: str, x: Array, block: range, output: IntPair, padding: IntPair) -> Array:
        """The tiles of a block of images ``[N, H, W, C]`` as points ``[P, T, C]``."""
        points = self._points(len(block), x.shape[3], x)
        self._launch(kernel, x, points, len(block) * x.shape[3], self._struct(x, block, output, padding))
        return points

    def _points(self, rows: int, columns: int, like: Array) -> Array:
        return memory.empty((self.points, rows, columns), like.dtype, like)

    def _struct(
        self, x: Array, block: range, output: IntPair | None = None, padding: IntPair = (0, 0)
    ) -> tuple[int, ...]:
        """The struct ``Tiles``, in its order."""
        image = x.shape[1:3]
        return block.start, len(block), x.shape[3], *self._grid(output or image), *image, -padding[0], -padding[1]

    def _launch(self, kernel: str, read: Array, written: Array, size: int, *struct: launch.Argument) -> None:
        reach = max(read.size, written.size)
        launch.each("winograd", kernel, read, size, read, written, *struct, reach=reach, macros=macros(self.minimal))


class Winograd2(Winograd):
    """F(2x2, 3x3): 16 multiplications for 36."""

    name, error = winograd.Winograd2.name, winograd.Winograd2.error
    minimal = winograd.Winograd2


class Winograd4(Winograd):
    """F(4x4, 3x3): 36 multiplications for 144."""

    name, error = winograd.Winograd4.name, winograd.Winograd4.error
    minimal = winograd.Winograd4


@functools.cache
def macros(minimal: type[winograd.Winograd]) -> module.Macros:
    """The matrices, and their transposes, as the source takes them."""
    inputs, filters, outputs = minimal.transforms
    matrices = {"INPUT": inputs, "FILTERS": filters, "OUTPUT": outputs}
    matrices |= {"FILTERS_BACK": _transposed(filters), "OUTPUT_BACK": _transposed(outputs)}
    return ("TILE", str(minimal.tile)), *((name, _braced(matrix)) for name, matrix in matrices.items())


def _transposed(matrix: list[list[float]]) -> list[list[float]]:
    return [list(column) for column in zip(*matrix, strict=True)]


def _braced(matrix: list[list[float]]) -> str:
    rows = ("{" + ",".join(repr(float(number)) for number in row) + "}" for row in matrix)
    return "{" + ",".join(rows) + "}"
