"""Activations: functions of single elements, with their slopes."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from shapenet.backend import Array
from shapenet.kernels.cuda import activation as cuda
from shapenet.kernels.cuda import launch
from shapenet.kernels.elementwise import PIECE, elementwise, written
from shapenet.kernels.special import erfc
from shapenet.ops import Result
from shapenet.ops.results import result

_ROOT_2_PI = math.sqrt(2 / math.pi)
_CUBIC = 0.044715


def relu(x: Array) -> Result:
    """``max(x, 0)``; its gradient at 0 is 0."""
    if not isinstance(x, np.ndarray) and launch.takes(x):
        return _on_device(x, "relu", after="relu")
    out = elementwise(_relu, x)
    return result(out, lambda grad: elementwise(_relu_gradient, grad, out))


def sigmoid(x: Array) -> Result:
    """``1/(1 + exp(-x))``."""
    if not isinstance(x, np.ndarray) and launch.takes(x):
        return _on_device(x, "sigmoid", after="sigmoid_output")
    out = elementwise(written(_sigmoid), x)
    return result(out, lambda grad: elementwise(written(lambda grad, out: grad * out * (1 - out)), grad, out))


def tanh(x: Array) -> Result:
    """The hyperbolic tangent."""
    if not isinstance(x, np.ndarray) and launch.takes(x):
        return _on_device(x, "hyperbolic", after="hyperbolic_output")
    out = elementwise(np.tanh, x)
    return result(out, lambda grad: elementwise(written(lambda grad, out: grad * (1 - out * out)), grad, out))


def leaky_relu(x: Array, *, negative_slope: float) -> Result:
    """``x``, or ``negative_slope * x`` where x is negative; its slope at 0 is that below."""
    below = x.dtype.type(negative_slope)
    return _activation(
        x,
        lambda x: np.maximum(x, 0) + np.minimum(x, 0) * below,
        lambda x: np.where(x > 0, x.dtype.type(1), below),
        ("leaky_relu", negative_slope),
    )


def elu(x: Array, *, alpha: float) -> Result:
    """``x``, or ``alpha * (exp(x) - 1)`` where x is negative."""
    scale = x.dtype.type(alpha)
    return _activation(
        x,
        lambda x: np.maximum(x, 0) + np.expm1(np.minimum(x, 0)) * scale,
        lambda x: np.where(x > 0, x.dtype.type(1), np.exp(np.minimum(x, 0)) * scale),
        ("elu", alpha),
    )


def gelu(x: Array) -> Result:
    """``x`` times the probability that a standard normal number is below x."""
    root = x.dtype.type(math.sqrt(0.5))
    height = x.dtype.type(1 / math.sqrt(2 * math.pi))

    def below(x: Array) -> Any:
        return erfc(x * -root) * x.dtype.type(0.5)

    return _activation(x, lambda x: x * below(x), lambda x: below(x) + x * np.exp(x * x * -0.5) * height, ("gelu",))


def gelu_tanh(x: Array) -> Result:
    """``x/2 * (1 + tanh(sqrt(2/pi) * (x + 0.044715 x**3)))``."""

    def bend(x: Array) -> Any:
        return np.tanh((x + x * x * x * _CUBIC) * _ROOT_2_PI)

    def slope(x: Array) -> Any:
        bent = bend(x)
        return (1 + bent) * 0.5 + x * (1 - bent * bent) * (1 + x * x * (3 * _CUBIC)) * (0.5 * _ROOT_2_PI)

    return _activation(x, lambda x: x * (1 + bend(x)) * 0.5, slope, ("gelu_tanh",))


def silu(x: Array) -> Result:
    """``x * sigmoid(x)``."""

    def slope(x: Array) -> Any:
        share = _sigmoid(x)
        return share * (1 + x * (1 - share))

    return _activation(x, lambda x: x * _sigmoid(x), slope, ("silu",))


def softplus(x: Array, *, beta: float, threshold: float) -> Result:
    """``log(1 + exp(beta*x))/beta``, or x itself where ``beta*x`` is above *threshold*."""
    return _activation(
        x,
        lambda x: np.where(x * beta > threshold, x, _softplus(x * beta) / beta),
        lambda x: np.where(x * beta > threshold, x.dtype.type(1), _sigmoid(x * beta)),
        ("softplus", beta, threshold),
    )


def hardswish(x: Array) -> Result:
    """``x * min(max(x + 3, 0), 6)/6``."""
    return _activation(
        x,
        lambda x: x * np.clip(x + 3, 0, 6) / 6,
        lambda x: np.where(x <= -3, 0, np.where(x < 3, x / 3 + x.dtype.type(0.5), 1)).astype(x.dtype, copy=False),
        ("hardswish",),
    )


def mish(x: Array) -> Result:
    """``x * tanh(log(1 + exp(x)))``."""

    def slope(x: Array) -> Any:
        bent = np.tanh(_softplus(x))
        return bent + x * (1 - bent * bent) * _sigmoid(x)

    return _activation(x, lambda x: x * np.tanh(_softplus(x)), slope, ("mish",))


def relu6(x: Array) -> Result:
    """``min(max(x, 0), 6)``; its slope at 0 and at 6 is 0."""
    return _activation(x, lambda x: np.clip(x, 0, 6), lambda x: (x > 0) & (x < 6), ("relu6",))


def _activation(
    x: Array, function: Callable[[Array], Any], slope: Callable[[Array], Any], kernel: tuple[Any, ...]
) -> Result:
    """*function* of each element of *x*, which alone is saved; *slope* is its derivative.

    On a GPU *kernel* is its name there, and its options.
    """
    if not isinstance(x, np.ndarray) and launch.takes(x):
        return _on_device(x, *kernel)
    return result(
        elementwise(written(function), x),
        lambda grad: elementwise(written(lambda grad, x: grad * slope(x)), grad, x),
    )


def _on_device(x: Array, name: str, a: float = 0.0, b: float = 0.0, *, after: str | None = None) -> Result:
    """The kernel of that *name* with its options; *after* is one with the same slopes, given the output."""
    out = cuda.activate(name, x, a, b)
    if after is not None:
        return result(out, lambda grad: cuda.gradient(after, grad, out))
    return result(out, lambda grad: cuda.gradient(name, grad, x, a, b))


def _sigmoid(x: Array) -> Any:
    # Where x is negative this is exp(x)/(1 + exp(x)): no side overflows, and small values keep all their digits.
    return np.exp(np.minimum(x, 0)) / (1 + np.exp(-np.absolute(x)))


def _softplus(x: Array) -> Any:
    return np.maximum(x, 0) + np.log1p(np.exp(-np.absolute(x)))


def _relu(x: Array, *, out: Array) -> None:
    if isinstance(x, np.ndarray) and x.ndim == 1 and len(x) <= PIECE:
        np.maximum(x, _zeros(x.dtype)[: len(x)], out=out)  # 4 times as fast as with a single 0
    else:
        np.maximum(x, 0, out=out)


@cache
def _zeros(dtype: np.dtype[Any]) -> Array:
    return np.zeros(PIECE, dtype)


def _relu_gradient(grad: Array, y: Array, *, out: Array) -> None:
    np.multiply(grad, np.greater(y, 0), out=out)
