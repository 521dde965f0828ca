"""Losses and what they are made of."""

from __future__ import annotations

import numpy as np

from shapenet.backend import Array
from shapenet.ops import Needs, Result


def log_softmax(x: Array, *, dim: int) -> Result:
    """``x - log(sum(exp(x)))`` along *dim*, shifted by the maximum, so that no finite input overflows."""
    out = _log_softmax(x, dim)

    def vjp(grad: Array, needs: Needs) -> tuple[Array]:
        return (grad - np.exp(out) * np.sum(grad, axis=dim, keepdims=True),)

    return out, vjp


def cross_entropy(logits: Array, *, labels: Array) -> Result:
    """The mean over N of ``-log_softmax(logits)[label]``: ``[N, K] -> []``. Labels must be in range."""
    log_probabilities = _log_softmax(logits, 1)
    picked = (np.arange(len(labels), like=labels), labels)

    def vjp(grad: Array, needs: Needs) -> tuple[Array]:
        x_grad = np.exp(log_probabilities)
        x_grad[picked] -= 1
        x_grad *= grad / len(labels)
        return (x_grad,)

    return -np.mean(log_probabilities[picked], dtype=logits.dtype), vjp


def mse(x: Array, y: Array) -> Result:
    """The mean of ``(x - y)**2`` over two arrays of one shape."""
    difference = x - y

    def vjp(grad: Array, needs: Needs) -> tuple[Array | None, Array | None]:
        x_grad = difference * (2 * grad / difference.size)
        return x_grad if needs[0] else None, -x_grad if needs[1] else None

    return np.mean(np.square(difference), dtype=difference.dtype), vjp


def _log_softmax(x: Array, dim: int) -> Array:
    shifted = x - np.max(x, axis=dim, keepdims=True)
    result: Array = shifted - np.log(np.sum(np.exp(shifted), axis=dim, keepdims=True))
    return result
