"""Elementwise operations; two operands broadcast."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from shapenet.backend import Array
from shapenet.kernels.elementwise import elementwise, written
from shapenet.ops import Result
from shapenet.ops.results import result


def unbroadcast(grad: Array, shape: tuple[int, ...]) -> Array:
    """The gradient of an operand of *shape* that was broadcast to ``grad.shape``: the sum over its copies."""
    if grad.shape == shape:
        return grad
    extra = grad.ndim - len(shape)
    stretched = tuple(i + extra for i, size in enumerate(shape) if size == 1 and grad.shape[i + extra] != 1)
    return np.reshape(grad.sum(axis=(*range(extra), *stretched), keepdims=True), shape)


# --- two operands ---


def add(x: Array, y: Array) -> Result:
    """``x + y``."""
    return result(elementwise(np.add, x, y), partial(unbroadcast, shape=x.shape), partial(unbroadcast, shape=y.shape))


def subtract(x: Array, y: Array) -> Result:
    """``x - y``."""
    y_shape = y.shape
    return result(
        elementwise(np.subtract, x, y),
        partial(unbroadcast, shape=x.shape),
        lambda grad: unbroadcast(elementwise(np.negative, grad), y_shape),
    )


def multiply(x: Array, y: Array) -> Result:
    """``x * y``."""
    return result(
        elementwise(np.multiply, x, y),
        lambda grad: unbroadcast(elementwise(np.multiply, grad, y), x.shape),
        lambda grad: unbroadcast(elementwise(np.multiply, grad, x), y.shape),
    )


def divide(x: Array, y: Array) -> Result:
    """``x / y``."""
    out, x_shape = elementwise(np.divide, x, y), x.shape

    def slope(grad: Array, out: Array, y: Array) -> Any:
        return -grad * out / y  # y * y would overflow, or be 0, long before y is

    return result(
        out,
        lambda grad: unbroadcast(elementwise(np.divide, grad, y), x_shape),
        lambda grad: unbroadcast(elementwise(written(slope), grad, out, y), y.shape),
    )


def power(x: Array, y: Array) -> Result:
    """``x ** y``. As in torch, the gradient of *x* is 0 where ``y == 0``, that of *y* where x is 0, y not below."""
    out = elementwise(np.power, x, y)

    def x_slope(grad: Array, x: Array, y: Array) -> Any:
        slope = np.where(y == 0, 1, x)  # where y is 0, x**(y-1) may be infinite: 0 * inf
        slope **= y - 1
        slope *= y
        slope *= grad
        return slope

    def y_slope(grad: Array, x: Array, y: Array, out: Array) -> Any:
        flat = (x == 0) & (y >= 0)
        return np.where(flat, 0, grad * out * np.log(np.where(flat, 1, x)))

    return result(
        out,
        lambda grad: unbroadcast(elementwise(written(x_slope), grad, x, y), x.shape),
        lambda grad: unbroadcast(elementwise(written(y_slope), grad, x, y, out), y.shape),
    )


def floor_divide(x: Array, y: Array) -> Result:
    """``x // y``, which is constant but for steps: its gradient is 0."""
    x_shape, y_shape = x.shape, y.shape
    return result(
        elementwise(np.floor_divide, x, y),
        lambda grad: np.zeros(x_shape, grad.dtype, like=grad),
        lambda grad: np.zeros(y_shape, grad.dtype, like=grad),
    )


def remainder(x: Array, y: Array) -> Result:
    """``x % y``, of the sign of *y*."""
    x_shape = x.shape

    def slope(grad: Array, x: Array, y: Array) -> Any:
        return -grad * np.floor_divide(x, y)

    return result(
        elementwise(np.remainder, x, y),
        lambda grad: unbroadcast(grad, x_shape),
        lambda grad: unbroadcast(elementwise(written(slope), grad, x, y), y.shape),
    )


def where(x: Array, y: Array, *, condition: Array) -> Result:
    """*x* where the boolean *condition* holds, else *y*; all three broadcast."""

    def chosen(kept: bool, grad: Array) -> Array:
        def part(condition: Array, grad: Array) -> Any:
            return np.where(condition if kept else ~condition, grad, 0)

        return elementwise(written(part), condition, grad, dtype=grad.dtype)

    x_shape, y_shape = x.shape, y.shape
    return result(
        elementwise(written(np.where), condition, x, y, dtype=np.result_type(x, y)),
        lambda grad: unbroadcast(chosen(True, grad), x_shape),
        lambda grad: unbroadcast(chosen(False, grad), y_shape),
    )


# --- one operand ---


def negative(x: Array) -> Result:
    """``-x``."""
    return result(elementwise(np.negative, x), lambda grad: elementwise(np.negative, grad))


def exp(x: Array) -> Result:
    """``e ** x``."""
    out = elementwise(np.exp, x)
    return result(out, lambda grad: elementwise(np.multiply, grad, out))


def log(x: Array) -> Result:
    """The natural logarithm."""
    return result(elementwise(np.log, x), lambda grad: elementwise(np.divide, grad, x))


def sqrt(x: Array) -> Result:
    """The square root."""
    out = elementwise(np.sqrt, x)
    return result(out, lambda grad: elementwise(written(lambda grad, out: grad / (2 * out)), grad, out))


def absolute(x: Array) -> Result:
    """``|x|``; its gradient at 0 is 0."""
    return result(
        elementwise(np.absolute, x),
        lambda grad: elementwise(written(lambda grad, x: grad * np.sign(x)), grad, x),
    )
