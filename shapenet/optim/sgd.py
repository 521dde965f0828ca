"""Stochastic gradient descent."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from shapenet.backend import Array
from shapenet.kernels import memory
from shapenet.optim.optimizer import AnyParameter, Optimizer, State


class SGD(Optimizer):
    """``v = momentum*v + (1-dampening)*g``, ``value -= lr*v``, with ``g`` the gradient plus ``weight_decay*value``.

    The first ``v`` is ``g`` itself. Nesterov's variant steps by ``g + momentum*v``.

    Source: Sutskever et al., "On the importance of initialization and momentum" (2013), in torch's form.

    Raises:
        TypeError: something is no ``Parameter``.
        ValueError: there is no parameter, or one comes twice, or an option is out of range, or *nesterov* is asked for
            without momentum or with dampening.
    """

    _keeps = ("momentum_buffer",)

    def __init__(
        self,
        parameters: Iterable[AnyParameter],
        lr: float = 1e-3,
        momentum: float = 0.0,
        dampening: float = 0.0,
        weight_decay: float = 0.0,
        nesterov: bool = False,
    ) -> None:
        super().__init__(parameters, lr)
        self.momentum = self._at_least("momentum", momentum, 0)
        self.dampening = self._at_least("dampening", dampening, 0)
        self.weight_decay = self._at_least("weight_decay", weight_decay, 0)
        if nesterov and (momentum == 0 or dampening != 0):
            given = f"momentum={momentum}, dampening={dampening}"
            raise ValueError(f"SGD expects momentum above 0 and no dampening with nesterov, got {given}")
        self.nesterov = nesterov

    def _kept_names(self) -> tuple[str, ...]:
        return self._keeps if self.momentum else ()

    def _update(self, value: Array, grad: Array, state: State, step: int, fresh: bool) -> None:
        change, other = memory.empty_like(value), memory.empty_like(value)
        if self.weight_decay:
            grad = np.add(np.multiply(value, self.weight_decay, out=change), grad, out=change)
        if self.momentum:
            velocity = state["momentum_buffer"]
            velocity *= self.momentum
            velocity += grad if fresh or not self.dampening else np.multiply(grad, 1 - self.dampening, out=other)
            if self.nesterov:
                grad = np.add(np.multiply(velocity, self.momentum, out=other), grad, out=change)
            else:
                grad = velocity
        value -= np.multiply(grad, self.lr, out=change)
