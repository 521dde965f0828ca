"""Rules of the layers that make images larger or smaller, and of those that split a dimension."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from shapenet.dims import UNKNOWN, Dim, Expr, Shape, Unknown
from shapenet.errors import ShapeError
from shapenet.rules.base import Extent, LayerRule, as_int
from shapenet.rules.padding import pad
from shapenet.rules.reshaping import reshape
from shapenet.rules.shapes import Undetermined, ranked, show

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
        return value

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
        if isinstance(channels, int) and isinstance(factor, int) and channels % factor**2:
            raise ShapeError(str(self), f"expects a multiple of {factor}*{factor} channels, got {channels}")
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
        for side, size in (("height", height), ("width", width)):
            if isinstance(size, int) and isinstance(factor, int) and size % factor:
                raise ShapeError(str(self), f"expects a {side} that {factor} divides, got {size}")
        return *x[:-3], channels * factor * factor, height // factor, width // factor


@dataclass(frozen=True)
class Unflatten(LayerRule):
    """Dimension *dim* becomes several, whose sizes are *unflattened_size*; one of them may be -1."""

    dim: Dim
    unflattened_size: tuple[Dim, ...]

    def __post_init__(self) -> None:
        if not isinstance(self.dim, Unknown):
            number = as_int(self.dim)
            if number is None:
                raise ShapeError(self.name, f"expects dim to be an int, got {self.dim!r}")
            self._set("dim", number)
        sizes = self.unflattened_size
        if isinstance(sizes, Unknown):
            return
        if not isinstance(sizes, tuple | list) or not sizes:
            raise ShapeError(self.name, f"expects unflattened_size to be a tuple of ints, got {sizes!r}")
        kind = "a tuple of ints"
        self._set("unflattened_size", tuple(self._checked("unflattened_size", size, -1, kind) for size in sizes))

    def __str__(self) -> str:
        sizes = self.unflattened_size
        return f"Unflatten[{self.dim}, {sizes if isinstance(sizes, Unknown) else show(sizes)}]"

    def output(self, x: Shape) -> Shape:
        known = ranked(x)
        if not isinstance(self.dim, int) or isinstance(self.unflattened_size, Unknown):
            raise Undetermined
        if not -len(known) <= self.dim < len(known):
            raise ShapeError(str(self), f"has no dimension {self.dim} to split in {show(x)}")
        place = self.dim % len(known)
        parts = reshape((known[place],), self.unflattened_size, str(self))
        return *x[:place], *parts, *x[place + 1 :]


@dataclass(frozen=True)
class PadRule(LayerRule):
    """More elements at the ends of the last dimensions, those of a signal or of an image."""

    padding: Dim | tuple[Dim, ...]

    sides: ClassVar[int]
    mode: ClassVar[str] = "constant"

    def __post_init__(self) -> None:
        value, count = self.padding, 2 * self.sides
        if isinstance(value, Unknown):
            return
        if not isinstance(value, tuple | list):
            value = (value,) * count
        kind = f"an int or {count} ints"
        if len(value) != count or not all(
            isinstance(item, Expr | Unknown) or as_int(item) is not None for item in value
        ):
            raise ShapeError(self.name, f"expects padding to be {kind}, got {self.padding!r}")
        self._set("padding", tuple(item if isinstance(item, Expr | Unknown) else as_int(item) for item in value))

    def output(self, x: Shape) -> Shape:
        letters = ("C", "H", "W") if self.sides == 2 else ("C", "L")
        if len(ranked(x)) not in (len(letters), len(letters) + 1):
            raise ShapeError(str(self), f"expects {show(letters)} or {show(('N', *letters))}, got {show(x)}")
        if isinstance(self.padding, Unknown):
            return *x[: -self.sides], *[UNKNOWN] * self.sides
        return pad(x, self.padding, self.mode, str(self))


class _Signal(PadRule):
    sides = 1


class _Image(PadRule):
    sides = 2


class ConstantPad1d(_Signal):
    """With one value."""


class ConstantPad2d(_Image):
    """With one value."""


class ZeroPad1d(_Signal):
    """With zeros."""


class ZeroPad2d(_Image):
    """With zeros."""


class ReflectionPad1d(_Signal):
    """With what lies on the other side of the first and the last element."""

    mode = "reflect"


class ReflectionPad2d(_Image):
    """With what lies on the other side of the first and the last element."""

    mode = "reflect"


class ReplicationPad1d(_Signal):
    """With the first and the last element."""

    mode = "replicate"


class ReplicationPad2d(_Image):
    """With the first and the last element."""

    mode = "replicate"


class CircularPad1d(_Signal):
    """With the elements from the other end."""

    mode = "circular"


class CircularPad2d(_Image):
    """With the elements from the other end."""

    mode = "circular"
