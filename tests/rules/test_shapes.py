"""Rules with symbols, unknowns and packs; with integers numpy is the judge."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from functools import partial
from types import EllipsisType
from typing import TypeAlias

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shapenet import rules
from shapenet.dims import UNKNOWN, Dim, Pack, Shape, Unknown, parse, substitute, symbol
from shapenet.errors import ShapeError
from shapenet.rules import Index, IndexArray, Undetermined

BATCH = Pack("Batch")
Ints: TypeAlias = tuple[int, ...]


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
    with pytest.raises(ShapeError, match="do not divide by 2"):  # an odd number, whatever H is
        rules.reshape(shape("B", "2*H-1"), dims("B", 2, -1))
    assert rules.reshape(shape("B", "3*H"), dims(2, -1, "B")) == shape(2, "3*H//2", "B")
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


@pytest.mark.parametrize(
    ("ask", "text"),
    [
        (
            lambda: rules.broadcast((2, 3), (4,), "add"),
            "add cannot broadcast [2, 3] with [4]: dimension -1 is 3 against 4, and neither is 1",
        ),
        (
            lambda: rules.matmul((2, 3), (4, 5)),
            "matmul cannot multiply [2, 3] @ [4, 5]: dimension -1 of the first is 3, dimension -2 of the second is 4",
        ),
        (
            lambda: rules.matmul((3,), (4,)),
            "matmul cannot multiply [3] @ [4]: dimension -1 of the first is 3, dimension -1 of the second is 4",
        ),
        (lambda: rules.matmul((), (4,)), "matmul expects operands of at least 1 dimension, got [] @ [4]"),
        (lambda: rules.reduce((2, 3), 2, False, "sum"), "sum got dimension 2, but [2, 3] has 2 dimensions"),
        (lambda: rules.reduce((2, 3), (0, -2), False), "reduce got dimension 0 of [2, 3] twice, in [0, -2]"),
        (
            lambda: rules.reshape((2, 3), (-1, -1)),
            "reshape cannot turn [2, 3] to [-1, -1]: sizes must be at least 0, and at most one of them -1",
        ),
        (lambda: rules.reshape((2, 3), (4,)), "reshape cannot turn [2, 3] to [4]: 6 elements do not make 4"),
        (
            lambda: rules.reshape((2, 3), (4, -1)),
            "reshape cannot turn [2, 3] to [4, -1]: 6 elements do not divide by 4",
        ),
        (
            lambda: rules.reshape((0,), (0, -1)),
            "reshape cannot turn [0] to [0, -1]: with a size of 0, -1 could be anything",
        ),
        (lambda: rules.permute((2, 3), (0, 0)), "permute expects each of the 2 dimensions of [2, 3] once, got (0, 0)"),
        (lambda: rules.permute((2, 3), (0, 5)), "permute got dimension 5, but [2, 3] has 2 dimensions"),
        (lambda: rules.transpose((2, 3), 0, -3), "transpose got dimension -3, but [2, 3] has 2 dimensions"),
        (lambda: rules.flatten((2, 3), 1, 0), "flatten got start_dim=1 behind end_dim=0 for [2, 3]"),
        (lambda: rules.flatten((), 0, 1), "flatten got dimension 1, but [] has 0 dimensions"),
        (lambda: rules.index((2, 3), (-3,)), "index got -3 for dimension 0 of [2, 3], which has size 2"),
        (lambda: rules.index((2,), (0, 0)), "index got 2 indices for [2], which has 1 dimension"),
        (
            lambda: rules.index((2, 3), (IndexArray((2,)), IndexArray((3,)))),
            "index cannot broadcast [2] with [3]: dimension -1 is 2 against 3, and neither is 1",
        ),
    ],
)
def test_refuses(ask: Callable[[], Shape], text: str) -> None:
    with pytest.raises(ShapeError, match=f"^{re.escape(text)}$"):
        ask()


# --- numpy is the judge -----------------------------------------------------------------------------------------------


def shapes(low: int = 0, most: int = 4) -> st.SearchStrategy[Ints]:
    return st.lists(st.integers(low, 4), max_size=most).map(tuple)


def agree(rule: Callable[[], Shape], numpy: Callable[[], Ints]) -> None:
    """The same shape, or both refuse."""
    expected: Shape | None
    try:
        expected = numpy()
    except (ValueError, IndexError):  # numpy's AxisError is both
        expected = None
    try:
        got: Shape | None = rule()
    except ShapeError:
        got = None
    assert got == expected


def symbolic(shape: Ints, hidden: int) -> tuple[Shape, dict[str, Dim]]:
    """*shape* with names for some sizes, one name for each size, and what they stand for."""
    named = {size: f"n{size}" for place, size in enumerate(shape) if size > 1 and hidden >> place & 1}
    return tuple(symbol(named[s]) if s in named else s for s in shape), {name: size for size, name in named.items()}


def consistent(symbols: Callable[[], Shape], ints: Callable[[], Shape], values: dict[str, Dim]) -> None:
    """An answer with symbols is the one with integers, once these are known; a refusal says nothing proved."""
    try:
        got = symbols()
    except (ShapeError, Undetermined):
        return
    try:
        expected = ints()
    except ShapeError as error:
        assert "do not divide by" in error.problem
        return
    assert len(got) == len(expected)
    for dim, size in zip(got, expected, strict=True):
        assert not isinstance(dim, Pack)
        value = substitute(dim, values)
        assert isinstance(value, Unknown) or value == size


related = st.tuples(shapes(), st.integers(0, 4), st.lists(st.booleans(), min_size=4, max_size=4)).map(
    lambda t: (t[0], tuple(d if keep else 1 for d, keep in zip(t[0][t[1] :], t[2], strict=False)))
)  # operands that broadcast
hiding = st.integers(0, 15)


@settings(max_examples=300, deadline=None)
@given(related | st.tuples(shapes(), shapes()), hiding)
def test_broadcast_as_numpy(pair: tuple[Ints, Ints], hidden: int) -> None:
    a, b = pair
    agree(lambda: rules.broadcast(a, b), lambda: np.broadcast_shapes(a, b))
    x, values = symbolic(a, hidden)
    consistent(lambda: rules.broadcast(x, b), lambda: rules.broadcast(a, b), values)
    consistent(lambda: rules.broadcast(b, x), lambda: rules.broadcast(b, a), values)


@settings(max_examples=300, deadline=None)
@given(related | st.tuples(shapes(), shapes()), shapes(0, 2), shapes(0, 2), hiding)
def test_matmul_as_numpy(batches: tuple[Ints, Ints], left: Ints, right: Ints, hidden: int) -> None:
    a, b = batches[0] + left, batches[1] + left[-1:] + right[:1]
    agree(lambda: rules.matmul(a, b), lambda: np.matmul(np.zeros(a), np.zeros(b)).shape)
    x, values = symbolic(a, hidden)
    consistent(lambda: rules.matmul(x, b), lambda: rules.matmul(a, b), values)


axes = st.integers(-5, 4)


@settings(max_examples=300, deadline=None)
@given(shapes(), st.none() | axes | st.lists(st.integers(-4, 3), max_size=3).map(tuple), st.booleans(), hiding)
def test_reduce_as_numpy(shape: Ints, dim: int | Ints | None, keepdim: bool, hidden: int) -> None:
    if shape or not isinstance(dim, int):  # numpy lets a number without dimensions have dimension 0
        agree(lambda: rules.reduce(shape, dim, keepdim), lambda: np.zeros(shape).sum(axis=dim, keepdims=keepdim).shape)
    x, values = symbolic(shape, hidden)
    consistent(lambda: rules.reduce(x, dim, keepdim), lambda: rules.reduce(shape, dim, keepdim), values)


def reshaped(shape: Ints, sizes: list[int]) -> Ints:
    return np.zeros(shape).reshape(sizes).shape


@settings(max_examples=400, deadline=None)
@given(shapes(), st.lists(st.integers(-1, 6), max_size=4), st.permutations(range(4)), hiding)
def test_reshape_as_numpy(shape: Ints, drawn: list[int], order: list[int], hidden: int) -> None:
    shuffled = [(*shape, 1, 1, 1, 1)[i] for i in order]
    freed = [-1, *shuffled[1:]]
    joined = [math.prod(shuffled[:2]), *shuffled[2:]]
    x, values = symbolic(shape, hidden)
    for sizes in (drawn, shuffled, freed, joined):
        rule = partial(rules.reshape, sizes=sizes)
        agree(partial(rule, shape), partial(reshaped, shape, sizes))
        consistent(partial(rule, x), partial(rule, shape), values)


def permuted(shape: Ints, dims: list[int]) -> Ints:
    return np.zeros(shape).transpose(tuple(dims)).shape


@settings(max_examples=300, deadline=None)
@given(shapes(), st.permutations(range(4)), st.lists(axes, min_size=1, max_size=4), axes, axes, hiding)
def test_order_as_numpy(shape: Ints, order: list[int], drawn: list[int], a: int, b: int, hidden: int) -> None:
    x, values = symbolic(shape, hidden)
    for dims in ([i for i in order if i < len(shape)], drawn):
        rule = partial(rules.permute, dims=dims)
        agree(partial(rule, shape), partial(permuted, shape, dims))
        consistent(partial(rule, x), partial(rule, shape), values)
    agree(lambda: rules.transpose(shape, a, b), lambda: np.zeros(shape).swapaxes(a, b).shape)
    consistent(lambda: rules.transpose(x, a, b), lambda: rules.transpose(shape, a, b), values)


def flattened(shape: Ints, start: int, end: int) -> Ints:
    """As torch does it."""
    if not shape:
        if {start, end} <= {0, -1}:
            return (1,)
        raise IndexError
    places = range(len(shape))
    first, last = places[start], places[end]
    if first > last:
        raise ValueError
    return np.zeros(shape).reshape((*shape[:first], math.prod(shape[first : last + 1]), *shape[last + 1 :])).shape


@settings(max_examples=300, deadline=None)
@given(shapes(), axes, axes, hiding)
def test_flatten_as_torch(shape: Ints, start: int, end: int, hidden: int) -> None:
    agree(lambda: rules.flatten(shape, start, end), lambda: flattened(shape, start, end))
    x, values = symbolic(shape, hidden)
    consistent(lambda: rules.flatten(x, start, end), lambda: rules.flatten(shape, start, end), values)


bounds = st.none() | st.integers(-6, 6)
slices = st.builds(slice, bounds, bounds, st.sampled_from([None, None, 1, 2, -1, -2, 0]))
arrays = st.sampled_from([(2,), (2,), (1,), (), (2, 2), (3,), (0,)]).map(IndexArray)
parts = st.integers(-1, 0) | st.integers(-5, 4) | slices | st.none() | st.just(...) | arrays


def real(part: Index) -> int | slice | EllipsisType | np.ndarray[Ints, np.dtype[np.int64]] | None:
    if isinstance(part, IndexArray):
        sizes = [size for size in part.shape if isinstance(size, int)]
        return np.zeros(sizes, np.int64)
    assert part is None or isinstance(part, int | slice | EllipsisType)
    return part


@settings(max_examples=800, deadline=None)
@given(shapes(1), st.lists(parts, max_size=5), hiding)
def test_index_as_numpy(shape: Ints, items: list[Index], hidden: int) -> None:
    agree(lambda: rules.index(shape, items), lambda: np.zeros(shape)[tuple(map(real, items))].shape)
    x, values = symbolic(shape, hidden)
    if not any(isinstance(item, int) for item in items):  # of a symbol nobody knows whether an integer lies outside
        consistent(lambda: rules.index(x, items), lambda: rules.index(shape, items), values)


def test_an_ellipsis_parts_even_where_it_stands_for_nothing() -> None:
    assert rules.index((4, 3), [None, IndexArray((2,)), ..., 0]) == (2, 1)
    assert rules.index((4, 3), [None, IndexArray((2,)), 0, ...]) == (1, 2)


def test_cat() -> None:
    assert rules.cat([shape("B", 3, "H"), shape("B", "C", "H")], 1) == shape("B", "C+3", "H")
    assert rules.cat([shape(None, 3), shape("B", 3)], -1) == shape("B", 6)
    assert rules.cat([shape("B", 3), shape("N", None)]) == shape("B+N", 3)
    assert rules.cat([shape("B", None), shape("B", 3)], 1) == shape("B", None)
    assert rules.cat([shape(BATCH, "C"), shape(BATCH, 3)], -1) == shape(BATCH, "C+3")
    with pytest.raises(Undetermined):
        rules.cat([shape(BATCH, 3), shape("B", 3)], -1)
    with pytest.raises(Undetermined):
        rules.cat([shape(BATCH, 3), shape(BATCH, 3)], 0)
    with pytest.raises(rules.Undetermined):
        rules.cat([shape(3), (Pack(),)])


@pytest.mark.parametrize(
    ("shapes", "dim", "text"),
    [
        ([], 0, "cat expects at least one tensor, got none"),
        ([()], 0, "cat got dimension 0, but [] has 0 dimensions"),
        ([(2, 3), (2, 3)], 2, "cat got dimension 2, but [2, 3] has 2 dimensions"),
        ([(2, 3), (2,)], 0, "cat expects tensors of as many dimensions each, got [2, 3] and [2]"),
        (
            [(2, 3), (3, 4)],
            1,
            "cat expects tensors that differ in dimension 1 alone, got [2, 3] and [3, 4]: dimension 0 is 2 against 3",
        ),
    ],
)
def test_what_cannot_be_joined(shapes: list[Shape], dim: int, text: str) -> None:
    with pytest.raises(ShapeError) as caught:
        rules.cat(shapes, dim)
    assert str(caught.value) == text
