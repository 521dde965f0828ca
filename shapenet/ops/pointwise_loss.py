"""Losses of each element of two arrays of one shape, and their reduction.

A piece of each is computed at a time, and written into the output: nothing else is kept but what the gradient needs.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Final

import numpy as np

from shapenet.backend import Array, as_array
from shapenet.kernels.elementwise import elementwise
from shapenet.ops import Result
from shapenet.ops.results import result

LOWEST_LOG: Final = -100.0
"""The logarithm of a probability of 0 in ``binary_cross_entropy``, as in torch."""

LEAST_VARIANCE: Final = 1e-12
"""What its gradient divides by at least, as in torch."""

Slope = Callable[..., None]
"""Of some inputs, into ``out``: the derivative of a loss."""


def reduced(losses: Array, reduction: str, count: Any = None) -> tuple[Array, Any]:
    """The losses, or their sum, over *count* for a mean; and the number that each gradient is multiplied by.

    A mean is over all elements unless *count* says another number, that of ``"batchmean"`` over the first dimension.
    """
    if reduction == "none":
        return losses, 1
    total = as_array(np.sum(losses))
    if reduction == "sum" or (reduction == "batchmean" and losses.ndim == 0):
        return total, 1
    if count is None:
        count = losses.size if reduction == "mean" else len(losses)
    return as_array(total / count), 1 / count


# --- of the difference alone ---


def mse(x: Array, y: Array, *, reduction: str) -> Result:
    """``(x - y)**2``."""
    return _of_difference(np.square, partial(np.multiply, 2), x, y, reduction)


def l1(x: Array, y: Array, *, reduction: str) -> Result:
    """``|x - y|``; its gradient at 0 is 0."""
    return _of_difference(np.absolute, np.sign, x, y, reduction)


def huber(x: Array, y: Array, *, delta: float, scale: float, reduction: str) -> Result:
    """*scale* times ``d**2/2`` where ``|d| <= delta`` for ``d = x - y``, else ``delta * (|d| - delta/2)``.

    With ``c`` for *d* cut off at *delta* it is ``c * (d - c/2)``, in which nothing that is finite overflows before the
    result does.

    Source: Huber, "Robust estimation of a location parameter" (1964), section 4.
    """

    def value(d: Array, *, out: Array) -> None:
        cut = np.clip(d, -delta, delta)
        np.multiply(cut * scale, d - cut / 2, out=out)

    def slope(d: Array, *, out: Array) -> None:
        np.multiply(np.clip(d, -delta, delta), scale, out=out)

    return _of_difference(value, slope, x, y, reduction)


def _of_difference(value: Callable[..., Any], slope: Slope, x: Array, y: Array, reduction: str) -> Result:
    difference = elementwise(np.subtract, x, y)
    out, share = reduced(elementwise(value, difference), reduction)

    def gradient(grad: Array, factor: float, dtype: np.dtype[Any]) -> Array:
        return elementwise(_scaled(slope, factor), difference, grad, dtype=dtype)

    return result(out, partial(gradient, factor=share, dtype=x.dtype), partial(gradient, factor=-share, dtype=y.dtype))


# --- of predictions and targets ---


def kl_div(x: Array, y: Array, *, log_target: bool, reduction: str) -> Result:
    """``y * (log(y) - x)``, 0 where y is 0; or, where y is a logarithm already, ``exp(y) * (y - x)``.

    Source: Kullback and Leibler, "On information and sufficiency" (1951), equation 2.4.
    """

    def value(x: Array, y: Array, *, out: Array) -> None:
        if log_target:
            np.multiply(np.exp(y), y - x, out=out)
        else:
            np.multiply(y, _log(y) - x, out=out)

    def x_slope(x: Array, y: Array, *, out: Array) -> None:
        np.negative(np.exp(y) if log_target else y, out=out)

    def y_slope(x: Array, y: Array, *, out: Array) -> None:
        if log_target:
            np.multiply(np.exp(y), y - x + 1, out=out)
        else:
            np.subtract(_log(y) + 1, x, out=out)

    return _of_pair(value, (x_slope, y_slope), (x, y), reduction)


def binary_cross_entropy(x: Array, y: Array, *, weight: Array, reduction: str) -> Result:
    """``-weight * (y*log(x) + (1-y)*log(1-x))`` for probabilities x, of logarithms of at least -100.

    Source: Good, "Rational decisions" (1952), section 7.
    """

    def value(x: Array, y: Array, weight: Array, *, out: Array) -> None:
        right, wrong = _logs(x)
        np.multiply((y - 1) * wrong - y * right, weight, out=out)

    def x_slope(x: Array, y: Array, weight: Array, *, out: Array) -> None:
        np.multiply((x - y) / np.maximum((1 - x) * x, LEAST_VARIANCE), weight, out=out)

    def y_slope(x: Array, y: Array, weight: Array, *, out: Array) -> None:
        right, wrong = _logs(x)
        np.multiply(wrong - right, weight, out=out)

    return _of_pair(value, (x_slope, y_slope), (x, y, weight), reduction)


def binary_cross_entropy_with_logits(x: Array, y: Array, *, weight: Array, pos_weight: Array, reduction: str) -> Result:
    """``-weight * (pos_weight*y*log(p) + (1-y)*log(1-p))`` for ``p = sigmoid(x)``.

    With ``l = log(1 + exp(-|x|))``, ``-log(p)`` is ``max(-x, 0) + l`` and ``-log(1-p)`` is ``max(x, 0) + l``: no term
    is negative, so nothing cancels, and none overflows before its logit does.
    """

    def value(x: Array, y: Array, weight: Array, pos_weight: Array, *, out: Array) -> None:
        positive, negative = pos_weight * y, 1 - y
        losses = positive + negative
        losses *= np.log1p(np.exp(-np.absolute(x)))
        losses += positive * np.maximum(-x, 0)
        losses += negative * np.maximum(x, 0)
        np.multiply(losses, weight, out=out)

    def x_slope(x: Array, y: Array, weight: Array, pos_weight: Array, *, out: Array) -> None:
        decay = np.exp(-np.absolute(x))
        slope = (1 - y) * np.where(x < 0, decay, 1)
        slope -= pos_weight * y * np.where(x < 0, 1, decay)
        slope /= 1 + decay
        np.multiply(slope, weight, out=out)

    def y_slope(x: Array, y: Array, weight: Array, pos_weight: Array, *, out: Array) -> None:
        slope = (pos_weight - 1) * np.log1p(np.exp(-np.absolute(x)))
        slope += pos_weight * np.maximum(-x, 0)
        slope -= np.maximum(x, 0)
        np.multiply(slope, weight, out=out)

    return _of_pair(value, (x_slope, y_slope), (x, y, weight, pos_weight), reduction)


def _of_pair(
    value: Callable[..., None], slopes: tuple[Slope, Slope], arrays: tuple[Array, ...], reduction: str
) -> Result:
    out, share = reduced(elementwise(value, *arrays), reduction)

    def gradient(grad: Array, slope: Slope, dtype: np.dtype[Any]) -> Array:
        return elementwise(_scaled(slope, share), *arrays, grad, dtype=dtype)

    return result(
        out, *(partial(gradient, slope=slope, dtype=x.dtype) for slope, x in zip(slopes, arrays[:2], strict=True))
    )


def _scaled(slope: Slope, factor: float) -> Slope:
    """*slope* times the last input, the gradient of the result, and *factor*."""

    def function(*inputs: Array, out: Array) -> None:
        *given, grad = inputs
        slope(*given, out=out)
        np.multiply(out, grad if isinstance(factor, int) and factor == 1 else grad * factor, out=out)

    return function


def _log(x: Array) -> Any:
    return np.log(np.where(x == 0, 1, x))


def _logs(x: Array) -> tuple[Any, Any]:
    with np.errstate(divide="ignore"):
        return np.maximum(np.log(x), LOWEST_LOG), np.maximum(np.log1p(-x), LOWEST_LOG)
