"""Pooling on slices, along one axis after the other: a window of K x L takes K + L passes, not K * L.

A few images at a time, or channels, so that the passes hit the cache; each thread has its own. Arrays are seen as
N C H W and may lie in memory in any order.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Final

import numpy as np

from shapenet.backend import Array
from shapenet.kernels import memory, parallel
from shapenet.kernels.conv import ConvConfig, overlap, taps

PIECE: Final = 2**16
"""Elements of the input at a time, or one image."""

PASS: Final = 1e-10
"""Seconds for each element and position along one side; measured."""

Part = tuple[slice, ...]
"""Some images, or some channels of all."""

Span = tuple[slice, slice]
"""Places of the output, and the elements they see at one position of the window; of one axis."""


def max_pool2d(x: Array, out: Array, config: ConvConfig) -> Array:
    """Write the maximum of each window of *x* ``[N, C, H, W]`` into *out* ``[N, C, Y, X]``.

    A NaN wins always; padding never: a window of padding alone has ``-inf``. Returns *out*.
    """

    def work(some: Part) -> None:
        along = memory.empty_in_order((*x[some].shape[:3], out.shape[3]), x)
        _max_along(3, x[some], along, config)
        _max_along(2, along, out[some], config)

    _share(work, x, config)
    return out


def max_pool2d_gradient(grad: Array, x: Array, out: Array, x_gradient: Array, config: ConvConfig) -> Array:
    """Write the gradient of the input, given that of the output: it goes to the element that won.

    Of equal elements the first wins, row by row; of several NaNs the last, as in torch. Returns *x_gradient*.
    """

    def work(some: Part) -> None:
        if np.isnan(out[some]).any():
            places = np.empty(out[some].shape, np.min_scalar_type(-math.prod(config.kernel_size)), like=out)
            max_pool2d_places(x[some], np.empty_like(out[some]), places, config)
            _gradient_to_places(grad[some], places, x_gradient[some], config)
            return
        along = memory.empty_in_order((*x[some].shape[:3], out.shape[3]), x)
        along_gradient = memory.empty_like(along, grad.dtype)
        _max_along(3, x[some], along, config)
        _to_winners_along(2, along, out[some], grad[some], along_gradient, config)
        _to_winners_along(3, x[some], along, along_gradient, x_gradient[some], config)

    _share(work, x, config)
    return x_gradient


def max_pool2d_places(x: Array, out: Array, places: Array, config: ConvConfig) -> None:
    """Write the maximum of each window into *out*, and into *places* the position in the window where it was found.

    Positions are numbered row by row; -1 is none, in a window of padding alone.
    """
    out[...] = lowest(x.dtype)
    places[...] = -1
    for number, tap in enumerate(taps(config, x.shape[2:], out.shape[2:])):
        best, place, here = out[:, :, *tap.outputs], places[:, :, *tap.outputs], x[:, :, *tap.inputs]
        wins = (here > best) | np.isnan(here)
        wins |= place < 0  # -inf is an element like any other
        np.copyto(best, here, where=wins)
        np.copyto(place, np.asarray(number, places.dtype, like=places), where=wins)


def _gradient_to_places(grad: Array, places: Array, x_gradient: Array, config: ConvConfig) -> None:
    x_gradient[...] = 0
    for number, tap in enumerate(taps(config, x_gradient.shape[2:], grad.shape[2:])):
        won = places[:, :, *tap.outputs] == number
        x_gradient[:, :, *tap.inputs] += grad[:, :, *tap.outputs] * won


def window_sum(x: Array, out: Array, config: ConvConfig) -> Array:
    """Write the sum of each window of *x* ``[N, C, H, W]`` into *out* ``[N, C, Y, X]``, and return it."""

    def work(some: Part) -> None:
        along = memory.empty_in_order((*x[some].shape[:3], out.shape[3]), x)
        _combine_along(np.add, 0, 3, x[some], along, config)
        _combine_along(np.add, 0, 2, along, out[some], config)

    _share(work, x, config)
    return out


def window_spread(grad: Array, x_gradient: Array, config: ConvConfig) -> Array:
    """The adjoint of ``window_sum``: each element gets the sum over the windows it is in. Returns *x_gradient*."""

    def work(some: Part) -> None:
        along = memory.empty_in_order((*x_gradient[some].shape[:3], grad.shape[3]), x_gradient)
        _spread_along(2, grad[some], along, config)
        _spread_along(3, along, x_gradient[some], config)

    _share(work, x_gradient, config)
    return x_gradient


def lowest(dtype: np.dtype[Any]) -> float:
    """What no element is below."""
    return -np.inf if dtype.kind == "f" else int(np.iinfo(dtype).min)


# --- one axis ---


def _max_along(axis: int, x: Array, out: Array, config: ConvConfig) -> None:
    _combine_along(np.maximum, lowest(x.dtype), axis, x, out, config)


def _combine_along(ufunc: np.ufunc, start: float, axis: int, x: Array, out: Array, config: ConvConfig) -> None:
    spans = _spans(axis, x, out, config)
    whole = slice(0, out.shape[axis])
    if len(spans) > 1 and spans[0][0] == spans[1][0] == whole:  # both see an element everywhere
        ufunc(_part(x, axis, spans[0][1]), _part(x, axis, spans[1][1]), out=out)
        spans = spans[2:]
    else:
        out[...] = start
    for outputs, inputs in spans:
        part = _part(out, axis, outputs)
        ufunc(part, _part(x, axis, inputs), out=part)


def _spread_along(axis: int, grad: Array, x_gradient: Array, config: ConvConfig) -> None:
    x_gradient[...] = 0
    for outputs, inputs in _spans(axis, x_gradient, grad, config):
        part = _part(x_gradient, axis, inputs)
        np.add(part, _part(grad, axis, outputs), out=part)


def _to_winners_along(axis: int, x: Array, best: Array, grad: Array, x_gradient: Array, config: ConvConfig) -> None:
    """Each gradient to the first element along *axis* that equals the best of its window."""
    side = axis - 2
    apart = config.stride[side] > (config.kernel_size[side] - 1) * config.dilation[side]  # no element is in two windows
    x_gradient[...] = 0
    rest = memory.empty_like(best, grad.dtype)  # what has not been given away
    np.copyto(rest, grad)
    *earlier, (outputs, inputs) = _spans(axis, x, best, config)
    for places, seen in earlier:
        left, part = _part(rest, axis, places), _part(x_gradient, axis, seen)
        given = np.equal(_part(x, axis, seen), _part(best, axis, places)) * left
        np.subtract(left, given, out=left)
        np.copyto(part, given) if apart else np.add(part, given, out=part)
    left, part = _part(rest, axis, outputs), _part(x_gradient, axis, inputs)
    np.copyto(part, left) if apart else np.add(part, left, out=part)  # whatever is left is for the last


def _spans(axis: int, x: Array, out: Array, config: ConvConfig) -> list[Span]:
    side = axis - 2
    positions = range(config.kernel_size[side])
    return [overlap(config, side, position, x.shape[axis], out.shape[axis]) for position in positions]


def _part(x: Array, axis: int, part: slice) -> Array:
    return x[:, :, part] if axis == 2 else x[:, :, :, part]


def _share(work: Callable[[Part], None], x: Array, config: ConvConfig) -> None:
    """Have the threads do all of *x*: some images at a time, or some channels if these lie further apart."""
    if not isinstance(x, np.ndarray):
        work((slice(0, len(x)),))
        return
    axis = 0 if x.strides[0] >= x.strides[1] else 1
    count = x.shape[axis]
    some = max(1, PIECE * count // max(x.size, 1))

    def share(_: int, start: int, stop: int) -> None:
        for first in range(start, stop, some):
            part = slice(first, min(first + some, stop))
            work((part,) if axis == 0 else (slice(None), part))

    parallel.run(share, count, PASS * x.size * sum(config.kernel_size))
