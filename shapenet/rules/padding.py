"""The rule of padding."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from shapenet.dims import Dim, Expr, Pack, Shape, Unknown
from shapenet.errors import ShapeError
from shapenet.rules.base import as_int, either
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
