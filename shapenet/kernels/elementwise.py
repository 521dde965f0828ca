"""Functions of single elements, applied by all threads to outputs from the pool."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
from numpy.typing import DTypeLike

from shapenet.backend import Array
from shapenet.kernels import memory, parallel

Function = Callable[..., Any]
"""Like a ufunc: it is given the inputs, which may be parts of the arrays, and ``out=``."""

SMALL: Final = 2**14
"""Elements that one thread has done before a second has woken up."""

PIECE: Final = 2**14
"""Elements at a time for a function that makes several passes: what it keeps between them stays in the cache."""


def elementwise(function: Function, *inputs: Array, dtype: DTypeLike | None = None, out: Array | None = None) -> Array:
    """*function* of the broadcast *inputs*, in a new array that lies in memory as the first that is not broadcast.

    With *out*, in that array, which may be one of the inputs.
    """
    if out is None:
        out = _output(inputs, dtype)
    if out.size <= SMALL or not isinstance(out, np.ndarray):
        function(*inputs, out=out)
        return out
    order = memory.memory_order(out)
    flat = out.transpose(order)
    if flat.flags.c_contiguous and all(x.ndim == 0 or (x.shape, x.strides) == _layout(out, x) for x in inputs):
        pieces = [x if x.ndim == 0 else x.transpose(order).reshape(-1) for x in inputs]
        _apply(function, pieces, flat.reshape(-1), out.size if isinstance(function, np.ufunc) else PIECE)
    else:
        pieces = [x if x.ndim == 0 else np.broadcast_to(x, out.shape).transpose(order) for x in inputs]
        _apply(function, pieces, flat, max(1, PIECE * len(flat) // out.size))
    return out


def _apply(function: Function, inputs: list[Array], out: Array, step: int) -> None:
    """Along the first axis, shared among the threads, *step* items at a time."""

    def work(_: int, start: int, stop: int) -> None:
        for first in range(start, stop, step):
            part = slice(first, min(first + step, stop))
            function(*(x if x.ndim == 0 else x[part] for x in inputs), out=out[part])

    parallel.run(work, len(out))


def _layout(out: Array, x: Array) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The shape and the strides that *x* must have to run along with *out*."""
    if out.itemsize == x.itemsize:
        return out.shape, out.strides
    return out.shape, tuple(stride * x.itemsize // out.itemsize for stride in out.strides)


def _output(inputs: tuple[Array, ...], dtype: DTypeLike | None) -> Array:
    kind = np.result_type(*inputs) if dtype is None else np.dtype(dtype)
    first = inputs[0]
    if all(x.shape == first.shape or x.ndim == 0 for x in inputs[1:]):
        return memory.empty_like(first, kind)
    shape = np.broadcast_shapes(*(x.shape for x in inputs))
    model = next((x for x in inputs if x.shape == shape), None)
    return memory.empty(shape, kind, first) if model is None else memory.empty_like(model, kind)
