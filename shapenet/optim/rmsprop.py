"""RMSprop."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

from shapenet.backend import Array
from shapenet.kernels import memory
from shapenet.optim.checks import Options
from shapenet.optim.groups import Params
from shapenet.optim.optimizer import Optimizer
from shapenet.optim.rule import Rule, State, descent


@dataclass(frozen=True)
class _RMSpropRule(Rule):
    lr: float
    alpha: float
    eps: float
    weight_decay: float
    momentum: float
    centered: bool
    maximize: bool

    always = ("square_avg",)
    perhaps = ("momentum_buffer", "grad_avg")

    @classmethod
    def read(cls, options: Options) -> Self:
        return cls(
            lr=options.number("lr"),
            alpha=options.number("alpha", at_most=1),
            eps=options.number("eps"),
            weight_decay=options.number("weight_decay"),
            momentum=options.number("momentum"),
            centered=options.flag("centered"),
            maximize=options.flag("maximize"),
        )

    def kept(self) -> tuple[str, ...]:
        wanted = (self.momentum > 0, self.centered)
        return (*self.always, *(name for name, kept in zip(self.perhaps, wanted, strict=True) if kept))

    def update(self, value: Array, grad: Array, state: State, step: int, fresh: bool) -> None:
        grad = descent(value, grad, self.weight_decay, self.maximize)
        square = state["square_avg"]
        change = memory.empty_like(value)  # holds one intermediate result after the other
        np.multiply(grad, grad, out=change)
        change *= 1 - self.alpha
        square *= self.alpha
        square += change
        if self.centered:
            mean = state["grad_avg"]
            np.multiply(grad, 1 - self.alpha, out=change)
            mean *= self.alpha
            mean += change
            np.multiply(mean, mean, out=change)
            np.subtract(square, change, out=change)
            # Rounding takes the variance of gradients that hardly change below 0, and the root would be NaN.
            square = np.maximum(change, 0, out=change)
        np.sqrt(square, out=change)
        change += self.eps
        np.divide(grad, change, out=change)
        if self.momentum:
            velocity = state["momentum_buffer"]
            velocity *= self.momentum
            velocity += change
            np.multiply(velocity, self.lr, out=change)
        else:
            change *= self.lr
        value -= change


class RMSprop(Optimizer):
    """``value -= lr * g/(sqrt(square) + eps)``, with ``square`` the running mean of ``g*g``.

    ``g`` is the gradient plus ``weight_decay*value``; *centered* takes the variance, ``square - mean*mean``; *momentum*
    collects the steps; *maximize* turns the gradient round. For parameters of any shape.

    Source: Tieleman and Hinton, "Neural networks for machine learning" (2012), lecture 6.5; *centered*: Graves,
    "Generating sequences with recurrent neural networks" (2013), equations 38 to 41; ``eps`` outside the root, as in
    torch.

    Raises:
        TypeError: something is no ``Parameter``.
        ValueError: there is no parameter, or one comes twice, or an option is unknown or out of range.
    """

    _rule = _RMSpropRule

    def __init__(
        self,
        params: Params,
        lr: float = 1e-2,
        alpha: float = 0.99,
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        momentum: float = 0.0,
        centered: bool = False,
        *,
        maximize: bool = False,
    ) -> None:
        options = {"lr": lr, "alpha": alpha, "eps": eps, "weight_decay": weight_decay, "momentum": momentum}
        super().__init__(params, {**options, "centered": centered, "maximize": maximize})
