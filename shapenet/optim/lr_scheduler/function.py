"""A schedule that the user writes as a function."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from types import FunctionType
from typing import Any

from shapenet.optim.lr_scheduler.scheduler import LRScheduler
from shapenet.optim.optimizer import Optimizer

Factor = Callable[[int], float]


class LambdaLR(LRScheduler):
    """The initial learning rate times what *lr_lambda* says for the epoch; it may be a list of one for each group.

    The state has the attributes of callable objects, but not functions: give it the same ones when it is to continue.

    Source: torch's ``LambdaLR``.

    Raises:
        TypeError: *optimizer* is none, or something cannot be called.
        ValueError: there is not one function for each group.
    """

    _apart = (*LRScheduler._apart, "lr_lambdas")

    def __init__(self, optimizer: Optimizer, lr_lambda: Factor | Sequence[Factor], last_epoch: int = -1) -> None:
        count = len(optimizer.param_groups) if isinstance(optimizer, Optimizer) else 1
        given: list[Any] = list(lr_lambda) if isinstance(lr_lambda, list | tuple) else [lr_lambda] * count
        for function in given:
            if not callable(function):
                raise TypeError(f"LambdaLR expects lr_lambda to be callable, got {function!r}")
        if len(given) != count:
            raise ValueError(f"LambdaLR expects one function or {count}, one for each group, got {len(given)}")
        self.lr_lambdas: list[Factor] = given
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[float]:
        factors = [function(self.last_epoch) for function in self.lr_lambdas]
        return [float(rate * factor) for rate, factor in zip(self.base_lrs, factors, strict=True)]

    def state_dict(self) -> dict[str, Any]:
        return {**super().state_dict(), "lr_lambdas": [_attributes(function) for function in self.lr_lambdas]}

    def _problem_of(self, state: Mapping[str, Any]) -> str | None:
        problem = super()._problem_of(state)
        if problem is not None:
            return problem
        own = [_attributes(function) for function in self.lr_lambdas]
        given = state["lr_lambdas"]
        if len(given) != len(own):
            return f"lr_lambdas has {len(given)}, expected {len(own)}"
        for number, (mine, attributes) in enumerate(zip(own, given, strict=True)):
            if _names(attributes) != _names(mine):
                return f"lr_lambdas[{number}] has {_names(attributes)}, expected {_names(mine)}"
        return None

    def _load(self, state: Mapping[str, Any]) -> None:
        super()._load(state)
        for function, attributes in zip(self.lr_lambdas, state["lr_lambdas"], strict=True):
            if attributes is not None:
                vars(function).update(deepcopy(attributes))


def _attributes(function: Factor) -> dict[str, Any] | None:
    """Those of a callable object; None of a function or a class, or of what has none."""
    if isinstance(function, FunctionType | type) or not hasattr(function, "__dict__"):
        return None
    return deepcopy(vars(function))


def _names(attributes: Mapping[str, Any] | None) -> list[str] | None:
    return None if attributes is None else sorted(map(str, attributes))
