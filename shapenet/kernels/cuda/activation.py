"""Activations, with a bias or without, and their gradients, in one launch each."""

from __future__ import annotations

from shapenet.backend import Array
from shapenet.kernels import memory
from shapenet.kernels.cuda import launch
from shapenet.kernels.elementwise import ordered_as


def activate(function: str, x: Array, a: float = 0.0, b: float = 0.0, bias: Array | None = None) -> Array:
    """The activation *function*, one of those in ``activation.cu``, of each element of *x*; it lies as *x*.

    The *bias* is added first: C-contiguous, with an element for each of the axis of *x* that is the last in memory.
    """
    source = _dense(x)
    out = memory.empty_like(source)
    args = (source, bias, out, x.size, 1 if bias is None else len(bias), float(a), float(b))
    launch.each("activation", "activate", x, x.size, *args, macros=(("FUNCTION", function),), packed=True)
    return out


def gradient(function: str, grad: Array, x: Array, a: float = 0.0, b: float = 0.0, bias: Array | None = None) -> Array:
    """*grad* times the slope of *function* at *x*, or at ``x + bias``; it lies as *x*."""
    source = _dense(x)
    out, given = memory.empty_like(source), _dense(ordered_as(source, grad))
    args = (given, source, bias, out, x.size, 1 if bias is None else len(bias), float(a), float(b))
    launch.each("activation", "activate_gradient", x, x.size, *args, macros=(("FUNCTION", function),), packed=True)
    return out


def _dense(x: Array) -> Array:
    """*x*, or a copy whose axes lie in the same order, without gaps."""
    if x.flags.c_contiguous or x.transpose(memory.memory_order(x)).flags.c_contiguous:
        return x
    made = memory.empty_like(x)
    made[...] = x
    return made
