"""Activations: functions of single elements, with their slopes."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache
from typing import Any, Final

import numpy as np

from shapenet.backend import Array
from shapenet.kernels import memory
from shapenet.kernels.cuda import activation as cuda
from shapenet.kernels.cuda import launch
from shapenet.kernels.elementwise import PIECE, elementwise, written
from shapenet.kernels.reduction import channel_sums
from shapenet.kernels.special import erfc
from shapenet.ops import Needs, Result
from shapenet.ops.results import result

_ROOT_2_PI = math.sqrt(2 / math.pi)
_CUBIC = 0.044715

_AFTER: Final = {"relu": "relu", "sigmoid": "sigmoid_output", "hyperbolic": "hyperbolic_output"}
"""Kernels whose slope the output tells, and those that have that slope, given the output."""

_OPTIONS: Final = ("negative_slope", "alpha", "beta", "threshold")
"""Options of activations, in the order in which a kernel takes those that it has."""


def relu(x: Array) -> Result:
    """``max(x, 0)``; its gradient at 0 is 0."""
    if not isinstance(x, np.ndarray) and launch.takes(x):
        return _on_device(x, "relu")
    out = elementwise(_relu, x)
    return result(out, lambda grad: elementwise(_relu_gradient, grad, out))


def sigmoid(x: Array) -> Result:
    """``1/(1 + exp(-x))``."""
    if not isinstance(x, np.ndarray) and launch.takes(x):
        return _on_device(x, "sigmoid")
    out = elementwise(written(_sigmoid), x)
    return result(out, lambda grad: elementwise(written(lambda grad, out: grad * out * (1 - out)), grad, out))


def tanh(x: Array) -> Result:
    """The hyperbolic tangent."""
    if not isinstance(x, np.ndarray) and launch.takes(x):
        return _on_device(x, "hyperbolic")
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


def bias_activation(x: Array, bias: Array, *, axis: int, function: Callable[..., Result], **options: float) -> Result:
    """*function*, one of those above, with its *options*, of ``x + bias``.

    The *bias* lies along *axis*, which is counted from the last, -1. On a GPU it is one launch where that axis is the
    last in memory, as it is in what layers compute; *x* alone is saved, or the output alone where that tells the slope.
    """
    if _in_one_pass(x, bias, axis):
        name = "hyperbolic" if function is tanh else function.__name__
        out, x_vjp = _on_device(x, name, *(options[key] for key in _OPTIONS if key in options), bias=bias)
    else:
        out, x_vjp = function(elementwise(np.add, x, bias.reshape(-1, *(1,) * (-1 - axis))), **options)

    def vjp(grad: Array, needs: Needs) -> tuple[Array | None, ...]:
        (x_grad,) = x_vjp(grad, (any(needs),))
        if x_grad is None:
            return None, None
        return x_grad if needs[0] else None, channel_sums(np.moveaxis(x_grad, axis, -1)) if needs[1] else None

    return out, vjp


def _in_one_pass(x: Array, bias: Array, axis: int) -> bool:
    if isinstance(x, np.ndarray) or not launch.takes(x, bias):
        return False
    return bias.flags.c_contiguous and memory.memory_order(x)[-1] == axis % x.ndim


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


def _on_device(x: Array, name: str, a: float = 0.0, b: float = 0.0, *, bias: Array | None = None) -> Result:
    """The kernel of that *name* with its options, of *x* or of ``x + bias``; the VJP is that for *x*."""
    out = cuda.activate(name, x, a, b, bias)
    after = _AFTER.get(name)
    if after is not None:
        return result(out, lambda grad: cuda.gradient(after, grad, out))
    return result(out, lambda grad: cuda.gradient(name, grad, x, a, b, bias))


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
