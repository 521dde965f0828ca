"""States of optimizers in torch's form: written, checked, and read."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from shapenet import rules
from shapenet.backend import Array, as_array, device_of, to_device
from shapenet.methods.numbers import real
from shapenet.optim.groups import SCHEDULED, AnyParameter, ParamGroup
from shapenet.optim.rule import Rule, State
from shapenet.tensors import Tensor


@dataclass
class Kept:
    """The state of one parameter; it has no arrays before the first step, unless its optimizer begins with some."""

    parameter: AnyParameter
    steps: int = 0
    arrays: State = field(default_factory=dict)

    def follow(self) -> None:
        """Move the arrays to the device of the parameter, which may have been moved since the last step."""
        device = device_of(self.parameter.data)
        self.arrays.update((name, to_device(array, device)) for name, array in self.arrays.items())


def written(rule: type[Rule], groups: Sequence[ParamGroup], kept: Mapping[int, Kept]) -> dict[str, Any]:
    """The ``state_dict``: the state by the number of the parameter, and the groups with numbers for parameters."""
    numbers = {id(parameter): number for number, parameter in enumerate(_parameters(groups))}
    state = {}
    for key, number in numbers.items():
        if key in kept and (kept[key].arrays or (rule.counts and kept[key].steps)):
            counted = {"step": kept[key].steps} if rule.counts else {}
            state[number] = counted | {name: array.copy() for name, array in kept[key].arrays.items()}
    param_groups = [
        {name: deepcopy(value) for name, value in group.items() if name != "params"}
        | {"params": [numbers[id(parameter)] for parameter in group["params"]]}
        for group in groups
    ]
    return {"state": state, "param_groups": param_groups}


def problem_of(
    rule: type[Rule], groups: Sequence[ParamGroup], options: Iterable[str], saved: Mapping[str, Any]
) -> str | None:
    """Why *saved* does not fit an optimizer with these *groups*; the values of options are for others to check."""
    if not isinstance(saved, Mapping) or set(saved) != {"state", "param_groups"}:
        return f"expected param_groups, state, got {_listed(saved)}"
    return _problem_of_groups(groups, options, saved["param_groups"]) or _problem_of_state(rule, groups, saved)


def groups_in(groups: Sequence[ParamGroup], saved: Mapping[str, Any]) -> list[ParamGroup]:
    """The *groups* with the options that were *saved*."""
    return [
        {"params": own["params"]} | {name: deepcopy(value) for name, value in group.items() if name != "params"}
        for own, group in zip(groups, saved["param_groups"], strict=True)
    ]


def state_in(groups: Sequence[ParamGroup], saved: Mapping[str, Any]) -> dict[int, Kept]:
    """The *saved* state by the ids of the parameters; its arrays are copies that lie as the parameters do."""
    kept = {}
    for number, parameter in _numbered(groups, saved["param_groups"]):
        state = saved["state"].get(number)
        if state is not None:
            arrays = {name: _copied(value, parameter.data) for name, value in state.items() if name != "step"}
            kept[id(parameter)] = Kept(parameter, _steps(state.get("step", 0)) or 0, arrays)
    return kept


def _problem_of_groups(groups: Sequence[ParamGroup], options: Iterable[str], saved: Any) -> str | None:
    if not isinstance(saved, list) or len(saved) != len(groups):
        return f"param_groups is no list of {len(groups)}, one for each group"
    for number, (own, group) in enumerate(zip(groups, saved, strict=True)):
        if not isinstance(group, Mapping) or not isinstance(group.get("params"), list):
            return f"param_groups[{number}] is no dict with a list of params"
        if len(group["params"]) != len(own["params"]):
            return f"param_groups[{number}] has {len(group['params'])} params, expected {len(own['params'])}"
        missing = [name for name in options if name not in group]
        if missing:
            return f"param_groups[{number}] lacks {_listed(missing)}"
        odd = [name for name in SCHEDULED if name in group and not _is_number(group[name])]
        if odd:
            return f"{odd[0]} of param_groups[{number}] is {group[odd[0]]!r}, expected a number"
    numbers = [number for group in saved for number in group["params"]]
    if not all(isinstance(number, int) for number in numbers) or len(set(numbers)) < len(numbers):
        return f"params are {numbers}, expected ints, each once"
    return None


def _is_number(value: object) -> bool:
    found = real(value)
    return found is not None and math.isfinite(found)


def _problem_of_state(rule: type[Rule], groups: Sequence[ParamGroup], saved: Mapping[str, Any]) -> str | None:
    state = saved["state"]
    if not isinstance(state, Mapping):
        return f"state is {type(state).__name__}, expected a dict by the numbers of the parameters"
    parameters = dict(_numbered(groups, saved["param_groups"]))
    always = {*rule.always, *(("step",) if rule.counts else ())}
    for number, kept in state.items():
        if number not in parameters:
            return f"parameter {number!r} is in no group"
        if not isinstance(kept, Mapping) or not always <= set(kept) <= always | set(rule.perhaps):
            return f"parameter {number} has {_listed(kept)}, expected {_expected(always, rule.perhaps)}"
        for name, value in kept.items():
            problem = _problem_of_step(value) if name == "step" else _problem_of_array(value, parameters[number].data)
            if problem is not None:
                return f"{name} of parameter {number} is {problem}"
    return None


def _problem_of_step(value: object) -> str | None:
    return f"{value!r}, expected an int, at least 0" if _steps(value) is None else None


def _problem_of_array(value: object, like: Array) -> str | None:
    shape, dtype = getattr(value, "shape", None), getattr(value, "dtype", None)
    if not isinstance(shape, tuple) or dtype is None:
        return f"{type(value).__name__}, expected {rules.show(like.shape)}"
    if shape != like.shape:
        return f"{rules.show(shape)}, expected {rules.show(like.shape)}"
    if not isinstance(dtype, np.dtype) or not np.can_cast(dtype, like.dtype, "same_kind"):
        return f"{dtype}, expected {like.dtype}"
    return None


def _steps(value: Any) -> int | None:
    """That count of steps, which may be an array of one number as in torch; None if it is none."""
    found = value.item() if getattr(value, "shape", None) == () else value
    number = real(found)
    return int(number) if number is not None and number >= 0 and number.is_integer() else None


def _copied(value: Any, like: Array) -> Array:
    source: Array = value.data if isinstance(value, Tensor) else as_array(value)
    copy = np.empty_like(like)
    np.copyto(copy, to_device(source, device_of(like)), casting="same_kind")
    return copy


def _parameters(groups: Iterable[ParamGroup]) -> Iterator[AnyParameter]:
    return (parameter for group in groups for parameter in group["params"])


def _numbered(groups: Iterable[ParamGroup], saved: Iterable[Mapping[str, Any]]) -> Iterator[tuple[int, AnyParameter]]:
    """The parameters, each with its number in the *saved* groups."""
    return zip((number for group in saved for number in group["params"]), _parameters(groups), strict=True)


def _expected(always: Iterable[str], perhaps: Iterable[str]) -> str:
    more = ", ".join(sorted(perhaps))
    return f"{_listed(always)}, perhaps {more}" if more else _listed(always)


def _listed(names: object) -> str:
    if not isinstance(names, Iterable):
        return type(names).__name__
    return ", ".join(sorted(map(str, names))) or "nothing"
