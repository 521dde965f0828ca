"""Special functions that numpy lacks."""

from __future__ import annotations

import math
from functools import cache
from typing import Any, Final

import numpy as np

from shapenet.backend import Array

_BEND: Final = 3.75
"""Where the variable of the series is 0."""

_DEGREES: Final = {np.dtype(np.float64): 20, np.dtype(np.float32): 12}
"""Of the polynomials that are as exact as the dtype."""

_NEAR: Final = 0.5
_TERMS: Final = 13
"""Of the power series, up to there: the next is below ``0.5**27 / 13!``."""


def erfc(x: Array) -> Array:
    """``2/sqrt(pi)`` times the integral of ``exp(-t**2)`` from *x* on; to 1e-14, or 3e-7 in float32.

    ``erfc(x) exp(x**2)`` is a smooth function of ``t = (x - k)/(x + k)``: a Chebyshev series that Clenshaw's
    recurrence adds up.

    Source: Schonfelder, "Chebyshev expansions for the error and related functions" (1978), section 3.
    """
    kind = x.dtype if x.dtype in _DEGREES else np.dtype(np.float32)
    size = np.absolute(x).astype(kind, copy=False)
    t = 1 - 2 * _BEND / (size + _BEND)
    twice = 2 * t
    first, *rest = _coefficients(_DEGREES[kind])
    last = second = np.zeros_like(t)
    for coefficient in reversed(rest):
        last, second = twice * last - second + kind.type(coefficient), last
    tail = (t * last - second + kind.type(first)) * np.exp(-size * size)
    result: Array = np.where(x < 0, 2 - tail, tail).astype(x.dtype, copy=False)
    return result


def erf(x: Array) -> Array:
    """``1 - erfc(x)``, and near 0 the power series, whose digits are all right."""
    near = np.abs(x) < _NEAR
    small = np.where(near, x, 0)
    square, term, total = small * small, small, small
    for n in range(1, _TERMS):
        term = term * square / -n
        total = total + term / (2 * n + 1)
    result: Array = np.where(near, total * x.dtype.type(2 / math.sqrt(math.pi)), 1 - erfc(x))
    return result


@cache
def _coefficients(degree: int) -> tuple[float, ...]:
    def scaled(t: Any) -> Any:
        return np.vectorize(_scaled_erfc)(_BEND * (1 + t) / (1 - t))

    return tuple(map(float, np.polynomial.chebyshev.chebinterpolate(scaled, degree)))


def _scaled_erfc(x: float) -> float:
    """``erfc(x) exp(x**2)`` for *x* of at least 0."""
    if x < 1.5:
        return math.erfc(x) * math.exp(x * x)
    # Laplace's continued fraction: the product of a tiny and a huge number would lose digits.
    fraction = 0.0
    for k in range(400, 0, -1):
        fraction = k / 2 / (x + fraction)
    return 1 / (math.sqrt(math.pi) * (x + fraction))
