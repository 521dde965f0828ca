"""Adam, with the weight decay in the gradient."""

from __future__ import annotations

from shapenet.backend import Array
from shapenet.optim.adaptive import AdaptiveRule
from shapenet.optim.groups import Params
from shapenet.optim.optimizer import Optimizer
from shapenet.optim.rule import descent


class _AdamRule(AdaptiveRule):
    def decayed(self, value: Array, grad: Array) -> Array:
        return descent(value, grad, self.weight_decay, self.maximize)

    def decays(self) -> tuple[float, float]:
        return self.weight_decay, 1.0


class Adam(Optimizer):
    """``value -= lr * mean/(sqrt(square) + eps)``, of the running means of the gradient and of its square.

    ``weight_decay*value`` is added to the gradient; with *amsgrad* the largest ``square`` so far counts; *maximize*
    turns the gradient round. For parameters of any shape.

    Source: Kingma and Ba, "Adam: a method for stochastic optimization" (2015), algorithm 1; *amsgrad*: Reddi et al.,
    "On the convergence of Adam and beyond" (2018), algorithm 2, with the corrections of Adam as in torch.

    Raises:
        TypeError: something is no ``Parameter``.
        ValueError: there is no parameter, or one comes twice, or an option is unknown or out of range.
    """

    _rule = _AdamRule

    def __init__(
        self,
        params: Params,
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        amsgrad: bool = False,
        *,
        maximize: bool = False,
    ) -> None:
        options = {"lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay}
        super().__init__(params, {**options, "amsgrad": amsgrad, "maximize": maximize})
