"""Equations between dimensions, as far as they have one solution: ``8*W == 64`` gives ``W = 8``; and divisibility."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from shapenet.dims.algebra import UNKNOWN, Dim, Expr, Unknown, substitute, symbol
from shapenet.dims.atoms import Name
from shapenet.errors import DimError

_FREE: Final = symbol("?")
"""No name that anybody writes: those of *value* may be called like *name*."""
_MAX_FACTORED: Final = 4096


def solve(formula: Expr, name: str, value: Dim, others: Mapping[str, Dim]) -> Dim | None:
    """What *name* is if *formula*, with its *others* replaced, is *value*.

    Unknown if *formula* is not linear in *name* (there may be several answers); None if no size is proved to be it.
    """

    def at(size: Dim) -> Dim:
        return substitute(formula, {**others, name: size})

    try:
        start = at(0)
        slope = at(1) - start
        linear = at(_FREE) == slope * _FREE + start
    except DimError:
        return UNKNOWN
    rest = value - start
    if not linear or slope == 0 or isinstance(rest, Unknown) or isinstance(slope, Unknown):
        return UNKNOWN
    size = rest // slope
    return size if size * slope == rest and not (isinstance(size, int) and size < 0) else None


def indivisible(size: Dim, by: Dim) -> bool:
    """Whether it is known that *by* does not divide *size*, of which both are at least 1: ``5*C`` and ``6*C``."""
    if isinstance(size, int) and isinstance(by, int):
        return leaves_rest(size, by)
    return leaves_rest(size, by) or _is_positive(size % by) or _is_positive(by - size)


def leaves_rest(size: Dim, by: Dim) -> bool:
    """Whether *by* divides *size* for no values of the names: 6 does not divide ``2*N + 1``, as 2 does not."""
    if isinstance(size, int) and isinstance(by, int):
        return size % by != 0
    factors: list[Dim] = [by]
    if isinstance(by, int) and by <= _MAX_FACTORED:
        factors += [factor for factor in range(2, by) if by % factor == 0]
    rests = (size % factor for factor in factors)
    return any(isinstance(rest, int) and rest != 0 for rest in rests)


def _is_positive(dim: Dim) -> bool:
    """Whether *dim* is sure to be at least 1, if its names are."""
    if not isinstance(dim, Expr):
        return isinstance(dim, int) and dim > 0
    plain = all(isinstance(atom, Name) for monomial in dim.terms for atom, _ in monomial)
    return plain and all(coefficient > 0 for coefficient in dim.terms.values())
