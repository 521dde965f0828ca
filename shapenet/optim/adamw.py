"""AdamW: Adam, with the weight decay apart from the gradient."""

from __future__ import annotations

from shapenet.backend import Array
from shapenet.optim.adaptive import AdaptiveRule
from shapenet.optim.groups import Params
from shapenet.optim.optimizer import Optimizer
from shapenet.optim.rule import descent


class _AdamWRule(AdaptiveRule):
    def decayed(self, value: Array, grad: Array) -> Array:
        value *= 1 - self.lr * self.weight_decay
        return descent(value, grad, 0, self.maximize)

    def decays(self) -> tuple[float, float]:
        return 0.0, 1 - self.lr * self.weight_decay


class AdamW(Optimizer):
    """Adam; each step first shrinks the value by ``lr*weight_decay``. For parameters of any shape.

    Source: Loshchilov and Hutter, "Decoupled weight decay regularization" (2019), algorithm 2; *amsgrad*: Reddi et al.,
    "On the convergence of Adam and beyond" (2018), algorithm 2, with the corrections of Adam as in torch.

    Raises:
        TypeError: something is no ``Parameter``.
        ValueError: there is no parameter, or one comes twice, or an option is unknown or out of range.
    """

    _rule = _AdamWRule

    def __init__(
        self,
        params: Params,
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 1e-2,
        amsgrad: bool = False,
        *,
        maximize: bool = False,
    ) -> None:
        options = {"lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay}
        super().__init__(params, {**options, "amsgrad": amsgrad, "maximize": maximize})
