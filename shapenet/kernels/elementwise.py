"""Functions of single elements, applied by all threads, to outputs from the pool."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
from numpy.typing import DTypeLike

from shapenet.backend import Array, as_array
from shapenet.kernels import memory, parallel

PIECE: Final = 2**16
"""Elements at a time: what a function of several passes keeps between them stays in the cache."""

PASS: Final = 0.25e-9
"""Seconds for each element of a ufunc, in arrays that do not fit the cache; measured."""

FUNCTION: Final = 0.4e-9
"""Seconds for each element of a function of several passes; measured."""


def elementwise(
    function: Callable[..., Any], *inputs: Array, dtype: DTypeLike | None = None, out: Array | None = None
) -> Array:
    """*function* of the broadcast *inputs*, in a new array that lies in memory as the first that is not broadcast.

    Args:
        function: a ufunc, or like one: it is given parts of the inputs, and the part of the output as ``out=``.
        inputs: at least one; those without dimensions are given whole.
        dtype: that of the output; that of the inputs together, unless given.
        out: an array to write into, which may be one of the inputs.
    """
    if isinstance(function, np.ufunc):
        small = out is None and dtype is None and max(inputs[0].nbytes, inputs[-1].nbytes) < memory.SMALL
        if small and (isinstance(inputs[0], np.ndarray) or all(x.flags.c_contiguous for x in inputs)):
            return as_array(function(*inputs))  # in the order of the inputs, which cupy would not keep
        step = 0
    else:
        step = PIECE
    result = _output(inputs, dtype) if out is None else out
    in_pieces(lambda *parts: function(*parts[:-1], out=parts[-1]), *inputs, result, step=step)
    return result


def written(expression: Callable[..., Any]) -> Callable[..., None]:
    """*expression* as a function for ``elementwise``, which writes what it computes into ``out``."""

    def function(*inputs: Array, out: Array) -> None:
        out[...] = expression(*inputs)

    return function


def in_pieces(work: Callable[..., object], *arrays: Array, step: int = PIECE) -> None:
    """Call *work* for one part of the *arrays* after the other, shared among the threads.

    The last array says the shape. Others without dimensions are given whole; those of another shape are broadcast, and
    cannot be written to. With *step* 0 each thread has one part.
    """
    last = arrays[-1]
    if not isinstance(last, np.ndarray):
        work(*_in_runs(last, arrays))
        return
    if last.size <= PIECE:
        work(*arrays)
        return
    order = memory.memory_order(last)
    runs = last.transpose(order)
    if runs.flags.c_contiguous and all(x.ndim == 0 or _runs_along(x, last) for x in arrays):
        parts = [x if x.ndim == 0 else x.transpose(order).reshape(-1) for x in arrays]
    else:
        parts = [x if x.ndim == 0 else _broadcast(x, last.shape).transpose(order) for x in arrays]
    count = len(parts[-1])
    items = max(1, step * count // last.size) if step else count

    def share(_: int, start: int, stop: int) -> None:
        for part in parallel.pieces(start, stop, items):
            work(*(x if x.ndim == 0 else x[part] for x in parts))

    parallel.run(share, count, last.size * (FUNCTION if step else PASS))


def ordered_as(model: Array, x: Array) -> Array:
    """*x*, or a copy from the pool, with its axes in the order in memory of those of *model*.

    Passes over arrays that lie in different orders would jump through one of them.
    """
    if memory.memory_order(x) == memory.memory_order(model):
        return x
    made = memory.empty_in_order(x.shape, model, x.dtype)
    in_pieces(lambda source, target: np.copyto(target, source), x, made, step=0)
    return made


def _runs_along(x: Array, y: Array) -> bool:
    """Whether the elements of both lie in the same order, without gaps if those of *y* do."""
    if x.shape != y.shape:
        return False
    return x.strides == y.strides or all(
        a * y.itemsize == b * x.itemsize for a, b in zip(x.strides, y.strides, strict=True)
    )


def _in_runs(model: Array, arrays: tuple[Array, ...]) -> list[Array]:
    """The *arrays* on a device with their axes as those of *model* lie in memory; some have no dimensions.

    cupy's threads follow each other along the last axis: where that is no run, each waits for a line of its own.
    """
    if model.flags.c_contiguous:
        return list(arrays)
    order = memory.memory_order(model)
    return [x if x.ndim == 0 else _broadcast(x, model.shape).transpose(order) for x in arrays]


def _broadcast(x: Array, shape: tuple[int, ...]) -> Array:
    return x if x.shape == shape else np.broadcast_to(x, shape)


def _output(inputs: tuple[Array, ...], dtype: DTypeLike | None) -> Array:
    kind = np.result_type(*inputs) if dtype is None else np.dtype(dtype)
    first = inputs[0]
    if all(x.shape == first.shape or x.ndim == 0 for x in inputs[1:]):
        return memory.empty_like(first, kind)
    shape = np.broadcast_shapes(*(x.shape for x in inputs))
    model = next((x for x in inputs if x.shape == shape), None)
    return memory.empty(shape, kind, first) if model is None else memory.empty_like(model, kind)
