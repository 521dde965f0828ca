"""Elementwise functions on parts of arrays: as on the whole, for any memory order, size and number of threads."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from shapenet.backend import Array
from shapenet.kernels.elementwise import PIECE, elementwise, in_pieces

RNG = np.random.default_rng(0)


def ordered(shape: tuple[int, ...], order: tuple[int, ...]) -> Array:
    x = np.asarray(RNG.standard_normal([shape[axis] for axis in order], np.float32))
    return x.transpose(np.argsort(order))


def scaled_sum(x: Array, y: Array, *, out: Array) -> None:
    np.multiply(x, 2, out=out)
    np.add(out, y, out=out)


@pytest.mark.parametrize("shape", [(3, 4, 5), (40, 60, 50), (1, 300, 400), (2, 3, 90_000)])
@pytest.mark.parametrize("function", [np.add, scaled_sum], ids=["ufunc", "function"])
def test_memory_orders(shape: tuple[int, ...], function: np.ufunc) -> None:
    for first, second in itertools.product(itertools.permutations(range(3)), repeat=2):
        x, y = ordered(shape, first), ordered(shape, second)
        result = elementwise(function, x, y)
        np.testing.assert_array_equal(result, x + y if function is np.add else 2 * x + y)
        assert result.strides == x.strides or min(shape) == 1 or x.size < 100  # lies as the first input


@pytest.mark.parametrize("other", [(), (50,), (60, 1), (1, 1, 50), (40, 60, 50), (7, 40, 60, 50)])
def test_broadcasting(other: tuple[int, ...]) -> None:
    x, y = ordered((40, 60, 50), (2, 0, 1)), np.asarray(RNG.standard_normal(other, np.float32))
    np.testing.assert_array_equal(elementwise(np.subtract, x, y), x - y)
    np.testing.assert_array_equal(elementwise(np.subtract, y, x), y - x)
    np.testing.assert_array_equal(elementwise(scaled_sum, y, x), 2 * y + x)


def test_dtypes_and_outputs() -> None:
    x = np.arange(5 * PIECE, dtype=np.int64)
    assert elementwise(np.multiply, x, np.asarray(2.5, np.float32)).dtype == np.float64
    assert elementwise(np.greater, x, x, dtype=np.bool_).dtype == np.bool_
    out = np.empty(5 * PIECE, np.float32)
    assert elementwise(np.positive, x, out=out) is out
    np.testing.assert_array_equal(out, x)
    elementwise(np.add, out, out, out=out)
    np.testing.assert_array_equal(out, 2 * x)


def test_parts_correspond_and_can_be_written_to() -> None:
    a, b = np.arange(10.0 * PIECE), np.zeros(10 * PIECE, np.int32)
    turned = np.zeros((10, PIECE)).T

    def work(x: Array, y: Array) -> None:
        y += x.astype(np.int32)

    in_pieces(work, a, b)
    np.testing.assert_array_equal(a, b)
    in_pieces(lambda x, y: np.copyto(y, x), a.reshape(10, PIECE).T, turned)
    np.testing.assert_array_equal(turned.T.reshape(-1), a)
