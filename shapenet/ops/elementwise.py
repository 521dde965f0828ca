"""Elementwise operations; two operands broadcast."""

from __future__ import annotations

from functools import partial

import numpy as np

from shapenet.backend import Array
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
    return result(np.add(x, y), partial(unbroadcast, shape=x.shape), partial(unbroadcast, shape=y.shape))


def subtract(x: Array, y: Array) -> Result:
    """``x - y``."""
    y_shape = y.shape
    return result(
        np.subtract(x, y), partial(unbroadcast, shape=x.shape), lambda grad: unbroadcast(np.negative(grad), y_shape)
    )


def multiply(x: Array, y: Array) -> Result:
    """``x * y``."""
    return result(
        np.multiply(x, y),
        lambda grad: unbroadcast(grad * y, x.shape),
        lambda grad: unbroadcast(grad * x, y.shape),
    )


def divide(x: Array, y: Array) -> Result:
    """``x / y``."""
    out, x_shape = np.divide(x, y), x.shape
    return result(
        out,
        lambda grad: unbroadcast(grad / y, x_shape),
        lambda grad: unbroadcast(-grad * out / y, y.shape),  # y * y would overflow, or be 0, long before y is
    )


def power(x: Array, y: Array) -> Result:
    """``x ** y``. As in torch, the gradient of *x* is 0 where ``y == 0``, that of *y* where x is 0, y not below."""
    out = np.power(x, y)

    def x_gradient(grad: Array) -> Array:
        slope = y * np.power(np.where(y == 0, 1, x), y - 1)  # where y is 0, x**(y-1) may be infinite: 0 * inf
        return unbroadcast(grad * slope, x.shape)

    def y_gradient(grad: Array) -> Array:
        flat = (x == 0) & (y >= 0)
        return unbroadcast(np.where(flat, 0, grad * out * np.log(np.where(flat, 1, x))), y.shape)

    return result(out, x_gradient, y_gradient)


# --- one operand ---


def negative(x: Array) -> Result:
    """``-x``."""
    return result(np.negative(x), np.negative)


def exp(x: Array) -> Result:
    """``e ** x``."""
    out = np.exp(x)
    return result(out, lambda grad: grad * out)


def log(x: Array) -> Result:
    """The natural logarithm."""
    return result(np.log(x), lambda grad: grad / x)


def sqrt(x: Array) -> Result:
    """The square root."""
    out = np.sqrt(x)
    return result(out, lambda grad: grad / (2 * out))


def absolute(x: Array) -> Result:
    """``|x|``; its gradient at 0 is 0."""
    return result(np.absolute(x), lambda grad: grad * np.sign(x))


def relu(x: Array) -> Result:
    """``max(x, 0)``; its gradient at 0 is 0."""
    out = np.maximum(x, 0)
    return result(out, lambda grad: grad * (out > 0))


def sigmoid(x: Array) -> Result:
    """``1/(1 + exp(-x))``."""
    # Where x is negative this is exp(x)/(1 + exp(x)): no side overflows, and small values keep all their digits.
    out = np.exp(np.minimum(x, 0)) / (1 + np.exp(-np.absolute(x)))
    return result(out, lambda grad: grad * out * (1 - out))


def tanh(x: Array) -> Result:
    """The hyperbolic tangent."""
    out = np.tanh(x)
    return result(out, lambda grad: grad * (1 - out * out))
