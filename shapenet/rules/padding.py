"""The rules of padding, and of the layers that pad."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from shapenet.dims import UNKNOWN, Dim, Expr, Pack, Shape, Unknown
from shapenet.errors import ShapeError
from shapenet.rules.base import LayerRule, as_int, either
from shapenet.rules.shapes import Undetermined, count, ranked, show

MODES: Final = ("constant", "reflect", "replicate", "circular")


def pad(shape: Shape, amounts: object, mode: Dim | str, subject: str = "pad") -> Shape:
    """The shape after padding by *amounts*: before and after the last dimension, then the one before it, and so on.

    Constant padding may be negative, which cuts elements off.

    Raises:
        ShapeError: the mode is unknown, *amounts* are no pairs of ints or more than the dimensions, or a dimension is
            too small for so much padding.
    """
    if not isinstance(mode, Expr | Unknown) and mode not in MODES:
        raise ShapeError(subject, f"expects mode to be {either(MODES)}, got {mode!r}")
    pairs = _pairs(amounts, subject)
    reached = shape[len(shape) - len(pairs) :] if len(pairs) <= len(shape) else shape
    if any(isinstance(dim, Pack) for dim in reached):
        raise Undetermined
    if len(pairs) > len(shape):
        dimensions = f"{show(shape)}, which has {count(len(shape))}"
        raise ShapeError(subject, f"got {count(len(pairs), 'pair')} of padding for {dimensions}")
    padded: list[Dim] = []
    for size, (before, after), place in zip(ranked(reached), reversed(pairs), range(-len(pairs), 0), strict=True):
        where = f"for dimension {place} of {show(shape)}, which has size {size}"
        for amount in (before, after):
            _expect_room(size, amount, mode, where, subject)
        total = size + before + after
        if isinstance(total, int) and total < 0:
            raise ShapeError(subject, f"expects to cut off at most the size, got ({before}, {after}) {where}")
        padded.append(total)
    return (*shape[: len(shape) - len(pairs)], *padded)


def _pairs(amounts: object, subject: str) -> list[tuple[Dim, Dim]]:
    if isinstance(amounts, Unknown | Expr):
        raise Undetermined
    what = "expects pad to be an even number of ints, before and after each dimension from the last one on"
    if not isinstance(amounts, Sequence) or isinstance(amounts, str) or len(amounts) % 2:
        raise ShapeError(subject, f"{what}, got {amounts!r}")
    sizes: list[Dim] = []
    for amount in amounts:
        size = amount if isinstance(amount, Unknown | Expr) else as_int(amount)
        if size is None:
            raise ShapeError(subject, f"{what}, got {tuple(amounts)!r}")
        sizes.append(size)
    return list(zip(sizes[::2], sizes[1::2], strict=True))


def _expect_room(size: Dim, amount: Dim, mode: Dim | str, where: str, subject: str) -> None:
    """Check that so much padding can be made of a dimension of that *size*."""
    if not isinstance(amount, int):
        return
    if amount < 0 and mode in MODES[1:]:
        raise ShapeError(subject, f"expects {mode} padding of at least 0, got {amount} {where}")
    if not isinstance(size, int):
        return
    if amount < -size:
        raise ShapeError(subject, f"expects to cut off at most the size, got {amount} {where}")
    if mode == "reflect" and amount >= max(size, 1):
        raise ShapeError(subject, f"expects reflect padding below the size, got {amount} {where}")
    if mode == "circular" and amount > size:
        raise ShapeError(subject, f"expects circular padding of at most the size, got {amount} {where}")
    if mode == "replicate" and amount > 0 and size == 0:
        raise ShapeError(subject, f"expects something to replicate, got {amount} {where}")


@dataclass(frozen=True)
class PadRule(LayerRule):
    """More elements at the ends of the last dimensions, those of a signal or of an image."""

    padding: Dim | tuple[Dim, ...]

    sides: ClassVar[int]
    mode: ClassVar[str] = "constant"
    keeps_kind = True

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
