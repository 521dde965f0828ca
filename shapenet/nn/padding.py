"""Padding of signals and images: more elements at the ends of the last dimensions.

The padding is an int for all ends, or ints before and after: ``(left, right)`` of a signal, ``(left, right, top,
bottom)`` of an image. Negative amounts, where the new elements have one value, cut off.
"""

from __future__ import annotations

from typing import Any, Generic, cast

from shapenet import functional, rules
from shapenet.nn.module import Module
from shapenet.nn.sizes import REQUIRED, ImagePadding, SignalPadding
from shapenet.tensors import AnyTensor


class _Pad(Module):
    """What all have in common: the rule says how much, and in which mode."""

    value: float | None = None

    def __call__(self, x: AnyTensor) -> AnyTensor:
        rule = cast("Any", self.rule)
        return functional.pad(x, rule.padding, rule.mode, self.value)


class ConstantPad1d(_Pad, Generic[SignalPadding]):
    """``[C, L]`` or ``[N, C, L]`` padded with one *value*.

    Raises:
        ShapeError: *padding* is neither an int nor 2 of them.
    """

    def __init__(self, padding: SignalPadding = REQUIRED, value: float = 0.0) -> None:
        self.rule = rules.ConstantPad1d(padding)
        self.value = value


class ConstantPad2d(_Pad, Generic[ImagePadding]):
    """``[C, H, W]`` or ``[N, C, H, W]`` padded with one *value*.

    Raises:
        ShapeError: *padding* is neither an int nor 4 of them.
    """

    def __init__(self, padding: ImagePadding = REQUIRED, value: float = 0.0) -> None:
        self.rule = rules.ConstantPad2d(padding)
        self.value = value


class ZeroPad1d(_Pad, Generic[SignalPadding]):
    """``[C, L]`` or ``[N, C, L]`` padded with zeros.

    Raises:
        ShapeError: *padding* is neither an int nor 2 of them.
    """

    def __init__(self, padding: SignalPadding = REQUIRED) -> None:
        self.rule = rules.ZeroPad1d(padding)


class ZeroPad2d(_Pad, Generic[ImagePadding]):
    """``[C, H, W]`` or ``[N, C, H, W]`` padded with zeros.

    Raises:
        ShapeError: *padding* is neither an int nor 4 of them.
    """

    def __init__(self, padding: ImagePadding = REQUIRED) -> None:
        self.rule = rules.ZeroPad2d(padding)


class ReflectionPad1d(_Pad, Generic[SignalPadding]):
    """``[C, L]`` or ``[N, C, L]`` padded with what a mirror at its ends would show.

    Raises:
        ShapeError: *padding* is neither an int nor 2 of them.
    """

    def __init__(self, padding: SignalPadding = REQUIRED) -> None:
        self.rule = rules.ReflectionPad1d(padding)


class ReflectionPad2d(_Pad, Generic[ImagePadding]):
    """``[C, H, W]`` or ``[N, C, H, W]`` padded with what a mirror at its ends would show.

    Raises:
        ShapeError: *padding* is neither an int nor 4 of them.
    """

    def __init__(self, padding: ImagePadding = REQUIRED) -> None:
        self.rule = rules.ReflectionPad2d(padding)


class ReplicationPad1d(_Pad, Generic[SignalPadding]):
    """``[C, L]`` or ``[N, C, L]`` padded with the first and the last element.

    Raises:
        ShapeError: *padding* is neither an int nor 2 of them.
    """

    def __init__(self, padding: SignalPadding = REQUIRED) -> None:
        self.rule = rules.ReplicationPad1d(padding)


class ReplicationPad2d(_Pad, Generic[ImagePadding]):
    """``[C, H, W]`` or ``[N, C, H, W]`` padded with the first and the last element.

    Raises:
        ShapeError: *padding* is neither an int nor 4 of them.
    """

    def __init__(self, padding: ImagePadding = REQUIRED) -> None:
        self.rule = rules.ReplicationPad2d(padding)


class CircularPad1d(_Pad, Generic[SignalPadding]):
    """``[C, L]`` or ``[N, C, L]`` padded with the elements from the other end.

    Raises:
        ShapeError: *padding* is neither an int nor 2 of them.
    """

    def __init__(self, padding: SignalPadding = REQUIRED) -> None:
        self.rule = rules.CircularPad1d(padding)


class CircularPad2d(_Pad, Generic[ImagePadding]):
    """``[C, H, W]`` or ``[N, C, H, W]`` padded with the elements from the other end.

    Raises:
        ShapeError: *padding* is neither an int nor 4 of them.
    """

    def __init__(self, padding: ImagePadding = REQUIRED) -> None:
        self.rule = rules.CircularPad2d(padding)
