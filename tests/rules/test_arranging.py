"""Rules of what arranges elements, with symbols, unknowns and packs; of integers torch judges, in tests/parity."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from shapenet import rules
from shapenet.dims import UNKNOWN, Pack
from shapenet.errors import ShapeError
from shapenet.rules import AnyNumber, Undetermined
from tests.rules.test_shapes import BATCH, dims, shape

SOME = Pack()


def test_reshape_with_packs() -> None:
    assert rules.reshape(shape(BATCH, "N"), [BATCH, *dims("K", -1)]) == shape(BATCH, "K", "N//K")
    assert rules.reshape(shape(BATCH, "2*N"), [BATCH, *dims("N", 2)]) == shape(BATCH, "N", 2)
    assert rules.reshape(shape(BATCH, 6), [*dims(2), BATCH, *dims(-1)]) == shape(2, BATCH, 3)
    assert rules.reshape(shape("B", 6), [SOME, *dims(-1)]) == (SOME, UNKNOWN)
    assert rules.reshape(shape(BATCH, 6), dims(-1)) == (UNKNOWN,)
    with pytest.raises(ShapeError, match=r"cannot turn \[\*Batch, N\] to \[\*Batch, 2\*N\]"):
        rules.reshape(shape(BATCH, "N"), [BATCH, *dims("2*N")])


def test_the_one_unknown_size_follows() -> None:
    assert rules.reshape(shape("B", 6), shape(None, 3)) == shape("2*B", 3)
    assert rules.reshape(shape("B", 6), shape(None, -1)) == shape(None, None)
    assert rules.reshape(shape("B", 6), shape(None, None, 2)) == shape(None, None, 2)
    assert rules.reshape(shape(0, 6), shape(None, 0)) == shape(None, 0)
    with pytest.raises(ShapeError, match="12 elements do not divide by 5"):
        rules.reshape((2, 6), shape(None, 5))


def test_squeeze() -> None:
    assert rules.squeeze(shape(1, "B", 1, 2)) == shape(SOME, 2)
    assert rules.squeeze(shape(1, "B", 1, 2), 0) == shape("B", 1, 2)
    assert rules.squeeze(shape(1, "B", 1, 2), (-2, -1)) == shape(1, "B", 2)
    assert rules.squeeze(shape(BATCH, 1), -1) == shape(BATCH)
    assert rules.squeeze(shape(BATCH, 1)) == (SOME,)
    assert rules.squeeze(shape(None, 3), 0) == (SOME, 3)
    with pytest.raises(Undetermined):
        rules.squeeze(shape(BATCH, 1), 0)


def test_unsqueeze() -> None:
    assert rules.unsqueeze(shape("B", "C"), -1) == shape("B", "C", 1)
    assert rules.unsqueeze(shape(BATCH, "C"), 0) == shape(1, BATCH, "C")
    assert rules.unsqueeze(shape("B", BATCH), 1) == shape("B", 1, BATCH)
    assert rules.unsqueeze(shape(BATCH, "C"), -2) == shape(BATCH, 1, "C")
    for dim in (-3, 1, 5):
        with pytest.raises(Undetermined):
            rules.unsqueeze(shape(BATCH, "C"), dim)


def test_unflatten() -> None:
    assert rules.unflatten(shape("B", "2*C"), 1, dims(2, -1)) == shape("B", 2, "C")
    assert rules.unflatten(shape(BATCH, "N"), -1, [BATCH, *dims(-1)]) == shape(BATCH, BATCH, None)


def test_expand() -> None:
    assert rules.expand(shape("B", 1), dims(-1, "N")) == shape("B", "N")
    assert rules.expand(shape("B", 1), dims(3, "B", -1)) == shape(3, "B", 1)
    assert rules.expand(shape(None, 1, "B", 3), shape(4, None, None, None)) == shape(4, None, None, 3)
    assert rules.expand(shape(BATCH, 1), [BATCH, *dims(7)]) == shape(BATCH, 7)
    assert rules.expand(shape(BATCH, 1), dims(5, -1, 7)) == shape(5, None, 7)
    assert rules.expand(shape(1, 3), [BATCH, *dims(2, 3)]) == shape(BATCH, 2, 3)
    assert rules.expand(shape("B", 3), [SOME, *dims(3)]) == shape(SOME, 3)
    assert rules.expand((), dims("N", 2)) == shape("N", 2)


def test_repeat_and_tile() -> None:
    assert rules.repeat(shape("B", 3), dims(2, "N", 1)) == shape(2, "B*N", 3)
    assert rules.repeat(shape(BATCH, 3), dims(2, 2, 2)) == shape(SOME, 6)
    assert rules.repeat(shape("B", 3), [SOME, *dims(2)]) == shape(SOME, 6)
    assert rules.tile(shape(BATCH, 3), dims(2)) == shape(BATCH, 6)
    assert rules.tile(shape("B", "C", 3), dims(2, 1)) == shape("B", "2*C", 3)
    assert rules.tile(shape("B", 3), dims(2, 1, 1)) == shape(2, "B", 3)
    assert rules.repeat_interleave(shape("B", 3), 2) == shape("6*B")
    assert rules.repeat_interleave(shape(BATCH, 3), 2) == (UNKNOWN,)
    assert rules.repeat_interleave(shape(BATCH, 3), dims("N")[0], -1) == shape(BATCH, "3*N")


def test_split() -> None:
    c = dims("C")[0]
    assert rules.split(shape("B", "3*C"), c, 1) == (shape("B", "C"),) * 3
    assert rules.split(shape("B", "C+2"), [c, 2], -1) == (shape("B", "C"), shape("B", 2))
    assert rules.split(shape("B", "C"), shape(None, 2), -1) == (shape("B", None), shape("B", 2))
    assert rules.split(shape("B", "4*C"), 4, 1) == AnyNumber(shape("B", 4))
    assert rules.split(shape("B", "C"), 4, 1) == AnyNumber(shape("B", None))
    assert rules.split(shape("B", 7), UNKNOWN, 1) == AnyNumber(shape("B", None))
    assert rules.split(shape("B", 7), [SOME], 1) == AnyNumber(shape("B", None))
    assert rules.split(shape(BATCH, 5), 3, -1) == (shape(BATCH, 3), shape(BATCH, 2))
    assert rules.split((0, 2), 0) == rules.split((0, 2), 3) == ((0, 2),)


def test_chunk() -> None:
    assert rules.chunk(shape("B", "6*C"), 3, 1) == (shape("B", "2*C"),) * 3
    assert rules.chunk(shape("B", "C"), 2, 1) == AnyNumber(shape("B", None))  # C may be 1: then it is one part
    assert rules.chunk(shape("B", "N*C"), dims("N")[0], 1) == AnyNumber(shape("B", "C"))
    assert rules.chunk((7,), 4) == ((2,), (2,), (2,), (1,))
    assert rules.chunk((4,), 3) == ((2,), (2,))
    assert rules.chunk((0,), 2) == ((0,), (0,))


def test_tensor_split_and_unbind() -> None:
    assert rules.tensor_split(shape("B", "N"), 2, 1) == (shape("B", "(N+1)//2"), shape("B", "N//2"))
    assert rules.tensor_split(shape("B", None), 2, 1) == (shape("B", None),) * 2
    assert rules.tensor_split(shape("N"), dims(2, "N")) == ((UNKNOWN,), (UNKNOWN,), (0,))
    assert rules.tensor_split((5,), [3, 1]) == ((3,), (0,), (4,))
    assert rules.unbind(shape("B", 2, "H"), 1) == (shape("B", "H"),) * 2
    assert rules.unbind(shape(BATCH, "N"), -1) == AnyNumber(shape(BATCH))


def test_narrow_and_select() -> None:
    assert rules.narrow(shape("B", "N"), 1, 0, dims("M")[0]) == shape("B", "M")
    assert rules.narrow(shape("B", "N"), 0, UNKNOWN, UNKNOWN) == shape(None, "N")
    assert rules.select(shape(BATCH, "N"), -1, UNKNOWN) == shape(BATCH)


def test_order() -> None:
    assert rules.moved(shape("B", "C", "H", "W"), 1, -1) == [0, 2, 3, 1]
    assert rules.moved(shape("B", "C", "H", "W"), (3, 0), (0, 1)) == [3, 0, 1, 2]
    assert rules.turned(shape("B", "C")) == shape("C", "B")
    assert rules.matrix(shape(BATCH), "tril") == shape(BATCH)
    with pytest.raises(Undetermined):
        rules.turned(shape(BATCH, 2))


def test_diagonals() -> None:
    assert rules.diagonal(shape(BATCH, "N", "N"), 0, -1, -2) == shape(BATCH, "N")
    assert rules.diagonal(shape("B", "N", "N"), 1, 1, 2) == shape("B", None)
    assert rules.diagonal(shape(None, None)) == (UNKNOWN,)
    assert rules.diagonal((3, 5), 9) == (0,)
    assert rules.diag(shape("N"), -2) == shape("N+2", "N+2")
    assert rules.diag(shape("N"), UNKNOWN) == (UNKNOWN, UNKNOWN)
    with pytest.raises(Undetermined):
        rules.diagonal(shape(BATCH))


def test_stack() -> None:
    assert rules.stack([shape("B", None), shape("B", 3)], 1) == shape("B", 2, 3)
    assert rules.stack([shape(BATCH, 3)] * 2, -2) == shape(BATCH, 2, 3)
    assert rules.stack([shape("B", 3)], 0, UNKNOWN) == shape(None, "B", 3)
    with pytest.raises(Undetermined):
        rules.stack([shape(BATCH, 3), shape("B", 3)])
    with pytest.raises(Undetermined):
        rules.stack([shape(BATCH, 3)] * 2, 1)


def test_in_common() -> None:
    assert rules.in_common([shape("B", 1, "C"), shape("B", "C", "C")]) == shape("B", None, "C")
    for shapes in ([], [shape("B"), shape("B", 1)], [shape(BATCH)]):
        with pytest.raises(Undetermined):
            rules.in_common(shapes)


@pytest.mark.parametrize(
    ("ask", "text"),
    [
        (
            lambda: rules.unflatten((2, 6), 1, []),
            "unflatten expects at least one size for dimension 1 of [2, 6], got none",
        ),
        (
            lambda: rules.expand((2, 3), (-2, 3)),
            "expand cannot expand [2, 3] to [-2, 3]: sizes must be at least 0, or -1 to keep a size",
        ),
        (
            lambda: rules.expand(shape("B"), dims("C")),
            "expand cannot expand [B] to [C]: dimension -1 is B, and only 1 can become C",
        ),
        (lambda: rules.repeat((2, 3), (2,)), "repeat expects at least 2 numbers of copies for [2, 3], got [2]"),
        (lambda: rules.tile((2,), (-1,)), "tile expects numbers of copies that are at least 0, got [-1]"),
        (lambda: rules.repeat_interleave((2,), -1), "repeat_interleave expects repeats to be at least 0, got -1"),
        (lambda: rules.split((5,), -1), "split expects the size of the parts to be above 0, got -1"),
        (lambda: rules.split((5,), (6, -1)), "split expects sizes that are at least 0, got [6, -1]"),
        (
            lambda: rules.split(shape("C"), dims("C", 1)),
            "split expects sizes that add up to C, the size of dimension 0 of [C], got [C, 1], which make C + 1",
        ),
        (lambda: rules.chunk((5,), 0), "chunk expects chunks to be at least 1, got 0"),
        (lambda: rules.narrow((5,), 0, 6, 0), "narrow expects start from -5 to 5 in dimension 0 of [5], got 6"),
        (lambda: rules.narrow((5,), 0, 2, -1), "narrow expects length to be at least 0, got -1"),
        (
            lambda: rules.narrow((5,), 0, -2, 3),
            "narrow expects length to be at most 2 for start=-2 in dimension 0 of [5], got 3",
        ),
        (lambda: rules.select((5,), 0, -6), "select got -6 for dimension 0 of [5], which has size 5"),
        (lambda: rules.diag((2, 3, 4)), "diag expects 1 or 2 dimensions, got [2, 3, 4]"),
        (lambda: rules.diagonal((2,)), "diagonal expects at least 2 dimensions, got [2]"),
        (lambda: rules.stack([]), "stack expects at least one tensor, got none"),
        (
            lambda: rules.stack([shape("B", None), shape("B", 3), shape("B", 4)]),
            "stack expects tensors of one shape, got [B, ?] and [B, 3] and [B, 4]: dimension 1 is 3 against 4",
        ),
        (
            lambda: rules.stack([(2, 3), (3,)]),
            "stack expects tensors of one shape, got [2, 3] and [3]: 2 dimensions against 1",
        ),
        (
            lambda: rules.unflatten((2, 6), -1, (4, -1)),
            "unflatten cannot turn dimension 1 of [2, 6] to [4, -1]: 6 elements do not divide by 4",
        ),
        (lambda: rules.expand((3,), ()), "expand expects at least 1 size for [3], got []"),
        (lambda: rules.linspace(-1), "linspace expects steps to be an int, at least 0, got -1"),
        (lambda: rules.created((2, -3), "zeros"), "zeros expects sizes that are ints, at least 0, got -3"),
    ],
)
def test_refuses(ask: Callable[[], object], text: str) -> None:
    with pytest.raises(ShapeError, match=f"^{re.escape(text)}$"):
        ask()
