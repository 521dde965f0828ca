"""Reading dimensions: every text gives a dimension or a DimError that says why not."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shapenet.dims import UNKNOWN, combine, parse, symbol
from shapenet.errors import DimError

GRAMMAR = "is not an expression of names, integers, + - * // % **"
PARTS = "is not a name, an integer, or + - * // % ** of them"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", GRAMMAR),
        ("H//", GRAMMAR),
        ("2 H", GRAMMAR),
        ("(" * 500, GRAMMAR),
        ("H//0", ": division by zero"),
        ("H//(W-W)", ": division by zero"),
        ("H/2", f": H / 2 {PARTS}"),
        ("H.x", f": H.x {PARTS}"),
        ("f(H)", f": f(H) {PARTS}"),
        ("1.5", f": 1.5 {PARTS}"),
        ("True", f": True {PARTS}"),
        ("+H", f": +H {PARTS}"),
        ("9**9**9", ": its numbers grow too large"),
        ("a**b", ": the power a**b needs a positive integer base or a known exponent"),
        ("a**99", ": the exponent of a**99 must be between 0 and 32"),
        ("2**(-1)", ": 2**-1 is not an integer"),
        ("(a+b+c+d)**30", ": it has more than 512 terms"),
        ("H+" * 1500 + "H", ": it is longer than 2000 characters"),
    ],
)
def test_refuses(text: str, problem: str) -> None:
    with pytest.raises(DimError, match=re.escape(problem) + "$"):
        parse(text)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=30) | st.text("aHW0129+-*/%() ", max_size=30))
def test_never_anything_but_a_dim_error(text: str) -> None:
    try:
        parse(text)
    except DimError as error:
        assert str(error).startswith('dimension "')


def test_combine() -> None:
    H = symbol("H")
    assert combine("//", 7, 2) == 3
    assert combine("%", H * 2, 2) == 0
    assert combine("/", H, 2) is None
    assert combine("+", H, UNKNOWN) is UNKNOWN
