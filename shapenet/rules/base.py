"""What the rules of layers share: the check and the spelling of hyperparameters, and the sliding of windows."""

from __future__ import annotations

import operator
from abc import ABC, abstractmethod
from dataclasses import dataclass, fields

from shapenet.dims import UNKNOWN, Dim, Expr, Shape, Unknown, same
from shapenet.errors import ShapeError
from shapenet.rules.shapes import ranked, show

Pair = tuple[Dim, Dim]
Extent = Dim | Pair
"""A size along height and width: one for both, or a pair."""

Flag = bool | Expr | Unknown
"""Yes or no, if it is known before the program runs."""


@dataclass(frozen=True)
class LayerRule(ABC):
    """The hyperparameters of a layer, checked, and the output shape they lead to."""

    @property
    def doubled(self) -> Flag:
        """Whether the layer returns two tensors of the output's shape, such as values and their places."""
        return getattr(self, "return_indices", False)

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
        return next(field.default for field in fields(self) if field.name == name)

    def _set(self, name: str, value: object) -> None:
        object.__setattr__(self, name, value)

    def _int(self, name: str, minimum: int) -> None:
        self._set(name, self._checked(name, getattr(self, name), minimum, "an int"))

    def _flag(self, name: str) -> None:
        value = getattr(self, name)
        if not isinstance(value, bool | Expr | Unknown):
            raise ShapeError(self.name, f"expects {name} to be a bool, got {value!r}")

    def _pair(self, name: str, minimum: int, kind: str = "an int or a pair of ints") -> None:
        first, second = (self._checked(name, item, minimum, kind) for item in self._two(name, kind))
        self._set(name, (first, second))

    def _two(self, name: str, kind: str) -> tuple[object, object]:
        value = getattr(self, name)
        if not isinstance(value, tuple | list):
            value = (value, value)
        if len(value) != 2:
            raise ShapeError(self.name, f"expects {name} to be {kind}, got {tuple(value)!r}")
        return value[0], value[1]

    def _checked(self, name: str, value: object, minimum: int, kind: str) -> Dim:
        if isinstance(value, Expr | Unknown):
            return value
        number = as_int(value)
        if number is None or number < minimum:
            raise ShapeError(self.name, f"expects {name} to be {kind}, at least {minimum}, got {value!r}")
        return number

    def _expect_bias(self, bias: Shape | None, size: Dim) -> None:
        if bias is not None and (len(ranked(bias)) != 1 or not same(bias[0], size)):
            raise ShapeError(str(self), f"expects a bias [{size}], got {show(bias)}")

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

    def _expect_pixels(self, x: Shape) -> tuple[Dim, Dim, Dim, Dim]:
        image = self._expect_image(x)
        if 0 in image[2:]:
            raise ShapeError(str(self), f"expects images that are not empty, got {show(x)}")
        return image


def as_int(value: object) -> int | None:
    """*value* if it is an integer, Python's or numpy's; a bool is none."""
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
    groups: Dim

    @property
    def window(self) -> tuple[Pair, Pair, Pair, Pair]:
        """Kernel size, stride, padding and dilation, each as (height, width)."""
        return self.kernel_size, self.stride, self.padding, self.dilation  # type: ignore[return-value]  # pairs by now

    def _check_window(self) -> None:
        self._pair("kernel_size", 1)
        self._pair("stride", 1)
        self._pair("padding", 0)
        self._pair("dilation", 1)

    def _slide_image(self, height: Dim, width: Dim, ceil_mode: Flag = False) -> Pair:
        sides = zip((height, width), ("height", "width"), *self.window, strict=True)
        rows, columns = (self._slide(ceil_mode, *side) for side in sides)
        return rows, columns

    def _slide(
        self, ceil_mode: Flag, size: Dim, side: str, kernel: Dim, stride: Dim, padding: Dim, dilation: Dim
    ) -> Dim:
        out = slide(size, kernel, stride, padding, dilation, ceil_mode)
        if isinstance(out, int) and out < 1:
            formula = "size + 2*padding - dilation*(kernel_size-1) - 1"
            numbers = f"{size} + 2*{padding} - {dilation}*({kernel}-1) - 1"
            template = "ceil(({})/{}) + 1" if ceil_mode is True else "({})//{} + 1"
            computation = f"{template.format(formula, 'stride')} = {template.format(numbers, stride)}"
            raise ShapeError(str(self), f"gets an output {side} of {out}: {computation}")
        return out


def slide(size: Dim, kernel: Dim, stride: Dim, padding: Dim, dilation: Dim, ceil_mode: Flag = False) -> Dim:
    """How many times a window fits along one side; with *ceil_mode* the last may reach beyond the padding.

    It must then begin in the image, or in the padding before it.

    Source: Dumoulin and Visin, "A guide to convolution arithmetic for deep learning" (2016), relationship 15.
    """
    last = size + 2 * padding - dilation * (kernel - 1) - 1  # where the last one within the padding could begin
    if ceil_mode is False:
        return last // stride + 1
    more = stride + padding - dilation * (kernel - 1) - 1  # how far beyond the image the next could begin
    if ceil_mode is not True or not isinstance(more, int):
        return UNKNOWN
    return (size + padding - 1 + min(more, 0)) // stride + 1
