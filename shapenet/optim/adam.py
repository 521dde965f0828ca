"""Adam, with weight decay in the gradient (``Adam``) or apart from it (``AdamW``)."""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Iterable
from numbers import Real

import numpy as np

from shapenet.backend import Array
from shapenet.kernels import memory
from shapenet.optim.optimizer import AnyParameter, Optimizer, State


class _Adaptive(Optimizer):
    """What both share: running means of the gradient and of its square, corrected for their start at 0."""

    _keeps = ("exp_avg", "exp_avg_sq")

    def __init__(
        self,
        parameters: Iterable[AnyParameter],
        lr: float,
        betas: tuple[float, float],
        eps: float,
        weight_decay: float,
    ) -> None:
        super().__init__(parameters, lr)
        self.betas = self._checked_betas(betas)
        self.eps = self._at_least("eps", eps, 0)
        self.weight_decay = self._at_least("weight_decay", weight_decay, 0)

    def _checked_betas(self, betas: tuple[float, float]) -> tuple[float, float]:
        given = tuple(betas) if isinstance(betas, tuple | list) else ()
        if len(given) != 2 or not all(isinstance(beta, Real) and 0 <= beta < 1 for beta in given):
            raise ValueError(f"{self._name} expects betas to be two numbers from 0 to below 1, got {betas!r}")
        return float(given[0]), float(given[1])

    def _kept_names(self) -> tuple[str, ...]:
        return self._keeps

    @abstractmethod
    def _decayed(self, value: Array, grad: Array) -> Array:
        """Apply the weight decay to *value*, in place, or to the gradient; returns the gradient to use."""

    def _update(self, value: Array, grad: Array, state: State, step: int, fresh: bool) -> None:
        grad = self._decayed(value, grad)
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
        np.sqrt(square, out=change)
        change /= math.sqrt(1 - second**step)
        change += self.eps
        np.divide(mean, change, out=change)
        change *= self.lr / (1 - first**step)
        value -= change


class Adam(_Adaptive):
    """Adam; ``weight_decay*value`` is added to the gradient.

    Source: Kingma and Ba, "Adam: a method for stochastic optimization" (2015), algorithm 1.

    Raises:
        TypeError: something is no ``Parameter``.
        ValueError: there is no parameter, or one comes twice, or an option is out of range.
    """

    def __init__(
        self,
        parameters: Iterable[AnyParameter],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
    ) -> None:
        super().__init__(parameters, lr, betas, eps, weight_decay)

    def _decayed(self, value: Array, grad: Array) -> Array:
        return grad + self.weight_decay * value if self.weight_decay else grad


class AdamW(_Adaptive):
    """Adam; each step first shrinks the value by ``lr*weight_decay``.

    Source: Loshchilov and Hutter, "Decoupled weight decay regularization" (2019), algorithm 2.

    Raises:
        TypeError: something is no ``Parameter``.
        ValueError: there is no parameter, or one comes twice, or an option is out of range.
    """

    def __init__(
        self,
        parameters: Iterable[AnyParameter],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 1e-2,
    ) -> None:
        super().__init__(parameters, lr, betas, eps, weight_decay)

    def _decayed(self, value: Array, grad: Array) -> Array:
        value *= 1 - self.lr * self.weight_decay
        return grad
