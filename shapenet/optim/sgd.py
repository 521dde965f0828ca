"""Stochastic gradient descent."""

from __future__ import annotations

from collections.abc import Iterable

from shapenet.backend import Array
from shapenet.optim.optimizer import AnyParameter, Optimizer


class SGD(Optimizer):
    """``v = momentum*v + (1-dampening)*g``, ``value -= lr*v``, with ``g`` the gradient plus ``weight_decay*value``.

    The first ``v`` is ``g`` itself. Nesterov's variant steps by ``g + momentum*v``.

    Source: Sutskever et al., "On the importance of initialization and momentum" (2013), in torch's form.
    """

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
        self._at_least("momentum", momentum, 0)
        self._at_least("weight_decay", weight_decay, 0)
        if nesterov and (momentum == 0 or dampening != 0):
            given = f"momentum={momentum}, dampening={dampening}"
            raise ValueError(f"SGD expects momentum above 0 and no dampening with nesterov, got {given}")
        self.momentum = momentum
        self.dampening = dampening
        self.weight_decay = weight_decay
        self.nesterov = nesterov

    def _update(self, value: Array, grad: Array, state: dict[str, Array], step: int) -> None:
        if self.weight_decay:
            grad = grad + self.weight_decay * value
        if self.momentum:
            if "momentum_buffer" not in state:
                state["momentum_buffer"] = grad.copy()
            else:
                state["momentum_buffer"] *= self.momentum
                state["momentum_buffer"] += (1 - self.dampening) * grad
            velocity = state["momentum_buffer"]
            grad = grad + self.momentum * velocity if self.nesterov else velocity
        value -= self.lr * grad
