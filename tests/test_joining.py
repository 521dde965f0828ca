"""Tensors one after the other."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

import shapenet
from shapenet import ShapeError, rules
from shapenet.dims import parse


@pytest.mark.parametrize("dim", [0, 1, 2, -1, -3])
def test_cat(dim: int) -> None:
    rng = np.random.default_rng()
    shapes = [[2, 3, 4] for _ in range(3)]
    for size, shape in enumerate(shapes):
        shape[dim] = size + 1
    arrays = [rng.standard_normal(shape) for shape in shapes]
    tensors = [shapenet.tensor(array, requires_grad=place != 1) for place, array in enumerate(arrays)]
    joined = shapenet.cat(tensors, dim)
    np.testing.assert_array_equal(joined.detach().numpy(), np.concatenate(arrays, dim))
    weight = rng.standard_normal(joined.shape)
    joined.backward(shapenet.tensor(weight))
    parts = np.split(weight, [1, 3], dim)
    for place, (tensor, part) in enumerate(zip(tensors, parts, strict=True)):
        assert (tensor.grad is None) == (place == 1)
        if tensor.grad is not None:
            np.testing.assert_array_equal(tensor.grad.numpy(), part)


def test_the_rule_adds_symbols() -> None:
    b, h = parse("B"), parse("H")
    assert rules.cat([(b, h), (b, 3)], -1) == (b, h + 3)


X = shapenet.zeros(2, 3)


@pytest.mark.parametrize(
    ("tensors", "dim", "error", "text"),
    [
        (
            [X, shapenet.zeros(2, 4)],
            0,
            ShapeError,
            "cat expects shapes that are equal but for dimension 0, got [2, 3], [2, 4]",
        ),
        (
            [X, shapenet.zeros(2)],
            1,
            ShapeError,
            "cat expects shapes that are equal but for dimension 1, got [2, 3], [2]",
        ),
        ([X, X], 2, ShapeError, "cat got dimension 2, but [2, 3] has 2 dimensions"),
        ([], 0, ValueError, "cat expects tensors to be at least one, and of one dtype, got []"),
        ([X, X.to(np.float64)], 0, ValueError, "one dtype, got ['float32', 'float64']"),
        (X, 0, TypeError, "cat expects tensors to be a list or a tuple of tensors, got tensor("),
        ([X, 1], 0, TypeError, "cat expects tensors to be a list or a tuple of tensors, got [tensor("),
        ([X, X], True, TypeError, "cat expects dim to be an int, got True"),
    ],
)
def test_refused(tensors: Any, dim: Any, error: type[Exception], text: str) -> None:
    with pytest.raises(error, match=re.escape(text)):
        shapenet.cat(tensors, dim)
