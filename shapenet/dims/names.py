"""The dimension names that everyone shares, and the type under which mypy keeps a symbolic dimension."""

from __future__ import annotations

from typing import Generic

from typing_extensions import TypeVar, TypeVarTuple

B = TypeVar("B", bound=int)
"""A batch size."""
C = TypeVar("C", bound=int)
"""A number of channels."""
H = TypeVar("H", bound=int)
"""A height."""
W = TypeVar("W", bound=int)
"""A width."""
N = TypeVar("N", bound=int)
M = TypeVar("M", bound=int)
K = TypeVar("K", bound=int)
Batch = TypeVarTuple("Batch")
"""Any number of leading dimensions: ``Tensor[*Batch, 10]``."""

_Formula = TypeVar("_Formula", bound=str)
_Names = TypeVarTuple("_Names")


class Size(int, Generic[_Formula, *_Names]):
    """How mypy sees a symbolic dimension: ``Size[Literal["H//2"], H]`` is the formula and the names in it, in order.

    Only the mypy plugin writes it; a program writes the string. No value has this type.
    """
