"""Sizes and dimensions as arguments: ints, given one by one or as a sequence."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from typing import Any

import numpy as np


def whole(subject: str, option: str, value: object, wanted: str = "an int") -> int:
    """*value*, which is an int.

    Raises:
        TypeError: it is not.
    """
    if isinstance(value, bool | np.bool_) or not hasattr(value, "__index__"):
        raise TypeError(f"{subject} expects {option} to be {wanted}, got {value!r}")
    try:
        return value if isinstance(value, int) else operator.index(value)  # a size that knows its formula keeps it
    except TypeError:  # an array
        raise TypeError(f"{subject} expects {option} to be {wanted}, got {value!r}") from None


def listed(subject: str, option: str, values: Any) -> list[int]:
    """The ints in the sequence *values*.

    Raises:
        TypeError: it is none, or something else is in it.
    """
    if not isinstance(values, Sequence) or isinstance(values, str):
        raise TypeError(f"{subject} expects {option} to be ints, got {values!r}")
    return [whole(subject, option, value, "ints") for value in values]


def given(subject: str, option: str, values: Sequence[int | Sequence[int]]) -> list[int]:
    """The ints that were given one by one, or as one sequence.

    Raises:
        TypeError: something else was.
    """
    alone: Any = values[0] if len(values) == 1 else None
    return listed(subject, option, alone if isinstance(alone, Sequence) else values)


def one_or_more(subject: str, option: str, value: int | Sequence[int]) -> int | list[int]:
    """An int, or the ints in a sequence.

    Raises:
        TypeError: it is neither.
    """
    return listed(subject, option, value) if isinstance(value, Sequence) else whole(subject, option, value)
