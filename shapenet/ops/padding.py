"""Padding."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from shapenet.backend import Array
from shapenet.kernels import memory
from shapenet.kernels.elementwise import elementwise
from shapenet.ops import Result
from shapenet.ops.elementwise import unbroadcast
from shapenet.ops.results import result

Ends = tuple[tuple[int, int], ...]
"""How much padding there is before and after each dimension."""


def pad(x: Array, *, amounts: tuple[int, ...], mode: str, value: float) -> Result:
    """*x* with so much before and after its last dimension, then the one before it, and so on.

    Constant padding is *value*; a negative amount of it cuts elements off.
    """
    pairs = list(zip(amounts[::2], amounts[1::2], strict=True))
    ends = (*[(0, 0)] * (x.ndim - len(pairs)), *reversed(pairs))
    out = _placed(x, ends, value)
    borders = [] if mode == "constant" else list(_borders(x.shape, ends, mode))
    for border, source in borders:
        out[border] = out[source]

    def gradient(grad: Array) -> Array:
        if borders:
            grad = elementwise(np.positive, grad, out=memory.empty_like(grad))  # the caller's stays as it is
        for border, source in reversed(borders):
            grad[source] += unbroadcast(grad[border], grad[source].shape)
        return _placed(grad, tuple((-before, -after) for before, after in ends), 0)

    return result(out, gradient)


def _placed(x: Array, ends: Ends, value: float) -> Array:
    """*x* in an array that is larger by *ends*, with *value* around it; negative ends cut off."""
    shape = tuple(size + before + after for size, (before, after) in zip(x.shape, ends, strict=True))
    out = memory.empty_in_order(shape, x)
    inside = tuple(_within(size, *pair) for size, pair in zip(shape, ends, strict=True))
    kept = tuple(_within(size, -before, -after) for size, (before, after) in zip(x.shape, ends, strict=True))
    if any(amount > 0 for pair in ends for amount in pair):
        out.fill(value)
    out[inside] = x[kept]
    return out


def _within(size: int, before: int, after: int) -> slice:
    return slice(max(before, 0), size - max(after, 0))


def _borders(shape: tuple[int, ...], ends: Ends, mode: str) -> Iterator[tuple[tuple[slice, ...], tuple[slice, ...]]]:
    """What is to be filled, and from where: each border is made of what lies further inside.

    The corners of an image are filled with the borders of its last dimension, from those of the others.
    """
    for axis, (size, (before, after)) in enumerate(zip(shape, ends, strict=True)):
        last = before + size  # the first place behind the elements
        if mode == "reflect":
            sources = slice(2 * before, before, -1), slice(last - 2, _stop(last - 2 - after), -1)
        elif mode == "replicate":
            sources = slice(before, before + 1), slice(last - 1, last)
        else:
            sources = slice(last - before, last), slice(before, before + after)
        for border, source in zip((slice(0, before), slice(last, last + after)), sources, strict=True):
            if border.stop > border.start:
                whole = (slice(None),) * axis
                yield (*whole, border), (*whole, source)


def _stop(place: int) -> int | None:
    return place if place >= 0 else None
