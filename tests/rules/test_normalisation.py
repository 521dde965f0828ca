"""Rules of normalisation: spelling, outputs of known and unknown sizes, refusals."""

from __future__ import annotations

import re
from typing import Any

import pytest

from shapenet import ShapeError, rules
from shapenet.dims import UNKNOWN, Pack, Shape, parse, symbol
from shapenet.rules import Undetermined

BATCH = Pack("Batch")


def shape(*parts: str | int | Pack | None) -> Shape:
    return tuple(UNKNOWN if part is None else parse(part) if isinstance(part, str) else part for part in parts)


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (rules.BatchNorm1d(8), "BatchNorm1d[8]"),
        (rules.BatchNorm2d(8), "BatchNorm2d[8]"),
        (rules.InstanceNorm2d(symbol("C")), "InstanceNorm2d[C]"),
        (rules.GroupNorm(2, 8), "GroupNorm[2, 8]"),
        (rules.LayerNorm(8), "LayerNorm[8]"),
        (rules.LayerNorm((8,)), "LayerNorm[8]"),
        (rules.LayerNorm((8, 8)), "LayerNorm[(8, 8)]"),
        (rules.RMSNorm((symbol("H"), 8)), "RMSNorm[(H, 8)]"),
        (rules.FusedConvBN(3, 8, 3, 1, 1), "FusedConvBN[3, 8, 3, 1, 1]"),
        (rules.FusedConvBN(3, 8, (3, 3)), "FusedConvBN[3, 8, 3]"),
    ],
)
def test_spelling(rule: rules.LayerRule, text: str) -> None:
    assert str(rule) == text


KEPT: list[tuple[rules.LayerRule, Shape]] = [
    (rules.BatchNorm(3), shape("B", 3)),
    (rules.BatchNorm(symbol("C")), shape("B", "C", BATCH)),
    (rules.BatchNorm1d(3), shape("B", 3)),
    (rules.BatchNorm1d(3), shape("B", None, "H")),
    (rules.BatchNorm2d(symbol("C")), shape("B", "C", "H", "W")),
    (rules.InstanceNorm(3), shape("B", 3, "H", BATCH)),
    (rules.InstanceNorm2d(3), shape(3, "H", "W")),
    (rules.InstanceNorm2d(3), shape(BATCH, 3, "H", "W")),
    (rules.GroupNorm(2, 4), shape("B", 4, BATCH)),
    (rules.GroupNorm(symbol("C"), 4), shape("B", 4)),
    (rules.GroupNorm(UNKNOWN, UNKNOWN), shape("B", 4)),
    (rules.LayerNorm(4), shape(BATCH, 4)),
    (rules.LayerNorm((symbol("H"), 4)), shape("B", "H", 4)),
    (rules.LayerNorm(UNKNOWN), shape("B", "H", 4)),
    (rules.RMSNorm((4, 4)), shape(4, 4)),
]


@pytest.mark.parametrize(("rule", "x"), KEPT)
def test_the_shape_stays(rule: rules.LayerRule, x: Shape) -> None:
    assert rule.output(x) == x


def test_fused() -> None:
    assert rules.FusedConvBN(3, 8, 3, 2, 1).output(shape("B", 3, "2*H", 7)) == shape("B", 8, "H", 4)


@pytest.mark.parametrize(
    ("rule", "x"),
    [
        (rules.BatchNorm(3), shape(BATCH)),
        (rules.BatchNorm(3), shape("B", BATCH, "H")),
        (rules.BatchNorm1d(3), shape("B", 3, BATCH)),
        (rules.InstanceNorm2d(3), shape("B", BATCH, 4)),
        (rules.GroupNorm(2, 4), shape(BATCH, 4)),
        (rules.LayerNorm((3, 4)), shape(BATCH, 4)),
        (rules.LayerNorm(4), shape(4, BATCH)),
        (rules.FusedConvBN(3, 8, 3), shape(BATCH, 3, 8, 8)),
    ],
)
def test_nobody_knows(rule: rules.LayerRule, x: Shape) -> None:
    with pytest.raises(Undetermined):
        rule.output(x)


REFUSED: list[tuple[rules.LayerRule, Shape, str]] = [
    (rules.BatchNorm(3), (3,), "BatchNorm[3] expects at least 2 dimensions [N, C, *], got 1: [3]"),
    (rules.BatchNorm(3), (3, 4), "BatchNorm[3] expects 3 channels in dimension 1, got 4 in [3, 4]"),
    (
        rules.BatchNorm1d(3),
        (2, 3, 4, 5),
        "BatchNorm1d[3] expects 2 or 3 dimensions [N, C] or [N, C, L], got 4: [2, 3, 4, 5]",
    ),
    (rules.BatchNorm1d(3), (3, 2), "BatchNorm1d[3] expects 3 channels in dimension 1, got 2 in [3, 2]"),
    (rules.BatchNorm2d(3), (2, 3, 4), "BatchNorm2d[3] expects 4 dimensions [N, C, H, W], got 3: [2, 3, 4]"),
    (rules.InstanceNorm(3), (2, 3), "InstanceNorm[3] expects at least 3 dimensions [N, C, L, *], got 2: [2, 3]"),
    (
        rules.InstanceNorm2d(3),
        (3, 4),
        "InstanceNorm2d[3] expects 3 or 4 dimensions [C, H, W] or [N, C, H, W], got 2: [3, 4]",
    ),
    (
        rules.InstanceNorm2d(3),
        (2, 4, 5, 5),
        "InstanceNorm2d[3] expects 3 channels in dimension 1, got 4 in [2, 4, 5, 5]",
    ),
    (rules.InstanceNorm2d(3), (4, 5, 5), "InstanceNorm2d[3] expects 3 channels in dimension 0, got 4 in [4, 5, 5]"),
    (rules.GroupNorm(2, 4), (4,), "GroupNorm[2, 4] expects at least 2 dimensions [N, C, *], got 1: [4]"),
    (rules.GroupNorm(2, 4), (2, 2, 4), "GroupNorm[2, 4] expects 4 channels in dimension 1, got 2 in [2, 2, 4]"),
    (rules.LayerNorm(4), (), "LayerNorm[4] expects last dimension 4, got []"),
    (rules.LayerNorm(4), (4, 3), "LayerNorm[4] expects last dimension 4, got [4, 3]"),
    (rules.RMSNorm((4, 4)), (3, 4), "RMSNorm[(4, 4)] expects last dimensions [4, 4], got [3, 4]"),
    (rules.FusedConvBN(3, 8, 3), (3, 8, 8), "FusedConvBN[3, 8, 3] expects 4 dimensions [N, C, H, W], got 3: [3, 8, 8]"),
]


@pytest.mark.parametrize(("rule", "x", "text"), REFUSED)
def test_wrong_inputs(rule: rules.LayerRule, x: Shape, text: str) -> None:
    with pytest.raises(ShapeError, match=f"^{re.escape(text)}$"):
        rule.output(x)


@pytest.mark.parametrize("value", [0, -1, True, 1.5, "3", None], ids=repr)
def test_sizes_are_positive_integers(value: Any) -> None:
    problem = f"an int, at least 1, got {value!r}"
    for kind in (rules.BatchNorm, rules.BatchNorm1d, rules.BatchNorm2d, rules.InstanceNorm, rules.InstanceNorm2d):
        with pytest.raises(ShapeError, match=f"^{kind.__name__} expects num_features to be {re.escape(problem)}$"):
            kind(value)
    with pytest.raises(ShapeError, match=f"^GroupNorm expects num_groups to be {re.escape(problem)}$"):
        rules.GroupNorm(value, 4)
    with pytest.raises(ShapeError, match=f"^GroupNorm expects num_channels to be {re.escape(problem)}$"):
        rules.GroupNorm(4, value)
    wrong: list[Any] = [value, (3, value), [value]]
    for given in wrong:
        with pytest.raises(ShapeError, match=f"an int or a tuple of ints, at least 1, got {value!r}$"):
            rules.LayerNorm(given)


def test_more_refusals() -> None:
    with pytest.raises(ShapeError, match=r"^GroupNorm expects num_groups to divide num_channels=6, got num_groups=4$"):
        rules.GroupNorm(4, 6)
    with pytest.raises(ShapeError, match=r"tuple of ints, not empty, got \(\)$"):
        rules.LayerNorm(())
