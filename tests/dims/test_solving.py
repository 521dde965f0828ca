"""Equations: what has one answer is found, and what is found is an answer."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shapenet.dims import UNKNOWN, Dim, Expr, evaluate, indivisible, names, parse, solve, substitute


@pytest.mark.parametrize(
    ("formula", "value", "size"),
    [
        ("8*N", 64, 8),
        ("8*N", 60, None),
        ("8*N", "16*C + 8", "2*C + 1"),
        ("8*N", "4*C", None),
        ("N + 5", 4, None),  # a size of -1
        ("5 - N", 3, 2),
        ("N*M - 1", 11, 4),  # M is 3
        ("(4*N + 6)//2", 9, 3),
        ("N + N//2", 9, UNKNOWN),
        ("N*N", 9, UNKNOWN),
        ("8//N", 2, UNKNOWN),
        ("K*N", 9, UNKNOWN),  # K is unknown
        ("8*N", "3*N", None),  # the value's N is another
        ("8*N", "24*N", "3*N"),
        ("8*N", UNKNOWN, UNKNOWN),
    ],
)
def test_solutions(formula: str, value: int | str | Dim, size: int | str | Dim | None) -> None:
    wanted = parse(size) if isinstance(size, str) else size
    meets = parse(value) if isinstance(value, str) else value
    expected = parse(formula)
    assert isinstance(expected, Expr)
    assert solve(expected, "N", meets, {"M": 3, "K": UNKNOWN}) == wanted


@given(slope=st.integers(1, 9), start=st.integers(-9, 9), value=st.integers(-99, 99))
def test_a_size_is_found_just_where_there_is_one(slope: int, start: int, value: int) -> None:
    formula = parse(f"{slope}*N + {start}")
    assert isinstance(formula, Expr)
    sizes = [size for size in range(200) if substitute(formula, {"N": size}) == value]
    found = solve(formula, "N", value, {})
    assert sizes == ([] if found is None else [found])


@pytest.mark.parametrize(
    ("size", "by", "known"),
    [
        (6, 4, True),
        (6, 3, False),
        ("6*C", "5*C", True),
        ("6*C", "6*C + 1", True),
        ("6*C", "12*C", True),
        ("6*C", "3*C", False),
        ("2*C + 1", 6, True),
        ("3*C + 1", 12, True),
        ("3*C + 1", 4, False),
        ("6*C", "C", False),
        ("6*C", 4, False),  # C may be even
        ("C", "K", False),
        ("C*K", "K", False),
        ("C*K", "C*K + K", True),
        ("C", UNKNOWN, False),
    ],
)
def test_what_does_not_divide(size: int | str | Dim, by: int | str | Dim, known: bool) -> None:
    first = parse(size) if isinstance(size, str) else size
    second = parse(by) if isinstance(by, str) else by
    assert indivisible(first, second) is known
    free = sorted(names(first) | names(second))
    for values in itertools.product(range(1, 9), repeat=len(free)) if known else ():
        found = dict(zip(free, values, strict=True))
        assert evaluate(first, found) % evaluate(second, found) != 0
