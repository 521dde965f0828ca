"""Rules of the layers that make images larger or smaller."""

from __future__ import annotations

from dataclasses import dataclass

from shapenet.dims import UNKNOWN, Dim, Expr, Shape, Unknown, leaves_rest
from shapenet.errors import ShapeError
from shapenet.rules.base import Extent, LayerRule, as_int
from shapenet.rules.shapes import ranked, show

Factor = Dim | float
Factors = Factor | tuple[Factor, Factor]


@dataclass(frozen=True)
class Upsample(LayerRule):
    """``[N, C, H, W] -> [N, C, *size]``, or ``[N, C, floor(H*scale_factor), floor(W*scale_factor)]``."""

    size: Extent | None = None
    scale_factor: Factors | None = None

    def __post_init__(self) -> None:
        if isinstance(self.size, Unknown) or isinstance(self.scale_factor, Unknown):
            return
        if (self.size is None) == (self.scale_factor is None):
            given = f"size={self.size!r} and scale_factor={self.scale_factor!r}"
            raise ShapeError(self.name, f"expects either size or scale_factor, got {given}")
        if self.size is not None:
            self._pair("size", 1)
            return
        kind = "a number above 0 or a pair of them"
        self._set("scale_factor", tuple(self._factor(item, kind) for item in self._two("scale_factor", kind)))

    def _factor(self, value: object, kind: str) -> Factor:
        if isinstance(value, Expr | Unknown):
            return value
        number = as_int(value)
        if number is not None and number > 0:
            return number
        if not isinstance(value, float) or not 0 < value < float("inf"):
            raise ShapeError(self.name, f"expects scale_factor to be {kind}, got {value!r}")
        return int(value) if value.is_integer() else value

    def output(self, x: Shape) -> Shape:
        images, channels, height, width = self._expect_image(x)
        if 0 in (height, width):
            raise ShapeError(str(self), f"expects images that are not empty, got {show(x)}")
        if isinstance(self.size, tuple):
            return images, channels, *self.size
        if not isinstance(self.scale_factor, tuple):
            return images, channels, UNKNOWN, UNKNOWN
        sides = zip(("height", "width"), (height, width), self.scale_factor, strict=True)
        return images, channels, *(self._scaled(*side) for side in sides)

    def _scaled(self, side: str, size: Dim, factor: Factor) -> Dim:
        if not isinstance(factor, float):
            return size * factor
        if not isinstance(size, int):
            return UNKNOWN
        if int(size * factor) < 1:
            raise ShapeError(str(self), f"gets an output {side} of 0: floor({size}*{factor})")
        return int(size * factor)


class _Shuffling(LayerRule):
    keeps_kind = True

    def _last_three(self, x: Shape) -> tuple[Dim, Dim, Dim]:
        last = ranked(x[-3:])
        if len(last) < 3:
            raise ShapeError(str(self), f"expects at least 3 dimensions [*, C, H, W], got {show(x)}")
        return last[0], last[1], last[2]


@dataclass(frozen=True)
class PixelShuffle(_Shuffling):
    """``[*, C*r*r, H, W] -> [*, C, H*r, W*r]``."""

    upscale_factor: Dim

    def __post_init__(self) -> None:
        self._int("upscale_factor", 1)

    def output(self, x: Shape) -> Shape:
        channels, height, width = self._last_three(x)
        factor = self.upscale_factor
        if leaves_rest(channels, factor * factor):
            wanted = f"a multiple of {factor}*{factor} = {factor * factor} channels in dimension -3"
            raise ShapeError(str(self), f"expects {wanted}, got {channels} in {show(x)}")
        return *x[:-3], channels // (factor * factor), height * factor, width * factor


@dataclass(frozen=True)
class PixelUnshuffle(_Shuffling):
    """``[*, C, H*r, W*r] -> [*, C*r*r, H, W]``."""

    downscale_factor: Dim

    def __post_init__(self) -> None:
        self._int("downscale_factor", 1)

    def output(self, x: Shape) -> Shape:
        channels, height, width = self._last_three(x)
        factor = self.downscale_factor
        for place, side, size in ((-2, "height", height), (-1, "width", width)):
            if leaves_rest(size, factor):
                wanted = f"a {side} that {factor} divides in dimension {place}"
                raise ShapeError(str(self), f"expects {wanted}, got {size} in {show(x)}")
        return *x[:-3], channels * factor * factor, height // factor, width // factor
