"""Activations: functions of single elements, and the softmax."""

from __future__ import annotations

from collections.abc import Callable

from shapenet.functional.checks import check_floating, check_number
from shapenet.ops import Result, activation
from shapenet.tensors import AnyTensor, Shape, Tensor, apply


def relu(x: Tensor[*Shape]) -> Tensor[*Shape]:
    """``max(x, 0)`` of each element."""
    return x.relu()


def relu6(x: Tensor[*Shape]) -> Tensor[*Shape]:
    """``min(max(x, 0), 6)`` of each element.

    Source: Howard et al., "MobileNets" (2017).

    Raises:
        ValueError: *x* is not floating.
    """
    return _activated("relu6", activation.relu6, x)


def leaky_relu(x: Tensor[*Shape], negative_slope: float = 0.01) -> Tensor[*Shape]:
    """Each element, those below 0 times *negative_slope*.

    Source: Maas, Hannun, Ng, "Rectifier nonlinearities improve neural network acoustic models" (2013).

    Raises:
        ValueError: *x* is not floating, or *negative_slope* no number.
    """
    check_number("leaky_relu", "negative_slope", negative_slope)
    return _activated("leaky_relu", activation.leaky_relu, x, negative_slope=negative_slope)


def elu(x: Tensor[*Shape], alpha: float = 1.0) -> Tensor[*Shape]:
    """Each element, those below 0 as ``alpha * (exp(x) - 1)``.

    Source: Clevert, Unterthiner, Hochreiter, "Fast and accurate deep network learning by exponential linear units"
    (2016).

    Raises:
        ValueError: *x* is not floating, or *alpha* no number.
    """
    check_number("elu", "alpha", alpha)
    return _activated("elu", activation.elu, x, alpha=alpha)


def gelu(x: Tensor[*Shape], approximate: str = "none") -> Tensor[*Shape]:
    """Each element times the probability that a standard normal number is below it.

    With *approximate* ``"tanh"`` it is ``x/2 * (1 + tanh(sqrt(2/pi) * (x + 0.044715 x**3)))``.

    Source: Hendrycks and Gimpel, "Gaussian error linear units" (2016), section 2.

    Raises:
        ValueError: *x* is not floating, or *approximate* is neither ``"none"`` nor ``"tanh"``.
    """
    check_approximation("gelu", approximate)
    return _activated("gelu", activation.gelu if approximate == "none" else activation.gelu_tanh, x)


def silu(x: Tensor[*Shape]) -> Tensor[*Shape]:
    """``x * sigmoid(x)`` of each element.

    Source: Elfwing, Uchibe, Doya, "Sigmoid-weighted linear units" (2018).

    Raises:
        ValueError: *x* is not floating.
    """
    return _activated("silu", activation.silu, x)


def sigmoid(x: Tensor[*Shape]) -> Tensor[*Shape]:
    """``1/(1 + exp(-x))`` of each element."""
    return x.sigmoid()


def tanh(x: Tensor[*Shape]) -> Tensor[*Shape]:
    """The hyperbolic tangent of each element."""
    return x.tanh()


def softplus(x: Tensor[*Shape], beta: float = 1.0, threshold: float = 20.0) -> Tensor[*Shape]:
    """``log(1 + exp(beta*x))/beta`` of each element, or the element itself where ``beta*x`` is above *threshold*.

    Source: Dugas et al., "Incorporating second-order functional knowledge for better option pricing" (2000).

    Raises:
        ValueError: *x* is not floating, *beta* not above 0, or *threshold* no number.
    """
    check_number("softplus", "beta", beta, "above 0", holds=lambda beta: beta > 0)
    check_number("softplus", "threshold", threshold)
    return _activated("softplus", activation.softplus, x, beta=beta, threshold=threshold)


def hardswish(x: Tensor[*Shape]) -> Tensor[*Shape]:
    """``x * min(max(x + 3, 0), 6)/6`` of each element.

    Source: Howard et al., "Searching for MobileNetV3" (2019), section 5.2.

    Raises:
        ValueError: *x* is not floating.
    """
    return _activated("hardswish", activation.hardswish, x)


def mish(x: Tensor[*Shape]) -> Tensor[*Shape]:
    """``x * tanh(log(1 + exp(x)))`` of each element.

    Source: Misra, "Mish: a self regularized non-monotonic activation function" (2019).

    Raises:
        ValueError: *x* is not floating.
    """
    return _activated("mish", activation.mish, x)


def log_softmax(x: Tensor[*Shape], dim: int) -> Tensor[*Shape]:
    """The logarithm of the softmax along *dim*."""
    return x.log_softmax(dim)


def softmax(x: Tensor[*Shape], dim: int) -> Tensor[*Shape]:
    """``exp(x) / sum(exp(x))`` along *dim*."""
    return x.softmax(dim)


def check_approximation(subject: str, approximate: str) -> None:
    """Check the option of ``gelu``.

    Raises:
        ValueError: it is not known.
    """
    if approximate not in ("none", "tanh"):
        raise ValueError(f'{subject} expects approximate to be "none" or "tanh", got {approximate!r}')


def _activated(subject: str, op: Callable[..., Result], x: AnyTensor, **options: float) -> AnyTensor:
    check_floating(subject, x)
    return apply(op, x, **options)
