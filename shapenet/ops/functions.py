"""Functions of each element, beside those of ``elementwise``."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Final

import numpy as np

from shapenet.backend import Array
from shapenet.kernels.elementwise import elementwise, written
from shapenet.kernels.special import erf as erf_kernel
from shapenet.ops import Result
from shapenet.ops.results import result

_SLOPE_OF_ERF: Final = 2 / math.sqrt(math.pi)


def sin(x: Array) -> Result:
    """The sine."""
    return _sloped(np.sin, x, lambda grad, x: grad * np.cos(x))


def cos(x: Array) -> Result:
    """The cosine."""
    return _sloped(np.cos, x, lambda grad, x: -grad * np.sin(x))


def tan(x: Array) -> Result:
    """The tangent."""
    return _rooted(np.tan, x, lambda grad, out: grad * (1 + out * out))


def erf(x: Array) -> Result:
    """``2/sqrt(pi)`` times the integral of ``exp(-t**2)`` from 0 to *x*."""
    return _sloped(written(erf_kernel), x, lambda grad, x: grad * (np.exp(-x * x) * x.dtype.type(_SLOPE_OF_ERF)))


def log1p(x: Array) -> Result:
    """``log(1 + x)``, exact where *x* is small."""
    return _sloped(np.log1p, x, lambda grad, x: grad / (1 + x))


def expm1(x: Array) -> Result:
    """``exp(x) - 1``, exact where *x* is small."""
    return _rooted(np.expm1, x, lambda grad, out: grad * (out + 1))


def log2(x: Array) -> Result:
    """The logarithm to base 2."""
    return _sloped(np.log2, x, lambda grad, x: grad / (x * x.dtype.type(math.log(2))))


def log10(x: Array) -> Result:
    """The logarithm to base 10."""
    return _sloped(np.log10, x, lambda grad, x: grad / (x * x.dtype.type(math.log(10))))


def reciprocal(x: Array) -> Result:
    """``1/x``."""
    return _rooted(np.reciprocal, x, lambda grad, out: -grad * out * out)


def rsqrt(x: Array) -> Result:
    """``1/sqrt(x)``."""
    return _rooted(written(lambda x: 1 / np.sqrt(x)), x, lambda grad, out: grad * out * out * out / -2)


def square(x: Array) -> Result:
    """``x * x``."""
    return _sloped(np.square, x, lambda grad, x: 2 * grad * x)


def stepped(x: Array, *, function: Callable[..., Any]) -> Result:
    """A *function* of each element that is constant but for steps: its gradient is 0."""
    return result(elementwise(function, x), np.zeros_like)


def _sloped(function: Callable[..., Any], x: Array, slope: Callable[[Any, Any], Any]) -> Result:
    """A function whose gradient is told from the input."""
    return result(elementwise(function, x), lambda grad: elementwise(written(slope), grad, x))


def _rooted(function: Callable[..., Any], x: Array, slope: Callable[[Any, Any], Any]) -> Result:
    """A function whose gradient is told from the output."""
    out = elementwise(function, x)
    return result(out, lambda grad: elementwise(written(slope), grad, out))
