"""Matching shapes against annotations."""

from __future__ import annotations

import re

import pytest

from shapenet.dims import UNKNOWN, Dim, Pack, Shape, parse, symbol
from shapenet.errors import DimError, ShapeError
from shapenet.rules import RESULT, Argument, bind, fill, show

ANY = Pack()
BATCH = Pack("Batch")


def shape(*parts: str | int | Pack) -> Shape:
    return tuple(parse(part) if isinstance(part, str) else part for part in parts)


def test_names_are_bound_and_filled_in() -> None:
    x = Argument("x", shape(BATCH, "N", 3, "2*N"), (5, 6, 7, 3, 14))
    values = bind("f()", [x, Argument("y", shape("M"), shape("H//2"))])
    assert values == {"Batch": (5, 6), "N": 7, "M": parse("H//2")}
    assert fill(shape(BATCH, "N+M", "Z"), values) == (5, 6, parse("H//2+7"), UNKNOWN)
    assert fill((ANY, 3), values) == (ANY, 3)


def test_a_formula_may_come_before_its_name() -> None:
    assert bind("f()", [Argument("x", shape("2*N"), (8,)), Argument("y", shape("N"), (4,))]) == {"N": 4}


def test_the_callers_names_are_other_names() -> None:
    """H of the annotation is 2*H of the caller."""
    values = bind("f()", [Argument("x", shape("H", "H//2"), (2 * symbol("H"), symbol("H")))])
    assert values == {"H": parse("2*H")}


def test_unknowns_fit_and_are_improved() -> None:
    values = bind("f()", [Argument("x", shape("N", "N", "2*N"), (UNKNOWN, 3, UNKNOWN))])
    assert values == {"N": 3}
    assert bind("f()", [Argument("x", shape("N", 3), (ANY,))]) == {}
    assert bind("f()", [Argument("x", shape("N", "M"), (4, ANY))]) == {"N": 4}
    assert bind("f()", [Argument("x", shape(BATCH, 3), (ANY, 3))]) == {"Batch": (ANY,)}


@pytest.mark.parametrize(
    ("expected", "actual", "text"),
    [
        (("B", 3), (8, 4), 'argument "x" expects [B, 3], got [8, 4]: dimension 1 is 4, expected 3'),
        (("B", "B"), (8, 4), 'argument "x" expects [B, B], got [8, 4]: dimension 1 is 4, expected B = 8'),
        (("B", "B//2"), (8, 5), 'argument "x" expects [B, B//2], got [8, 5]: dimension 1 is 5, expected B//2 = 4'),
        (("B", "C"), (8, 5), 'argument "x" expects [B, C], got [8, 5]: dimension 1 is 5, expected C = 16'),
        (("B", 3), (8,), 'argument "x" expects 2 dimensions [B, 3], got 1: [8]'),
        ((BATCH, "N", 3), (8,), 'argument "x" expects at least 2 dimensions [*Batch, N, 3], got 1: [8]'),
        ((3, "B"), (ANY, 5), None),
    ],
)
def test_mismatches(expected: tuple[str | int | Pack, ...], actual: Shape, text: str | None) -> None:
    known: dict[str, Dim | Shape] = {"C": 16}
    if text is None:
        bind("f()", [Argument("x", shape(*expected), actual)], known)
        return
    with pytest.raises(ShapeError, match=f"^{re.escape(f'f() {text}')}$"):
        bind("f()", [Argument("x", shape(*expected), actual)], known)


def test_two_packs_must_agree() -> None:
    first = Argument("x", shape(BATCH, "N"), (2, 3, 4))
    assert bind("f()", [first, Argument("y", shape(BATCH), (2, 3))])["Batch"] == (2, 3)
    with pytest.raises(ShapeError, match=re.escape("*Batch is [2], expected [2, 3]")):
        bind("f()", [first, Argument("y", shape(BATCH), (2,))])


def test_results_are_named_as_such() -> None:
    with pytest.raises(ShapeError, match=re.escape("Net declares its result as [B, 3], got [8, 4]")):
        bind("Net", [Argument(RESULT, shape("B", 3), (8, 4))])
    assert Argument(f"{RESULT}[0]", (), ()).claim == "declares its result[0] as"
    assert Argument("x[1]", (), ()).claim == 'argument "x[1]" expects'


def test_unknowns_in_packs_fit_and_are_improved() -> None:
    def both(first: Shape, second: Shape) -> Dim | Shape:
        arguments = [Argument("x", shape(BATCH, 3), (*first, 3)), Argument("y", shape(BATCH), second)]
        return bind("f()", arguments)["Batch"]

    assert both((UNKNOWN, 5), (4, UNKNOWN)) == (4, 5)
    assert both((ANY,), (4, 5)) == (4, 5)
    assert both((4, 5), (ANY,)) == (4, 5)
    assert both((Pack("Q"),), (Pack("Q"),)) == (Pack("Q"),)
    for wrong in ((4, 5), (Pack("R"),), ()):
        with pytest.raises(ShapeError, match=re.escape(f'argument "y" expects [*Batch], got {show(wrong)}: *Batch')):
            both((Pack("Q"),), wrong)


def test_an_undefined_dimension_is_told_with_its_argument() -> None:
    text = 'f() argument "x" expects [H, N, H//N], got [4, 0, 2]: division by zero in H//N'
    with pytest.raises(ShapeError, match=f"^{re.escape(text)}$"):
        bind("f()", [Argument("x", shape("H", "N", "H//N"), (4, 0, 2))])
    with pytest.raises(DimError, match=r"^division by zero in H//N$"):
        fill(shape("H//N"), {"H": 4, "N": 0})


def test_a_mismatch_keeps_the_callers_names_apart() -> None:
    """The annotation's H is 2*H of the caller, so its H+1 is 2*H + 1."""
    text = 'f() argument "x" expects [H, H + 1], got [2*H, H + 1]: dimension 1 is H + 1, expected H + 1 = 2*H + 1'
    with pytest.raises(ShapeError, match=f"^{re.escape(text)}$"):
        bind("f()", [Argument("x", shape("H", "H+1"), shape("2*H", "H+1"))])
    assert fill(shape("H", "W"), {"H": symbol("W"), "W": symbol("H")}) == shape("W", "H")


def test_names_in_formulas_alone_are_found() -> None:
    x = Argument("x", shape("8*H", "2*N + M"), (32, 11))
    values = bind("f()", [x, Argument("y", shape("M + 1"), (6,))])
    assert values == {"H": 4, "M": 5}  # N came before M was found: nobody says what it is
    assert bind("f()", [Argument("y", shape("M + 1"), (6,)), x]) == {"H": 4, "M": 5, "N": 3}


def test_what_no_size_solves_does_not_fit() -> None:
    with pytest.raises(ShapeError, match=re.escape("got [36]: dimension 0 is 36, expected 8*H")):
        bind("f()", [Argument("x", shape("8*H"), (36,))])
    with pytest.raises(ShapeError, match=re.escape("got [12]: dimension 0 is 12, expected 4*N = 8")):
        bind("f()", [Argument("x", shape("8*N"), (16,)), Argument("y", shape("4*N"), (12,))])
