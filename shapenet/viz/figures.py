"""What all pictures share: how a figure is made, its colours, and arrays of what is given."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from shapenet.backend import Array, to_numpy
from shapenet.tensors import AnyTensor, Tensor

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

BLUE: Final = "#0072B2"
ORANGE: Final = "#D55E00"
GREY: Final = "#5A5A5A"
"""Colours that people who are colour-blind tell apart.

Source: Okabe and Ito, "Color universal design" (2008).
"""


def figure(width: float, height: float) -> Figure:
    """An empty figure of that size, in inches.

    Raises:
        ImportError: matplotlib is missing.
    """
    try:
        from matplotlib.figure import Figure
    except ModuleNotFoundError as error:
        raise ImportError(f"shapenet.viz needs {error.name}: pip install 'shapenet[train]'") from error
    return Figure(figsize=(width, height), layout="constrained")


def bare(axes: Axes) -> None:
    """Draw no frame."""
    for spine in axes.spines.values():
        spine.set_visible(False)


def array_of(owner: str, name: str, value: AnyTensor | Array | Any) -> Array:
    """The numbers of a tensor, an array or a list, in main memory.

    Raises:
        TypeError: they are none.
    """
    known = isinstance(value, Tensor | list | tuple) or hasattr(value, "__array_function__")
    given = value.data if isinstance(value, Tensor) else value
    array = np.asarray(given) if isinstance(given, list | tuple) else to_numpy(given) if known else None
    if array is None or array.dtype.kind not in "biuf":
        got = type(value).__name__ if array is None else f"elements of {array.dtype}"
        raise TypeError(f"{owner} expects {name} to be a tensor, an array or a list of numbers, got {got}")
    return array
