"""Extremes, sorting and picking with sizes that are named, unknown and hidden."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from shapenet import rules
from shapenet.dims import UNKNOWN, Pack, Shape
from shapenet.errors import ShapeError
from shapenet.rules import Undetermined
from tests.rules.test_shapes import shape

BATCH = Pack("Batch")


def test_along() -> None:
    assert rules.along(shape("B", "C"), -1, "sort") == shape("B", "C")
    assert rules.along(shape(BATCH, "C"), 0, "sort") == shape(BATCH, "C")
    assert rules.along(shape("B", "C"), UNKNOWN, "sort") == shape("B", "C")


def test_pick() -> None:
    assert rules.pick(shape("B", "C", 3), 1, False, "max") == shape("B", 3)
    assert rules.pick(shape("B", "C", 3), -1, True, "max") == shape("B", "C", 1)
    assert rules.pick(shape("B", "C"), None, False, "max") == ()
    assert rules.pick(shape(BATCH, "C"), None, False, "max") == ()
    assert rules.pick(shape("B", "C"), UNKNOWN, False, "max") == shape(None)
    assert rules.pick(shape("B", "C"), UNKNOWN, True, "max") == shape(None, None)
    with pytest.raises(Undetermined):
        rules.pick(shape(BATCH, "C"), 0, False, "max")


def test_topk() -> None:
    assert rules.topk(shape("B", "C"), 3, -1) == shape("B", 3)
    assert rules.topk(shape("B", 5), *shape("K", 1)) == shape("B", "K")  # type: ignore[arg-type]
    assert rules.topk(shape("B", 5), 5, 1) == shape("B", 5)
    assert rules.topk(shape("B", 5), UNKNOWN, 0) == shape(None, 5)
    assert rules.topk(shape("B", 5), 2, UNKNOWN) == shape(None, None)


def test_picking() -> None:
    assert rules.gather(shape("B", "N"), 1, shape("B", "K")) == shape("B", "K")
    assert rules.gather(shape(4, "N"), 1, shape(3, 9)) == shape(3, 9)
    assert rules.gather(shape("B", None), 0, shape(7, 2)) == shape(7, 2)
    assert rules.gather(shape(BATCH, "N"), 0, shape("B", "K")) == shape("B", "K")
    assert rules.gather(shape("B", "N"), UNKNOWN, shape("K", 3)) == shape("K", 3)
    assert rules.scatter(shape("B", "N"), 1, shape("B", "K"), shape("B", "K")) == shape("B", "N")
    assert rules.scatter(shape(5, "N"), 1, shape(3, 2), shape(4, 2)) == shape(5, "N")
    assert rules.scatter(shape(BATCH, "N"), 1, shape(3, 2), None) == shape(BATCH, "N")
    assert rules.index_select(shape("B", "N"), -2, shape("K")) == shape("K", "N")
    assert rules.index_select(shape("B", "N"), 1, ()) == shape("B", 1)
    assert rules.index_select(shape("B", BATCH), 0, shape("K")) == shape("K", BATCH)
    assert rules.take_along_dim(shape("B", "N", 3), shape(1, "K", 3), 1) == shape("B", "K", 3)
    assert rules.take_along_dim(shape(1, "N"), shape("B", "K"), 1) == shape("B", "K")
    assert rules.one_hot(shape(BATCH, "H"), 3) == shape(BATCH, "H", 3)
    assert rules.one_hot(shape("H"), -1) == shape("H", None)


@pytest.mark.parametrize(
    ("call", "problem"),
    [
        (
            lambda: rules.pick((2, 0), -1, False, "max"),
            "max expects at least one element along dimension -1, got [2, 0]",
        ),
        (
            lambda: rules.topk(shape("B", 5), 6, 1),
            "topk expects k to be from 0 to 5, the size of dimension 1 of [B, 5], got 6",
        ),
        (lambda: rules.topk(shape("B", 5), -1, 0), "topk expects k to be at least 0, got -1"),
        (
            lambda: rules.gather(shape("B", 4), 0, shape("B", 5)),
            "gather expects index to have at most 4 in dimension 1, got [B, 5] for [B, 4]",
        ),
        (
            lambda: rules.gather(shape("B", 4), 1, shape("N", 4)),
            "gather expects index to have B in dimension 0, got [N, 4] for [B, 4]",
        ),
        (
            lambda: rules.scatter(shape("B", 4), 1, shape("B", "K"), shape("B", "N")),
            "scatter expects index to have N in dimension 1, got [B, K] for src [B, N]",
        ),
        (
            lambda: rules.scatter(shape("B", 4), 1, shape("N", 4), None, "scatter_add"),
            "scatter_add expects index to have B in dimension 0, got [N, 4] for [B, 4]",
        ),
        (
            lambda: rules.scatter((2, 4), 1, (2, 4), (2,)),
            "scatter expects index to have as many dimensions as src, got [2, 4] and [2]",
        ),
        (
            lambda: rules.take_along_dim(shape("B", 4), shape(2, 4), 1),
            "take_along_dim cannot broadcast [B, 4] and [2, 4]: dimension 0 is B against 2",
        ),
    ],
)
def test_what_does_not_fit(call: Callable[[], Shape], problem: str) -> None:
    with pytest.raises(ShapeError, match=re.escape(problem) + "$"):
        call()
