"""The length of a slice, of sizes that are known and of names: Python's slices are the judge."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shapenet import rules
from shapenet.dims import UNKNOWN, Dim, Unknown, evaluate, parse
from shapenet.rules.slicing import sliced


def dim(text: str) -> Dim | None:
    return None if text == "" else UNKNOWN if text == "?" else parse(text)


@pytest.mark.parametrize(
    ("size", "part", "length"),
    [
        ("H", "1:", "H - 1"),
        ("H", ":-1", "H - 1"),
        ("H", "-1:", "1"),
        ("H", ":1", "1"),
        ("H", "0:H", "H"),
        ("H", "::2", "(H + 1)//2"),
        ("H", "::-1", "H"),
        ("H", "::-2", "(H + 1)//2"),
        ("H", "1::2", "H//2"),
        ("H", "H//2:", "H - H//2"),
        ("H", ":H//2", "H//2"),
        ("H", "H - 1:", "1"),
        ("H", ":H + 3", "H"),
        ("H", "H:", "0"),
        ("H", ":0", "0"),
        ("H", ":-H", "0"),
        ("H", "-H:", "H"),
        ("2*H + 3", "2:-2", "2*H - 1"),
        ("2*H + 3", "-5:", "5"),
        ("3*C", "C:2*C", "C"),
        ("3*C", "-C:", "C"),
        ("?", ":0", "0"),
        # A name may be 1.
        ("H", "2:", "?"),
        ("H", ":2", "?"),
        ("H", "-2:", "?"),
        ("H", ":-2", "?"),
        ("H", "1:-1", "?"),
        ("H", ":W", "?"),
        ("H", "::W", "?"),
        ("H", "H//2 - 1:", "?"),
        ("H", "3:2", "?"),
        ("H", ":0:-1", "?"),
        ("C*H", "C:", "?"),  # it holds, but is not proved
        ("?", "1:", "?"),
        ("H", "?:", "?"),
        ("H", "::?", "?"),
    ],
)
def test_slices(size: str, part: str, length: str) -> None:
    bounds = map(dim, part.split(":"))
    whole, expected = dim(size), dim(length)
    assert whole is not None
    assert sliced(whole, slice(*bounds)) == expected


sizes = st.sampled_from(["H", "2*H", "H + 2", "H*W", "2*H + W", "H//2", "H + W", "3", "5"])
bounds = st.sampled_from(["", "", "0", "1", "2", "-1", "-2", "3", "H", "W", "H//2", "H - 1", "-H", "2*H", "H + W - 1"])
steps = st.sampled_from(["", "", "1", "2", "3", "-1", "-2"])


@settings(max_examples=600, deadline=None)
@given(sizes, bounds, bounds, steps, st.integers(1, 6), st.integers(1, 6))
def test_slices_as_python(size: str, start: str, stop: str, step: str, h: int, w: int) -> None:
    values = {"H": h, "W": w}
    whole, written = dim(size), [dim(start), dim(stop), dim(step)]
    assert whole is not None
    real = slice(*(None if bound is None else evaluate(bound, values) for bound in written))
    length = sliced(whole, slice(*written))
    assert isinstance(length, Unknown) or evaluate(length, values) == len(range(evaluate(whole, values))[real])


def test_where_a_tensor_is_parted() -> None:
    assert rules.tensor_split((parse("3*C"),), [parse("C"), parse("2*C")]) == ((parse("C"),),) * 3
    assert rules.tensor_split((parse("H"),), [1]) == ((1,), (parse("H - 1"),))
    assert rules.tensor_split((parse("H"),), [2]) == ((UNKNOWN,), (UNKNOWN,))
