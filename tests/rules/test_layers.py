"""Rules of layers: what they refuse, how they are spelled, and their shapes, against windows counted one by one."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeAlias

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shapenet import rules
from shapenet.dims import UNKNOWN, Dim, Pack, Shape, Unknown, evaluate, parse, symbol
from shapenet.errors import ShapeError
from shapenet.rules import Undetermined
from shapenet.rules.base import slide

BATCH = Pack("Batch")
Wrong: TypeAlias = object
Build: TypeAlias = Callable[..., rules.LayerRule]  # mypy would refuse the wrong values at once


def shape(*parts: str | int | Pack | None) -> Shape:
    return tuple(UNKNOWN if part is None else parse(part) if isinstance(part, str) else part for part in parts)


def refuses(text: str, build: Build, *args: Wrong, **options: Wrong) -> None:
    with pytest.raises(ShapeError, match=f"^{re.escape(text)}$"):
        build(*args, **options)


NO_SIZE = [0, -1, True, 1.5, "3", None, (3, 3), np.True_, np.float32(3)]


@pytest.mark.parametrize("value", NO_SIZE, ids=repr)
def test_sizes_are_positive_integers(value: Wrong) -> None:
    problem = f"an int, at least 1, got {value!r}"
    refuses(f"Conv2d expects in_channels to be {problem}", rules.Conv2d, value, 8, 3)
    refuses(f"Conv2d expects out_channels to be {problem}", rules.Conv2d, 8, value, 3)
    refuses(f"Conv2d expects groups to be {problem}", rules.Conv2d, 8, 8, 3, groups=value)
    refuses(f"Linear expects in_features to be {problem}", rules.Linear, value, 8)
    refuses(f"Linear expects out_features to be {problem}", rules.Linear, 8, value)
    refuses(f"BatchNorm2d expects num_features to be {problem}", rules.BatchNorm2d, value)


@pytest.mark.parametrize("name", ["kernel_size", "stride", "padding", "dilation"])
@pytest.mark.parametrize("value", [-1, True, 1.5, "3", "33"], ids=repr)
def test_windows_are_integers_or_pairs(name: str, value: Wrong) -> None:
    least = 0 if name == "padding" else 1
    words = '"same", "valid", ' if name == "padding" else ""
    problem = f"Conv2d expects {name} to be {words}an int or a pair of ints, at least {least}, got {value!r}"
    for given_value in (value, (1, value), [value, 1]):
        refuses(problem, rules.Conv2d, 8, 8, **{"kernel_size": 3, name: given_value})


def test_more_refusals() -> None:
    refuses("Conv2d expects kernel_size to be an int or a pair of ints, got (1, 2, 3)", rules.Conv2d, 3, 4, (1, 2, 3))
    refuses("MaxPool2d expects stride to be an int or a pair of ints, got ()", rules.MaxPool2d, 2, ())
    refuses(
        "Conv2d expects stride to be an int or a pair of ints, at least 1, got 0", rules.Conv2d, 3, 4, 3, stride=(1, 0)
    )
    refuses("Conv2d expects groups to divide out_channels=6, got groups=4", rules.Conv2d, 4, 6, 3, groups=4)
    refuses("Conv2d expects groups to divide in_channels=6, got groups=4", rules.Conv2d, 6, 4, 3, groups=4)
    half = "MaxPool2d expects padding of at most kernel_size//2 = 3//2 = 1, got 2"
    refuses(half, rules.MaxPool2d, 3, padding=2)
    refuses(half, rules.MaxPool2d, (8, 3), padding=2)
    for value in (True, 1.5, "3", None, symbol("H"), np.True_):
        refuses(f"Flatten expects start_dim to be an int, got {value!r}", rules.Flatten, value)
        refuses(f"Flatten expects end_dim to be an int, got {value!r}", rules.Flatten, 1, value)


def test_numpy_integers_are_integers() -> None:
    three = np.int64(3)
    conv: Build = rules.Conv2d
    assert conv(three, three, (three, 3), groups=three) == rules.Conv2d(3, 3, 3, groups=3)
    flat: Build = rules.Flatten
    flatten = flat(np.int32(1), np.int8(-1))
    assert flatten == rules.Flatten()
    assert flatten.output((2, 3, 4)) == (2, 12)
    assert str(flatten) == "Flatten"


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (rules.Conv2d(3, 16, 3), "Conv2d[3, 16, 3]"),
        (rules.Conv2d(3, 16, (3, 3), (1, 1), 0, (1, 1)), "Conv2d[3, 16, 3]"),
        (rules.Conv2d(3, 16, (3, 1), 2), "Conv2d[3, 16, (3, 1), 2]"),
        (rules.Conv2d(3, 16, 3, padding=1), "Conv2d[3, 16, 3, 1, 1]"),
        (rules.Conv2d(4, 4, 3, groups=2), "Conv2d[4, 4, 3, 1, 0, 1, 2]"),
        (rules.Conv2d(symbol("C"), 2 * symbol("C"), UNKNOWN), "Conv2d[C, 2*C, ?]"),
        (rules.Conv2d(3, 16, 3, 1, "same"), 'Conv2d[3, 16, 3, 1, "same"]'),
        (rules.Conv2d(3, 16, 3, padding_mode="reflect"), 'Conv2d[3, 16, 3, 1, 0, 1, 1, "reflect"]'),
        (rules.Conv1d(3, 16, 3, 2), "Conv1d[3, 16, 3, 2]"),
        (rules.ConvTranspose1d(3, 16, 3, 2, 0, 1), "ConvTranspose1d[3, 16, 3, 2, 0, 1]"),
        (rules.MaxPool2d(2), "MaxPool2d[2]"),
        (rules.MaxPool2d(3, 3), "MaxPool2d[3]"),
        (rules.MaxPool2d(3, 2), "MaxPool2d[3, 2]"),
        (rules.MaxPool2d((2, 3)), "MaxPool2d[(2, 3)]"),
        (rules.MaxPool2d(2, padding=1), "MaxPool2d[2, 2, 1]"),
        (rules.Linear(256, 10), "Linear[256, 10]"),
        (rules.Flatten(), "Flatten"),
        (rules.Flatten(0), "Flatten[0]"),
        (rules.Flatten(1, 2), "Flatten[1, 2]"),
        (rules.BatchNorm2d(8), "BatchNorm2d[8]"),
    ],
)
def test_spelling(rule: rules.LayerRule, text: str) -> None:
    assert str(rule) == text


def windows(size: int, kernel: int, stride: int, padding: int, dilation: int) -> int:
    """Put the window down at one place after another, as long as its last element lies within."""
    count = 0
    while count * stride + dilation * (kernel - 1) < size + 2 * padding:
        count += 1
    return count


@settings(max_examples=400, deadline=None)
@given(st.integers(1, 30), st.integers(1, 6), st.integers(1, 4), st.integers(0, 3), st.integers(1, 3))
def test_windows_counted_one_by_one(size: int, kernel: int, stride: int, padding: int, dilation: int) -> None:
    expected = windows(size, kernel, stride, padding, dilation)
    rule = rules.Conv2d(3, 4, (kernel, 1), (stride, 1), (padding, 0), (dilation, 1))
    if expected == 0:
        with pytest.raises(ShapeError, match="gets an output height of"):
            rule.output((2, 3, size, 5))
        return
    assert rule.output((2, 3, size, 5)) == (2, 4, expected, 5)
    assert rules.Conv2d(3, 4, (1, kernel), (1, stride), (0, padding), (1, dilation)).output((2, 3, 5, size)) == (
        2,
        4,
        5,
        expected,
    )
    symbolic = slide(symbol("H"), kernel, stride, padding, dilation)
    assert evaluate(symbolic, {"H": size}) == expected
    every: Dim = slide(symbol("H"), symbol("K"), symbol("S"), symbol("P"), symbol("D"))
    assert evaluate(every, {"H": size, "K": kernel, "S": stride, "P": padding, "D": dilation}) == expected
    if padding <= kernel // 2:
        assert rules.MaxPool2d(kernel, stride, padding, dilation).output((1, 2, size, size)) == (
            1,
            2,
            expected,
            expected,
        )


@pytest.mark.parametrize(
    ("rule", "x", "out"),
    [
        (rules.Conv2d(3, 16, 3, 1, 1), ("B", 3, "H", "W"), ("B", 16, "H", "W")),
        (rules.Conv2d(3, 16, 3), ("B", 3, "H", "W"), ("B", 16, "H-2", "W-2")),
        (rules.Conv2d(3, 16, 3, 2, 1), ("B", 3, "H", "W"), ("B", 16, "(H+1)//2", "(W+1)//2")),
        (rules.Conv2d(3, 16, 3, 2, 1), ("B", 3, "2*H", "4*W"), ("B", 16, "H", "2*W")),
        (rules.Conv2d(3, 16, 2, 2), ("B", 3, "H", 8), ("B", 16, "H//2", 4)),
        (rules.Conv2d(3, 16, 3, 1, 2, 2), ("B", 3, "H", None), ("B", 16, "H", None)),
        (rules.Conv2d(3, 16, 3, 1, 1), (3, "H", 8), (16, "H", 8)),
        (rules.Conv2d(3, 16, 3, 1, 1), (BATCH, 3, "H", 8), (BATCH, 16, "H", 8)),
        (rules.Conv2d(3, 16, (4, 3), 1, "same", 3), ("B", 3, "H", None), ("B", 16, "H", None)),
        (rules.Conv2d(3, 16, symbol("K"), symbol("S"), "same"), ("B", 3, "H", 7), ("B", 16, "H", 7)),
        (rules.Conv2d(3, 16, 4, 2, "valid"), ("B", 3, "H", 8), ("B", 16, "H//2-1", 3)),
        (rules.Conv2d(3, 16, 3, 1, UNKNOWN), ("B", 3, "H", 8), ("B", 16, None, None)),
        (rules.Conv1d(3, 16, 3, 2, 1), ("B", 3, "H"), ("B", 16, "(H+1)//2")),
        (rules.Conv1d(3, 16, 3, 1, 4, 1, 1, UNKNOWN), (3, 2), (16, 8)),
        (rules.ConvTranspose1d(3, 16, 3, 2), (3, "H"), (16, "2*H+1")),
        (rules.Conv1d(3, 16, 3), (3, BATCH), None),
        (rules.Conv1d(3, 16, 3), ("B", BATCH, 3, "H"), None),
        (rules.MaxPool2d(2), ("B", "C", "H//2", "2*W"), ("B", "C", "H//4", "W")),
        (rules.MaxPool2d(3, 2, 1), ("B", "C", "H", 7), ("B", "C", "(H+1)//2", 4)),
        (rules.Linear(symbol("C"), 5), (BATCH, "C"), (BATCH, 5)),
        (rules.Linear(4, 5), ("B", None), ("B", 5)),
        (rules.Flatten(), ("B", "C", "H", 4), ("B", "4*C*H")),
        (rules.Flatten(UNKNOWN), ("B", "C"), None),
        (rules.Conv2d(3, 4, 1), (BATCH, 8, 8), None),
        (rules.Linear(3, 4), (3, BATCH), None),
        (rules.BatchNorm2d(symbol("C")), ("B", "C", "H", "W"), ("B", "C", "H", "W")),
    ],
)
def test_output(
    rule: rules.LayerRule, x: tuple[str | int | Pack | None, ...], out: tuple[str | int | Pack | None, ...] | None
) -> None:
    if out is None:
        with pytest.raises((Undetermined, ShapeError)):
            rule.output(shape(*x))
    else:
        assert rule.output(shape(*x)) == shape(*out)


@pytest.mark.parametrize(
    ("rule", "x", "text"),
    [
        (
            rules.Conv2d(3, 4, 3),
            (1, 3, 2, 5),
            "Conv2d[3, 4, 3] gets an output height of 0: (size + 2*padding - dilation*(kernel_size-1) - 1)//stride + 1"
            " = (2 + 2*0 - 1*(3-1) - 1)//1 + 1",
        ),
        (
            rules.MaxPool2d(4, 2, 1),
            (1, 3, 4, 1),
            "MaxPool2d[4, 2, 1] gets an output width of 0: (size + 2*padding - dilation*(kernel_size-1) - 1)//stride"
            " + 1 = (1 + 2*1 - 1*(4-1) - 1)//2 + 1",
        ),
        (
            rules.Conv2d(3, 4, 3),
            (8, 8),
            "Conv2d[3, 4, 3] expects 3 or 4 dimensions [C, H, W] or [N, C, H, W], got 2: [8, 8]",
        ),
        (
            rules.ConvTranspose1d(3, 4, 3),
            (1, 3, 8, 8),
            "ConvTranspose1d[3, 4, 3] expects 2 or 3 dimensions [C, L] or [N, C, L], got 4: [1, 3, 8, 8]",
        ),
        (rules.Conv2d(3, 4, 3), (1, 8, 8), "Conv2d[3, 4, 3] expects 3 channels in dimension 0, got 1 in [1, 8, 8]"),
        (
            rules.Conv2d(3, 4, 3, padding="same"),
            (3, 0, 8),
            'Conv2d[3, 4, 3, 1, "same"] gets an output height of 0: padding "same" keeps the size',
        ),
        (
            rules.ConvTranspose1d(3, 4, 1, padding=2),
            (3, 2),
            "ConvTranspose1d[3, 4, 1, 1, 2] gets an output length of -2: (size - 1)*stride - 2*padding"
            " + dilation*(kernel_size-1) + output_padding + 1 = (2 - 1)*1 - 2*2 + 1*(1-1) + 0 + 1",
        ),
        (
            rules.Conv1d(3, 4, 9, padding="same", padding_mode="circular"),
            (3, 3),
            'Conv1d[3, 4, 9, 1, "same", 1, 1, "circular"] expects circular padding of at most the size, got 4'
            " for dimension -1 of [3, 3], which has size 3",
        ),
        (
            rules.Conv2d(3, 4, 3),
            (1, 1, 8, 8),
            "Conv2d[3, 4, 3] expects 3 channels in dimension 1, got 1 in [1, 1, 8, 8]",
        ),
        (rules.MaxPool2d(2), (8,), "MaxPool2d[2] expects 4 dimensions [N, C, H, W], got 1: [8]"),
        (rules.BatchNorm2d(3), (1, 4, 8, 8), "BatchNorm2d[3] expects 3 channels in dimension 1, got 4 in [1, 4, 8, 8]"),
        (rules.Linear(3, 4), (5,), "Linear[3, 4] expects last dimension 3, got 5 in [5]"),
        (rules.Linear(3, 4), (), "Linear[3, 4] expects last dimension 3, got a tensor without dimensions"),
        (rules.Flatten(3), (1, 2, 3), "Flatten[3] got dimension 3, but [1, 2, 3] has 3 dimensions"),
        (rules.Flatten(2, 1), (1, 2, 3), "Flatten[2, 1] got start_dim=2 behind end_dim=1 for [1, 2, 3]"),
    ],
)
def test_wrong_inputs(rule: rules.LayerRule, x: Shape, text: str) -> None:
    with pytest.raises(ShapeError, match=f"^{re.escape(text)}$"):
        rule.output(x)


def test_rules_of_weights() -> None:
    rule = rules.Conv2d.of_weight((8, 2, 3, 5), 2, 1, 1, 4)
    assert rule == rules.Conv2d(8, 8, (3, 5), 2, 1, groups=4)
    assert rule.weight == (8, 2, 3, 5)
    assert rules.Linear.of_weight((4, 2)) == rules.Linear(2, 4)
    with pytest.raises(ShapeError, match=r"^Linear expects a weight \[out, in\], got \[4\]$"):
        rules.Linear.of_weight((4,))
    with pytest.raises(ShapeError, match=r"^Conv2d expects a weight \[out, in/groups, KH, KW\], got \[8, 2, 3\]$"):
        rules.Conv2d.of_weight((8, 2, 3), 1, 0, 1, 1)
    assert isinstance(rules.Conv2d(UNKNOWN, 4, 3).in_channels, Unknown)


def test_layers_with_symbols() -> None:
    conv = rules.Conv2d(3, parse("2*C"), (3, 5), (2, 1), (1, 2))
    assert conv.output(shape("B", 3, "H", "W")) == shape("B", "2*C", "(H+1)//2", "W")
    assert str(conv) == "Conv2d[3, 2*C, (3, 5), (2, 1), (1, 2)]"
    assert rules.Conv2d(parse("C"), parse("C"), 1, groups=parse("C")).weight == shape("C", 1, 1, 1)
    assert rules.Conv2d(UNKNOWN, 4, UNKNOWN).output(shape("B", 3, 8, 8)) == shape("B", 4, None, None)
    assert rules.MaxPool2d(2).output(shape("B", "C", "H-2", 9)) == shape("B", "C", "H//2-1", 4)
    assert rules.Linear(parse("C"), 5).output(shape(BATCH, "C")) == shape(BATCH, 5)
    assert str(rules.MaxPool2d(3, 3)) == "MaxPool2d[3]"
    assert str(rules.MaxPool2d(3, 2)) == "MaxPool2d[3, 2]"
    with pytest.raises(Undetermined):
        conv.output(shape(BATCH, 8, 8))
