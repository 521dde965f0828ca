"""What Adam and AdamW share: running means of the gradient and of its square, corrected for their start at 0."""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from shapenet.backend import Array
from shapenet.kernels import memory
from shapenet.kernels.cuda import optimizer as cuda
from shapenet.optim.checks import Options
from shapenet.optim.rule import FusedRule, State


@dataclass(frozen=True)
class AdaptiveRule(FusedRule):
    """``value -= lr * mean/(sqrt(square) + eps)``; with *amsgrad* by the largest ``square`` there was.

    Source: Kingma and Ba, "Adam: a method for stochastic optimization" (2015), algorithm 1; *amsgrad*: Reddi et al.,
    "On the convergence of Adam and beyond" (2018), algorithm 2, with the corrections of Adam as in torch.
    """

    lr: float
    betas: tuple[float, float]
    eps: float
    weight_decay: float
    amsgrad: bool
    maximize: bool

    always = ("exp_avg", "exp_avg_sq")
    perhaps = ("max_exp_avg_sq",)

    @classmethod
    def read(cls, options: Options) -> Self:
        return cls(
            lr=options.number("lr"),
            betas=options.betas(),
            eps=options.number("eps"),
            weight_decay=options.number("weight_decay"),
            amsgrad=options.flag("amsgrad"),
            maximize=options.flag("maximize"),
        )

    def kept(self) -> tuple[str, ...]:
        return self.always + self.perhaps if self.amsgrad else self.always

    @abstractmethod
    def decayed(self, value: Array, grad: Array) -> Array:
        """Apply the weight decay to *value*, in place, or to the gradient; returns the gradient to go down by."""

    @abstractmethod
    def decays(self) -> tuple[float, float]:
        """The same in numbers: what of the value is added to the gradient, and what the value is multiplied by."""

    def update_all(self, parts: Sequence[cuda.Part], step: int, fresh: bool) -> None:
        decay, shrink = self.decays()
        cuda.adam(
            parts,
            lr=self.lr,
            betas=self.betas,
            eps=self.eps,
            decay=decay,
            shrink=shrink,
            step=step,
            amsgrad=self.amsgrad,
            maximize=self.maximize,
        )

    def update(self, value: Array, grad: Array, state: State, step: int, fresh: bool) -> None:
        grad = self.decayed(value, grad)
        first, second = self.betas
        mean, square = state["exp_avg"], state["exp_avg_sq"]
        change = memory.empty_like(value)  # holds one intermediate result after the other
        np.multiply(grad, 1 - first, out=change)
        mean *= first
        mean += change
        np.multiply(grad, grad, out=change)
        change *= 1 - second
        square *= second
        square += change
        if self.amsgrad:
            square = np.maximum(state["max_exp_avg_sq"], square, out=state["max_exp_avg_sq"])
        np.sqrt(square, out=change)
        change /= math.sqrt(1 - second**step)
        change += self.eps
        np.divide(mean, change, out=change)
        change *= self.lr / (1 - first**step)
        value -= change
