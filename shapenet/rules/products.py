"""Rules of products of tensors: the equations of ``einsum``, and products of matrices and vectors alone."""

from __future__ import annotations

import re
import string
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from shapenet.dims import UNKNOWN, Dim, Pack, Shape, Unknown, same
from shapenet.errors import ShapeError
from shapenet.rules.shapes import Undetermined, broadcast, broadcast_dim, count, matmul, ranked, show

_TERM: Final = r"[A-Za-z]*(?:\.\.\.)?[A-Za-z]*"
_EQUATION: Final = re.compile(rf"({_TERM}(?:,{_TERM})*)(?:->({_TERM}))?")
_RANKS: Final = {"mm": (2, 2), "bmm": (3, 3), "mv": (2, 1), "dot": (1, 1), "outer": (1, 1)}


class Equation(NamedTuple):
    """What an equation of ``einsum`` says: a term for each tensor, and one for the result."""

    inputs: tuple[str, ...]
    output: str

    def without_ellipsis(self, ranks: Sequence[int]) -> Equation:
        """The same with letters in place of each ``...``, for tensors of these numbers of dimensions."""
        free = [letter for letter in string.ascii_letters if not any(letter in term for term in self.inputs)]
        hidden = [rank - len(term.replace("...", "")) for term, rank in zip(self.inputs, ranks, strict=True)]
        most = max((count for term, count in zip(self.inputs, hidden, strict=True) if "..." in term), default=0)
        if most > len(free):
            letters = len(string.ascii_letters)
            raise ShapeError(
                "einsum", f"expects at most {letters} different dimensions, got {letters - len(free) + most}"
            )
        names = "".join(free[:most])
        terms = zip(self.inputs, hidden, strict=True)
        return Equation(
            tuple(term.replace("...", names[len(names) - count :]) if "..." in term else term for term, count in terms),
            self.output.replace("...", names),
        )


def equation(text: str) -> Equation:
    """The *text* of an equation, such as ``"bij,bjk->bik"`` or ``"...i,i"``, taken apart.

    Without ``->`` the result has the letters that stand there once, in the order of the alphabet, behind the ``...``.

    Raises:
        ShapeError: it cannot be read, or the result has a letter that is in no tensor, or has one twice.
    """
    match = _EQUATION.fullmatch(text.replace(" ", ""))
    if match is None:
        raise ShapeError("einsum", f'expects an equation such as "bij,bjk->bik" or "...i,i->...", got "{text}"')
    terms = tuple(match[1].split(","))
    letters = match[1].replace(",", "").replace(".", "")
    if match[2] is None:
        once = sorted(letter for letter in set(letters) if letters.count(letter) == 1)
        return Equation(terms, ("..." if "..." in match[1] else "") + "".join(once))
    for letter in match[2].replace(".", ""):
        if letter not in letters:
            raise ShapeError("einsum", f'"{text}" has {letter} in the result, but in no tensor')
        if match[2].count(letter) > 1:
            raise ShapeError("einsum", f'"{text}" has {letter} in the result more than once')
    return Equation(terms, match[2])


def einsum(text: str, shapes: Sequence[Shape]) -> Shape:
    """The shape of a sum of products by the equation *text*; sizes of 1 broadcast.

    Raises:
        ShapeError: the equation cannot be read, is for other tensors, or one of its letters has two sizes.
    """
    terms, output = equation(text)
    if len(terms) != len(shapes):
        raise ShapeError("einsum", f'"{text}" is for {len(terms)} tensors, got {len(shapes)}')
    parts = [_taken(text, term, shape) for term, shape in zip(terms, shapes, strict=True)]
    found: dict[str, tuple[Dim, int]] = {}
    for place, (letters, _) in enumerate(parts):
        for letter, size in letters.items():
            known, first = found.get(letter, (size, place))
            both = broadcast_dim(known, size)
            if both is None:
                one, other = (f"tensor {number} {show(shapes[number])}" for number in (first, place))
                raise ShapeError("einsum", f'"{text}": {letter} is {known} in {one} and {size} in {other}')
            found[letter] = both, place if known == 1 else first
    middle: Shape = ()
    for term, (_, hidden) in zip(terms, parts, strict=True):
        if "..." in term:
            middle = _broadcast(middle, hidden, f'einsum "{text}"')
    before, dots, after = output.partition("...")
    return (
        *(found[letter][0] for letter in before),
        *(middle if dots else ()),
        *(found[letter][0] for letter in after),
    )


def _broadcast(a: Shape, b: Shape, subject: str) -> Shape:
    try:
        return broadcast(a, b, subject)
    except Undetermined:
        return (Pack(),)


def _taken(text: str, term: str, shape: Shape) -> tuple[dict[str, Dim], Shape]:
    """The size of each letter of *term*, and what the ``...`` in it stands for."""
    before, dots, after = map(len, term.partition("..."))
    total = before + after
    packs = [place for place, dim in enumerate(shape) if isinstance(dim, Pack)]
    least = len(shape) - len(packs)
    if (least > total and not dots) or (least < total and not packs):
        wanted = f"{'at least ' if dots else ''}{count(total)}"
        raise ShapeError("einsum", f'"{text}" has "{term}" for {wanted}, got {show(shape)}')
    first, last = (shape[: packs[0]], shape[packs[-1] + 1 :]) if packs else (shape[:before], shape[before:])
    middle: Shape = ()
    if dots:
        told = not packs or (len(first) >= before and len(last) >= after)
        middle = shape[before : len(shape) - after] if told else (Pack(),)
        first, last = first[:before], last[max(len(last) - after, 0) :]
    sizes = [*ranked(first), *[UNKNOWN] * (total - len(first) - len(last)), *ranked(last)]
    return _by_letter(text, zip(term.replace("...", ""), sizes, strict=True), shape), middle


def _by_letter(text: str, sizes: Iterable[tuple[str, Dim]], shape: Shape) -> dict[str, Dim]:
    letters: dict[str, Dim] = {}
    for letter, size in sizes:
        known = letters.setdefault(letter, size)
        if not same(known, size):
            raise ShapeError("einsum", f'"{text}": {letter} is {known} and {size} in {show(shape)}')
        letters[letter] = size if isinstance(known, Unknown) else known
    return letters


def product(a: Shape, b: Shape, subject: str) -> Shape:
    """The product of matrices and vectors that *subject* names: ``mm``, ``bmm``, ``mv``, ``dot`` or ``outer``.

    Raises:
        ShapeError: the operands have other numbers of dimensions, or do not fit.
    """
    ranks = _RANKS[subject]
    left, right = ranked(a), ranked(b)
    if (len(left), len(right)) != ranks:
        wanted = f"{ranks[0]} and {ranks[1]} dimension{'s' if max(ranks) > 1 else ''}"
        raise ShapeError(subject, f"expects tensors of {wanted}, got {show(a)} and {show(b)}")
    if subject == "outer":
        return (*a, *b)
    if subject == "bmm" and not same(left[0], right[0]):
        told = f"got {show(a)} and {show(b)}: dimension 0 is {left[0]} against {right[0]}"
        raise ShapeError(subject, f"expects as many matrices in both tensors, {told}")
    if subject == "bmm":
        return (right[0] if isinstance(left[0], Unknown) else left[0], *matmul(a, b, subject)[1:])
    return matmul(a, b, subject)
