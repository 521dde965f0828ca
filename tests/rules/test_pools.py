"""Rules of pools, ``Unfold`` and ``Fold``: shapes against windows counted one by one, spelling, refusals."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shapenet import rules
from shapenet.dims import UNKNOWN, Shape, evaluate, parse, symbol
from shapenet.errors import ShapeError
from shapenet.rules.base import slide


def shape(*parts: str | int | None) -> Shape:
    return tuple(UNKNOWN if part is None else parse(part) if isinstance(part, str) else part for part in parts)


def refuses(text: str, function: Callable[..., Any], *args: Any, **options: Any) -> None:
    with pytest.raises(ShapeError, match=f"^{re.escape(text)}$"):
        function(*args, **options)


def windows_rounded_up(size: int, kernel: int, stride: int, padding: int, dilation: int) -> int:
    """Put the window down until one has reached the end of the padding, or the next would begin behind the image."""
    for count in itertools.count(1):
        last = (count - 1) * stride + dilation * (kernel - 1)
        if last >= size + 2 * padding - 1 or count * stride >= size + padding:
            return count
    raise AssertionError


@settings(max_examples=400, deadline=None)
@given(st.integers(1, 30), st.integers(1, 6), st.integers(1, 7), st.integers(0, 3), st.integers(1, 3))
def test_ceil_mode_counted_one_by_one(size: int, kernel: int, stride: int, padding: int, dilation: int) -> None:
    padding = min(padding, kernel // 2)
    rule = rules.MaxPool2d(kernel, stride, padding, dilation, ceil_mode=True)
    if size + 2 * padding - dilation * (kernel - 1) - 1 + stride <= 0:  # not even a part of the first
        with pytest.raises(ShapeError, match=r"gets an output height of .*: ceil\(\(size"):
            rule.output((1, 2, size, 40))
        return
    expected = windows_rounded_up(size, kernel, stride, padding, dilation)
    assert rule.output((2, 3, size, 60))[2] == expected
    if dilation == 1:
        assert rules.AvgPool2d(kernel, stride, padding, ceil_mode=True).output((2, 3, 60, size))[3] == expected
    symbolic = slide(symbol("H"), kernel, stride, padding, dilation, ceil_mode=True)
    assert evaluate(symbolic, {"H": size}) == expected
    assert slide(symbol("H"), UNKNOWN, stride, padding, dilation, ceil_mode=True) is UNKNOWN
    assert slide(size, kernel, stride, padding, dilation, ceil_mode=UNKNOWN) is UNKNOWN


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (rules.MaxPool2d(2, ceil_mode=True), "MaxPool2d[2, 2, 0, 1, False, True]"),
        (rules.MaxPool2d(2, return_indices=True), "MaxPool2d[2, 2, 0, 1, True]"),
        (rules.AvgPool2d(3, 2, 1), "AvgPool2d[3, 2, 1]"),
        (rules.AvgPool2d(3, ceil_mode=True), "AvgPool2d[3, 3, 0, True]"),
        (rules.AdaptiveAvgPool2d(7), "AdaptiveAvgPool2d[7]"),
        (rules.AdaptiveAvgPool2d((7, 1)), "AdaptiveAvgPool2d[(7, 1)]"),
        (rules.AdaptiveAvgPool2d((None, 7)), "AdaptiveAvgPool2d[(None, 7)]"),
        (rules.AdaptiveAvgPool2d(None), "AdaptiveAvgPool2d[None]"),
        (rules.AdaptiveMaxPool2d(symbol("N"), return_indices=True), "AdaptiveMaxPool2d[N, True]"),
        (rules.Unfold(3), "Unfold[3]"),
        (rules.Unfold((3, 2), stride=2), "Unfold[(3, 2), 1, 0, 2]"),
        (rules.Fold((4, 5), 2), "Fold[(4, 5), 2]"),
    ],
)
def test_spelling(rule: rules.LayerRule, text: str) -> None:
    assert str(rule) == text


@pytest.mark.parametrize("value", [1, 0, None, "True", np.True_], ids=repr)
def test_flags_are_bools(value: Any) -> None:
    refuses(f"MaxPool2d expects ceil_mode to be a bool, got {value!r}", rules.MaxPool2d, 2, ceil_mode=value)
    refuses(f"MaxPool2d expects return_indices to be a bool, got {value!r}", rules.MaxPool2d, 2, return_indices=value)
    refuses(f"AvgPool2d expects ceil_mode to be a bool, got {value!r}", rules.AvgPool2d, 2, ceil_mode=value)
    name = "AdaptiveMaxPool2d"
    refuses(f"{name} expects return_indices to be a bool, got {value!r}", rules.AdaptiveMaxPool2d, 2, value)


@pytest.mark.parametrize("rule", [rules.AdaptiveAvgPool2d, rules.AdaptiveMaxPool2d])
def test_output_sizes(rule: Callable[..., rules.LayerRule]) -> None:
    kind = "an int, None or a pair of these"
    for value in (0, -1, True, 1.5, "3"):
        problem = f"{rule.__name__} expects output_size to be {kind}, at least 1, got {value!r}"
        for given_value in (value, (None, value), [value, 1]):
            refuses(problem, rule, given_value)
    refuses(f"{rule.__name__} expects output_size to be {kind}, got (1, 2, 3)", rule, (1, 2, 3))
    assert rule(np.int64(3)) == rule((3, 3))


@pytest.mark.parametrize(
    ("rule", "x", "out"),
    [
        (rules.MaxPool2d(2, ceil_mode=True), ("B", "C", "H", 7), ("B", "C", "(H+1)//2", 4)),
        (rules.MaxPool2d(3, 2, 1, ceil_mode=True), ("B", "C", "2*H", 7), ("B", "C", "H+1", 4)),
        (rules.MaxPool2d(2, ceil_mode=UNKNOWN), ("B", "C", "H", 7), ("B", "C", None, None)),
        (rules.AvgPool2d(3, symbol("S"), ceil_mode=True), ("B", "C", "H", 7), ("B", "C", None, None)),
        (rules.AdaptiveAvgPool2d((7, None)), ("B", "C", "H", "W"), ("B", "C", 7, "W")),
        (rules.AdaptiveAvgPool2d(UNKNOWN), ("B", "C", "H", "W"), ("B", "C", None, None)),
        (rules.AdaptiveMaxPool2d(symbol("N")), ("B", "C", "H", "W"), ("B", "C", "N", "N")),
        (rules.Unfold(3), ("B", "C", "H", 8), ("B", "9*C", "6*(H-2)")),
        (rules.Unfold((3, 2), (1, 2), 1, 2), (2, 3, 5, 6), (2, 18, 9)),
        (rules.Unfold(UNKNOWN), ("B", "C", 5, 6), ("B", None, None)),
        (rules.Fold((5, 6), (3, 2)), ("B", "6*C", 15), ("B", "C", 5, 6)),
        (rules.Fold(symbol("H"), 1), ("B", "C", "H**2"), ("B", "C", "H", "H")),
        (rules.Fold(5, 3), ("B", "C", None), ("B", "C//9", 5, 5)),
    ],
)
def test_output(rule: rules.LayerRule, x: tuple[str | int | None, ...], out: tuple[str | int | None, ...]) -> None:
    assert rule.output(shape(*x)) == shape(*out)


def test_two_tensors() -> None:
    assert rules.MaxPool2d(2, return_indices=True).doubled is True
    assert rules.AdaptiveMaxPool2d(2).doubled is rules.Unfold(2).doubled is False
    assert rules.AdaptiveMaxPool2d(2, return_indices=UNKNOWN).doubled is UNKNOWN


def test_wrong_inputs() -> None:
    refuses(
        "MaxPool2d[5, 2, 0, 1, False, True] gets an output height of 0:"
        " ceil((size + 2*padding - dilation*(kernel_size-1) - 1)/stride) + 1 = ceil((3 + 2*0 - 1*(5-1) - 1)/2) + 1",
        rules.MaxPool2d(5, 2, ceil_mode=True).output,
        (1, 3, 3, 9),
    )
    empty = "expects images that are not empty, got [1, 3, 0, 4]"
    refuses(f"AvgPool2d[2, 1, 1] {empty}", rules.AvgPool2d(2, 1, 1).output, (1, 3, 0, 4))
    refuses(f"AdaptiveMaxPool2d[1] {empty}", rules.AdaptiveMaxPool2d(1).output, (1, 3, 0, 4))
    image = "expects 4 dimensions [N, C, H, W], got 3: [3, 8, 8]"
    refuses(f"AdaptiveAvgPool2d[1] {image}", rules.AdaptiveAvgPool2d(1).output, (3, 8, 8))
    refuses(f"Unfold[2] {image}", rules.Unfold(2).output, (3, 8, 8))
    fold = rules.Fold(5, (3, 2))
    refuses("Fold[5, (3, 2)] expects 3 dimensions [N, C*KH*KW, L], got 2: [6, 12]", fold.output, (6, 12))
    problem = "expects dimension 1 to be a multiple of KH*KW = 6, got 8 in [1, 8, 12]"
    refuses(f"Fold[5, (3, 2)] {problem}", fold.output, (1, 8, 12))
    refuses("Fold[5, (3, 2)] expects 3*4 = 12 windows in dimension 2, got 13 in [1, 6, 13]", fold.output, (1, 6, 13))
    refuses(
        "Fold[(3, 2), 3] gets an output width of 0: (size + 2*padding - dilation*(kernel_size-1) - 1)//stride + 1"
        " = (2 + 2*0 - 1*(3-1) - 1)//1 + 1",
        rules.Fold,
        (3, 2),
        3,
    )
    refuses("Fold expects output_size to be an int or a pair of ints, at least 1, got 0", rules.Fold, 0, 1)
