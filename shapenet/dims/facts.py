"""Facts about sizes: asserted by a program while it runs, and used by the checker before it does.

A size that is known to be divisible makes a division exact, so that ``heads * (dim // heads)`` is ``dim``:

    >>> D, N = symbol("D"), symbol("N")
    >>> facts = Facts().with_divisible(D, N)
    >>> N * facts.settle(D // N)
    Expr('D')
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from shapenet.dims.algebra import (
    Dim,
    Expr,
    Unknown,
    divide,
    divide_exactly,
    floor_divide,
    fraction,
    names,
    substitute,
    symbol,
)
from shapenet.dims.atoms import Atom, Name, Power, Quotient
from shapenet.errors import DimError, ShapeError


def assert_divisible(size: int, by: int) -> None:
    """Assert that *size* is a multiple of *by*: to the checker, ``by * (size // by)`` is then *size*.

    The fact holds in the rest of the function; one from ``__init__`` holds in all methods of the class.

    Raises:
        ShapeError: it is not.
    """
    check_divisible(size, by)


def assert_equal(size: int, other: int) -> None:
    """Assert that two sizes are equal: to the checker, *size* is then *other*.

    The fact holds in the rest of the function; one from ``__init__`` holds in all methods of the class.

    Raises:
        ShapeError: they are not.
    """
    check_equal(size, other)


def check_divisible(size: Dim, by: Dim) -> None:
    """Refuse sizes of which is known that one does not divide the other.

    Raises:
        ShapeError: *by* does not divide *size*.
    """
    if by == 0:
        raise ShapeError("assert_divisible", f"expects a divisor of {size} other than 0, got 0")
    if isinstance(size, Unknown) or isinstance(by, Unknown):
        return
    try:
        rest = size - by * floor_divide(size, by)
    except DimError:  # its numbers grow too large
        return
    if isinstance(rest, int) and rest != 0:
        raise ShapeError("assert_divisible", f"expects {size} to be divisible by {by}")


def check_equal(size: Dim, other: Dim) -> None:
    """Refuse sizes that are known to differ.

    Raises:
        ShapeError: *size* is not *other*.
    """
    difference = size - other
    if isinstance(difference, int) and difference != 0:
        raise ShapeError("assert_equal", f"expects {other}, got {size}")


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of the sizes in one place of a program."""

    divisible: tuple[tuple[int | Expr, int | Expr], ...] = ()
    """Pairs of a size and what divides it."""
    equal: Mapping[str, Dim] = field(default_factory=dict)
    """From a name to what it is equal to."""

    def __bool__(self) -> bool:
        return bool(self.divisible or self.equal)

    def with_divisible(self, size: Dim, by: Dim) -> Facts:
        """These facts, and that *by* divides *size*."""
        size, by = self.settle(size), self.settle(by)
        if isinstance(size, Unknown) or isinstance(by, Unknown) or by == 0:
            return self
        _, size, by = fraction(size, by)
        if by == 1 or (isinstance(size, int) and isinstance(by, int)):
            return self
        inner = _lone_exact(size)
        if inner is not None:  # of D//N, it says more of D
            size, by = inner.numerator, _known(inner.denominator * by)
        whole = self.settle(floor_divide(size, by))
        known = by * whole == size
        return self if known else replace(self, divisible=(*self.divisible, (size, by)))

    def with_equal(self, size: Dim, other: Dim) -> Facts:
        """These facts, and that *size* is *other*; nothing is learnt if neither is a name."""
        size, other = self.settle(size), self.settle(other)
        for one, value in ((size, other), (other, size)):
            if _is_name(one) and not names(one) & names(value) and not isinstance(value, Unknown):
                known = {str(one): value}
                equal = {name: substitute(dim, known) for name, dim in self.equal.items()} | known
                facts = Facts(equal=equal)
                for fact in self.divisible:
                    facts = facts.with_divisible(*fact)
                return facts
        return self

    def settle(self, dim: Dim) -> Dim:
        """*dim* in the form that these facts allow, the same for all that they prove equal.

        Raises:
            DimError: by these facts, it is undefined.
        """
        if not self or not isinstance(dim, Expr):
            return dim
        dim = substitute(dim, self.equal) if self.equal else dim
        total: Dim = 0
        for monomial, coefficient in dim.terms.items() if isinstance(dim, Expr) else [((), _known(dim))]:
            term: Dim = coefficient
            for atom, power in monomial:
                term = term * self._settle_atom(atom) ** power
            total = total + term
        return total

    def _settle_atom(self, atom: Atom) -> Dim:
        match atom:
            case Name(name):
                return symbol(name)
            case Power(base, exponent):
                return base ** self.settle(exponent)
            case Quotient(numerator, denominator, exact):
                above, below = _known(self.settle(numerator)), _known(self.settle(denominator))
                if below == 0:
                    raise DimError(f"division by zero in {atom}")
                if exact:
                    return divide_exactly(above, below)
                result = floor_divide(above, below)
                if result == Expr({((atom, 1),): 1}):
                    return self._quotient(above, below)
                return self.settle(result)

    def _quotient(self, a: int | Expr, b: int | Expr) -> Dim:
        """``a // b``: where ``b`` is known to divide ``s``, ``m*(s//b) + r//b`` for an ``a`` that is ``m*s + r``."""
        for size, by in self.divisible:
            multiple, rest = divide(a, size)
            if _length(rest) < _length(a) and _divides(b, by):
                return multiple * divide_exactly(size, b) + self._quotient(rest, b)
        return floor_divide(a, b)


def _known(dim: Dim) -> int | Expr:
    assert not isinstance(dim, Unknown)
    return dim


def _is_name(dim: Dim) -> bool:
    return isinstance(dim, Expr) and names(dim) == {str(dim)}


def _lone_exact(dim: int | Expr) -> Quotient | None:
    """The exact quotient that *dim* is, if it is one."""
    if isinstance(dim, Expr) and len(dim.terms) == 1:
        ((monomial, coefficient),) = dim.terms.items()
        if coefficient == 1 and len(monomial) == 1 and monomial[0][1] == 1:
            atom = monomial[0][0]
            return atom if isinstance(atom, Quotient) and atom.exact else None
    return None


def _length(dim: int | Expr) -> int:
    """The number of its terms."""
    return len(dim.terms) if isinstance(dim, Expr) else int(dim != 0)


def _divides(a: int | Expr, b: int | Expr) -> bool:
    whole = floor_divide(b, a)
    return whole * a == b
