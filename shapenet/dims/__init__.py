"""Dimensions: their names for annotations, and the algebra that mypy and the running program share."""

from typing import Generic

from typing_extensions import TypeVar, TypeVarTuple

from shapenet.dims.algebra import (
    UNKNOWN,
    Dim,
    Expr,
    Pack,
    Shape,
    Unknown,
    evaluate,
    names,
    product,
    same,
    substitute,
    symbol,
)
from shapenet.dims.bounds import least
from shapenet.dims.facts import Facts, assert_divisible, assert_equal
from shapenet.dims.solving import indivisible, leaves_rest, solve
from shapenet.dims.text import MAX_TEXT, combine, parse

__all__ = [
    "MAX_TEXT",
    "UNKNOWN",
    "B",
    "Batch",
    "C",
    "Dim",
    "Expr",
    "Facts",
    "H",
    "K",
    "M",
    "N",
    "Pack",
    "Shape",
    "Size",
    "Unknown",
    "W",
    "assert_divisible",
    "assert_equal",
    "combine",
    "evaluate",
    "indivisible",
    "least",
    "leaves_rest",
    "names",
    "parse",
    "product",
    "same",
    "solve",
    "substitute",
    "symbol",
]

B = TypeVar("B", bound=int)
"""A batch size."""
C = TypeVar("C", bound=int)
"""A number of channels."""
H = TypeVar("H", bound=int)
"""A height."""
W = TypeVar("W", bound=int)
"""A width."""
N = TypeVar("N", bound=int)
"""Any number, such as that of the elements of a sequence."""
M = TypeVar("M", bound=int)
"""Another number."""
K = TypeVar("K", bound=int)
"""A third number."""
Batch = TypeVarTuple("Batch")
"""Any number of leading dimensions: ``Tensor[*Batch, 10]``."""

_Formula = TypeVar("_Formula", bound=str)
_Names = TypeVarTuple("_Names")


class Size(int, Generic[_Formula, *_Names]):
    """How mypy sees a symbolic dimension: ``Size[Literal["H//2"], H]`` is the formula and the names in it, in order.

    Only the mypy plugin writes it; a program writes the string. No value has this type.
    """
