"""Stochastic gradient descent."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from shapenet.backend import Array
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
        change = np.array(grad, dtype=value.dtype, like=value)
        if self.weight_decay:
            change += self.weight_decay * value
        if self.momentum:
            velocity = state["momentum_buffer"]
            velocity *= self.momentum
            velocity += change if fresh else (1 - self.dampening) * change
            if self.nesterov:
                change += self.momentum * velocity
            else:
                np.copyto(change, velocity)
        change *= self.lr
        value -= change
