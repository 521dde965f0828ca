"""How small a dimension can be, if each name in it is at least 1."""

from __future__ import annotations

from shapenet.dims.algebra import Dim, Expr, Unknown
from shapenet.dims.atoms import Atom, Monomial, Name, Power, Quotient
from shapenet.errors import DimError


def least(dim: Dim) -> int | None:
    """A number that *dim* is never below, for names that are at least 1; None if none is proved."""
    if isinstance(dim, Unknown):
        return None
    if not isinstance(dim, Expr):
        return dim
    total = 0
    for monomial, coefficient in dim.terms.items():
        if coefficient < 0 and monomial:
            return _without_quotient(dim, monomial)
        bound = _least_product(monomial)
        if bound is None:
            return None
        total += coefficient * bound
    return total


def _without_quotient(dim: Expr, monomial: Monomial) -> int | None:
    """The bound of what is taken from: ``n//d`` is at most ``n/d``, so ``a - n//d`` is at least ``(d*a - n)/d``."""
    (atom, power), *others = monomial
    if others or power != 1 or not isinstance(atom, Quotient) or not isinstance(atom.denominator, int):
        return None
    coefficient, divisor = dim.terms[monomial], atom.denominator
    rest = {other: number for other, number in dim.terms.items() if other != monomial}
    try:
        bound = least(divisor * _of(rest) + coefficient * atom.numerator)
    except DimError:  # its numbers grow too large
        return None
    return None if bound is None else -(-bound // divisor)


def _of(terms: dict[Monomial, int]) -> int | Expr:
    return Expr(terms) if terms.keys() - {()} else terms.get((), 0)


def _least_product(monomial: Monomial) -> int | None:
    total = 1
    for atom, power in monomial:
        bound = _least_atom(atom)
        if bound is None or bound < 0:
            return None
        total *= bound**power
    return total


def _least_atom(atom: Atom) -> int | None:
    match atom:
        case Name() | Power():
            return 1
        case Quotient(numerator, denominator):
            above, below = least(numerator), least(denominator)
            if above is None or below is None or below < 1:
                return None
            if isinstance(denominator, int):
                return above // denominator
            return None if above < 0 else 0
