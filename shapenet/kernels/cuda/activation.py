"""Activations, with a bias or without, and their gradients, in one launch each."""

from __future__ import annotations

from shapenet.backend import Array
from shapenet.kernels import memory
from shapenet.kernels.cuda import launch
from shapenet.kernels.elementwise import ordered_as


def activate(
    function: str, x: Array, bias: Array | None = None, a: float = 0.0, b: float = 0.0, out: Array | None = None
) -> Array:
    """The activation *function*, one of those in ``activation.cu``, of each element of *x*, into *out* or a new array.

    The *bias* is added first: one element for each of the last axis of *x*, which must then be C-contiguous.
    """
    source = _dense(x)
    written = memory.empty_like(source) if out is None else out
    columns = 1 if bias is None else len(bias)
    args = (source, bias, written, x.size, columns, float(a), float(b))
    launch.each("activation", "activate", x, x.size, *args, macros=(("FUNCTION", function),))
    return written


def gradient(function: str, grad: Array, x: Array, bias: Array | None = None, a: float = 0.0, b: float = 0.0) -> Array:
    """*grad* times the slope of *function* at ``x + bias``; it lies as *x*."""
    source = _dense(x)
    out, given = memory.empty_like(source), _dense(ordered_as(source, grad))
    columns = 1 if bias is None else len(bias)
    args = (given, source, bias, out, x.size, columns, float(a), float(b))
    launch.each("activation", "activate_gradient", x, x.size, *args, macros=(("FUNCTION", function),))
    return out


def _dense(x: Array) -> Array:
    """*x*, or a copy whose axes lie in the same order, without gaps."""
    if x.flags.c_contiguous or x.transpose(memory.memory_order(x)).flags.c_contiguous:
        return x
    made = memory.empty_like(x)
    made[...] = x
    return made
