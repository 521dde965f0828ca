"""Elementwise operations; two operands broadcast."""

from __future__ import annotations

import numpy as np

from shapenet.backend import Array
from shapenet.ops import Needs, Result

Pair = tuple[Array | None, Array | None]


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

    def vjp(grad: Array, needs: Needs) -> Pair:
        return (
            unbroadcast(grad, x.shape) if needs[0] else None,
            unbroadcast(grad, y.shape) if needs[1] else None,
        )

    return np.add(x, y), vjp


def subtract(x: Array, y: Array) -> Result:
    """``x - y``."""

    def vjp(grad: Array, needs: Needs) -> Pair:
        return (
            unbroadcast(grad, x.shape) if needs[0] else None,
            unbroadcast(-grad, y.shape) if needs[1] else None,
        )

    return np.subtract(x, y), vjp


def multiply(x: Array, y: Array) -> Result:
    """``x * y``."""

    def vjp(grad: Array, needs: Needs) -> Pair:
        return (
            unbroadcast(grad * y, x.shape) if needs[0] else None,
            unbroadcast(grad * x, y.shape) if needs[1] else None,
        )

    return np.multiply(x, y), vjp


def divide(x: Array, y: Array) -> Result:
    """``x / y``."""

    def vjp(grad: Array, needs: Needs) -> Pair:
        return (
            unbroadcast(grad / y, x.shape) if needs[0] else None,
            unbroadcast(-grad * x / (y * y), y.shape) if needs[1] else None,
        )

    return np.divide(x, y), vjp


def power(x: Array, y: Array) -> Result:
    """``x ** y``. As in torch, the gradient of *x* is 0 where ``y == 0``, that of *y* where x is 0, y not below."""
    out = np.power(x, y)

    def vjp(grad: Array, needs: Needs) -> Pair:
        x_grad = y_grad = None
        if needs[0]:
            slope = y * np.power(x, np.where(y == 0, 1, y - 1))  # where y is 0, x**(y-1) may be infinite: 0 * inf
            x_grad = unbroadcast(grad * slope, x.shape)
        if needs[1]:
            flat = (x == 0) & (y >= 0)
            y_grad = unbroadcast(np.where(flat, 0, grad * out * np.log(np.where(flat, 1, x))), y.shape)
        return x_grad, y_grad

    return out, vjp


# --- one operand ---


def negative(x: Array) -> Result:
    """``-x``."""
    return np.negative(x), lambda grad, needs: (-grad,)


def exp(x: Array) -> Result:
    """``e ** x``."""
    out = np.exp(x)
    return out, lambda grad, needs: (grad * out,)


def log(x: Array) -> Result:
    """The natural logarithm."""
    return np.log(x), lambda grad, needs: (grad / x,)


def sqrt(x: Array) -> Result:
    """The square root."""
    out = np.sqrt(x)
    return out, lambda grad, needs: (grad / (2 * out),)


def absolute(x: Array) -> Result:
    """``|x|``; its gradient at 0 is 0."""
    return np.absolute(x), lambda grad, needs: (grad * np.sign(x),)


def relu(x: Array) -> Result:
    """``max(x, 0)``; its gradient at 0 is 0."""
    out = np.maximum(x, 0)
    return out, lambda grad, needs: (grad * (out > 0),)


def sigmoid(x: Array) -> Result:
    """``1/(1 + exp(-x))``, written with tanh, which overflows on neither side."""
    out = np.tanh(x / 2) / 2 + x.dtype.type(0.5)
    return out, lambda grad, needs: (grad * out * (1 - out),)


def tanh(x: Array) -> Result:
    """The hyperbolic tangent."""
    out = np.tanh(x)
    return out, lambda grad, needs: (grad * (1 - out * out),)
