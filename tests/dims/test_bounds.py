"""How small a dimension can be: close where it is known, and never too much."""

from __future__ import annotations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from shapenet.dims import UNKNOWN, Dim, evaluate, least, parse
from shapenet.errors import DimError


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("7", 7),
        ("H", 1),
        ("2*H + 3", 5),
        ("H*W + 3*W - 1", 3),
        ("H - 1", 0),
        ("H - 2", -1),
        ("H//2", 0),
        ("(H + 3)//2", 2),
        ("H - H//2", 1),
        ("H - (H + 1)//2", 0),
        ("3*H - H//2 - W//3 + W", 4),
        ("2**H", 1),
        ("8//H", 0),
        ("H - W", None),
        ("H*W - W", None),
        ("H - 8//W", None),
        ("1 - H", None),
    ],
)
def test_bounds(text: str, bound: int | None) -> None:
    assert least(parse(text)) == bound


def test_of_the_unknown_nothing_is_proved() -> None:
    assert least(UNKNOWN) is None


leaves = st.sampled_from(["H", "W", "N"]) | st.integers(-3, 9).map(str)
formulas = st.recursive(
    leaves,
    lambda inner: st.tuples(inner, st.sampled_from(["+", "+", "*", "-", "//"]), inner).map(
        lambda parts: f"({' '.join(parts)})"
    ),
    max_leaves=7,
)


@settings(max_examples=500, deadline=None)
@given(formulas, st.fixed_dictionaries({name: st.integers(1, 9) for name in "HWN"}))
def test_no_dimension_is_below_its_bound(text: str, sizes: dict[str, int]) -> None:
    dim, value = _parsed(text), None
    try:
        value = evaluate(dim, sizes)
    except DimError:
        assume(False)
    bound = least(dim)
    assert bound is None or (value is not None and bound <= value)


def _parsed(text: str) -> Dim:
    try:
        return parse(text)
    except DimError:
        return assume(False) or UNKNOWN
