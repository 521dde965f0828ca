"""Sizes that are ints to the program, and know the formula that they are the value of.

A model's ``__call__`` computes with sizes: ``x.shape[1] // 2``. Given ints that carry a formula along, its own code
tells the formula of each shape. Where it asks a question that the formula does not answer, such as ``H % 16 == 0``, the
value answers, and the answer is noted: the formulas hold for sizes that give the same answers.
"""

from __future__ import annotations

import operator
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import FrameType
from typing import Any, Final

from shapenet.dims import UNKNOWN, Dim, Expr, Facts, Pack, Shape, Unknown, evaluate, names, substitute
from shapenet.errors import DimError

_OPPOSITE: Final = {"==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
_HOLDS: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@dataclass(frozen=True)
class Assumption:
    """An answer that depended on the sizes: *left* and *right* compare as *sign* says."""

    left: Dim
    sign: str
    right: Dim

    def __str__(self) -> str:
        return f"{self.left} {self.sign} {self.right}"

    def holds(self, values: Mapping[str, int]) -> bool:
        """Whether sizes give the same answer."""
        try:
            return _HOLDS[self.sign](evaluate(self.left, values), evaluate(self.right, values))
        except DimError:
            return False


class World:
    """The sizes of one run: a value for each name, and what was asked about them."""

    def __init__(self, values: Mapping[str, int]) -> None:
        self.values = dict(values)
        self.assumptions: dict[str, Assumption] = {}
        self.facts = Facts()

    def size(self, formula: Dim) -> int:
        """What the program gets for *formula*, whose names all have values."""
        return formula if isinstance(formula, int) else self.known(evaluate(formula, self.values), formula)

    def known(self, value: int, formula: Dim) -> int:
        """What the program gets for *formula*, which has this *value*."""
        return formula if isinstance(formula, int) else Size(value, formula, self)

    def shape(self, formulas: Shape) -> tuple[int, ...]:
        """What the program gets for a shape without packs."""
        return tuple(self.size(dim) for dim in formulas if not isinstance(dim, Pack))

    def settled(self, dim: Dim) -> Dim:
        """*dim* in the form that the answers allow."""
        return dim if isinstance(dim, int | Unknown) or not self.facts else self.facts.settle(dim)

    def assume(self, left: Dim, sign: str, right: Dim) -> None:
        """Note an answer."""
        assumption = Assumption(left, sign, right)
        self.assumptions.setdefault(str(assumption), assumption)
        if sign == "==":
            self._learn(left - right)
            self.facts = self.facts.with_equal(left, right)

    def _learn(self, zero: Dim) -> None:
        """``n - d*(n//d)``, which is ``n % d``, is 0: *d* divides *n*."""
        for dim in (zero, -zero):
            for monomial in dim.terms if isinstance(dim, Expr) else ():
                for atom, _ in monomial:
                    above, below = getattr(atom, "numerator", None), getattr(atom, "denominator", None)
                    if above is not None and below is not None and dim == above % below:
                        self.facts = self.facts.with_divisible(above, below)


class Size(int):
    """An int with its formula."""

    formula: Dim
    world: World

    def __new__(cls, value: int, formula: Dim, world: World) -> Size:
        size = super().__new__(cls, value)
        size.formula, size.world = formula, world
        return size

    def _with(self, function: Callable[[Any, Any], Any], first: Any, second: Any) -> Any:
        if not isinstance(first, int) or not isinstance(second, int):
            return NotImplemented
        value = function(int(first), int(second))
        try:
            formula = function(formula_of(first), formula_of(second))
        except (DimError, TypeError):  # its numbers grow too large, or 2**-H
            formula = UNKNOWN
        return self.world.known(value, formula)

    def __add__(self, other: int) -> int:
        return self._with(operator.add, self, other)  # type: ignore[no-any-return]

    def __radd__(self, other: int) -> int:
        return self._with(operator.add, other, self)  # type: ignore[no-any-return]

    def __sub__(self, other: int) -> int:
        return self._with(operator.sub, self, other)  # type: ignore[no-any-return]

    def __rsub__(self, other: int) -> int:
        return self._with(operator.sub, other, self)  # type: ignore[no-any-return]

    def __mul__(self, other: int) -> int:
        return self._with(operator.mul, self, other)  # type: ignore[no-any-return]

    def __rmul__(self, other: int) -> int:
        return self._with(operator.mul, other, self)  # type: ignore[no-any-return]

    def __floordiv__(self, other: int) -> int:
        return self._with(operator.floordiv, self, other)  # type: ignore[no-any-return]

    def __rfloordiv__(self, other: int) -> int:
        return self._with(operator.floordiv, other, self)  # type: ignore[no-any-return]

    def __mod__(self, other: int) -> int:
        return self._with(operator.mod, self, other)  # type: ignore[no-any-return]

    def __rmod__(self, other: int) -> int:
        return self._with(operator.mod, other, self)  # type: ignore[no-any-return]

    def __neg__(self) -> int:
        return self.world.known(-int(self), -self.formula)

    def __pos__(self) -> int:
        return self

    def __eq__(self, other: object) -> bool:
        return self._asked("==", other)

    def __ne__(self, other: object) -> bool:
        return self._asked("!=", other)

    def __lt__(self, other: int) -> bool:
        return self._asked("<", other)

    def __le__(self, other: int) -> bool:
        return self._asked("<=", other)

    def __gt__(self, other: int) -> bool:
        return self._asked(">", other)

    def __ge__(self, other: int) -> bool:
        return self._asked(">=", other)

    def __bool__(self) -> bool:
        return self._asked("!=", 0)

    def __hash__(self) -> int:
        # Not that of the int: what others remember by ints must neither be found nor be kept by a formula.
        return hash((int(self), str(self.formula)))

    def _asked(self, sign: str, other: object) -> bool:
        if not isinstance(other, int):
            return NotImplemented  # type: ignore[no-any-return]  # Python then asks the other operand
        answer = _HOLDS[sign](int(self), int(other))
        left, right = self.world.settled(self.formula), self.world.settled(formula_of(other))
        if isinstance(left - right, Expr):
            told = sign if answer else _OPPOSITE[sign]
            if told == "==" or _is_users(sys._getframe(1)):
                self.world.assume(left, told, right)
        return answer


def formula_of(size: int) -> Dim:
    """The formula of a size, or the int that it is."""
    return size.formula if isinstance(size, Size) else int(size)


def formulas(shape: tuple[int, ...]) -> tuple[Dim, ...]:
    """The formulas of a shape."""
    return tuple(map(formula_of, shape))


def at(dim: Dim, values: Mapping[str, int]) -> Dim:
    """*dim* with *values* for names; unknown where they leave it undefined."""
    try:
        return substitute(dim, {name: values[name] for name in names(dim) if name in values})
    except DimError:
        return UNKNOWN


def _is_users(frame: FrameType | None) -> bool:
    """Whether a question comes from a model: what the library asks for its checks tells nothing of the result."""
    while frame is not None and frame.f_globals.get("__name__") == __name__:
        frame = frame.f_back
    name = "" if frame is None else str(frame.f_globals.get("__name__"))
    return not name.startswith("shapenet.") or name.startswith(("shapenet.models", "shapenet.dims.facts"))
