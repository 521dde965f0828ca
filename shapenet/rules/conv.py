"""Rules of the convolutions, over images and over signals, and of their transposes."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import ClassVar, Final, Self

from shapenet.dims import Dim, Shape, indivisible
from shapenet.errors import ShapeError
from shapenet.rules.base import Extent, Sizes, WindowRule, spell
from shapenet.rules.padding import pad
from shapenet.rules.shapes import ranked, show

_PADDINGS: Final = ("same", "valid")
_MODES: Final = ("zeros", "reflect", "replicate", "circular")

WORDS: Final = frozenset((*_PADDINGS, *_MODES))
"""The hyperparameters of layers that are text."""


class ConvRule(WindowRule):
    """A layer with filters ``[out_channels, in_channels/groups, KH, KW]``, or the transpose of one."""

    in_channels: Dim
    out_channels: Dim

    @property
    @abstractmethod
    def weight(self) -> Shape:
        """The shape of the weight."""

    def with_bias(self, bias: Shape | None) -> Self:
        """This rule, for a bias of that shape, or none.

        Raises:
            ShapeError: the bias is not ``[out_channels]``.
        """
        self._expect_bias(bias, self.out_channels)
        return self

    def _check_channels(self) -> None:
        self._int("in_channels", 1)
        self._int("out_channels", 1)
        self._int("groups", 1)
        for name in ("in_channels", "out_channels"):
            channels = getattr(self, name)
            if indivisible(channels, self.groups):
                raise ShapeError(self.name, f"expects groups to divide {name}={channels}, got groups={self.groups}")

    @classmethod
    def _of_filters(cls, weight: Shape, *layout: str) -> tuple[Dim, Dim, Extent]:
        known = ranked(weight)
        sides = ["K"] if len(cls.sides) == 1 else [f"K{side[0].upper()}" for side in cls.sides]
        if len(known) != len(layout) + len(sides):
            raise ShapeError(cls.__name__, f"expects a weight {show([*layout, *sides])}, got {show(weight)}")
        return known[0], known[1], known[2] if len(sides) == 1 else (known[2], known[3])


@dataclass(frozen=True)
class Convolution(ConvRule):
    """The options of a convolution, along whatever sides."""

    in_channels: Dim
    out_channels: Dim
    kernel_size: Extent
    stride: Extent = 1
    padding: Extent | str = 0
    dilation: Extent = 1
    groups: Dim = 1
    padding_mode: Dim | str = "zeros"

    def __post_init__(self) -> None:
        self._check_window(*_PADDINGS)
        self._check_channels()
        self._word("padding_mode", *_MODES)
        _, stride, _ = self.steps
        if self.padding == "same" and any(isinstance(step, int) and step != 1 for step in stride):
            raise ShapeError(self.name, f'expects stride to be 1 where padding is "same", got {spell(stride)}')

    @classmethod
    def of_weight(cls, weight: Shape, stride: Extent, padding: Extent | str, dilation: Extent, groups: Dim) -> Self:
        """The rule of a convolution with a weight ``[out, in/groups, KH, KW]``.

        Raises:
            ShapeError: the weight has another number of dimensions, or an option is out of range.
        """
        out_channels, in_per_group, kernel = cls._of_filters(weight, "out", "in/groups")
        return cls(in_per_group * groups, out_channels, kernel, stride, padding, dilation, groups)

    def output(self, x: Shape) -> Shape:
        batch, sizes = self._expect_batch(x, self.in_channels)
        if self.padding_mode != "zeros":
            pad(x, self.around, self.padding_mode, str(self))
        return *batch, self.out_channels, *(self._kept(sizes) if self.padding == "same" else self._slide_all(sizes))

    @property
    def around(self) -> Sizes:
        """The padding as ``pad`` takes it: before and after the last side, then the one before it."""
        return tuple(amount for ends in reversed(self.ends) for amount in ends)

    @property
    def weight(self) -> Shape:
        """The shape of the weight."""
        return (self.out_channels, self.in_channels // self.groups, *self.steps[0])

    def _kept(self, sizes: Sizes) -> Sizes:
        sides = zip(sizes, self.sides, strict=True)
        return tuple(self._expect_output(size, side, 'padding "same" keeps the size') for size, side in sides)


class Conv2d(Convolution):
    """``[N, in_channels, H, W] -> [N, out_channels, H', W']``, or without N."""


class Conv1d(Convolution):
    """``[N, in_channels, L] -> [N, out_channels, L']``, or without N."""

    sides: ClassVar[tuple[str, ...]] = ("length",)


@dataclass(frozen=True)
class Transposed(ConvRule):
    """The options of the way back through a ``Convolution``, along whatever sides."""

    in_channels: Dim
    out_channels: Dim
    kernel_size: Extent
    stride: Extent = 1
    padding: Extent = 0
    output_padding: Extent = 0
    groups: Dim = 1
    dilation: Extent = 1

    def __post_init__(self) -> None:
        self._check_window()
        self._check_channels()
        self._sizes("output_padding", 0)
        _, stride, dilation = self.steps
        for extra, step, spread in zip(self._extra, stride, dilation, strict=True):
            if not (isinstance(extra, int) and isinstance(step, int) and isinstance(spread, int)):
                continue
            if extra >= max(step, spread):
                limit = f"the greater of stride={step} and dilation={spread}"
                raise ShapeError(self.name, f"expects output_padding below {limit}, got {extra}")

    @classmethod
    def of_weight(
        cls, weight: Shape, stride: Extent, padding: Extent, output_padding: Extent, groups: Dim, dilation: Extent
    ) -> Self:
        """The rule of a transposed convolution with a weight ``[in, out/groups, KH, KW]``.

        Raises:
            ShapeError: the weight has another number of dimensions, or an option is out of range.
        """
        in_channels, out_per_group, kernel = cls._of_filters(weight, "in", "out/groups")
        return cls(in_channels, out_per_group * groups, kernel, stride, padding, output_padding, groups, dilation)

    def output(self, x: Shape) -> Shape:
        batch, sizes = self._expect_batch(x, self.in_channels)
        kernel, stride, dilation = self.steps
        padding = (before for before, _ in self.ends)
        sides = zip(sizes, self.sides, kernel, stride, padding, dilation, self._extra, strict=True)
        return *batch, self.out_channels, *(self._spread(*side) for side in sides)

    @property
    def weight(self) -> Shape:
        """The shape of the weight."""
        return (self.in_channels, self.out_channels // self.groups, *self.steps[0])

    @property
    def _extra(self) -> Sizes:
        return self.output_padding  # type: ignore[return-value]  # sizes by now

    def _spread(self, size: Dim, side: str, kernel: Dim, stride: Dim, padding: Dim, dilation: Dim, extra: Dim) -> Dim:
        """Dumoulin and Visin, "A guide to convolution arithmetic for deep learning" (2016), relationship 14."""
        out = (size - 1) * stride - 2 * padding + dilation * (kernel - 1) + extra + 1
        formula = "(size - 1)*stride - 2*padding + dilation*(kernel_size-1) + output_padding + 1"
        values = f"({size} - 1)*{stride} - 2*{padding} + {dilation}*({kernel}-1) + {extra} + 1"
        return self._expect_output(out, side, f"{formula} = {values}")


class ConvTranspose2d(Transposed):
    """``[N, in_channels, H, W] -> [N, out_channels, H', W']``, or without N: the way back through a ``Conv2d``."""


class ConvTranspose1d(Transposed):
    """``[N, in_channels, L] -> [N, out_channels, L']``, or without N: the way back through a ``Conv1d``."""

    sides: ClassVar[tuple[str, ...]] = ("length",)
