"""Pooling on slices, along one axis after the other: a window of K x L takes K + L passes, not K * L.

A few images at a time, or channels, so that the passes hit the cache; each thread has its own. Arrays are seen as
N C H W and may lie in memory in any order.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np

from shapenet.backend import Array
from shapenet.kernels import memory, parallel
from shapenet.kernels.cuda import launch
from shapenet.kernels.cuda import pool as cuda
from shapenet.kernels.elementwise import ordered_as
from shapenet.kernels.windows import Windows

PIECE: Final = 2**16
"""Elements of the input at a time, or one image."""

PASS: Final = 1e-10
"""Seconds for each element and position along one side; measured."""

Part = tuple[slice, ...]
"""Some images, or some channels of all."""


def max_pool2d(x: Array, out: Array, windows: Windows) -> Array:
    """Write the maximum of each window of *x* ``[N, C, H, W]`` into *out* ``[N, C, Y, X]``.

    A NaN wins always; padding never: a window of padding alone has ``-inf``. Returns *out*.
    """
    if not isinstance(x, np.ndarray) and launch.takes(x, out):
        return cuda.max_pool2d(x, out, windows)

    def work(some: Part) -> None:
        _combine(np.maximum, lowest(x.dtype), x[some], out[some], windows)

    _share(work, x, windows)
    return out


def max_pool2d_gradient(grad: Array, x: Array, out: Array, x_gradient: Array, windows: Windows) -> Array:
    """Write the gradient of the input, given that of the output: it goes to the element that won.

    Of equal elements the first wins, row by row; of several NaNs the last, as in torch. Returns *x_gradient*.
    """
    if not isinstance(x, np.ndarray) and launch.takes(x, grad, x_gradient):
        return cuda.max_pool2d_gradient(grad, x, x_gradient, windows)
    grad = ordered_as(out, grad)

    def work(some: Part) -> None:
        if np.isnan(out[some]).any():
            indices = memory.empty_like(out[some], np.int64)
            _find(x[some], indices, windows)
            _gradient_to_indices(grad[some], indices, x_gradient[some], windows)
            return
        along = memory.empty_in_order((*x[some].shape[:3], out.shape[3]), x)
        along_gradient = memory.empty_like(along, grad.dtype)
        _combine_along(np.maximum, lowest(x.dtype), 3, x[some], along, windows)
        _to_winners_along(2, along, out[some], grad[some], along_gradient, windows)
        _to_winners_along(3, x[some], along, along_gradient, x_gradient[some], windows)

    _share(work, x, windows)
    return x_gradient


def max_pool2d_indices(x: Array, indices: Array, windows: Windows) -> Array:
    """Write the place in H*W of the element that wins each window into *indices* ``[N, C, Y, X]``.

    It is -1 for a window of padding alone. Returns *indices*.
    """
    if not isinstance(x, np.ndarray) and launch.takes(x):
        return cuda.max_pool2d_indices(x, indices, windows)
    _share(lambda some: _find(x[some], indices[some], windows), x, windows)
    return indices


def _find(x: Array, indices: Array, windows: Windows) -> None:
    best = memory.empty_like(indices, x.dtype)
    best[...] = lowest(x.dtype)
    indices[...] = -1
    places = _places(windows, indices)
    for outputs, elements in windows.taps():
        here = x[:, :, *elements]
        wins = (here > best[:, :, *outputs]) | np.isnan(here)
        wins |= indices[:, :, *outputs] < 0  # -inf is an element like any other
        np.copyto(best[:, :, *outputs], here, where=wins)
        np.copyto(indices[:, :, *outputs], places[elements], where=wins)


def _gradient_to_indices(grad: Array, indices: Array, x_gradient: Array, windows: Windows) -> None:
    x_gradient[...] = 0
    places = _places(windows, indices)
    for outputs, elements in windows.taps():
        won = indices[:, :, *outputs] == places[elements]
        x_gradient[:, :, *elements] += grad[:, :, *outputs] * won


def _places(windows: Windows, like: Array) -> Array:
    height, width = windows.image
    return np.reshape(np.arange(height * width, like=like), (height, width))


def window_sum(x: Array, out: Array, windows: Windows) -> Array:
    """Write the sum of each window of *x* ``[N, C, H, W]`` into *out* ``[N, C, Y, X]``, and return it."""
    if not isinstance(x, np.ndarray) and launch.takes(x, out):
        return cuda.window_sum(x, out, windows)
    _share(lambda some: _combine(np.add, 0, x[some], out[some], windows), x, windows)
    return out


def window_spread(grad: Array, x_gradient: Array, windows: Windows) -> Array:
    """The adjoint of ``window_sum``: each element gets the sum over the windows it is in. Returns *x_gradient*."""
    if not isinstance(grad, np.ndarray) and launch.takes(grad, x_gradient):
        return cuda.window_spread(grad, x_gradient, windows)

    def work(some: Part) -> None:
        part = x_gradient[some]
        along = memory.empty_in_order((*grad[some].shape[:3], part.shape[3]), x_gradient)
        _spread_along(3, grad[some], along, windows)
        _spread_along(2, along, part, windows)

    _share(work, x_gradient, windows)
    return x_gradient


def lowest(dtype: np.dtype[Any]) -> float:
    """What no element is below."""
    return -np.inf if dtype.kind == "f" else int(np.iinfo(dtype).min)


# --- one axis after the other ---


def _combine(ufunc: np.ufunc, start: float, x: Array, out: Array, windows: Windows) -> None:
    # The rows first: what lies side by side in memory is then a longer run, in either order of the axes.
    along = memory.empty_in_order((*out.shape[:3], x.shape[3]), x)
    _combine_along(ufunc, start, 2, x, along, windows)
    _combine_along(ufunc, start, 3, along, out, windows)


def _combine_along(ufunc: np.ufunc, start: float, axis: int, x: Array, out: Array, windows: Windows) -> None:
    whole = slice(0, out.shape[axis])
    spans = sorted(windows.along(axis), key=lambda span: span[0] != whole)
    if len(spans) > 1 and spans[0][0] == spans[1][0] == whole:  # both see an element everywhere
        ufunc(_part(x, axis, spans[0][1]), _part(x, axis, spans[1][1]), out=out)
        spans = spans[2:]
    else:
        out[...] = start
    for outputs, inputs in spans:
        part = _part(out, axis, outputs)
        ufunc(part, _part(x, axis, inputs), out=part)


def _spread_along(axis: int, grad: Array, x_gradient: Array, windows: Windows) -> None:
    tiles = windows.tile(axis)
    if not tiles:
        x_gradient[...] = 0
    for outputs, elements in windows.along(axis):
        part = _part(x_gradient, axis, elements)
        if tiles:
            np.copyto(part, grad)
        else:
            np.add(part, _part(grad, axis, outputs), out=part)


def _to_winners_along(axis: int, x: Array, best: Array, grad: Array, x_gradient: Array, windows: Windows) -> None:
    """Each gradient to the first element along *axis* that equals the best of its window."""
    wins = memory.empty_like(best, np.bool_)
    if windows.tile(axis):
        _to_winners_of_tiles(axis, x, best, grad, x_gradient, windows, wins)
        return
    x_gradient[...] = 0
    rest, share = memory.empty_like(best, grad.dtype), memory.empty_like(best, grad.dtype)
    np.copyto(rest, grad)  # what has not been given away
    *earlier, (outputs, elements) = windows.along(axis)
    for places, seen in earlier:
        left, part, given = (_part(rest, axis, places), _part(x_gradient, axis, seen), _part(share, axis, places))
        won = np.equal(_part(x, axis, seen), _part(best, axis, places), out=_part(wins, axis, places))
        np.multiply(left, won, out=given)
        np.subtract(left, given, out=left)
        np.add(part, given, out=part)
    part = _part(x_gradient, axis, elements)
    np.add(part, _part(rest, axis, outputs), out=part)  # whatever is left is for the last


def _to_winners_of_tiles(
    axis: int, x: Array, best: Array, grad: Array, x_gradient: Array, windows: Windows, wins: Array
) -> None:
    """As above. What an element does not get waits in the place of the next."""
    places = [elements for _, elements in windows.along(axis)]
    left, parts = grad, [_part(x_gradient, axis, elements) for elements in places]
    for elements, part, following in zip(places[:-1], parts, parts[1:], strict=False):
        np.not_equal(_part(x, axis, elements), best, out=wins)
        np.multiply(left, wins, out=following)
        np.multiply(left, np.logical_not(wins, out=wins), out=part)
        left = following
    if len(parts) == 1:
        np.copyto(parts[0], grad)


def _part(x: Array, axis: int, part: slice) -> Array:
    return x[:, :, part] if axis == 2 else x[:, :, :, part]


def _share(work: Callable[[Part], None], x: Array, windows: Windows) -> None:
    """Have the threads do all of *x*: some images at a time, or some channels if these lie further apart."""
    if not isinstance(x, np.ndarray):
        work((slice(0, len(x)),))
        return
    axis = 0 if x.strides[0] >= x.strides[1] else 1
    count = x.shape[axis]
    some = max(1, PIECE * count // max(x.size, 1))

    def share(_: int, start: int, stop: int) -> None:
        for part in parallel.pieces(start, stop, some):
            work((part,) if axis == 0 else (slice(None), part))

    parallel.run(share, count, PASS * x.size * (len(windows.rows) + len(windows.columns)))
