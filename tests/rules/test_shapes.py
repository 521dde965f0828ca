"""Rules with symbols, unknowns and packs; with integers, the table in ``tests/cases.py`` compares them with numpy."""

from __future__ import annotations

import pytest

from shapenet import rules
from shapenet.dims import UNKNOWN, Dim, Pack, Shape, parse
from shapenet.errors import ShapeError
from shapenet.rules import IndexArray, Undetermined

BATCH = Pack("Batch")


def shape(*parts: str | int | Pack | None) -> Shape:
    return tuple(UNKNOWN if part is None else parse(part) if isinstance(part, str) else part for part in parts)


def dims(*parts: str | int) -> list[Dim]:
    return [parse(part) if isinstance(part, str) else part for part in parts]


def test_broadcast() -> None:
    assert rules.broadcast(shape("B", 1, "W"), shape("H", 1)) == shape("B", "H", "W")
    assert rules.broadcast(shape(None, 3), shape(5, None)) == (5, 3)
    assert rules.broadcast(shape(None), shape("H")) == (UNKNOWN,)  # H may turn out to be 1
    assert rules.broadcast(shape(BATCH, 3), shape(BATCH, 1)) == shape(BATCH, 3)
    assert rules.broadcast(shape(BATCH, 3), ()) == shape(BATCH, 3)
    assert rules.broadcast(shape(BATCH, 3), shape(3)) == shape(BATCH, 3)
    with pytest.raises(Undetermined):
        rules.broadcast(shape(BATCH, 3), shape(5, 3))
    with pytest.raises(ShapeError, match="dimension -1 is H against 3"):
        rules.broadcast(shape("H"), shape(3))


def test_matmul() -> None:
    assert rules.matmul(shape(BATCH, "M", "K"), shape("K", "N")) == shape(BATCH, "M", "N")
    assert rules.matmul(shape("M", "2*K"), shape("K*2")) == shape("M")
    assert rules.matmul(shape("M", None), shape(7, "N")) == shape("M", "N")
    with pytest.raises(Undetermined):
        rules.matmul(shape(BATCH), shape(3, 4))
    with pytest.raises(ShapeError, match="at least 1 dimension"):
        rules.matmul((), shape(3))


def test_reduce_and_order() -> None:
    assert rules.reduce(shape(BATCH, "C", "H"), -1, keepdim=False) == shape(BATCH, "C")
    with pytest.raises(Undetermined):
        rules.reduce(shape(BATCH, "C"), 0, keepdim=False)
    assert rules.transpose(shape(BATCH, "C", "H"), -1, -2) == shape(BATCH, "H", "C")
    assert rules.permute(shape("B", "C", "H"), (2, 0, 1)) == shape("H", "B", "C")


def test_reshape_and_flatten() -> None:
    assert rules.reshape(shape("B", "C", 4), dims("B", -1)) == shape("B", "4*C")
    assert rules.reshape(shape("B", 6), dims(2, -1)) == shape(2, "3*B")
    assert rules.reshape(shape("B", "C"), dims("C", "B")) == shape("C", "B")
    assert rules.reshape(shape("B", None), dims(3, 4)) == (3, 4)
    assert rules.reshape(shape(BATCH, 3), dims(-1, 3)) == shape(None, 3)
    assert rules.reshape((0, 3), (0, 5)) == (0, 5)
    with pytest.raises(ShapeError, match=r"B\*C elements do not make 3\*B"):
        rules.reshape(shape("B", "C"), dims("B", 3))
    with pytest.raises(ShapeError, match="-1 could be anything"):
        rules.reshape((0, 3), (0, -1))
    assert rules.flatten(shape("B", "C", "H", "W"), 1, 2) == shape("B", "C*H", "W")
    assert rules.flatten(shape(BATCH, "H", "W"), -2, -1) == shape(BATCH, "H*W")
    assert rules.flatten(shape(BATCH, "H"), 0, -1) == (UNKNOWN,)


def test_index() -> None:
    x = shape("B", "C", 10)
    assert rules.index(x, [0]) == shape("C", 10)
    assert rules.index(x, [..., slice(2, None, 3)]) == shape("B", "C", 3)
    assert rules.index(x, [slice(None, None), None, IndexArray(shape("N"))]) == shape("B", 1, "N", 10)
    assert rules.index(x, [IndexArray((2,)), slice(None), IndexArray((2,))]) == shape(2, "C")
    assert rules.index(x, [slice(0, parse("B"))]) == x
    assert rules.index(x, [slice(-3, None)]) == shape(None, "C", 10)
    assert rules.index(x, [UNKNOWN]) == shape("C", 10)
    assert rules.index(shape("B", BATCH), [0]) == shape(BATCH)
    with pytest.raises(Undetermined):
        rules.index(shape(BATCH, 3), [0])
    with pytest.raises(ShapeError, match="more than one Ellipsis"):
        rules.index(x, [..., ...])
    with pytest.raises(ShapeError, match="step 0"):
        rules.index(x, [..., slice(None, None, 0)])


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
