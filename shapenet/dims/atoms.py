"""What symbolic dimensions are made of, and how they are written: atoms, monomials, and their text."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shapenet.dims.algebra import Expr


@dataclass(frozen=True, slots=True)
class Name:
    """An atom: a free dimension."""

    name: str

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class Quotient:
    """An atom: a floor division that no rule could simplify.

    Where it is *exact*, which a fact must say, the denominator times it is the numerator. Its value is the same.
    """

    numerator: Expr
    denominator: int | Expr
    exact: bool = field(default=False, compare=False)

    def __str__(self) -> str:
        return f"{operand(self.numerator)}//{operand(self.denominator)}"


@dataclass(frozen=True, slots=True)
class Power:
    """An atom: ``base**exponent`` with an integer base above 1 that is no perfect power."""

    base: int
    exponent: Expr

    def __str__(self) -> str:
        return f"{self.base}**{operand(self.exponent)}"


Atom = Name | Quotient | Power
Monomial = tuple[tuple[Atom, int], ...]  # ((atom, power), ...), sorted by the atoms' text
Terms = dict[Monomial, int]


def atom_order(item: tuple[Atom, int]) -> str:
    """The key by which the atoms of a monomial are sorted."""
    return str(item[0])


def written(expr: Expr) -> str:
    """Terms by falling degree, those with a plus sign first, the constant last: ``2*H - W + 1``."""
    remainder = _as_remainder(expr)
    if remainder is not None:
        return remainder

    def order(term: tuple[Monomial, int]) -> tuple[bool, bool, int, str]:
        monomial, coefficient = term
        degree = sum(power for _, power in monomial)
        return monomial == (), coefficient < 0, -degree, _print_monomial(monomial, alone=True)

    text = ""
    for monomial, coefficient in sorted(expr.terms.items(), key=order):
        size = abs(coefficient)
        factors = [str(size)] if size != 1 or not monomial else []
        factors += (
            [_print_monomial(monomial, alone=not factors and (bool(text) or coefficient > 0))] if monomial else []
        )
        body = "*".join(factors)
        if not text:
            text = f"-{body}" if coefficient < 0 else body
        else:
            text += f" - {body}" if coefficient < 0 else f" + {body}"
    return text


def _as_remainder(expr: Expr) -> str | None:
    """``n - d*(n//d)`` reads better as ``n%d``."""
    for monomial, coefficient in expr.terms.items():
        for atom, power in monomial:
            if not isinstance(atom, Quotient) or power != 1 or coefficient > 0:
                continue
            if expr == atom.numerator - atom.denominator * type(expr)({((atom, 1),): 1}):
                return f"{operand(atom.numerator)}%{operand(atom.denominator)}"
    return None


def _print_monomial(monomial: Monomial, *, alone: bool) -> str:
    """The product; a quotient is put in parentheses unless it is *alone* in its term, without number or sign."""
    several = not alone or len(monomial) > 1 or any(power > 1 for _, power in monomial)

    def factor(atom: Atom, power: int) -> str:
        text = f"({atom})" if isinstance(atom, Quotient) and several else str(atom)
        return text if power == 1 else f"{text}**{power}"

    return "*".join(factor(atom, power) for atom, power in monomial)


def operand(dim: int | Expr) -> str:
    """*dim* as an operand: in parentheses unless it is a name or a non-negative number."""
    text = str(dim)
    return text if text.isidentifier() or text.isdigit() else f"({text.replace(' ', '')})"
