"""What the rules of layers share: the check and the spelling of hyperparameters, and the sliding of windows."""

from __future__ import annotations

import operator
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import ClassVar

from shapenet.dims import UNKNOWN, Dim, Expr, Pack, Shape, Unknown, same
from shapenet.errors import ShapeError
from shapenet.rules.kinds import FLOAT, Kind, check_kind
from shapenet.rules.shapes import Undetermined, ranked, show

Pair = tuple[Dim, Dim]
Extent = Dim | Pair
"""A size along height and width: one for both, or a pair."""
Sizes = tuple[Dim, ...]
"""A size along each side."""

Flag = bool | Expr | Unknown
"""Yes or no, if it is known before the program runs."""


@dataclass(frozen=True, slots=True)
class Several:
    """Tensors in a tuple, such as the state of an LSTM; None stands for what is left out."""

    parts: tuple[Given, ...]


@dataclass(frozen=True, slots=True)
class Maybe:
    """A tensor of this shape, or None."""

    shape: Shape


Given = Shape | Several | Maybe | Dim | None
"""What a rule knows of an argument, or of a result: the shape of a tensor, the value of a flag."""


@dataclass(frozen=True)
class LayerRule(ABC):
    """The hyperparameters of a layer, checked, and the output shape they lead to."""

    @property
    def doubled(self) -> Flag:
        """Whether the layer returns two tensors of the output's shape, such as values and their places."""
        return getattr(self, "return_indices", False)

    takes: ClassVar[Mapping[str, tuple[Kind, ...]]] = {}
    """The kinds of tensors that an argument may be of, by its name; others must be floating."""
    keeps_kind: ClassVar[bool] = False
    """Whether it takes tensors of any kind, and returns the same kind."""

    def kind(self, arguments: Mapping[str, Given], kinds: Mapping[str, Kind]) -> Kind:
        """The kind of the output, for *arguments* of these *kinds*; what is no tensor has none.

        Raises:
            ShapeError: an argument is of another kind than it must be.
        """
        if self.keeps_kind:
            return next(iter(kinds.values()), FLOAT)
        for name, kind in kinds.items():
            check_kind(str(self), name, kind, *self.takes.get(name, (FLOAT,)))
        return FLOAT

    @abstractmethod
    def output(self, x: Shape) -> Shape:
        """The shape of the output for an input of shape *x*.

        Raises:
            ShapeError: the input does not fit.
        """

    def accept(self, arguments: Mapping[str, Given]) -> Given:
        """What a call of the layer returns, for *arguments* by their names; those that were left out are missing.

        Raises:
            ShapeError: the arguments do not fit.
            Undetermined: nobody knows what one of them is.
        """
        shapes = [given for given in arguments.values() if isinstance(given, tuple)]
        if len(shapes) < len(arguments):
            raise Undetermined
        return self.output(*shapes)

    @property
    def name(self) -> str:
        """The layer's name, without parameters."""
        return type(self).__name__

    def __str__(self) -> str:
        """As the layer's type is spelled, without trailing defaults: ``Conv2d[3, 16, 3]``."""
        arguments = [(getattr(self, field.name), self._default(field.name)) for field in fields(self)]
        while arguments and self._spell(arguments[-1][0]) == self._spell(arguments[-1][1]):
            arguments.pop()
        spelled = ", ".join(self._spell(value) for value, _ in arguments)
        return f"{self.name}[{spelled}]" if spelled else self.name

    def _spell(self, value: object) -> str:
        return spell(value)

    def _default(self, name: str) -> object:
        return next(field.default for field in fields(self) if field.name == name)

    def _set(self, name: str, value: object) -> None:
        object.__setattr__(self, name, value)

    def _int(self, name: str, minimum: int) -> None:
        self._set(name, self._checked(name, getattr(self, name), minimum, "an int"))

    def _word(self, name: str, *words: str) -> None:
        value = getattr(self, name)
        if not isinstance(value, Expr | Unknown) and value not in words:
            raise ShapeError(self.name, f"expects {name} to be {either(words)}, got {value!r}")

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
            raise ShapeError(str(self), f"expects last dimension {expected}, got {x[-1]} in {show(x)}")

    def _expect_image(self, x: Shape, channels: Dim | None = None) -> tuple[Dim, Dim, Dim, Dim]:
        known = ranked(x)
        if len(known) != 4:
            raise ShapeError(str(self), f"expects 4 dimensions [N, C, H, W], got {len(known)}: {show(x)}")
        if channels is not None:
            self._expect_channels(known, 1, channels)
        return known[0], known[1], known[2], known[3]

    def _expect_channels(self, x: Shape, place: int, channels: Dim) -> None:
        found = x[place]
        if isinstance(found, Pack) or not same(found, channels):
            raise ShapeError(str(self), f"expects {channels} channels in dimension {place}, got {found} in {show(x)}")

    def _expect_pixels(self, x: Shape) -> tuple[Dim, Dim, Dim, Dim]:
        image = self._expect_image(x)
        if 0 in image[2:]:
            raise ShapeError(str(self), f"expects images that are not empty, got {show(x)}")
        return image


def as_int(value: object) -> int | None:
    """*value* if it is an integer, Python's or numpy's; a bool is none."""
    try:
        if isinstance(value, int):  # a size that knows its formula keeps it
            return None if isinstance(value, bool) else value
        return operator.index(value)  # type: ignore[arg-type]  # others raise
    except TypeError:
        return None


def either(words: Sequence[str]) -> str:
    """``"zeros", "reflect" or "circular"``."""
    *others, last = (f'"{word}"' for word in words)
    return f"{', '.join(others)} or {last}"


def spell(value: object) -> str:
    """A hyperparameter as it stands in the type of its layer."""
    if isinstance(value, tuple):
        one_for_all = all(item == value[0] for item in value)
        return str(value[0]) if one_for_all else f"({', '.join(map(str, value))})"
    return f'"{value}"' if isinstance(value, str) else str(value)


class WindowRule(LayerRule):
    """A layer that slides a window over an image, or over a signal."""

    kernel_size: Extent
    stride: Extent | None
    padding: Extent | str
    dilation: Extent
    groups: Dim

    sides: ClassVar[tuple[str, ...]] = ("height", "width")
    """What the window slides along: the last dimensions of the input."""

    @property
    def window(self) -> tuple[Pair, Pair, Pair, Pair]:
        """Kernel size, stride, padding before the first element, and dilation, each as (height, width).

        A signal is an image of height 1.
        """
        kernel, stride, dilation = self.steps
        before = tuple(first for first, _ in self.ends)
        return _of_image(kernel, 1), _of_image(stride, 1), _of_image(before, 0), _of_image(dilation, 1)

    @property
    def ends(self) -> tuple[Pair, ...]:
        """The padding of each side, as (before, after): of an odd number, ``"same"`` puts the greater part after."""
        kernel, _, dilation = self.steps
        if self.padding == "same":
            totals = [spread * (size - 1) for size, spread in zip(kernel, dilation, strict=True)]
            return tuple((total // 2, total - total // 2) for total in totals)
        padding: Sizes = (0,) * len(kernel) if self.padding == "valid" else self.padding  # type: ignore[assignment]  # sizes by now
        return tuple((size, size) for size in padding)

    @property
    def steps(self) -> tuple[Sizes, Sizes, Sizes]:
        """Kernel size, stride and dilation, each with a size for each side."""
        return self.kernel_size, self.stride, self.dilation  # type: ignore[return-value]  # sizes by now

    def _check_window(self, *words: str) -> None:
        """Check the options; the padding may be one of *words*."""
        self._sizes("kernel_size", 1)
        self._sizes("stride", 1)
        self._sizes("padding", 0, *words)
        self._sizes("dilation", 1)

    def _sizes(self, name: str, minimum: int, *words: str) -> None:
        """Check a size for each side, or one for all of them."""
        value, count = getattr(self, name), len(self.sides)
        if isinstance(value, str) and value in words:
            return
        kind = ", ".join([*(f'"{word}"' for word in words), "an int" if count == 1 else "an int or a pair of ints"])
        if not isinstance(value, tuple | list) or count == 1:
            value = (value,) * count
        if len(value) != count:
            raise ShapeError(self.name, f"expects {name} to be {kind}, got {tuple(value)!r}")
        self._set(name, tuple(self._checked(name, item, minimum, kind) for item in value))

    def _expect_batch(self, x: Shape, channels: Dim) -> tuple[Shape, Sizes]:
        """What is before the channels, nothing or the size of the batch, and what is after them."""
        letters = ("C", *(side[0].upper() for side in self.sides))
        batch, inner = x[: -len(letters)], x[-len(letters) :]
        if len(inner) < len(letters) or len(batch) > 1 or any(isinstance(dim, Pack) for dim in inner):
            known = ranked(x)
            layouts = f"{show(letters)} or {show(('N', *letters))}"
            counts = f"{len(letters)} or {len(letters) + 1} dimensions"
            raise ShapeError(str(self), f"expects {counts} {layouts}, got {len(known)}: {show(x)}")
        self._expect_channels(x, len(batch), channels)
        return batch, ranked(inner[1:])

    def _slide_image(self, height: Dim, width: Dim, ceil_mode: Flag = False) -> Pair:
        rows, columns = self._slide_all((height, width), ceil_mode)
        return rows, columns

    def _slide_all(self, sizes: Sizes, ceil_mode: Flag = False) -> Sizes:
        padding = (before for before, _ in self.ends)
        kernel, stride, dilation = self.steps
        sides = zip(sizes, self.sides, kernel, stride, padding, dilation, strict=True)
        return tuple(self._slide(ceil_mode, *side) for side in sides)

    def _slide(
        self, ceil_mode: Flag, size: Dim, side: str, kernel: Dim, stride: Dim, padding: Dim, dilation: Dim
    ) -> Dim:
        formula = "size + 2*padding - dilation*(kernel_size-1) - 1"
        numbers = f"{size} + 2*{padding} - {dilation}*({kernel}-1) - 1"
        template = "ceil(({})/{}) + 1" if ceil_mode is True else "({})//{} + 1"
        computation = f"{template.format(formula, 'stride')} = {template.format(numbers, stride)}"
        return self._expect_output(slide(size, kernel, stride, padding, dilation, ceil_mode), side, computation)

    def _expect_output(self, size: Dim, side: str, formula: str) -> Dim:
        if isinstance(size, int) and size < 1:
            raise ShapeError(str(self), f"gets an output {side} of {size}: {formula}")
        return size


def _of_image(sizes: Sizes, neutral: int) -> Pair:
    return (neutral, sizes[0]) if len(sizes) == 1 else (sizes[0], sizes[1])


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
