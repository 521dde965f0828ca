"""Rules of the layers: hyperparameters are checked when a rule is made, inputs when it is asked for an output shape.

The fields of a rule are, in order, the type parameters of its layer: ``nn.Conv2d[3, 16, 3]`` asks
``rules.Conv2d(3, 16, 3)``.
"""

from __future__ import annotations

import operator
from abc import ABC, abstractmethod
from dataclasses import MISSING, dataclass, fields

from shapenet.dims import Dim, Expr, Shape, Unknown, same
from shapenet.errors import ShapeError
from shapenet.rules.shapes import Undetermined, flatten, ranked, show

Pair = tuple[Dim, Dim]
Extent = Dim | Pair
"""A size along height and width: one for both, or a pair."""


@dataclass(frozen=True)
class LayerRule(ABC):
    """The hyperparameters of a layer, checked, and the output shape they lead to."""

    @abstractmethod
    def output(self, x: Shape) -> Shape:
        """The shape of the output for an input of shape *x*.

        Raises:
            ShapeError: the input does not fit.
        """

    @property
    def name(self) -> str:
        """The layer's name, without parameters."""
        return type(self).__name__

    def __str__(self) -> str:
        """As the layer's type is spelled, without trailing defaults: ``Conv2d[3, 16, 3]``."""
        arguments = [(getattr(self, field.name), self._default(field.name)) for field in fields(self)]
        while arguments and _spell(arguments[-1][0]) == _spell(arguments[-1][1]):
            arguments.pop()
        spelled = ", ".join(_spell(value) for value, _ in arguments)
        return f"{self.name}[{spelled}]" if spelled else self.name

    def _default(self, name: str) -> object:
        default = next(field.default for field in fields(self) if field.name == name)
        return None if default is MISSING else default

    def _set(self, name: str, value: object) -> None:
        object.__setattr__(self, name, value)

    def _int(self, name: str, minimum: int) -> None:
        self._set(name, self._checked(name, getattr(self, name), minimum, "an int"))

    def _pair(self, name: str, minimum: int) -> None:
        value = getattr(self, name)
        if not isinstance(value, tuple | list):
            value = (value, value)
        if len(value) != 2:
            raise ShapeError(self.name, f"expects {name} to be an int or a pair of ints, got {tuple(value)!r}")
        first, second = (self._checked(name, item, minimum, "an int or a pair of ints") for item in value)
        self._set(name, (first, second))

    def _checked(self, name: str, value: object, minimum: int, kind: str) -> Dim:
        if isinstance(value, Expr | Unknown):
            return value
        number = _as_int(value)
        if number is None or number < minimum:
            raise ShapeError(self.name, f"expects {name} to be {kind}, at least {minimum}, got {value!r}")
        return number

    def _expect_last(self, x: Shape, expected: Dim) -> None:
        if not x:
            raise ShapeError(str(self), f"expects last dimension {expected}, got a tensor without dimensions")
        if not same(x[-1], expected):
            raise ShapeError(str(self), f"expects last dimension {expected}, got {x[-1]}")

    def _expect_image(self, x: Shape, channels: Dim | None = None) -> tuple[Dim, Dim, Dim, Dim]:
        known = ranked(x)
        if len(known) != 4:
            raise ShapeError(str(self), f"expects 4 dimensions [N, C, H, W], got {len(known)}: {show(x)}")
        if channels is not None and not same(known[1], channels):
            raise ShapeError(str(self), f"expects {channels} channels in dimension 1, got {known[1]}")
        return known[0], known[1], known[2], known[3]


def _as_int(value: object) -> int | None:
    try:
        return None if isinstance(value, bool) else operator.index(value)  # type: ignore[arg-type]  # others raise
    except TypeError:
        return None


def _spell(value: object) -> str:
    if isinstance(value, tuple):
        first, second = value
        return str(first) if first == second else f"({first}, {second})"
    return str(value)


class WindowRule(LayerRule):
    """A layer that slides a window over an image."""

    kernel_size: Extent
    stride: Extent | None
    padding: Extent
    dilation: Extent

    @property
    def window(self) -> tuple[Pair, Pair, Pair, Pair]:
        """Kernel size, stride, padding and dilation, each as (height, width)."""
        return self.kernel_size, self.stride, self.padding, self.dilation  # type: ignore[return-value]  # pairs by now

    def _check_window(self) -> None:
        self._pair("kernel_size", 1)
        self._pair("stride", 1)
        self._pair("padding", 0)
        self._pair("dilation", 1)

    def _slide_image(self, height: Dim, width: Dim) -> Pair:
        (kernel_h, kernel_w), (stride_h, stride_w), (padding_h, padding_w), (dilation_h, dilation_w) = self.window
        return (
            self._slide(height, "height", kernel_h, stride_h, padding_h, dilation_h),
            self._slide(width, "width", kernel_w, stride_w, padding_w, dilation_w),
        )

    def _slide(self, size: Dim, side: str, kernel: Dim, stride: Dim, padding: Dim, dilation: Dim) -> Dim:
        out = slide(size, kernel, stride, padding, dilation)
        if isinstance(out, int) and out < 1:
            raise ShapeError(
                str(self),
                f"gets an output {side} of {out}: (size + 2*padding - dilation*(kernel_size-1) - 1)//stride + 1"
                f" = ({size} + 2*{padding} - {dilation}*({kernel}-1) - 1)//{stride} + 1",
            )
        return out


def slide(size: Dim, kernel: Dim, stride: Dim, padding: Dim, dilation: Dim) -> Dim:
    """How many times a window fits along one side.

    Source: Dumoulin and Visin, "A guide to convolution arithmetic for deep learning" (2016), relationship 15.
    """
    return (size + 2 * padding - dilation * (kernel - 1) - 1) // stride + 1


@dataclass(frozen=True)
class Conv2d(WindowRule):
    """``[N, in_channels, H, W] -> [N, out_channels, H', W']``."""

    in_channels: Dim
    out_channels: Dim
    kernel_size: Extent
    stride: Extent = 1
    padding: Extent = 0
    dilation: Extent = 1
    groups: Dim = 1

    def __post_init__(self) -> None:
        self._int("in_channels", 1)
        self._int("out_channels", 1)
        self._check_window()
        self._int("groups", 1)
        for name in ("in_channels", "out_channels"):
            channels = getattr(self, name)
            remainder = channels % self.groups
            if isinstance(remainder, int) and remainder != 0:
                raise ShapeError(self.name, f"expects groups to divide {name}={channels}, got groups={self.groups}")

    @classmethod
    def of_weight(cls, weight: Shape, stride: Extent, padding: Extent, dilation: Extent, groups: Dim) -> Conv2d:
        """The rule of a convolution with a weight ``[out, in/groups, KH, KW]``.

        Raises:
            ShapeError: the weight has another number of dimensions, or an option is out of range.
        """
        known = ranked(weight)
        if len(known) != 4:
            raise ShapeError(cls.__name__, f"expects a weight [out, in/groups, KH, KW], got {show(weight)}")
        out_channels, in_per_group, height, width = known
        return cls(in_per_group * groups, out_channels, (height, width), stride, padding, dilation, groups)

    def output(self, x: Shape) -> Shape:
        images, _, height, width = self._expect_image(x, self.in_channels)
        return images, self.out_channels, *self._slide_image(height, width)

    @property
    def weight(self) -> Shape:
        """The shape of the weight."""
        return (self.out_channels, self.in_channels // self.groups, *self.window[0])


@dataclass(frozen=True)
class MaxPool2d(WindowRule):
    """``[N, C, H, W] -> [N, C, H', W']``; the stride is the kernel size unless given."""

    kernel_size: Extent
    stride: Extent | None = None
    padding: Extent = 0
    dilation: Extent = 1

    def __post_init__(self) -> None:
        if self.stride is None:
            self._set("stride", self.kernel_size)
        self._check_window()
        kernel, _, padding, _ = self.window
        for size, pad in zip(kernel, padding, strict=True):
            if isinstance(size, int) and isinstance(pad, int) and pad > size // 2:
                raise ShapeError(
                    self.name, f"expects padding of at most half the kernel_size, {size // 2} of {size}, got {pad}"
                )

    def output(self, x: Shape) -> Shape:
        images, channels, height, width = self._expect_image(x)
        return images, channels, *self._slide_image(height, width)

    def _default(self, name: str) -> object:
        return self.kernel_size if name == "stride" else super()._default(name)


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
            number = value if isinstance(value, Unknown) else _as_int(value)
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
