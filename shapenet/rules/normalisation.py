"""Rules of the layers that bring their input to mean 0 and variance 1; all keep its shape."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from shapenet.dims import Dim, Pack, Shape, indivisible, same
from shapenet.errors import ShapeError
from shapenet.rules.base import LayerRule, spell
from shapenet.rules.conv import Convolution
from shapenet.rules.shapes import ranked, show


class ChannelRule(LayerRule):
    """A layer whose statistics are of channels: ``[N, C, *] -> [N, C, *]``."""

    def _expect_channels_of(self, x: Shape, channels: Dim, least: int = 2, layouts: str = "[N, C, *]") -> Shape:
        first = x[:least]
        if len(first) < least or any(isinstance(dim, Pack) for dim in first):
            known = ranked(x)
            problem = f"expects at least {least} dimensions {layouts}, got {len(known)}: {show(x)}"
            raise ShapeError(str(self), problem)
        self._expect_channels(x, 1, channels)
        return x


@dataclass(frozen=True)
class _FeatureRule(ChannelRule):
    num_features: Dim

    def __post_init__(self) -> None:
        self._int("num_features", 1)


class BatchNorm(_FeatureRule):
    """``[N, num_features, *] -> [N, num_features, *]``: what the function takes."""

    def output(self, x: Shape) -> Shape:
        return self._expect_channels_of(x, self.num_features)


class BatchNorm1d(_FeatureRule):
    """``[N, num_features] -> [N, num_features]``, or both with a length."""

    def output(self, x: Shape) -> Shape:
        known = ranked(x)
        if len(known) not in (2, 3):
            problem = f"expects 2 or 3 dimensions [N, C] or [N, C, L], got {len(known)}: {show(x)}"
            raise ShapeError(str(self), problem)
        self._expect_channels(known, 1, self.num_features)
        return known


class BatchNorm2d(_FeatureRule):
    """``[N, num_features, H, W] -> [N, num_features, H, W]``."""

    def output(self, x: Shape) -> Shape:
        return self._expect_image(x, self.num_features)


class InstanceNorm(_FeatureRule):
    """``[N, num_features, L, *] -> [N, num_features, L, *]``: what the function takes."""

    def output(self, x: Shape) -> Shape:
        return self._expect_channels_of(x, self.num_features, 3, "[N, C, L, *]")


class InstanceNorm2d(_FeatureRule):
    """``[N, num_features, H, W] -> [N, num_features, H, W]``, or both without N."""

    def output(self, x: Shape) -> Shape:
        batch, image = x[:-3], x[-3:]
        if len(image) < 3 or len(batch) > 1 or any(isinstance(dim, Pack) for dim in image):
            known = ranked(x)
            problem = f"expects 3 or 4 dimensions [C, H, W] or [N, C, H, W], got {len(known)}: {show(x)}"
            raise ShapeError(str(self), problem)
        self._expect_channels(x, len(batch), self.num_features)
        return x


@dataclass(frozen=True)
class GroupNorm(ChannelRule):
    """``[N, num_channels, *] -> [N, num_channels, *]``."""

    num_groups: Dim
    num_channels: Dim

    def __post_init__(self) -> None:
        self._int("num_groups", 1)
        self._int("num_channels", 1)
        if indivisible(self.num_channels, self.num_groups):
            problem = f"expects num_groups to divide num_channels={self.num_channels}, got num_groups={self.num_groups}"
            raise ShapeError(self.name, problem)

    def output(self, x: Shape) -> Shape:
        return self._expect_channels_of(x, self.num_channels)


@dataclass(frozen=True)
class LastRule(LayerRule):
    """A layer whose statistics are of the last dimensions: ``[*, *normalized_shape] -> [*, *normalized_shape]``."""

    normalized_shape: Dim | tuple[Dim, ...]

    def __post_init__(self) -> None:
        kind, value = "an int or a tuple of ints", self.normalized_shape
        items = tuple(value) if isinstance(value, tuple | list) else (value,)
        if not items:
            raise ShapeError(self.name, f"expects normalized_shape to be {kind}, not empty, got {value!r}")
        self._set("normalized_shape", tuple(self._checked("normalized_shape", item, 1, kind) for item in items))

    @property
    def last(self) -> tuple[Dim, ...]:
        """The sizes of the last dimensions."""
        return self.normalized_shape  # type: ignore[return-value]  # a tuple by now

    def output(self, x: Shape) -> Shape:
        count = len(self.last)
        found = x[-count:]
        if len(found) < count or any(isinstance(dim, Pack) for dim in found):
            ranked(x)
        elif all(map(same, cast("tuple[Dim, ...]", found), self.last)):
            return x
        where = f"last dimension {self.last[0]}" if count == 1 else f"last dimensions {show(self.last)}"
        raise ShapeError(str(self), f"expects {where}, got {show(x)}")

    def _spell(self, value: object) -> str:
        if isinstance(value, tuple) and len(value) > 1:  # (8, 8) is not 8 here
            return f"({', '.join(map(str, value))})"
        return spell(value)


class LayerNorm(LastRule):
    """``[*, *normalized_shape] -> [*, *normalized_shape]``."""


class RMSNorm(LastRule):
    """``[*, *normalized_shape] -> [*, *normalized_shape]``."""


@dataclass(frozen=True)
class FusedConvBN(Convolution):
    """``[N, in_channels, H, W] -> [N, out_channels, H', W']``."""

    def output(self, x: Shape) -> Shape:
        return super().output(self._expect_image(x, self.in_channels))
