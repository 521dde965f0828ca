"""What constructors of this package check of their options."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np

from shapenet.methods.numbers import real
from shapenet.tensors import AnyTensor, Tensor


def check_int(owner: str, name: str, value: object, minimum: int) -> None:
    """Check that *value* is an int, at least *minimum*.

    Raises:
        ValueError: it is not.
    """
    if isinstance(value, bool) or not isinstance(value, int) or value < minimum:
        raise ValueError(f"{owner} expects {name} to be an int, at least {minimum}, got {value!r}")


def check_flag(owner: str, name: str, value: object) -> None:
    """Check that *value* is a bool.

    Raises:
        TypeError: it is not.
    """
    if not isinstance(value, bool):
        raise TypeError(f"{owner} expects {name} to be a bool, got {value!r}")


def check_callable(owner: str, name: str, value: object) -> None:
    """Check that *value* can be called, or is None.

    Raises:
        TypeError: it is neither.
    """
    if value is not None and not callable(value):
        raise TypeError(f"{owner} expects {name} to be callable, got {value!r}")


def check_generator(owner: str, value: object) -> None:
    """Check that *value* is one of numpy's generators, or None.

    Raises:
        TypeError: it is neither.
    """
    if value is not None and not isinstance(value, np.random.Generator):
        raise TypeError(f"{owner} expects generator to be a numpy.random.Generator, got {value!r}")


def is_real(value: object) -> bool:
    """Whether *value* is a finite real number; a bool is none."""
    found = real(value) if isinstance(value, int | float) else None
    return found is not None and math.isfinite(found)


def check_number(owner: str, name: str, value: object, lowest: float = -math.inf, highest: float = math.inf) -> None:
    """Check that *value* is a finite number, from *lowest* to *highest*, both included.

    Raises:
        ValueError: it is not.
    """
    if not is_real(value) or not lowest <= float(value) <= highest:  # type: ignore[arg-type]  # is_real told
        least = "" if lowest == -math.inf else f" from {lowest:g}" if highest < math.inf else f", at least {lowest:g}"
        most = "" if highest == math.inf else f" to {highest:g}"
        raise ValueError(f"{owner} expects {name} to be a finite number{least}{most}, got {value!r}")


def as_numbers(owner: str, name: str, values: Iterable[int] | AnyTensor, count: int | None = None) -> list[int]:
    """*values*, numbers of items, as ints; a tensor or an array of integers will do.

    Raises:
        TypeError: one is no integer.
        IndexError: one is no number of one of *count* items.
    """
    given = values.data if isinstance(values, Tensor) else values
    listed = given.tolist() if isinstance(given, np.ndarray) else list(given)
    for value in listed:
        if isinstance(value, bool) or not isinstance(value, int | np.integer):
            raise TypeError(f"{owner} expects {name} to be ints, got {value!r}")
        if count is not None and not -count <= value < count:
            raise IndexError(f"{owner} expects {name} to be from {-count} to {count - 1}, got {value}")
    return [int(value) for value in listed]
