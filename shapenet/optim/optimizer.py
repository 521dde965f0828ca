"""What optimizers share: groups of parameters with their options, and the state of each parameter."""

from __future__ import annotations

from abc import ABC
from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np

from shapenet import rules
from shapenet.backend import Array, beside, device_of
from shapenet.errors import DeviceError, ShapeError
from shapenet.kernels.elementwise import in_pieces
from shapenet.optim import checkpoint, checks
from shapenet.optim.checkpoint import Kept
from shapenet.optim.checks import Options
from shapenet.optim.groups import AnyParameter, ParamGroup, Params, checked_group, groups_of
from shapenet.optim.many import Many
from shapenet.optim.rule import FusedRule, Rule


class Optimizer(ABC):
    """Changes parameters in place by their gradients.

    *params* are parameters, or groups of them: ``[{"params": body.parameters()}, {"params": head.parameters(), "lr":
    1e-2}]``; what a group lacks it takes from *defaults*. The options in ``param_groups`` may be set between steps; the
    next step checks them.

    Raises:
        TypeError: something is no ``Parameter``.
        ValueError: there is no parameter, or one comes twice, or an option is unknown or out of range.
    """

    _rule: ClassVar[type[Rule]]

    def __init__(self, params: Params, defaults: Mapping[str, Any]) -> None:
        self.defaults = self._read(defaults).options()
        self.param_groups: list[ParamGroup] = []
        self._kept: dict[int, Kept] = {}  # by the id of the parameter, which it holds
        for group in groups_of(self._name, params):
            self.add_param_group(group)

    def add_param_group(self, param_group: Mapping[str, Any]) -> None:
        """Change the parameters of one more group, too: ``{"params": ..., "lr": ...}``.

        Raises:
            TypeError: something is no ``Parameter``; nothing was changed.
            ValueError: a parameter comes twice, or an option is unknown or out of range; nothing was changed.
        """
        group = checked_group(self._name, param_group, self.defaults, self.param_groups)
        group.update(self._read(group).options())
        self.param_groups.append(group)

    @property
    def lr(self) -> float:
        """The learning rate of all groups; setting it sets that of each.

        Raises:
            ValueError: the groups differ; or what it is set to is no number of at least 0.
        """
        rates = [group["lr"] for group in self.param_groups]
        if any(rate != rates[0] for rate in rates):
            raise ValueError(f"{self._name} has groups of different lr, {rates}: see param_groups")
        return rates[0]  # type: ignore[no-any-return]  # a group is a dict of all kinds of options

    @lr.setter
    def lr(self, lr: float) -> None:
        rate = checks.number(self._name, "lr", lr, at_least=0)
        for group in self.param_groups:
            group["lr"] = rate

    def zero_grad(self) -> None:
        """Forget the gradients of all parameters."""
        for group in self.param_groups:
            for parameter in group["params"]:
                parameter.grad = None

    def step(self) -> None:
        """Change each parameter that has a gradient.

        Raises:
            ShapeError: a gradient has another shape than its parameter; nothing was changed.
            DeviceError: a gradient is on another device than its parameter; nothing was changed.
            ValueError: an option is out of range; nothing was changed.
        """
        changes: list[tuple[Rule, AnyParameter, Array]] = []
        for group in self.param_groups:
            rule = self._read(group)
            for parameter in group["params"]:
                if parameter.grad is None:
                    continue
                expected, got = parameter.data.shape, parameter.grad.data.shape
                if got != expected:
                    raise ShapeError(self._name, f"expects a gradient of {rules.show(expected)}, got {rules.show(got)}")
                here, there = device_of(parameter.data), device_of(parameter.grad.data)
                if here != there:
                    raise DeviceError(f"{self._name} expects a gradient on {here}, where its parameter is, got {there}")
                changes.append((rule, parameter, parameter.grad.data))
        together = Many()
        for rule, parameter, gradient in changes:
            with beside(parameter.data):
                self._change(rule, parameter, gradient, together)
        together.change()

    def _change(self, rule: Rule, parameter: AnyParameter, gradient: Array, together: Many) -> None:
        kept, names = self._kept_of(parameter), rule.kept()
        missing = [name for name in names if name not in kept.arrays]
        kept.arrays.update((name, rule.begin(parameter.data)) for name in missing)
        kept.steps += 1
        if not isinstance(parameter.data, np.ndarray) and isinstance(rule, FusedRule):
            part = parameter.data, gradient, [kept.arrays[name] for name in names]
            if together.take(rule, part, kept.steps, bool(missing)):
                return

        def update(*parts: Array) -> None:
            gradient, *state, value = parts
            rule.update(value, gradient, dict(zip(names, state, strict=True)), kept.steps, bool(missing))

        in_pieces(update, gradient, *(kept.arrays[name] for name in names), parameter.data)

    def _kept_of(self, parameter: AnyParameter) -> Kept:
        kept = self._kept.get(id(parameter))
        if kept is None:
            kept = self._kept[id(parameter)] = Kept(parameter)
        kept.follow()
        return kept

    def state_dict(self) -> dict[str, Any]:
        """The options of each group, and copies of the state of each parameter, by its number; in torch's form.

        ``{"state": {0: {"step": 3, "exp_avg": ...}}, "param_groups": [{"lr": ..., "params": [0]}]}``: parameters are
        numbered through all groups; those without a state are not in it. It is what ``load_state_dict`` takes.
        """
        if self._rule.from_the_start:
            for group in self.param_groups:
                rule = self._read(group)
                for parameter in group["params"]:
                    arrays = self._kept_of(parameter).arrays
                    arrays.update((name, rule.begin(parameter.data)) for name in rule.kept() if name not in arrays)
        return checkpoint.written(self._rule, self.param_groups, self._kept)

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Continue from a ``state_dict`` of an optimizer of the same kind over parameters of the same shapes.

        Raises:
            ValueError: it is not of that kind; nothing was changed.
        """
        groups = self._groups_in(state_dict)
        kept = checkpoint.state_in(self.param_groups, state_dict)
        for own, group in zip(self.param_groups, groups, strict=True):
            own.clear()
            own.update(group)
        self._kept = kept

    def check_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Check that ``load_state_dict`` would take *state_dict*.

        Raises:
            ValueError: it would not.
        """
        self._groups_in(state_dict)

    def _groups_in(self, state_dict: Mapping[str, Any]) -> list[ParamGroup]:
        problem = checkpoint.problem_of(self._rule, self.param_groups, self.defaults, state_dict)
        if problem is not None:
            raise ValueError(f"{self._name} cannot load this state: {problem}")
        groups = checkpoint.groups_in(self.param_groups, state_dict)
        for group in groups:
            group.update(self._read(group).options())
        return groups

    def _read(self, options: Mapping[str, Any]) -> Rule:
        return self._rule.read(Options(self._name, options))

    @property
    def _name(self) -> str:
        return type(self).__name__
