"""Parameter groups: parameters that share options."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, TypeAlias

from shapenet.nn import Parameter
from shapenet.tensors import Tensor

AnyParameter: TypeAlias = Parameter[*tuple[Any, ...]]

ParamGroup: TypeAlias = dict[str, Any]
"""A list of parameters, ``params``, and their options by name."""

Params: TypeAlias = Iterable[AnyParameter | Mapping[str, Any]]
"""What an optimizer is made for: parameters, or groups of them, each with options of its own; not both.

As a union of two iterables mypy could not tell what a list of different dicts is.
"""

SCHEDULED: Final = ("initial_lr", "max_lr", "min_lr", "max_momentum", "base_momentum")
"""What schedules write down in a group."""


def groups_of(owner: str, params: Params) -> list[Mapping[str, Any]]:
    """*params* as groups; parameters alone are one.

    Raises:
        TypeError: it is one tensor, or no iterable.
        ValueError: it is empty.
    """
    if isinstance(params, Tensor) or not isinstance(params, Iterable):
        raise TypeError(f"{owner} expects an iterable of parameters or of groups, got {type(params).__name__}")
    given: list[Any] = list(params)
    if not given:
        raise ValueError(f"{owner} expects at least one parameter, got none")
    return given if isinstance(given[0], Mapping) else [{"params": given}]


def checked_group(owner: str, given: object, defaults: Mapping[str, Any], others: Iterable[ParamGroup]) -> ParamGroup:
    """A new group: that *given*, with the *defaults* of the options it lacks, its parameters in a list.

    Raises:
        TypeError: it is no group, or has something that is no ``Parameter``.
        ValueError: one of its options is unknown, or one of its parameters is in it twice, or in one of the *others*.
    """
    if not isinstance(given, Mapping):
        raise TypeError(f"{owner} expects groups to be dicts, got {type(given).__name__}")
    known = ("params", *defaults, *SCHEDULED)
    unknown = [name for name in given if name not in known]
    if "params" not in given or unknown:
        problem = f"got {unknown[0]!r}" if unknown else "and params are missing"
        raise ValueError(f"{owner} expects a group to have params and {', '.join(defaults)} at most, {problem}")
    parameters = _listed(owner, given["params"])
    seen = {id(parameter) for group in others for parameter in group["params"]}
    for parameter in parameters:
        if id(parameter) in seen:
            raise ValueError(f"{owner} expects each parameter once, got one twice")
        seen.add(id(parameter))
    return {"params": parameters, **defaults, **{name: value for name, value in given.items() if name != "params"}}


def _listed(owner: str, params: object) -> list[AnyParameter]:
    if isinstance(params, set | frozenset):
        raise TypeError(f"{owner} expects parameters in an order that stays, got a {type(params).__name__}")
    if isinstance(params, Parameter):
        return [params]
    if isinstance(params, Tensor) or not isinstance(params, Iterable):
        raise TypeError(f"{owner} expects parameters, got {type(params).__name__}")
    listed = list(params)
    for parameter in listed:
        if not isinstance(parameter, Parameter):
            raise TypeError(f"{owner} expects parameters, got {type(parameter).__name__}")
    return listed
