"""Stochastic gradient descent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from shapenet.backend import Array
from shapenet.kernels import memory
from shapenet.kernels.cuda import optimizer as cuda
from shapenet.optim.checks import Options
from shapenet.optim.groups import Params
from shapenet.optim.optimizer import Optimizer
from shapenet.optim.rule import FusedRule, State, descent


@dataclass(frozen=True)
class _SGDRule(FusedRule):
    lr: float
    momentum: float
    dampening: float
    weight_decay: float
    nesterov: bool
    maximize: bool

    perhaps = ("momentum_buffer",)
    counts = False

    @classmethod
    def read(cls, options: Options) -> Self:
        rule = cls(
            lr=options.number("lr"),
            momentum=options.number("momentum"),
            dampening=options.number("dampening"),
            weight_decay=options.number("weight_decay"),
            nesterov=options.flag("nesterov"),
            maximize=options.flag("maximize"),
        )
        if rule.nesterov and (rule.momentum == 0 or rule.dampening != 0):
            given = f"momentum={rule.momentum}, dampening={rule.dampening}"
            raise ValueError(f"{options.owner} expects momentum above 0 and no dampening with nesterov, got {given}")
        return rule

    def kept(self) -> tuple[str, ...]:
        return self.perhaps if self.momentum else ()

    def update(self, value: Array, grad: Array, state: State, step: int, fresh: bool) -> None:
        grad = descent(value, grad, self.weight_decay, self.maximize)
        change = memory.empty_like(value)
        if self.momentum:
            velocity = state["momentum_buffer"]
            velocity *= self.momentum
            velocity += grad if fresh or not self.dampening else np.multiply(grad, 1 - self.dampening, out=change)
            if self.nesterov:
                grad = np.add(np.multiply(velocity, self.momentum, out=change), grad, out=change)
            else:
                grad = velocity
        value -= np.multiply(grad, self.lr, out=change)

    def update_all(self, parts: Sequence[cuda.Part], step: int, fresh: bool) -> None:
        cuda.sgd(
            parts,
            lr=self.lr,
            momentum=self.momentum,
            rest=1.0 if fresh else 1 - self.dampening,
            decay=self.weight_decay,
            nesterov=self.nesterov,
            maximize=self.maximize,
        )


class SGD(Optimizer):
    """``v = momentum*v + (1-dampening)*g``, ``value -= lr*v``, with ``g`` the gradient plus ``weight_decay*value``.

    The first ``v`` is ``g`` itself. Nesterov's variant steps by ``g + momentum*v``; *maximize* turns the gradient
    round. For parameters of any shape.

    Source: Sutskever et al., "On the importance of initialization and momentum" (2013), in torch's form.

    Raises:
        TypeError: something is no ``Parameter``.
        ValueError: there is no parameter, or one comes twice, or an option is unknown or out of range, or *nesterov* is
            asked for without momentum or with dampening.
    """

    _rule = _SGDRule

    def __init__(
        self,
        params: Params,
        lr: float = 1e-3,
        momentum: float = 0.0,
        dampening: float = 0.0,
        weight_decay: float = 0.0,
        nesterov: bool = False,
        *,
        maximize: bool = False,
    ) -> None:
        options = {"lr": lr, "momentum": momentum, "dampening": dampening, "weight_decay": weight_decay}
        super().__init__(params, {**options, "nesterov": nesterov, "maximize": maximize})
