"""Rules of the layers: hyperparameters are checked when a rule is made, inputs when it is asked for an output shape.

The fields of a rule are, in order, the type parameters of its layer: ``nn.Conv2d[3, 16, 3]`` asks
``rules.Conv2d(3, 16, 3)``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from shapenet.dims import Dim, Shape, Unknown, same
from shapenet.errors import ShapeError
from shapenet.rules.base import Extent, LayerRule, Pair, WindowRule, as_int
from shapenet.rules.shapes import Undetermined, flatten, ranked, show


class ConvRule(WindowRule):
    """A layer with filters ``[out_channels, in_channels/groups, KH, KW]``, or the transpose of one."""

    in_channels: Dim
    out_channels: Dim

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
            remainder = channels % self.groups
            if isinstance(remainder, int) and remainder != 0:
                raise ShapeError(self.name, f"expects groups to divide {name}={channels}, got groups={self.groups}")

    @classmethod
    def _of_filters(cls, weight: Shape, layout: str) -> tuple[Dim, Dim, Pair]:
        known = ranked(weight)
        if len(known) != 4:
            raise ShapeError(cls.__name__, f"expects a weight {layout}, got {show(weight)}")
        return known[0], known[1], (known[2], known[3])


@dataclass(frozen=True)
class Conv2d(ConvRule):
    """``[N, in_channels, H, W] -> [N, out_channels, H', W']``."""

    in_channels: Dim
    out_channels: Dim
    kernel_size: Extent
    stride: Extent = 1
    padding: Extent = 0
    dilation: Extent = 1
    groups: Dim = 1

    def __post_init__(self) -> None:
        self._check_window()
        self._check_channels()

    @classmethod
    def of_weight(cls, weight: Shape, stride: Extent, padding: Extent, dilation: Extent, groups: Dim) -> Conv2d:
        """The rule of a convolution with a weight ``[out, in/groups, KH, KW]``.

        Raises:
            ShapeError: the weight has another number of dimensions, or an option is out of range.
        """
        out_channels, in_per_group, kernel = cls._of_filters(weight, "[out, in/groups, KH, KW]")
        return cls(in_per_group * groups, out_channels, kernel, stride, padding, dilation, groups)

    def output(self, x: Shape) -> Shape:
        images, _, height, width = self._expect_image(x, self.in_channels)
        return images, self.out_channels, *self._slide_image(height, width)

    @property
    def weight(self) -> Shape:
        """The shape of the weight."""
        return (self.out_channels, self.in_channels // self.groups, *self.window[0])


@dataclass(frozen=True)
class ConvTranspose2d(ConvRule):
    """``[N, in_channels, H, W] -> [N, out_channels, H', W']``, the way back through a ``Conv2d`` of these options."""

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
        self._pair("output_padding", 0)
        _, stride, _, dilation = self.window
        for extra, step, spread in zip(self.extra, stride, dilation, strict=True):
            if not (isinstance(extra, int) and isinstance(step, int) and isinstance(spread, int)):
                continue
            if extra >= max(step, spread):
                limit = f"stride or dilation, {max(step, spread)}"
                raise ShapeError(self.name, f"expects output_padding below {limit}, got {extra}")

    @classmethod
    def of_weight(
        cls, weight: Shape, stride: Extent, padding: Extent, output_padding: Extent, groups: Dim, dilation: Extent
    ) -> ConvTranspose2d:
        """The rule of a transposed convolution with a weight ``[in, out/groups, KH, KW]``.

        Raises:
            ShapeError: the weight has another number of dimensions, or an option is out of range.
        """
        in_channels, out_per_group, kernel = cls._of_filters(weight, "[in, out/groups, KH, KW]")
        return cls(in_channels, out_per_group * groups, kernel, stride, padding, output_padding, groups, dilation)

    def output(self, x: Shape) -> Shape:
        images, _, height, width = self._expect_image(x, self.in_channels)
        sides = zip((height, width), ("height", "width"), *self.window, self.extra, strict=True)
        rows, columns = (self._spread(*side) for side in sides)
        return images, self.out_channels, rows, columns

    @property
    def weight(self) -> Shape:
        """The shape of the weight."""
        return (self.in_channels, self.out_channels // self.groups, *self.window[0])

    @property
    def extra(self) -> Pair:
        """The output padding, as (height, width)."""
        return self.output_padding  # type: ignore[return-value]  # a pair by now

    def _spread(self, size: Dim, side: str, kernel: Dim, stride: Dim, padding: Dim, dilation: Dim, extra: Dim) -> Dim:
        """Dumoulin and Visin, "A guide to convolution arithmetic for deep learning" (2016), relationship 14."""
        out = (size - 1) * stride - 2 * padding + dilation * (kernel - 1) + extra + 1
        if isinstance(out, int) and out < 1:
            raise ShapeError(
                str(self),
                f"gets an output {side} of {out}: (size - 1)*stride - 2*padding + dilation*(kernel_size-1)"
                f" + output_padding + 1 = ({size} - 1)*{stride} - 2*{padding} + {dilation}*({kernel}-1) + {extra} + 1",
            )
        return out


@dataclass(frozen=True)
class Linear(LayerRule):
    """``[*, in_features] -> [*, out_features]``."""

    in_features: Dim
    out_features: Dim

    def __post_init__(self) -> None:
        self._int("in_features", 1)
        self._int("out_features", 1)

    @classmethod
    def of_weight(cls, weight: Shape) -> Linear:
        """The rule of a linear map with a weight ``[out, in]``.

        Raises:
            ShapeError: the weight has another number of dimensions.
        """
        known = ranked(weight)
        if len(known) != 2:
            raise ShapeError(cls.__name__, f"expects a weight [out, in], got {show(weight)}")
        return cls(known[1], known[0])

    def with_bias(self, bias: Shape | None) -> Linear:
        """This rule, for a bias of that shape, or none.

        Raises:
            ShapeError: the bias is not ``[out_features]``.
        """
        self._expect_bias(bias, self.out_features)
        return self

    def output(self, x: Shape) -> Shape:
        if x:
            ranked(x[-1:])
        self._expect_last(x, self.in_features)
        return (*x[:-1], self.out_features)


@dataclass(frozen=True)
class Flatten(LayerRule):
    """``[N, C, H, W] -> [N, C*H*W]``: dimensions *start_dim* to *end_dim* become one."""

    start_dim: Dim = 1
    end_dim: Dim = -1

    def __post_init__(self) -> None:
        for name in ("start_dim", "end_dim"):
            value = getattr(self, name)
            number = value if isinstance(value, Unknown) else as_int(value)
            if number is None:
                raise ShapeError(self.name, f"expects {name} to be an int, got {value!r}")
            self._set(name, number)

    def output(self, x: Shape) -> Shape:
        if isinstance(self.start_dim, int) and isinstance(self.end_dim, int):
            return flatten(x, self.start_dim, self.end_dim, str(self))
        raise Undetermined


@dataclass(frozen=True)
class BatchNorm2d(LayerRule):
    """``[N, num_features, H, W] -> [N, num_features, H, W]``."""

    num_features: Dim

    def __post_init__(self) -> None:
        self._int("num_features", 1)

    def output(self, x: Shape) -> Shape:
        return self._expect_image(x, self.num_features)


@dataclass(frozen=True)
class CrossEntropyLoss(LayerRule):
    """``[N, classes], [N] -> []``."""

    def output(self, x: Shape, target: Shape = ()) -> Shape:
        logits, labels = ranked(x), ranked(target)
        if len(logits) != 2:
            raise ShapeError(self.name, f"expects logits [N, classes], got {show(x)}")
        if len(labels) != 1 or not same(labels[0], logits[0]):
            raise ShapeError(self.name, f"expects labels [{logits[0]}] for logits {show(x)}, got {show(target)}")
        return ()


@dataclass(frozen=True)
class MSELoss(LayerRule):
    """Two tensors of one shape ``-> []``."""

    def output(self, x: Shape, target: Shape = ()) -> Shape:
        if len(ranked(x)) != len(ranked(target)) or not all(map(same, x, target)):
            raise ShapeError(self.name, f"expects two equal shapes, got {show(x)} and {show(target)}")
        return ()
