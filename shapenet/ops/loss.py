"""Losses of scores for classes, and what they are made of. The classes are in dimension 1."""

from __future__ import annotations

from typing import Any

import numpy as np

from shapenet.backend import Array, as_array
from shapenet.kernels.cuda import launch
from shapenet.kernels.cuda import softmax as cuda
from shapenet.kernels.elementwise import elementwise
from shapenet.ops import Result
from shapenet.ops.pointwise_loss import reduced
from shapenet.ops.results import result
from shapenet.ops.softmax import log_probabilities


def nll(x: Array, *, labels: Array, factors: Array, reduction: str, total: Any) -> Result:
    """``-x[label]`` times *factors*, for log-probabilities ``[N, C, ...]``, labels and factors ``[N, ...]``.

    A mean is the sum over *total*.
    """
    shape, dtype, picked = x.shape, x.dtype, _picked(labels)
    out, share = reduced(_times(-x[picked], factors), reduction, total)

    def gradient(grad: Array) -> Array:
        x_grad: Array = np.zeros(shape, dtype, like=grad)
        x_grad[picked] = -(grad * share) * factors
        return x_grad

    return result(out, gradient)


def cross_entropy(
    x: Array, *, labels: Array, factors: Array, smooth: Array | None, reduction: str, total: Any
) -> Result:
    """``-log_softmax(x)[label]`` times *factors*, for logits ``[N, C, ...]``, labels and factors ``[N, ...]``.

    With *smooth*, which broadcasts to the logits, ``-log_softmax(x)`` times it is added for all classes. A mean is the
    sum over *total*. Labels must be in range.
    """
    if smooth is None and not isinstance(x, np.ndarray) and launch.takes(x, factors):
        return _device_cross_entropy(x, labels, factors, reduction, total)
    logs, picked = log_probabilities(x, 1), _picked(labels)
    losses = _times(-logs[picked], factors)
    if smooth is not None:
        losses -= np.sum(elementwise(np.multiply, logs, smooth), axis=1)
    out, share = reduced(losses, reduction, total)

    def gradient(grad: Array) -> Array:
        scale = np.broadcast_to(grad * share, factors.shape)
        certain = scale * factors
        x_grad = elementwise(np.exp, logs)
        if smooth is None:
            elementwise(np.multiply, x_grad, certain[:, None], out=x_grad)
        else:
            elementwise(np.multiply, x_grad, (certain + scale * np.sum(smooth, axis=1))[:, None], out=x_grad)
            elementwise(np.subtract, x_grad, scale[:, None] * smooth, out=x_grad)
        x_grad[picked] -= certain
        return x_grad

    return result(out, gradient)


def _device_cross_entropy(x: Array, labels: Array, factors: Array, reduction: str, total: Any) -> Result:
    """As above without *smooth*, by kernels of its own."""
    logs = log_probabilities(x, 1)
    out, share = reduced(cuda.picked_losses(logs, labels, factors), reduction, total)

    def gradient(grad: Array) -> Array:
        return cuda.cross_entropy_gradient(logs, labels, factors, (grad * share).astype(logs.dtype, copy=False))

    return result(out, gradient)


def soft_cross_entropy(x: Array, y: Array, *, weight: Array, smoothing: float, reduction: str, total: Any) -> Result:
    """The sum over classes of ``-weight * y * log_softmax(x)``, for logits and probabilities ``[N, C, ...]``.

    By *smoothing* the probabilities are first moved towards ``1/C``; the weight broadcasts to them. A mean is the sum
    over *total*.
    """
    logs = log_probabilities(x, 1)

    def wanted(y: Array, weight: Array, *, out: Array) -> None:
        np.multiply(y * (1 - smoothing) + smoothing / x.shape[1], weight, out=out)

    targets = elementwise(wanted, y, weight, dtype=logs.dtype)
    out, share = reduced(-np.sum(targets * logs, axis=1), reduction, total)

    def x_gradient(grad: Array) -> Array:
        x_grad = elementwise(np.exp, logs)
        elementwise(np.multiply, x_grad, np.sum(targets, axis=1, keepdims=True), out=x_grad)
        elementwise(np.subtract, x_grad, targets, out=x_grad)
        return elementwise(np.multiply, x_grad, _of_classes(grad * share), out=x_grad)

    def y_gradient(grad: Array) -> Array:
        scale = _of_classes(grad * (share * (smoothing - 1))) * weight
        return elementwise(np.multiply, logs, scale, dtype=y.dtype)

    return result(out, x_gradient, y_gradient)


def _of_classes(grad: Any) -> Array:
    """The gradient of each label's loss, or of all together, so that it broadcasts over the classes."""
    return np.expand_dims(grad, 1) if np.ndim(grad) else np.reshape(grad, ())


def _picked(labels: Array) -> tuple[Array, ...]:
    """The index of each label's element in the scores."""
    places = [
        np.arange(size, like=labels).reshape(-1, *(1,) * (labels.ndim - 1 - axis))
        for axis, size in enumerate(labels.shape)
    ]
    return places[0], labels, *places[1:]


def _times(losses: Array, factors: Array) -> Array:
    """The product; a factor of 0, such as that of an ignored label, makes 0 also of what is infinite."""
    return as_array(np.where(factors != 0, losses, 0) * factors)
