"""Activations: the shape stays. Each is the function of ``shapenet.functional`` of the same name."""

from __future__ import annotations

from typing import Generic

from shapenet import functional, rules
from shapenet.functional.activation import check_approximation
from shapenet.functional.checks import check_number
from shapenet.nn.module import Module
from shapenet.nn.sizes import REQUIRED, Place
from shapenet.tensors import Shape, Tensor


class ReLU(Module):
    """``max(x, 0)`` of each element."""

    def __call__(self, x: Tensor[*Shape]) -> Tensor[*Shape]:
        return x.relu()


class ReLU6(Module):
    """``min(max(x, 0), 6)`` of each element."""

    def __call__(self, x: Tensor[*Shape]) -> Tensor[*Shape]:
        return functional.relu6(x)


class LeakyReLU(Module):
    """Each element, those below 0 times *negative_slope*.

    Raises:
        ValueError: *negative_slope* is no number.
    """

    def __init__(self, negative_slope: float = 0.01) -> None:
        check_number("LeakyReLU", "negative_slope", negative_slope)
        self.negative_slope = negative_slope

    def __call__(self, x: Tensor[*Shape]) -> Tensor[*Shape]:
        return functional.leaky_relu(x, self.negative_slope)


class ELU(Module):
    """Each element, those below 0 as ``alpha * (exp(x) - 1)``.

    Raises:
        ValueError: *alpha* is no number.
    """

    def __init__(self, alpha: float = 1.0) -> None:
        check_number("ELU", "alpha", alpha)
        self.alpha = alpha

    def __call__(self, x: Tensor[*Shape]) -> Tensor[*Shape]:
        return functional.elu(x, self.alpha)


class GELU(Module):
    """Each element times the probability that a standard normal number is below it, or the approximation by tanh.

    Raises:
        ValueError: *approximate* is neither ``"none"`` nor ``"tanh"``.
    """

    def __init__(self, approximate: str = "none") -> None:
        check_approximation("GELU", approximate)
        self.approximate = approximate

    def __call__(self, x: Tensor[*Shape]) -> Tensor[*Shape]:
        return functional.gelu(x, self.approximate)


class SiLU(Module):
    """``x * sigmoid(x)`` of each element."""

    def __call__(self, x: Tensor[*Shape]) -> Tensor[*Shape]:
        return functional.silu(x)


class Sigmoid(Module):
    """``1/(1 + exp(-x))`` of each element."""

    def __call__(self, x: Tensor[*Shape]) -> Tensor[*Shape]:
        return x.sigmoid()


class Tanh(Module):
    """The hyperbolic tangent of each element."""

    def __call__(self, x: Tensor[*Shape]) -> Tensor[*Shape]:
        return x.tanh()


class Softplus(Module):
    """``log(1 + exp(beta*x))/beta`` of each element, or the element itself where ``beta*x`` is above *threshold*.

    Raises:
        ValueError: *beta* is not above 0, or *threshold* no number.
    """

    def __init__(self, beta: float = 1.0, threshold: float = 20.0) -> None:
        check_number("Softplus", "beta", beta, "above 0", holds=lambda beta: beta > 0)
        check_number("Softplus", "threshold", threshold)
        self.beta = beta
        self.threshold = threshold

    def __call__(self, x: Tensor[*Shape]) -> Tensor[*Shape]:
        return functional.softplus(x, self.beta, self.threshold)


class Hardswish(Module):
    """``x * min(max(x + 3, 0), 6)/6`` of each element."""

    def __call__(self, x: Tensor[*Shape]) -> Tensor[*Shape]:
        return functional.hardswish(x)


class Mish(Module):
    """``x * tanh(log(1 + exp(x)))`` of each element."""

    def __call__(self, x: Tensor[*Shape]) -> Tensor[*Shape]:
        return functional.mish(x)


class Softmax(Module, Generic[Place]):
    """``exp(x) / sum(exp(x))`` along *dim*; no finite input overflows.

    Raises:
        ShapeError: *dim* is no int.
    """

    rule: rules.Softmax

    def __init__(self, dim: Place = REQUIRED) -> None:
        self.rule = rules.Softmax(dim)
        self.dim: int = dim

    def __call__(self, x: Tensor[*Shape]) -> Tensor[*Shape]:
        self.rule.output(x.data.shape)
        return x.softmax(self.dim)


class LogSoftmax(Module, Generic[Place]):
    """The logarithm of the softmax along *dim*; finite for any finite input.

    Raises:
        ShapeError: *dim* is no int.
    """

    rule: rules.LogSoftmax

    def __init__(self, dim: Place = REQUIRED) -> None:
        self.rule = rules.LogSoftmax(dim)
        self.dim: int = dim

    def __call__(self, x: Tensor[*Shape]) -> Tensor[*Shape]:
        self.rule.output(x.data.shape)
        return x.log_softmax(self.dim)
