"""The greater and the smaller of two elements, and elements kept within bounds; operands broadcast."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from shapenet.backend import Array, filled
from shapenet.kernels.elementwise import elementwise, written
from shapenet.ops import Result
from shapenet.ops.elementwise import unbroadcast
from shapenet.ops.results import result


def maximum(x: Array, y: Array) -> Result:
    """The greater one; equal ones share the gradient."""
    return _chosen(np.maximum, np.greater, x, y)


def minimum(x: Array, y: Array) -> Result:
    """The smaller one; equal ones share the gradient."""
    return _chosen(np.minimum, np.less, x, y)


def clamp(x: Array, *bounds: Array, low: bool, high: bool) -> Result:
    """*x* within *bounds*, the *low* one before the *high* one; as in torch, the high one wins where they cross.

    The gradient goes to *x* where it is within them, or equal to one, and else to the bound that it crosses.
    """
    least, most = bounds[0] if low else None, bounds[-1] if high else None
    out = x if least is None else elementwise(np.maximum, x, least)
    out = out if most is None else elementwise(np.minimum, out, most)

    x_shape = x.shape
    gradients: list[Callable[[Array], Array]] = [
        lambda grad: _where(_within(x, least, most), grad, x_shape),
        *([] if least is None else [partial(_below, x=x, least=least, most=most)]),
        *([] if most is None else [partial(_above, x=x, least=least, most=most)]),
    ]
    return result(out, *gradients)


def _within(x: Array, least: Array | None, most: Array | None) -> Array:
    inside: Array = filled((), True, np.bool_, x) if least is None else np.greater_equal(x, least)
    return inside if most is None else inside & np.less_equal(x, most)


def _below(grad: Array, x: Array, least: Array, most: Array | None) -> Array:
    under: Array = np.less(x, least)
    return _where(under if most is None else under & np.less(least, most), grad, least.shape)


def _above(grad: Array, x: Array, least: Array | None, most: Array) -> Array:
    over: Array = np.greater(x, most)
    return _where(over if least is None else over | np.less(most, least), grad, most.shape)


def _where(mask: Array, grad: Array, shape: tuple[int, ...]) -> Array:
    return unbroadcast(np.where(mask, grad, 0).astype(grad.dtype, copy=False), shape)


def _chosen(function: np.ufunc, wins: np.ufunc, x: Array, y: Array) -> Result:
    def share(grad: Array, first: Array, second: Array) -> Any:
        return grad * np.where(first == second, 0.5, wins(first, second)).astype(grad.dtype)

    return result(
        elementwise(function, x, y),
        lambda grad: unbroadcast(elementwise(written(share), grad, x, y, dtype=grad.dtype), x.shape),
        lambda grad: unbroadcast(elementwise(written(share), grad, y, x, dtype=grad.dtype), y.shape),
    )
