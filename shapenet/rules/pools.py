"""Rules of the layers that make one number of each window of an image."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from shapenet.dims import Dim, Shape
from shapenet.errors import ShapeError
from shapenet.rules.base import Extent, Flag, LayerRule, WindowRule

OutputSize = Dim | None
"""None: as many as the image has."""


class PoolRule(WindowRule):
    """A layer that makes one number of each window: ``[N, C, H, W] -> [N, C, H', W']``."""

    ceil_mode: Flag

    def _check_pool(self) -> None:
        if self.stride is None:
            self._set("stride", self.kernel_size)
        self._check_window()
        kernel, _, padding, _ = self.window
        for size, pad in zip(kernel, padding, strict=True):
            if isinstance(size, int) and isinstance(pad, int) and pad > size // 2:
                raise ShapeError(
                    self.name, f"expects padding of at most kernel_size//2 = {size}//2 = {size // 2}, got {pad}"
                )
        self._flag("ceil_mode")

    def output(self, x: Shape) -> Shape:
        images, channels, height, width = self._expect_pixels(x)
        return images, channels, *self._slide_image(height, width, self.ceil_mode)

    def _default(self, name: str) -> object:
        return self.kernel_size if name == "stride" else super()._default(name)


@dataclass(frozen=True)
class MaxPool2d(PoolRule):
    """The stride is the kernel size unless given."""

    kernel_size: Extent
    stride: Extent | None = None
    padding: Extent = 0
    dilation: Extent = 1
    return_indices: Flag = False
    ceil_mode: Flag = False

    groups = 1
    keeps_kind = True

    def __post_init__(self) -> None:
        self._check_pool()
        self._flag("return_indices")


@dataclass(frozen=True)
class AvgPool2d(PoolRule):
    """The stride is the kernel size unless given."""

    kernel_size: Extent
    stride: Extent | None = None
    padding: Extent = 0
    ceil_mode: Flag = False

    dilation = (1, 1)  # as for every window, though there is no such option
    groups = 1

    def __post_init__(self) -> None:
        self._check_pool()


class AdaptiveRule(LayerRule):
    """A layer whose windows are as large as its output needs: ``[N, C, H, W] -> [N, C, *output_size]``."""

    output_size: OutputSize | tuple[OutputSize, OutputSize]

    def _check_output_size(self) -> None:
        kind = "an int, None or a pair of these"
        sizes = self._two("output_size", kind)
        self._set("output_size", tuple(None if n is None else self._checked("output_size", n, 1, kind) for n in sizes))

    def output(self, x: Shape) -> Shape:
        images, channels, *image = self._expect_pixels(x)
        wanted = cast("tuple[OutputSize, OutputSize]", self.output_size)  # a pair by now
        rows, columns = (size if own is None else own for own, size in zip(wanted, image, strict=True))
        return images, channels, rows, columns


@dataclass(frozen=True)
class AdaptiveAvgPool2d(AdaptiveRule):
    """None as output size is that of the image."""

    output_size: OutputSize | tuple[OutputSize, OutputSize]

    def __post_init__(self) -> None:
        self._check_output_size()


@dataclass(frozen=True)
class AdaptiveMaxPool2d(AdaptiveRule):
    """None as output size is that of the image."""

    output_size: OutputSize | tuple[OutputSize, OutputSize]
    return_indices: Flag = False

    keeps_kind = True

    def __post_init__(self) -> None:
        self._check_output_size()
        self._flag("return_indices")
