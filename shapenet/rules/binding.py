"""Matching shapes against an annotation: a name is bound by the first dimension it meets, then all must agree.

A name that meets none is found from a formula, if that has one answer: ``8*W`` that meets 64 makes W 8.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from shapenet.dims import UNKNOWN, Dim, Expr, Pack, Shape, Unknown, names, same, solve, substitute
from shapenet.errors import DimError, ShapeError
from shapenet.rules.kinds import ANY, Kind
from shapenet.rules.shapes import count, show

Values = dict[str, Dim | Shape]
"""What each name stands for; a ``Pack``'s name stands for a shape."""


RESULT: Final = "return"  # no parameter can have this name


@dataclass(frozen=True, slots=True)
class Argument:
    """One value to be matched: its name (``RESULT`` for a result), its annotated shape, and its actual shape.

    And the kind of tensor that the annotation asks for (``ANY`` if none), and the actual one.
    """

    name: str
    expected: Shape
    actual: Shape
    expected_kind: Kind = ANY
    actual_kind: Kind = ANY

    @property
    def claim(self) -> str:
        """``argument "x" expects``, before the expected shape."""
        name, bracket, rest = self.name.partition("[")
        if name != RESULT:
            return f'argument "{self.name}" expects'
        return f"declares its result{bracket}{rest} as"

    def mismatch(self, position: int, actual: Dim, expected: str) -> str:
        """What is wrong with the dimension at *position*."""
        problem = f"{self.claim} {show(self.expected)}, got {show(self.actual)}: "
        return problem + f"dimension {position} is {actual}, expected {expected}"


@dataclass(frozen=True, slots=True)
class Held(Argument):
    """What is assigned to a variable, which is the subject."""

    @property
    def claim(self) -> str:
        """``holds``, before the shape of the variable."""
        return f"{self.name} holds".lstrip()


@dataclass(frozen=True, slots=True)
class SizeArgument(Argument):
    """An int that is a size, or a size in the type of a module: both shapes have that one dimension.

    The type is spelled as it is *written*, ``Linear[C, D]``, and as it was *found*; an int needs neither.
    """

    written: str = ""
    found: str = ""

    def mismatch(self, position: int, actual: Dim, expected: str) -> str:
        if not self.written:
            return f"{self.claim} {expected}, got {actual}"
        return f"{self.claim} {self.written}, got {self.found}: a size is {actual}, expected {expected}"


def bind(
    subject: str,
    arguments: Sequence[Argument],
    known: Mapping[str, Dim | Shape] | None = None,
    settle: Callable[[Dim], Dim] = lambda dim: dim,
) -> Values:
    """The values of the names in the expected shapes, so that all arguments fit.

    Names in *known* are given beforehand (the dimensions of the class). Expected and actual shapes may use the same
    names for different things: the result maps names of the annotation to dimensions of the caller, of which *settle*
    knows more.

    Raises:
        ShapeError: an argument does not fit; the text names it and the dimension.
    """
    values: Values = dict(known or {})
    later: list[tuple[Argument, int, Expr, Dim]] = []
    for argument in arguments:
        if ANY not in (argument.expected_kind, argument.actual_kind) and argument.expected_kind != argument.actual_kind:
            kinds = f"{argument.expected_kind.phrase} tensor, got {argument.actual_kind.phrase} one"
            raise ShapeError(subject, f"{argument.claim} {kinds}")
        for position, expected, actual in _align(subject, argument, values):
            if _is_name(expected):
                name = str(expected)
                bound = values.get(name, UNKNOWN)
                assert not isinstance(bound, tuple)
                if not same(bound, actual):
                    raise _mismatch(subject, argument, position, actual, _equation(name, bound))
                values[name] = actual if isinstance(bound, Unknown) else bound
            elif isinstance(expected, Expr):
                later.append((argument, position, expected, actual))
            elif not same(expected, actual):
                raise _mismatch(subject, argument, position, actual, str(expected))
    for argument, position, expected, actual in later:
        found = _solved(expected, actual, values)
        if None in found.values():
            raise _mismatch(subject, argument, position, actual, str(expected))
        values |= {name: size for name, size in found.items() if size is not None}
    for argument, position, expected, actual in later:
        try:
            wanted = settle(_evaluated(expected, values))
        except DimError as error:
            problem = f"{argument.claim} {show(argument.expected)}, got {show(argument.actual)}: {error}"
            raise ShapeError(subject, problem) from None
        if not same(wanted, actual):
            raise _mismatch(subject, argument, position, actual, _equation(str(expected), wanted))
    return values


def fill(shape: Shape, values: Mapping[str, Dim | Shape]) -> Shape:
    """*shape* with every name replaced by its value; what has none becomes unknown.

    Raises:
        DimError: the values make a dimension undefined.
    """
    filled: list[Dim | Pack] = []
    for dim in shape:
        if isinstance(dim, Pack):
            value = values.get(dim.name, (Pack(),))
            filled.extend(value if isinstance(value, tuple) else (value,))
        else:
            filled.append(_evaluated(dim, values))
    return tuple(filled)


def _solved(expected: Expr, actual: Dim, values: Mapping[str, Dim | Shape]) -> dict[str, Dim | None]:
    """The value of the one name in *expected* that has none yet, if there is just one."""
    given = {name: values.get(name, UNKNOWN) for name in names(expected)}
    others: dict[str, Dim] = {name: value for name, value in given.items() if not isinstance(value, Unknown | tuple)}
    missing = given.keys() - others.keys()
    return {name: solve(expected, name, actual, others) for name in missing if len(missing) == 1}


def _evaluated(dim: Dim, values: Mapping[str, Dim | Shape]) -> Dim:
    given: dict[str, Dim] = {}
    for name in names(dim):
        value = values.get(name, UNKNOWN)
        given[name] = UNKNOWN if isinstance(value, tuple) else value
    return substitute(dim, given)


def _is_name(dim: Dim) -> bool:
    return isinstance(dim, Expr) and names(dim) == {str(dim)}


def _align(subject: str, argument: Argument, values: Values) -> Iterator[tuple[int, Dim, Dim]]:
    """Pair expected with actual dimensions; a ``Pack`` in the expected shape takes what the others leave."""
    expected, actual = argument.expected, argument.actual
    packs = [i for i, dim in enumerate(expected) if isinstance(dim, Pack)]
    before = packs[0] if packs else len(expected)
    after = len(expected) - before - 1 if packs else 0
    wild = [i for i, dim in enumerate(actual) if isinstance(dim, Pack)]
    if wild and not (packs and before <= wild[0] and after <= len(actual) - 1 - wild[-1]):
        # Nobody knows which of the actual dimensions meet which: only those left and right of its pack are sure.
        yield from _pairs(expected[: min(before, wild[0])], actual, 0)
        return
    fixed = before + after
    if len(actual) != fixed if not packs else len(actual) < fixed:
        wanted = f"at least {count(fixed)}" if packs else count(fixed)
        problem = f"{argument.claim} {wanted} {show(expected)}, "
        raise ShapeError(subject, f"{problem}got {len(actual)}: {show(actual)}")
    yield from _pairs(expected[:before], actual, 0)
    if packs:
        pack = expected[before]
        assert isinstance(pack, Pack)
        taken = actual[before : len(actual) - after]
        if pack.name:
            bound = values.get(pack.name, taken)
            assert isinstance(bound, tuple)
            agreed = _agreed(bound, taken)
            if agreed is None:
                problem = f"{argument.claim} {show(expected)}, got {show(actual)}: "
                raise ShapeError(subject, problem + f"{pack} is {show(taken)}, expected {show(bound)}")
            values[pack.name] = agreed
        yield from _pairs(expected[before + 1 :], actual[len(actual) - after :], len(actual) - after)


def _agreed(bound: Shape, taken: Shape) -> Shape | None:
    """What both can be, the unknown of one filled in from the other; None if they differ."""
    for one, other in ((bound, taken), (taken, bound)):
        if Pack() in one:
            return other  # nobody knows how many dimensions the pack stands for
    if len(bound) != len(taken) or not all(map(same, bound, taken)):
        return None
    return tuple(got if isinstance(dim, Unknown) else dim for dim, got in zip(bound, taken, strict=True))


def _pairs(expected: Shape, actual: Shape, start: int) -> Iterator[tuple[int, Dim, Dim]]:
    for offset, (wanted, got) in enumerate(zip(expected, actual, strict=False)):
        if not isinstance(wanted, Pack) and not isinstance(got, Pack):
            yield start + offset, wanted, got


def _equation(text: str, value: Dim | Shape) -> str:
    return text if text == str(value) else f"{text} = {value}"


def _mismatch(subject: str, argument: Argument, position: int, actual: Dim, expected: str) -> ShapeError:
    return ShapeError(subject, argument.mismatch(position, actual, expected))
