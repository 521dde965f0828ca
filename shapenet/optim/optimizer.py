"""What optimizers share: the list of parameters, the learning rate, and the state of each parameter."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

import numpy as np

from shapenet import rules
from shapenet.backend import Array, device_of, to_device
from shapenet.errors import ShapeError
from shapenet.nn import Parameter

AnyParameter: TypeAlias = Parameter[*tuple[Any, ...]]


class Optimizer(ABC):
    """Changes parameters in place by their gradients; ``lr`` may be set between steps.

    Raises:
        TypeError: something is no ``Parameter``.
        ValueError: there is no parameter, or one comes twice, or an option is out of range.
    """

    def __init__(self, parameters: Iterable[AnyParameter], lr: float) -> None:
        self.parameters = list(parameters)
        for parameter in self.parameters:
            if not isinstance(parameter, Parameter):
                raise TypeError(f"{self._name} expects parameters, got {type(parameter).__name__}")
        if not self.parameters:
            raise ValueError(f"{self._name} expects at least one parameter, got none")
        if len({id(parameter) for parameter in self.parameters}) < len(self.parameters):
            raise ValueError(f"{self._name} expects each parameter once")
        self._at_least("lr", lr, 0)
        self.lr = lr
        self._state: list[dict[str, Array]] = [{} for _ in self.parameters]
        self._steps = [0 for _ in self.parameters]

    def zero_grad(self) -> None:
        """Forget the gradients of all parameters."""
        for parameter in self.parameters:
            parameter.grad = None

    def step(self) -> None:
        """Change each parameter that has a gradient."""
        for number, parameter in enumerate(self.parameters):
            if parameter.grad is not None:
                self._steps[number] += 1
                self._update(parameter.data, parameter.grad.data, self._state[number], self._steps[number])

    @abstractmethod
    def _update(self, value: Array, grad: Array, state: dict[str, Array], step: int) -> None:
        """Change *value* in place; *grad* stays as it is. *step* counts from 1."""

    def state_dict(self) -> dict[str, Any]:
        """The learning rate, and the step count and copies of the state of each parameter, by its number."""
        state = [{name: array.copy() for name, array in entry.items()} for entry in self._state]
        return {"lr": self.lr, "steps": list(self._steps), "state": state}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Continue from a ``state_dict`` of an optimizer of the same kind over parameters of the same shapes.

        Raises:
            ValueError: it is not of that kind; nothing was changed.
        """
        count = len(self.parameters)
        if {"lr", "steps", "state"} - set(state) or len(state["steps"]) != count or len(state["state"]) != count:
            raise ValueError(f"{self._name} expects a state of {count} parameters with lr, steps and state")
        for parameter, entry in zip(self.parameters, state["state"], strict=True):
            for name, array in entry.items():
                if np.shape(array) != parameter.data.shape:
                    got, expected = rules.show(np.shape(array)), rules.show(parameter.data.shape)
                    raise ShapeError(self._name, f"cannot load this state: {name} is {got}, expected {expected}")
        self._at_least("lr", state["lr"], 0)
        self.lr = state["lr"]
        self._steps = list(state["steps"])
        self._state = [
            {name: to_device(array.copy(), device_of(parameter.data)) for name, array in entry.items()}
            for parameter, entry in zip(self.parameters, state["state"], strict=True)
        ]

    @property
    def _name(self) -> str:
        return type(self).__name__

    def _at_least(self, option: str, value: float, minimum: float) -> None:
        if isinstance(value, bool) or not value >= minimum:
            raise ValueError(f"{self._name} expects {option} to be at least {minimum}, got {value!r}")
