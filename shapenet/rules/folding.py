"""Rules of the layers that turn images into the windows in them, and back."""

from __future__ import annotations

from dataclasses import dataclass

from shapenet.dims import Dim, Shape, product, same
from shapenet.errors import ShapeError
from shapenet.rules.base import Extent, Pair, WindowRule
from shapenet.rules.shapes import ranked, show


@dataclass(frozen=True)
class Unfold(WindowRule):
    """``[N, C, H, W] -> [N, C*KH*KW, L]``, for L windows."""

    kernel_size: Extent
    dilation: Extent = 1
    padding: Extent = 0
    stride: Extent = 1

    groups = 1
    keeps_kind = True

    def __post_init__(self) -> None:
        self._check_window()

    def output(self, x: Shape) -> Shape:
        images, channels, *_ = self._expect_image(x)
        return images, channels * product(self.window[0]), product(self.windows(x))

    def windows(self, x: Shape) -> Pair:
        """How many windows the image has, along its height and its width.

        Raises:
            ShapeError: the input does not fit.
        """
        _, _, height, width = self._expect_image(x)
        return self._slide_image(height, width)


@dataclass(frozen=True)
class Fold(WindowRule):
    """``[N, C*KH*KW, L] -> [N, C, *output_size]``, for the L windows of such an image."""

    output_size: Extent
    kernel_size: Extent
    dilation: Extent = 1
    padding: Extent = 0
    stride: Extent = 1

    groups = 1
    keeps_kind = True

    def __post_init__(self) -> None:
        self._pair("output_size", 1)
        self._check_window()
        _ = self.windows  # the image must have some

    @property
    def image(self) -> Pair:
        """The output size, as (height, width)."""
        return self.output_size  # type: ignore[return-value]  # a pair by now

    @property
    def windows(self) -> Pair:
        """How many windows the image has, along its height and its width."""
        return self._slide_image(*self.image)

    def output(self, x: Shape) -> Shape:
        known = ranked(x)
        if len(known) != 3:
            raise ShapeError(str(self), f"expects 3 dimensions [N, C*KH*KW, L], got {len(known)}: {show(x)}")
        images, rows, columns = known
        elements, count = product(self.window[0]), product(self.windows)
        remainder: Dim = rows % elements
        if isinstance(remainder, int) and remainder != 0:
            problem = f"expects dimension 1 to be a multiple of KH*KW = {elements}, got {rows} in {show(x)}"
            raise ShapeError(str(self), problem)
        if not same(columns, count):
            wanted = f"{self.windows[0]}*{self.windows[1]} = {count} windows in dimension 2"
            raise ShapeError(str(self), f"expects {wanted}, got {columns} in {show(x)}")
        return images, rows // elements, *self.image
