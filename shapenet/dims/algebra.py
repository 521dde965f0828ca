"""The algebra of dimensions.

A dimension (``Dim``) is an ``int``, a symbolic ``Expr`` such as ``H//2 + 1``, or ``UNKNOWN``. An ``Expr`` is an integer
polynomial over *atoms*: names, floor quotients, and powers ``2**I``. Every operation returns the canonical form, so two
dimensions that the rules can prove equal compare equal with ``==``.

Only rules that hold for every integer value of the names (wherever the expression is defined at all) are applied:
``(a*b)//b`` is ``a``, yet ``N*(X//N)`` stays. Division and remainder follow Python: they round towards minus infinity.
Only of a name in an exponent is it taken for granted that it is not negative, as no size is.

    >>> H = symbol("H")
    >>> (H - 2)//2 + 1
    Expr('H//2')
"""

from __future__ import annotations

import math
import operator
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, final

from shapenet.dims.atoms import Atom, Monomial, Name, Power, Quotient, Terms, atom_order, operand, written
from shapenet.errors import DimError

_MAX_TERMS: Final = 512
_MAX_BITS: Final = 4096


@final
class Unknown:
    """A dimension nobody knows before the program runs. Arithmetic with it gives itself."""

    __slots__ = ()

    def _absorb(self, other: Dim) -> Unknown:
        return self

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = _absorb
    __floordiv__ = __rfloordiv__ = __mod__ = __rmod__ = __pow__ = __rpow__ = _absorb

    def __neg__(self) -> Unknown:
        return self

    def __repr__(self) -> str:
        return "?"

    def __reduce__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = Unknown()
"""The one dimension that nobody knows."""


@final
class Expr:
    """A symbolic dimension in canonical form; never a constant (those are plain ``int``)."""

    __slots__ = ("_hash", "_text", "terms")

    terms: Mapping[Monomial, int]

    def __init__(self, terms: Mapping[Monomial, int]) -> None:
        self.terms = terms
        self._hash = hash(frozenset(terms.items()))
        self._text: str | None = None

    def __add__(self, other: Dim) -> Dim:
        if isinstance(other, Unknown):
            return other
        return _build([*self.terms.items(), *_terms(other)])

    def __mul__(self, other: Dim) -> Dim:
        if isinstance(other, Unknown):
            return other
        return _build(_times(a, b) for a in self.terms.items() for b in _terms(other))

    __radd__ = __add__
    __rmul__ = __mul__

    def __neg__(self) -> Dim:
        return self * -1

    def __sub__(self, other: Dim) -> Dim:
        return self + -other

    def __rsub__(self, other: Dim) -> Dim:
        return -self + other

    def __floordiv__(self, other: Dim) -> Dim:
        return other if isinstance(other, Unknown) else floor_divide(self, other)

    def __rfloordiv__(self, other: Dim) -> Dim:
        return other if isinstance(other, Unknown) else floor_divide(other, self)

    def __mod__(self, other: Dim) -> Dim:
        return self - other * (self // other)

    def __rmod__(self, other: Dim) -> Dim:
        return other - self * (other // self)

    def __pow__(self, other: Dim) -> Dim:
        return other if isinstance(other, Unknown) else raise_to(self, other)

    def __rpow__(self, other: Dim) -> Dim:
        return other if isinstance(other, Unknown) else raise_to(other, self)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Expr) and self.terms == other.terms

    def __hash__(self) -> int:
        return self._hash

    def __str__(self) -> str:
        if self._text is None:
            self._text = written(self)
        return self._text

    def __repr__(self) -> str:
        return f"Expr({str(self)!r})"

    def __reduce__(self) -> tuple[type[Expr], tuple[Mapping[Monomial, int]]]:
        return Expr, (self.terms,)


Dim = int | Expr | Unknown
"""A dimension."""


@dataclass(frozen=True, slots=True)
class Pack:
    """Any number of dimensions in a shape: ``*Batch``; without a name, nobody knows how many."""

    name: str = ""

    def __str__(self) -> str:
        return f"*{self.name}" if self.name else "..."


Shape = tuple[Dim | Pack, ...]
"""A shape: dimensions in order, with a pack where any number of them may stand."""


def symbol(name: str) -> Expr:
    """The dimension that is just *name*."""
    return Expr({((Name(name), 1),): 1})


def names(dim: Dim | Pack) -> frozenset[str]:
    """The free names in *dim*."""
    found: set[str] = set()
    if isinstance(dim, Expr):
        for monomial in dim.terms:
            for atom, _ in monomial:
                match atom:
                    case Name(name):
                        found.add(name)
                    case Quotient(numerator, denominator):
                        found |= names(numerator) | names(denominator)
                    case Power(_, exponent):
                        found |= names(exponent)
    return frozenset(found)


def substitute(dim: Dim, values: Mapping[str, Dim]) -> Dim:
    """*dim* with each name in *values* replaced, all at once; names that are missing stay.

    Raises:
        DimError: the values make it undefined (division by zero, a negative power).
    """
    if not isinstance(dim, Expr):
        return dim
    total: Dim = 0
    for monomial, coefficient in dim.terms.items():
        term: Dim = coefficient
        for atom, exponent in monomial:
            term = term * _substitute_atom(atom, values) ** exponent
        total = total + term
    return total


def evaluate(dim: Dim, values: Mapping[str, int]) -> int:
    """The integer that *dim* is for the given *values*.

    Raises:
        DimError: a name has no value, or the expression is undefined there.
    """
    result = substitute(dim, values)
    if not isinstance(result, int):
        missing = ", ".join(sorted(names(result))) or "an unknown dimension"
        raise DimError(f"cannot evaluate {dim}: no value for {missing}")
    return result


def same(a: Dim | Pack, b: Dim | Pack) -> bool:
    """Whether *a* and *b* are proved equal, or one of them is unknown."""
    return a is b or isinstance(a, Unknown) or isinstance(b, Unknown) or a == b


def product(dims: Iterable[Dim]) -> Dim:
    """The product of all *dims*; 1 when there are none."""
    total: Dim = 1
    for dim in dims:
        total = total * dim
    return total


# --- canonical form ---------------------------------------------------------------------------------------------------


def _terms(dim: int | Expr) -> Iterable[tuple[Monomial, int]]:
    return dim.terms.items() if isinstance(dim, Expr) else [((), dim)]


def _build(terms: Iterable[tuple[Monomial, int]]) -> int | Expr:
    """Collect terms that differ only by numbers, drop zeros."""
    pending = list(terms)
    if len(pending) > _MAX_TERMS**2:
        raise DimError(f"it has more than {_MAX_TERMS} terms")
    collected: Terms = {}
    for monomial, coefficient in pending:
        collected[monomial] = collected.get(monomial, 0) + coefficient
    total: Terms = {monomial: coefficient for monomial, coefficient in collected.items() if coefficient}
    atoms = [atom for monomial in total for atom, _ in monomial]
    if any(isinstance(atom, Quotient) and atom.exact for atom in atoms):
        total = _multiply_out(total)
    if any(isinstance(atom, Power) for atom in atoms):
        total = _join_powers(total)
    if len(total) > _MAX_TERMS:
        raise DimError(f"it has more than {_MAX_TERMS} terms")
    if not total:
        return 0
    if total.keys() == {()}:
        return total[()]
    return Expr(total)


def _multiply_out(terms: Terms) -> Terms:
    """``N*(D//N)`` is ``D`` where the division is exact, ``5*(D//3)`` is ``D + 2*(D//3)``, ``2*(D//4)`` is ``D//2``."""
    while True:
        found = next(filter(None, map(_exact_product, terms.items())), None)
        if found is None:
            return terms
        monomial, rest, multiple = found
        terms[monomial] = rest
        for other, coefficient in _terms(multiple):
            terms[other] = terms.get(other, 0) + coefficient
        terms = {kept: coefficient for kept, coefficient in terms.items() if coefficient}


def _exact_product(term: tuple[Monomial, int]) -> tuple[Monomial, int, int | Expr] | None:
    """A term with an exact quotient and a factor of its denominator: what stays of it, and what the rest is."""
    monomial, coefficient = term
    for atom, _ in monomial:
        below = list(_terms(atom.denominator)) if isinstance(atom, Quotient) and atom.exact else []
        if len(below) != 1:
            continue
        assert isinstance(atom, Quotient)
        ((divisor, number),) = below
        left = _without(monomial, ((atom, 1),)) or ()
        powers = dict(left)
        common = tuple((other, min(power, powers[other])) for other, power in divisor if other in powers)
        others = _without(left, common) or ()
        whole, rest = divmod(coefficient, number)
        if whole and common == divisor:  # 5*N * (D//(3*N)) is D + 2*N * (D//(3*N))
            return monomial, rest, _int_or_expr(atom.numerator * _build([(others, whole)]))
        factor = math.gcd(coefficient, number)
        if common or factor > 1:  # 2*N * (D//(4*N*M)) is D//(2*M)
            lesser = _build([(_without(divisor, common) or (), number // factor)])
            product = divide_exactly(atom.numerator, lesser) * _build([(others, coefficient // factor)])
            return monomial, 0, _int_or_expr(product)
    return None


def _without(monomial: Monomial, factors: Monomial) -> Monomial | None:
    """*monomial* divided by *factors*, atom by atom; None if they do not divide it."""
    powers = dict(monomial)
    for atom, power in factors:
        powers[atom] = powers.get(atom, 0) - power
    if any(power < 0 for power in powers.values()):
        return None
    return tuple(sorted(((atom, power) for atom, power in powers.items() if power), key=atom_order))


def _join_powers(terms: Terms) -> Terms:
    """One term for those that differ by constants in exponents: ``2**(I-1) + 2**(I-2)`` is ``3*2**(I-2)``."""
    families: dict[Monomial, dict[tuple[int, ...], int]] = {}
    for monomial, coefficient in terms.items():
        family, constants = _without_constants(monomial)
        families.setdefault(family, {})[constants] = coefficient
    joined: Terms = {}
    for family, members in families.items():
        bases = [atom for atom, _ in family if isinstance(atom, Power)]
        lowest = [min(constants) for constants in zip(*members, strict=True)]
        total = sum(
            coefficient * math.prod(map(_int_power, (b.base for b in bases), map(operator.sub, constants, lowest)))
            for constants, coefficient in members.items()
        )
        raised: dict[Atom, Power] = {}
        for power, constant in zip(bases, lowest, strict=True):
            total, lifted = _lift(total, power, constant)
            exponent = power.exponent + lifted
            assert isinstance(exponent, Expr)
            raised[power] = Power(power.base, exponent)
        if total:
            term = ((raised.get(atom, atom), power) for atom, power in family)
            joined[tuple(sorted(term, key=atom_order))] = total
    return joined


def _without_constants(monomial: Monomial) -> tuple[Monomial, tuple[int, ...]]:
    """*monomial* without the constants in its exponents, and these: ``2**(I-1) * H`` gives ``2**I * H`` and -1."""
    stripped: list[tuple[Atom, int]] = []
    constants: list[int] = []
    for atom, power in monomial:
        if isinstance(atom, Power):
            constants.append(_constant(atom.exponent))
            exponent = atom.exponent - constants[-1]
            assert isinstance(exponent, Expr)
            stripped.append((Power(atom.base, exponent), power))
        else:
            stripped.append((atom, power))
    return tuple(stripped), tuple(constants)


def _lift(coefficient: int, power: Power, constant: int) -> tuple[int, int]:
    """``2 * 2**(I-1)`` is ``2**I``: the coefficient's factors go to the exponent, if it may be negative."""
    while coefficient and coefficient % power.base == 0 and (constant < 0 or not _is_sure(power.exponent)):
        coefficient, constant = coefficient // power.base, constant + 1
    return coefficient, constant


def _times(a: tuple[Monomial, int], b: tuple[Monomial, int]) -> tuple[Monomial, int]:
    """The product of two terms; powers of one base are joined: ``2**I * 2**J`` is ``2**(I+J)``."""
    coefficient = a[1] * b[1]
    if coefficient.bit_length() > _MAX_BITS:
        raise DimError("its numbers grow too large")
    powers: dict[Atom, int] = {}
    exponents: dict[int, Dim] = {}
    for atom, power in a[0] + b[0]:
        if isinstance(atom, Power):
            exponents[atom.base] = exponents.get(atom.base, 0) + atom.exponent * power
        else:
            powers[atom] = powers.get(atom, 0) + power
    for base, exponent in exponents.items():
        positive = _sure_part(exponent) if isinstance(exponent, Expr) else _int_or_expr(exponent)
        assert isinstance(positive, int)
        coefficient *= _int_power(base, positive)
        if isinstance(exponent, Expr):
            rest = exponent - positive
            assert isinstance(rest, Expr)
            powers[Power(base, rest)] = 1
    return tuple(sorted(powers.items(), key=atom_order)), coefficient


def _sure_part(exponent: Expr) -> int:
    """The constant that may be taken out of an exponent: what stays must not become negative."""
    return max(_constant(exponent), 0) if _is_sure(exponent) else 0


def _constant(dim: int | Expr) -> int:
    return dict(_terms(dim)).get((), 0)


def _is_sure(dim: int | Expr) -> bool:
    """Whether *dim* without its constant is sure not to be negative, if no name is."""
    return all(
        coefficient > 0 and all(_is_sure_atom(atom) for atom, _ in monomial)
        for monomial, coefficient in _terms(dim)
        if monomial
    )


def _is_sure_atom(atom: Atom) -> bool:
    if not isinstance(atom, Quotient):
        return True
    return all(_is_sure(side) and _constant(side) >= 0 for side in (atom.numerator, atom.denominator))


def _int_power(base: int, exponent: int) -> int:
    if exponent < 0:
        raise DimError(f"{base}**{exponent} is not an integer")
    if max(base.bit_length(), 1) * exponent > _MAX_BITS:
        raise DimError("its numbers grow too large")
    return int(base**exponent)


def raise_to(base: int | Expr, exponent: int | Expr) -> Dim:
    if isinstance(exponent, Expr):
        if not isinstance(base, int) or base < 1:
            text = f"{operand(base)}**{operand(exponent)}"
            raise DimError(f"the power {text} needs a positive integer base or a known exponent")
        if base == 1:
            return 1
        root, degree = _perfect_root(base)
        return _build([_times(((), 1), (((Power(root, exponent), degree),), 1))])
    if isinstance(base, int):
        return _int_power(base, exponent)
    if not 0 <= exponent <= 32:
        raise DimError(f"the exponent of {operand(base)}**{exponent} must be between 0 and 32")
    return product([base] * exponent)


def _perfect_root(base: int) -> tuple[int, int]:
    """``(root, degree)`` with ``root**degree == base`` and the greatest degree."""
    for degree in range(base.bit_length(), 1, -1):
        root = round(base ** (1 / degree)) if base < 2**512 else base
        for candidate in (root - 1, root, root + 1):
            if candidate > 1 and candidate**degree == base:
                return candidate, degree
    return base, 1


def floor_divide(a: int | Expr, b: int | Expr) -> int | Expr:
    """``a // b`` in canonical form.

    With ``a = q*b + r`` the value is ``q + r//b`` for any ``b``. The rest ``r//b`` is reduced by common factors and,
    under a positive integer ``b``, by ``(X//d + Y)//b = (X + d*Y)//(d*b)``; what remains is an atom.
    """
    if b == 0:
        raise DimError("division by zero")
    if _leading(b)[1] < 0:
        a, b = _int_or_expr(-a), _int_or_expr(-b)
    quotient: int | Expr = 0
    while True:
        if isinstance(a, int) and isinstance(b, int):
            return _int_or_expr(quotient + a // b)
        before = (a, b)
        a, b = _cancel(a, b)
        q, a = divide(a, b)
        quotient = _int_or_expr(quotient + q)
        if a == 0:
            return quotient
        a, b = _unnest(a, b)
        if (a, b) == before:
            assert isinstance(a, Expr | int)
            atom = Quotient(a if isinstance(a, Expr) else Expr({(): a}), b)
            return _int_or_expr(quotient + Expr({((atom, 1),): 1}))


def divide_exactly(a: int | Expr, b: int | Expr) -> int | Expr:
    """``a // b`` in canonical form, for a ``b`` that is known to divide ``a``: ``b`` times it is ``a``."""
    whole = floor_divide(a, b)
    if whole * b == a or isinstance(whole, int):
        return whole
    quotient, rest, b = fraction(a, b)
    atom = Quotient(rest if isinstance(rest, Expr) else Expr({(): rest}), b, exact=True)
    return _int_or_expr(quotient + Expr({((atom, 1),): 1}))


def fraction(a: int | Expr, b: int | Expr) -> tuple[int | Expr, int | Expr, int | Expr]:
    """``a / b`` as a whole, and what is left above and below in lowest terms."""
    if _leading(b)[1] < 0:
        a, b = _int_or_expr(-a), _int_or_expr(-b)
    a, b = _cancel(a, b)
    quotient, rest = divide(a, b)
    return quotient, rest, b


def _int_or_expr(dim: Dim) -> int | Expr:
    assert not isinstance(dim, Unknown)
    return dim


def _leading(dim: int | Expr) -> tuple[Monomial, int]:
    """The greatest term in a graded order, which multiplication respects."""
    return max(_terms(dim), key=lambda term: _graded(term[0]))


def _graded(monomial: Monomial) -> tuple[int, list[tuple[str, int]]]:
    powers: list[tuple[str, int]] = []
    for atom, power in monomial:
        if isinstance(atom, Power) and _is_sure(atom.exponent):  # 2**(2*I + J) counts as (2**I)**2 * 2**J
            powers += [(str(Power(atom.base, Expr({m: 1}))), c) for m, c in atom.exponent.terms.items() if m]
        else:
            powers.append((str(atom), power))
    return sum(power for _, power in powers), sorted(powers, reverse=True)


def divide(a: int | Expr, b: int | Expr) -> tuple[int | Expr, int | Expr]:
    """``(q, r)`` with ``a == q*b + r``; no term of ``r`` is divisible by the leading term of ``b``."""
    lead = _leading(b)
    quotient: int | Expr = 0
    rest: int | Expr = 0
    while a != 0:
        term = _leading(a)
        step = _term_quotient(term, lead)
        left = _int_or_expr(a - step * b)
        if step != 0 and _is_smaller(left, term[0], lead):
            quotient, a = _int_or_expr(quotient + step), left
        else:
            rest, a = _int_or_expr(rest + _build([term])), _int_or_expr(a - _build([term]))
    return quotient, rest


def _is_smaller(dim: int | Expr, monomial: Monomial, lead: tuple[Monomial, int]) -> bool:
    """Whether a step of division led to something smaller; exponents of unknown sign may keep it from that."""
    if dim == 0:
        return True
    term = _leading(dim)
    size, limit = _graded(term[0]), _graded(monomial)
    return size < limit or (size == limit and _term_quotient(term, lead) == 0)


def _term_quotient(a: tuple[Monomial, int], b: tuple[Monomial, int]) -> int | Expr:
    """``a // b`` if ``b`` without its numbers divides ``a``, else 0: ``(3 * 2**(I+J)) // (2 * 2**I)`` is ``2**J``."""
    powers = dict(a[0])
    exponents = {atom.base: atom.exponent for atom in powers if isinstance(atom, Power)}
    above, below = a[1], b[1]
    for atom, power in b[0]:
        if isinstance(atom, Power):
            if atom.base not in exponents:
                return 0
            own = exponents[atom.base]
            del powers[Power(atom.base, own)]
            difference = _int_or_expr(own - atom.exponent)
            constant = _constant(difference)
            rest = _int_or_expr(difference - constant)
            if isinstance(rest, Expr):
                if not (_is_sure(own) and _is_sure(atom.exponent) and _is_sure(rest)):
                    return 0
                powers[Power(atom.base, rest)] = 1
            above *= _int_power(atom.base, max(constant, 0))
            below *= _int_power(atom.base, max(-constant, 0))
        elif isinstance(atom, Quotient) and atom.exact and atom not in powers:
            traded = _through_exact(powers, atom, power)
            if traded is None:
                return 0
            powers, above = traded[0], above * traded[1]
        elif powers.get(atom, 0) < power:
            return 0
        else:
            powers[atom] -= power
    left = ((atom, power) for atom, power in powers.items() if power)
    return _build([(tuple(sorted(left, key=atom_order)), above // below)])


def _through_exact(powers: Mapping[Atom, int], atom: Quotient, power: int) -> tuple[dict[Atom, int], int] | None:
    """``D // (D//N)`` is ``N`` where the inner division is exact: the atoms that stay, and a number."""
    (above, number), *more = _terms(atom.numerator)
    (below, factor), *most = _terms(atom.denominator)
    left = None if more or most or number != 1 else _without(tuple(powers.items()), above * power)
    if left is None or any(isinstance(other, Power) for other, _ in below):
        return None
    result = dict(left)
    for other, exponent in below:
        result[other] = result.get(other, 0) + exponent * power
    return result, factor**power


def _monomial_ratio(a: Monomial, b: Monomial) -> Monomial:
    """``a / b`` for a ``b`` that divides ``a`` atom by atom."""
    powers = dict(b)
    return tuple((atom, power - powers.get(atom, 0)) for atom, power in a if power > powers.get(atom, 0))


def _cancel(a: int | Expr, b: int | Expr) -> tuple[int | Expr, int | Expr]:
    """Divide both by their common factors.

    Under a positive integer ``b`` the constant of ``a`` need not be divisible: ``floor((g*X + r) / (g*m)) =
    floor((X + floor(r/g)) / m)``, so only the other coefficients count.
    """
    parts = [*_terms(a), *_terms(b)]
    if isinstance(b, int):
        parts = [(monomial, coefficient) for monomial, coefficient in parts if monomial] + [((), b)]
    divisor = math.gcd(*(coefficient for _, coefficient in parts))
    common = dict(parts[0][0])
    for monomial, _ in parts[1:]:
        powers = dict(monomial)
        common = {atom: min(power, powers[atom]) for atom, power in common.items() if atom in powers}
    factor = tuple(sorted(common.items(), key=atom_order))

    def shrink(dim: int | Expr) -> int | Expr:
        return _build((_monomial_ratio(m, factor), c // divisor) for m, c in _terms(dim))

    return shrink(a), shrink(b)


def _unnest(a: int | Expr, b: int | Expr) -> tuple[int | Expr, int | Expr]:
    """``(X//d + Y)//b = (X + d*Y)//(d*b)`` for a positive integer ``b``, when one quotient stands alone.

    Of several, it is the one that all others are part of: in ``((c + 2*(c//3))//5 + c//3) // 2`` the first.
    """
    if not isinstance(b, int) or not isinstance(a, Expr):
        return a, b
    alone = [m[0][0] for m, c in a.terms.items() if len(m) == c == 1 and m[0][1] == 1]
    quotients = [atom for atom in alone if isinstance(atom, Quotient)]
    for inner in quotients:
        if all(other is inner or _is_inside(other, inner.numerator) for other in quotients):
            others = a - Expr({((inner, 1),): 1})
            return _int_or_expr(inner.numerator + inner.denominator * others), _int_or_expr(inner.denominator * b)
    return a, b


def _is_inside(atom: Atom, dim: Expr) -> bool:
    inside = [found for monomial in dim.terms for found, _ in monomial]
    return atom in inside or any(_is_inside(atom, q.numerator) for q in inside if isinstance(q, Quotient))


def _substitute_atom(atom: Atom, values: Mapping[str, Dim]) -> Dim:
    match atom:
        case Name(name):
            return values.get(name, symbol(name))
        case Quotient(numerator, denominator, exact):
            above, below = substitute(numerator, values), substitute(denominator, values)
            if below == 0:
                raise DimError(f"division by zero in {atom}")
            if exact and not isinstance(above, Unknown) and not isinstance(below, Unknown):
                return divide_exactly(above, below)
            return above // below
        case Power(base, exponent):
            value = substitute(exponent, values)
            return _int_power(base, value) if isinstance(value, int) else base**value
