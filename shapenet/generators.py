"""States of numpy's random generators: read, checked, and set."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any, Final

import numpy as np

_LIMITS: Final = {
    "state": 2**128,
    "inc": 2**128,
    "has_uint32": 2,
    "uinteger": 2**32,
    "pos": 625,
    "buffer_pos": 5,
}
"""What each number of a state is below. numpy does not look: with a greater position it would read other memory."""


def state_of(generator: np.random.Generator) -> dict[str, Any]:
    """A copy of the state of *generator*: what it draws next depends on nothing else."""
    return deepcopy(dict(generator.bit_generator.state))


def problem_of(generator: np.random.Generator, state: object) -> str | None:
    """Why *state* is none of a generator of that kind."""
    return _problem("", state_of(generator), state)


def restore(generator: np.random.Generator, state: Mapping[str, Any]) -> None:
    """Let *generator* go on from *state*, which has no problem."""
    generator.bit_generator.state = deepcopy(dict(state))


def _problem(name: str, own: object, given: object) -> str | None:
    if isinstance(own, dict):
        if not isinstance(given, Mapping) or set(given) != set(own):
            got = ", ".join(sorted(map(repr, given))) if isinstance(given, Mapping) else repr(given)
            return f"{name or 'it'} is {got or 'empty'}, expected {', '.join(sorted(map(repr, own)))}"
        problems = (_problem(key, own[key], given[key]) for key in own)
        return next((problem for problem in problems if problem is not None), None)
    if isinstance(own, np.ndarray):
        if not isinstance(given, np.ndarray) or (given.shape, given.dtype) != (own.shape, own.dtype):
            return f"{name} is {given!r}, expected {own.size} numbers of {own.dtype}"
        return None
    if isinstance(own, str):
        return None if given == own else f"{name} is {given!r}, expected {own!r}"
    limit = _LIMITS.get(name, 0)
    if isinstance(given, bool) or not isinstance(given, int) or not 0 <= given < limit:
        return f"{name} is {given!r}, expected an int, at least 0 and below {limit}"
    return None
