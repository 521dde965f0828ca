"""Sorting, extremes and picking: ties, NaN, dtypes, refusals."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import pytest

import shapenet
from shapenet import AnyTensor, ShapeError
from shapenet import functional as F
from shapenet.tensors import Found


def test_equal_elements_keep_their_order() -> None:
    rng = np.random.default_rng()
    x = shapenet.from_numpy(rng.integers(0, 4, (3, 50)))
    for dim in (0, 1):
        up, down = x.argsort(dim).numpy(), x.argsort(dim, descending=True).numpy()
        sizes = np.arange(x.shape[dim]).reshape([-1 if place == dim else 1 for place in range(2)])
        np.testing.assert_array_equal(up, np.argsort(x.numpy() * 100 + sizes, axis=dim))
        np.testing.assert_array_equal(down, np.argsort(-x.numpy() * 100 + sizes, axis=dim))


def test_nan_is_the_greatest() -> None:
    x = shapenet.tensor([1.0, float("nan"), 3.0, 2.0])
    assert x.argsort().tolist() == [0, 3, 2, 1]
    assert x.argsort(descending=True).tolist() == [1, 2, 3, 0]
    assert x.topk(2).indices.tolist() == [1, 2]
    assert x.topk(2, largest=False).indices.tolist() == [0, 3]
    assert x.max(0).indices.tolist() == 1


def test_results_have_names() -> None:
    x = shapenet.tensor([[3, 1, 2], [4, 6, 6]])
    assert isinstance(x.max(1), Found)
    assert x.max(1).values.tolist() == [3, 6]
    assert x.max(1).indices.tolist() == [0, 1]
    assert x.min(0, keepdim=True).values.tolist() == [[3, 1, 2]]
    values, places = x.sort(1, descending=True)
    assert values.tolist() == [[3, 2, 1], [6, 6, 4]]
    assert places.tolist() == [[0, 2, 1], [1, 2, 0]]
    assert places.dtype == np.int64
    assert x.topk(0, 1).values.shape == (2, 0)


def test_booleans() -> None:
    x = shapenet.tensor([True, False, True])
    assert x.max().dtype == np.bool_
    assert x.min(0).values.tolist() is False
    assert x.sort().values.tolist() == [False, True, True]
    assert x.topk(1, largest=False).indices.tolist() == [1]


def test_topk_against_a_full_sort() -> None:
    rng = np.random.default_rng()
    for _ in range(20):
        x = shapenet.from_numpy(rng.standard_normal([int(size) for size in rng.integers(1, 6, 3)]))
        dim = int(rng.integers(-3, 3))
        k, largest = int(rng.integers(0, x.shape[dim] + 1)), bool(rng.random() < 0.5)
        got = x.topk(k, dim, largest)
        places = np.take(x.argsort(dim, descending=largest).numpy(), np.arange(k), axis=dim)
        np.testing.assert_array_equal(got.indices.numpy(), places)
        np.testing.assert_array_equal(got.values.numpy(), np.take_along_axis(x.numpy(), places, dim))


def test_gradients_of_elements_picked_twice() -> None:
    x = shapenet.ones(3, 2).requires_grad_()
    x.gather(0, shapenet.tensor([[0, 2], [0, 1]])).sum().backward()
    assert x.grad is not None
    assert x.grad.tolist() == [[2, 0], [0, 1], [0, 1]]


def test_a_part_of_the_source_is_put() -> None:
    x, src = shapenet.zeros(2, 3).requires_grad_(), shapenet.full((3, 3), 2.0).requires_grad_()
    y = x.scatter(1, shapenet.tensor([[2, 0]]), src)
    assert y.tolist() == [[2, 0, 2], [0, 0, 0]]
    y.sum().backward()
    assert x.grad is not None
    assert src.grad is not None
    assert x.grad.tolist() == [[0, 1, 0], [1, 1, 1]]
    assert src.grad.tolist() == [[1, 1, 0], [0, 0, 0], [0, 0, 0]]
    assert x.tolist() == [[0, 0, 0], [0, 0, 0]]


def test_one_hot() -> None:
    labels = shapenet.tensor([[2, 0], [1, 2]])
    np.testing.assert_array_equal(F.one_hot(labels, 4).numpy(), np.eye(4)[labels.numpy()])
    assert F.one_hot(labels).shape == (2, 2, 3)
    assert F.one_hot(labels, 3).dtype == np.int64


@pytest.mark.parametrize(
    ("call", "error", "problem"),
    [
        (lambda x, i: x.gather(1, x), ShapeError, "gather expects index to be an integer tensor, got a floating one"),
        (lambda x, i: x.gather(1, i), ValueError, "gather expects index to be from 0 to 2, got 0 to 3"),
        (lambda x, i: x.gather(1, i - 4), ValueError, "gather expects index to be from 0 to 2, got -4 to -1"),
        (lambda x, i: x.index_select(1, i[0]), ValueError, "index_select expects index to be from 0 to 2, got 0 to 3"),
        (lambda x, i: x.take_along_dim(i, 1), ValueError, "take_along_dim expects indices to be from 0 to 2"),
        (lambda x, i: F.one_hot(i, 3), ValueError, "one_hot expects labels to be from 0 to 2, got 0 to 3"),
        (lambda x, i: F.one_hot(i[:0]), ValueError, "one_hot expects num_classes to be given"),
        (lambda x, i: F.one_hot(i, num_classes=x), ValueError, "one_hot expects num_classes to be an int, got tensor"),
        (lambda x, i: x.scatter(1, i, x), ShapeError, "scatter expects index to have at most 3 in dimension 1"),
        (lambda x, i: x.scatter(1, i, 1), ValueError, "scatter expects index to be from 0 to 2, got 0 to 3"),
        (
            lambda x, i: x.scatter(1, i, i),
            ValueError,
            "scatter expects src to be a number or a tensor of dtype float32, got tensor",
        ),
        (
            lambda x, i: x.scatter_add(1, i, 1),
            ValueError,
            "scatter_add expects src to be a tensor of dtype float32, got 1",
        ),
        (lambda x, i: x.sort(1.0), ValueError, "sort expects dim to be an int, got 1.0"),
        (lambda x, i: x.sort(descending=1), ValueError, "sort expects descending to be a bool, got 1"),
        (lambda x, i: x.topk(2.0), ValueError, "topk expects k to be an int, got 2.0"),
        (
            lambda x, i: x.topk(4),
            ShapeError,
            "topk expects k to be from 0 to 3, the size of dimension 1 of [2, 3], got 4",
        ),
        (lambda x, i: x.max((0, 1)), ValueError, "max expects dim to be an int, got (0, 1)"),
        (lambda x, i: x[:0].max(0), ShapeError, "max expects at least one element along dimension 0, got [0, 3]"),
        (lambda x, i: x[:0].argmin(), ShapeError, "argmin expects at least one element, got [0, 3]"),
    ],
)
def test_refusals(call: Callable[[AnyTensor, AnyTensor], object], error: type[Exception], problem: str) -> None:
    with pytest.raises(error, match=re.escape(problem)):
        call(shapenet.ones(2, 3), shapenet.tensor([[0, 1, 2, 3]]))
