"""Options, checked: each function returns the value as Python's own type, or says what was expected.

A Python float keeps the product with a float32 array float32; numpy's float64 would not.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from numbers import Integral
from typing import Any

from shapenet.methods.numbers import real


def number(
    owner: str,
    option: str,
    value: object,
    *,
    at_least: float | None = None,
    above: float | None = None,
    at_most: float | None = None,
) -> float:
    """A finite number within the bounds.

    Raises:
        ValueError: it is not; the text names *owner*, *option* and the bounds.
    """
    found = real(value)
    if (
        found is not None
        and math.isfinite(found)
        and (at_least is None or found >= at_least)
        and (above is None or found > above)
        and (at_most is None or found <= at_most)
    ):
        return found
    limits = (("at least", at_least), ("above", above), ("at most", at_most))
    wanted = ", ".join(["a number", *(f"{word} {limit}" for word, limit in limits if limit is not None)])
    raise ValueError(f"{owner} expects {option} to be {wanted}, got {value!r}")


def integer(owner: str, option: str, value: object, at_least: int) -> int:
    """An int of at least so much.

    Raises:
        ValueError: it is not.
    """
    if isinstance(value, bool) or not isinstance(value, Integral) or value < at_least:
        raise ValueError(f"{owner} expects {option} to be an int, at least {at_least}, got {value!r}")
    return int(value)


def flag(owner: str, option: str, value: object) -> bool:
    """A bool.

    Raises:
        ValueError: it is not.
    """
    if not isinstance(value, bool):
        raise ValueError(f"{owner} expects {option} to be a bool, got {value!r}")
    return value


def choice(owner: str, option: str, value: object, words: tuple[str, ...]) -> str:
    """One of the *words*.

    Raises:
        ValueError: it is not.
    """
    if not isinstance(value, str) or value not in words:
        raise ValueError(f"{owner} expects {option} to be {' or '.join(map(repr, words))}, got {value!r}")
    return value


class Options:
    """The options of one parameter group, checked as they are read."""

    def __init__(self, owner: str, given: Mapping[str, Any]) -> None:
        self.owner = owner
        self._given = given

    def number(self, option: str, at_least: float = 0, at_most: float | None = None) -> float:
        """That option, a finite number within the bounds."""
        return number(self.owner, option, self._given[option], at_least=at_least, at_most=at_most)

    def flag(self, option: str) -> bool:
        """That option, a bool."""
        return flag(self.owner, option, self._given[option])

    def betas(self) -> tuple[float, float]:
        """The option ``betas``, two numbers from 0 to below 1."""
        value = self._given["betas"]
        given = tuple(value) if isinstance(value, tuple | list) else ()
        numbers = [found for found in map(real, given) if found is not None]
        if len(given) != 2 or len(numbers) != 2 or not all(0 <= beta < 1 for beta in numbers):
            raise ValueError(f"{self.owner} expects betas to be two numbers from 0 to below 1, got {value!r}")
        return numbers[0], numbers[1]
