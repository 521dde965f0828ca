"""Variances, products, norms and running sums along dimensions; ``dim=None`` means over all."""

from __future__ import annotations

import math

import numpy as np

from shapenet.backend import Array
from shapenet.ops import Result
from shapenet.ops.reduction import Dims, kept_shape
from shapenet.ops.results import result


def var(x: Array, *, dim: Dims, keepdim: bool, correction: float) -> Result:
    """The mean of the squared distances to the mean, of which there are *correction* less than elements."""
    centred, free = _centred(x, dim, correction)
    shape = kept_shape(x, dim)
    total = np.sum(centred * centred, axis=dim, keepdims=keepdim)
    return result(_per(total, free), lambda grad: centred * _per(2 * np.reshape(grad, shape), free))


def std(x: Array, *, dim: Dims, keepdim: bool, correction: float) -> Result:
    """The square root of the variance; the gradient of one that is 0 is 0."""
    centred, free = _centred(x, dim, correction)
    out = np.sqrt(_per(np.sum(centred * centred, axis=dim, keepdims=True), free))

    def gradient(grad: Array) -> Array:
        steps = np.reshape(grad, out.shape) / np.where(out == 0, 1, out)
        return centred * _per(np.where(out == 0, 0, steps), free)

    return result(out if keepdim else np.squeeze(out, axis=dim), gradient)


def logsumexp(x: Array, *, dim: Dims, keepdim: bool) -> Result:
    """``log(sum(exp(x)))``; no finite input overflows, and elements that are all -inf get no gradient."""
    greatest = np.max(x, axis=dim, keepdims=True)
    greatest = np.where(np.isinf(greatest), 0, greatest)
    total = np.sum(np.exp(x - greatest), axis=dim, keepdims=True)
    with np.errstate(divide="ignore"):  # the logarithm of 0
        out = np.log(total) + greatest
    shift = np.where(out == -math.inf, 0, out)

    def gradient(grad: Array) -> Array:
        weighted: Array = np.exp(x - shift) * np.reshape(grad, out.shape)
        return weighted

    return result(out if keepdim else np.squeeze(out, axis=dim), gradient)


def norm(x: Array, *, p: float, dim: Dims, keepdim: bool) -> Result:
    """``sum(|x|**p)**(1/p)``: for infinite *p* the greatest or smallest size, for 0 the number of those not 0.

    As in torch, the gradient of a norm that is 0 is 0, and equal extremes share it.
    """
    size = np.absolute(x)
    if math.isinf(p):
        out = np.max(size, axis=dim, keepdims=True) if p > 0 else np.min(size, axis=dim, keepdims=True)
    elif p == 0:
        out = np.sum(x != 0, axis=dim, keepdims=True, dtype=x.dtype)
    elif p == 1:
        out = np.sum(size, axis=dim, keepdims=True)
    elif p == 2:
        out = np.sqrt(np.sum(x * x, axis=dim, keepdims=True))
    else:
        out = np.sum(size**p, axis=dim, keepdims=True) ** (1 / p)

    def gradient(grad: Array) -> Array:
        weight = np.reshape(grad, out.shape)
        if math.isinf(p):
            extreme = size == out
            slope: Array = np.sign(x) * extreme * (weight / np.sum(extreme, axis=dim, keepdims=True, dtype=x.dtype))
        elif p == 0:
            slope = np.zeros_like(x)
        elif p == 1:
            slope = np.sign(x) * weight
        else:
            share = np.where(size == 0, 1, size) / np.where(out == 0, 1, out)  # a power of 0 may be infinite
            slope = np.sign(x) * share ** (p - 1) * weight
        return slope

    return result(out if keepdim else np.squeeze(out, axis=dim), gradient)


def prod(x: Array, *, dim: int | None, keepdim: bool) -> Result:
    """The product; exact where elements are 0."""
    shape = kept_shape(x, None if dim is None else (dim,))
    line = x.reshape(-1) if dim is None else np.moveaxis(x, dim, -1)

    def gradient(grad: Array) -> Array:
        others = _before(line) * _before(line[..., ::-1])[..., ::-1]
        whole = others.reshape(x.shape) if dim is None else np.moveaxis(others, -1, dim)
        weighted: Array = whole * np.reshape(grad, shape)
        return weighted

    return result(np.prod(x, axis=dim, keepdims=keepdim, dtype=_summed(x)), gradient)


def cumsum(x: Array, *, dim: int) -> Result:
    """The sums of the elements up to each one."""

    def gradient(grad: Array) -> Array:
        return np.flip(np.cumsum(np.flip(grad, dim), axis=dim), dim)

    return result(np.cumsum(x, axis=dim, dtype=_summed(x)), gradient)


def cumprod(x: Array, *, dim: int) -> Result:
    """The products of the elements up to each one; exact where elements are 0."""

    def gradient(grad: Array) -> Array:
        line, weight = np.moveaxis(x, dim, -1), np.moveaxis(grad, dim, -1)
        # What follows element i weighs w[i] = g[i] + x[i+1] w[i+1]: no division by an element, which may be 0.
        behind = weight.copy()
        for place in range(line.shape[-1] - 2, -1, -1):
            behind[..., place] += line[..., place + 1] * behind[..., place + 1]
        return np.moveaxis(_before(line) * behind, -1, dim)

    return result(np.cumprod(x, axis=dim, dtype=_summed(x)), gradient)


def _centred(x: Array, dim: Dims, correction: float) -> tuple[Array, float]:
    count = math.prod(x.shape if dim is None else [x.shape[d] for d in dim])
    centred: Array = x - np.mean(x, axis=dim, keepdims=True, dtype=x.dtype)
    return centred, max(0, count - correction)


def _per(total: Array, count: float) -> Array:
    quotient: Array = np.divide(total, total.dtype.type(count))
    return quotient


def _before(line: Array) -> Array:
    """The product of the elements before each one, along the last dimension."""
    made = np.ones_like(line)
    made[..., 1:] = np.cumprod(line[..., :-1], axis=-1)
    return made


def _summed(x: Array) -> np.dtype[np.generic]:
    """Integers and booleans are added up in int64."""
    return x.dtype if x.dtype.kind == "f" else np.dtype(np.int64)
