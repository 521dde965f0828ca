"""Losses and what they are made of."""

from __future__ import annotations

import numpy as np

from shapenet.backend import Array
from shapenet.ops import Result
from shapenet.ops.results import result


def log_softmax(x: Array, *, dim: int) -> Result:
    """``x - log(sum(exp(x)))`` along *dim*, shifted by the maximum, so that no finite input overflows."""
    out = _log_softmax(x, dim)
    return result(out, lambda grad: grad - np.exp(out) * np.sum(grad, axis=dim, keepdims=True))


def cross_entropy(logits: Array, *, labels: Array) -> Result:
    """The mean over N of ``-log_softmax(logits)[label]``: ``[N, K] -> []``. Labels must be in range."""
    log_probabilities = _log_softmax(logits, 1)
    picked = (np.arange(len(labels), like=labels), labels)

    def gradient(grad: Array) -> Array:
        x_grad = np.exp(log_probabilities)
        x_grad[picked] -= 1
        x_grad *= grad / len(labels)
        return x_grad

    return result(-np.mean(log_probabilities[picked], dtype=logits.dtype), gradient)


def mse(x: Array, y: Array) -> Result:
    """The mean of ``(x - y)**2`` over two arrays of one shape."""
    difference = x - y
    return result(
        np.mean(np.square(difference), dtype=difference.dtype),
        lambda grad: difference * (2 * grad / difference.size),
        lambda grad: difference * (-2 * grad / difference.size),
    )


def _log_softmax(x: Array, dim: int) -> Array:
    shifted = x - np.max(x, axis=dim, keepdims=True)
    result: Array = shifted - np.log(np.sum(np.exp(shifted), axis=dim, keepdims=True))
    return result
