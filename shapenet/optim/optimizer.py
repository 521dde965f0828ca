"""What optimizers share: the list of parameters, the learning rate, and the state of each parameter."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from numbers import Real
from typing import Any, ClassVar, TypeAlias

import numpy as np

from shapenet import rules
from shapenet.backend import Array, as_array, device_of, to_device
from shapenet.kernels.elementwise import in_pieces
from shapenet.nn import Parameter

AnyParameter: TypeAlias = Parameter[*tuple[Any, ...]]

State = dict[str, Array]
"""What an optimizer keeps for one parameter: arrays of its shape by name; empty before its first step."""


class Optimizer(ABC):
    """Changes parameters in place by their gradients; ``lr`` may be set between steps.

    Raises:
        TypeError: something is no ``Parameter``.
        ValueError: there is no parameter, or one comes twice, or an option is out of range.
    """

    _keeps: ClassVar[tuple[str, ...]] = ()
    """The names that may be in the state of a parameter."""

    def __init__(self, parameters: Iterable[AnyParameter], lr: float) -> None:
        self.parameters = list(parameters)
        for parameter in self.parameters:
            if not isinstance(parameter, Parameter):
                raise TypeError(f"{self._name} expects parameters, got {type(parameter).__name__}")
        if not self.parameters:
            raise ValueError(f"{self._name} expects at least one parameter, got none")
        if len(set(map(id, self.parameters))) < len(self.parameters):
            raise ValueError(f"{self._name} expects each parameter once, got one twice")
        self.lr = lr
        self._state: list[State] = [{} for _ in self.parameters]
        self._steps = [0 for _ in self.parameters]

    @property
    def lr(self) -> float:
        """The learning rate: the size of a step. Setting it raises a ValueError if it is no number of at least 0."""
        return self._lr

    @lr.setter
    def lr(self, lr: float) -> None:
        self._lr = self._at_least("lr", lr, 0)

    def zero_grad(self) -> None:
        """Forget the gradients of all parameters."""
        for parameter in self.parameters:
            parameter.grad = None

    def step(self) -> None:
        """Change each parameter that has a gradient."""
        for number, parameter in enumerate(self.parameters):
            if parameter.grad is not None:
                self._steps[number] += 1
                self._change(parameter.data, parameter.grad.data, self._state[number], self._steps[number])

    def _change(self, value: Array, grad: Array, state: State, step: int) -> None:
        names, fresh = self._kept_names(), not state
        if fresh:
            state.update((name, np.zeros_like(value)) for name in names)

        def update(*parts: Array) -> None:
            grad, *kept, value = parts
            self._update(value, grad, dict(zip(names, kept, strict=True)), step, fresh)

        in_pieces(update, grad, *(state[name] for name in names), value)

    @abstractmethod
    def _kept_names(self) -> tuple[str, ...]:
        """Which of those it keeps, as its options are now."""

    @abstractmethod
    def _update(self, value: Array, grad: Array, state: State, step: int, fresh: bool) -> None:
        """Change a part of a parameter's *value* and of its *state* in place; the *grad* stays as it is.

        *step* counts from 1; the state is zeros if it is *fresh*.
        """

    def state_dict(self) -> dict[str, Any]:
        """The learning rate, and the step count and copies of the state of each parameter, by its number."""
        state = [{name: array.copy() for name, array in kept.items()} for kept in self._state]
        return {"lr": self.lr, "steps": list(self._steps), "state": state}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Continue from a ``state_dict`` of an optimizer of the same kind over parameters of the same shapes.

        Raises:
            ValueError: it is not of that kind; nothing was changed.
        """
        problem = self._problem_of(state)
        if problem is not None:
            raise ValueError(f"{self._name} cannot load this state: {problem}")
        copies = [
            {
                name: to_device(as_array(array).astype(parameter.dtype), device_of(parameter.data))
                for name, array in kept.items()
            }
            for parameter, kept in zip(self.parameters, state["state"], strict=True)
        ]
        self.lr = state["lr"]  # the last thing that may be refused
        self._steps = list(state["steps"])
        self._state = copies

    def _problem_of(self, state: Mapping[str, Any]) -> str | None:
        count = len(self.parameters)
        if set(state) != {"lr", "steps", "state"}:
            return f"expected lr, state, steps, got {_listed(state)}"
        for name in ("steps", "state"):
            if not isinstance(state[name], list) or len(state[name]) != count:
                return f"{name} is no list of {count}, one for each parameter"
        for number, steps in enumerate(state["steps"]):
            if isinstance(steps, bool) or not isinstance(steps, int) or steps < 0:
                return f"steps[{number}] is {steps!r}, expected an int, at least 0"
        for number, kept in enumerate(state["state"]):
            if set(kept) not in (set(), set(self._keeps)):
                return f"parameter {number} has {_listed(kept)}, expected {_listed(self._keeps)}"
            expected = self.parameters[number].data.shape
            for name, array in kept.items():
                shape = getattr(array, "shape", None)
                if shape != expected:
                    got = type(array).__name__ if shape is None else rules.show(shape)
                    return f"{name} of parameter {number} is {got}, expected {rules.show(expected)}"
        return None

    @property
    def _name(self) -> str:
        return type(self).__name__

    def _at_least(self, option: str, value: float, minimum: float) -> float:
        """*value* as a Python float, whose product with float32 is float32; that with numpy's float64 is not."""
        if isinstance(value, bool) or not isinstance(value, Real) or not minimum <= value < float("inf"):
            raise ValueError(f"{self._name} expects {option} to be a number, at least {minimum}, got {value!r}")
        return float(value)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names)) or "nothing"
