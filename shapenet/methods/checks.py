"""What methods check of their options, beside the shapes."""

from __future__ import annotations

import numpy as np

from shapenet.backend import Array, StandIn
from shapenet.rules.base import as_int


def check_int(subject: str, name: str, value: object) -> None:
    """Check that the option *name* is an int.

    Raises:
        ValueError: it is not.
    """
    if as_int(value) is None:
        raise ValueError(f"{subject} expects {name} to be an int, got {value!r}")


def dims_of(subject: str, dim: object) -> tuple[int, ...] | None:
    """The option ``dim``: an int, or several, or None.

    Raises:
        ValueError: it is none of them.
    """
    if dim is None:
        return None
    found = [as_int(part) for part in (dim if isinstance(dim, tuple | list) else (dim,))]
    dims = tuple(part for part in found if part is not None)
    if len(dims) < len(found):
        raise ValueError(f"{subject} expects dim to be an int or a tuple of ints, got {dim!r}")
    return dims


def check_flag(subject: str, name: str, value: object) -> None:
    """Check that the option *name* is a bool.

    Raises:
        ValueError: it is not.
    """
    if not isinstance(value, bool | np.bool_):
        raise ValueError(f"{subject} expects {name} to be a bool, got {value!r}")


def check_places(subject: str, name: str, places: Array, size: int) -> None:
    """Check that *places* lie in a dimension of that *size*: negative ones, and a GPU's, would wrap silently.

    Raises:
        ValueError: one does not.
    """
    if isinstance(places, StandIn):  # it has no elements
        return
    lowest, highest = (int(places.min()), int(places.max())) if places.size else (0, -1)
    if lowest < 0 or highest >= size:
        raise ValueError(f"{subject} expects {name} to be from 0 to {size - 1}, got {lowest} to {highest}")
