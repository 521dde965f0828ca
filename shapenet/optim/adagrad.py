"""Adagrad."""

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
class _AdagradRule(Rule):
    lr: float
    lr_decay: float
    weight_decay: float
    initial_accumulator_value: float
    eps: float
    maximize: bool

    always = ("sum",)
    from_the_start = True

    @classmethod
    def read(cls, options: Options) -> Self:
        return cls(
            lr=options.number("lr"),
            lr_decay=options.number("lr_decay"),
            weight_decay=options.number("weight_decay"),
            initial_accumulator_value=options.number("initial_accumulator_value"),
            eps=options.number("eps"),
            maximize=options.flag("maximize"),
        )

    def kept(self) -> tuple[str, ...]:
        return self.always

    def begin(self, value: Array) -> Array:
        return np.full_like(value, self.initial_accumulator_value)

    def update(self, value: Array, grad: Array, state: State, step: int, fresh: bool) -> None:
        grad = descent(value, grad, self.weight_decay, self.maximize)
        total, change = state["sum"], memory.empty_like(value)
        total += np.multiply(grad, grad, out=change)
        np.sqrt(total, out=change)
        change += self.eps
        np.divide(grad, change, out=change)
        change *= self.lr / (1 + (step - 1) * self.lr_decay)
        value -= change


class Adagrad(Optimizer):
    """``value -= lr/(1 + step*lr_decay) * g/(sqrt(total) + eps)``, with ``total`` the sum of all ``g*g`` so far.

    ``g`` is the gradient plus ``weight_decay*value``, steps count from 0, and ``total`` starts at
    *initial_accumulator_value*; *maximize* turns the gradient round. For parameters of any shape.

    Source: Duchi et al., "Adaptive subgradient methods for online learning and stochastic optimization" (2011),
    figure 1, for diagonal matrices; *lr_decay* as in torch.

    Raises:
        TypeError: something is no ``Parameter``.
        ValueError: there is no parameter, or one comes twice, or an option is unknown or out of range.
    """

    _rule = _AdagradRule

    def __init__(
        self,
        params: Params,
        lr: float = 1e-2,
        lr_decay: float = 0.0,
        weight_decay: float = 0.0,
        initial_accumulator_value: float = 0.0,
        eps: float = 1e-10,
        *,
        maximize: bool = False,
    ) -> None:
        options = {"lr": lr, "lr_decay": lr_decay, "weight_decay": weight_decay, "eps": eps}
        start = {"initial_accumulator_value": initial_accumulator_value}
        super().__init__(params, {**options, **start, "maximize": maximize})
