"""Pools, ``Unfold`` and ``Fold`` as layers: what they return, what their types say, what they refuse."""

from __future__ import annotations

import copy
import tracemalloc
from typing import Any
from typing import Literal as L

import numpy as np
import pytest

import shapenet
from shapenet import ShapeError, nn
from shapenet import functional as F
from shapenet.tensors import AnyTensor


@pytest.mark.parametrize(
    "layer",
    [nn.MaxPool2d(3, 2, 1, return_indices=True), nn.AdaptiveMaxPool2d((3, None), return_indices=True)],
)
def test_the_places_are_where_the_maxima_are(layer: Any) -> None:
    x = shapenet.randn(2, 3, 7, 8, requires_grad=True)
    values, places = layer(x)
    assert values.shape == places.shape
    assert places.dtype == np.int64
    assert not places.requires_grad
    flat, found = x.detach().numpy().reshape(2, 3, -1), places.numpy().reshape(2, 3, -1)
    np.testing.assert_array_equal(np.take_along_axis(flat, found, 2).reshape(values.shape), values.detach().numpy())
    values.sum().backward()
    counts = np.zeros(flat.shape)
    for n, c in np.ndindex(2, 3):
        np.add.at(counts[n, c], found[n, c], 1)
    assert x.grad is not None
    np.testing.assert_array_equal(x.grad.numpy().reshape(counts.shape), counts)


def test_one_mean_of_each_channel() -> None:
    x = shapenet.randn(2, 3, 5, 7, requires_grad=True)
    y = nn.AdaptiveAvgPool2d(1)(x)
    np.testing.assert_array_equal(y.detach().numpy(), x.detach().numpy().mean((2, 3), keepdims=True))
    y.sum().backward()
    assert x.grad is not None
    np.testing.assert_allclose(x.grad.numpy(), 1 / 35)


def test_sizes_that_divide_are_a_plain_pool() -> None:
    x = shapenet.randn(2, 3, 12, 8)
    np.testing.assert_array_equal(F.adaptive_avg_pool2d(x, 4).numpy(), F.avg_pool2d(x, (3, 2)).numpy())
    np.testing.assert_array_equal(F.adaptive_max_pool2d(x, 4).numpy(), F.max_pool2d(x, (3, 2)).numpy())


def test_fold_adds_up_what_unfold_copies() -> None:
    x, options = shapenet.randn(2, 3, 7, 6), {"dilation": (1, 2), "padding": (2, 0), "stride": (2, 1)}
    columns = F.unfold(x, (3, 2), **options)
    copies = F.fold(F.unfold(shapenet.ones(2, 3, 7, 6), (3, 2), **options), (7, 6), (3, 2), **options)
    back = F.fold(columns, (7, 6), (3, 2), **options)
    np.testing.assert_allclose(back.numpy(), (x * copies).numpy(), rtol=1e-6)


def test_a_product_with_columns_is_a_convolution() -> None:
    x, weight = shapenet.randn(2, 3, 7, 6), shapenet.randn(4, 3, 3, 2)
    product = weight.reshape(4, 18) @ nn.Unfold((3, 2))(x)
    np.testing.assert_allclose(product.reshape(2, 4, 5, 5).numpy(), F.conv2d(x, weight).numpy(), atol=1e-5)


@pytest.mark.parametrize(
    ("layer", "shape", "spelled"),
    [
        (nn.MaxPool2d[L[3], L[3], L[0], L[1], L[False], L[True]](), (1, 1, 3, 3), "MaxPool2d[3, 3, 0, 1, False, True]"),
        (nn.AvgPool2d[L[3], L[3], L[0], L[True]](), (1, 1, 3, 3), "AvgPool2d[3, 3, 0, True]"),
        (nn.AdaptiveAvgPool2d[tuple[L[7], None]](), (1, 1, 7, 8), "AdaptiveAvgPool2d[(7, None)]"),
        (nn.AdaptiveAvgPool2d[None](), (1, 1, 8, 8), "AdaptiveAvgPool2d[None]"),
        (nn.AdaptiveMaxPool2d[L[2]](), (1, 1, 2, 2), "AdaptiveMaxPool2d[2]"),
        (nn.Unfold[L[3], L[1], L[1]](), (1, 9, 64), "Unfold[3, 1, 1]"),
        (nn.Fold[L[4], L[1]](), None, "Fold[4, 1]"),
    ],
)
def test_layers_from_their_types(layer: Any, shape: tuple[int, ...] | None, spelled: str) -> None:
    assert layer.spelled == copy.deepcopy(layer).spelled == spelled
    if shape is not None:
        assert layer(shapenet.zeros(1, 1, 8, 8)).shape == shape


def test_arguments_and_types_must_agree() -> None:
    with pytest.raises(ShapeError, match=r"^MaxPool2d has return_indices=True in its type, got False$"):
        nn.MaxPool2d[L[2], L[2], L[0], L[1], L[True]](return_indices=False)  # type: ignore[arg-type]
    with pytest.raises(ShapeError, match=r"^AdaptiveAvgPool2d has output_size=None in its type, got 3$"):
        nn.AdaptiveAvgPool2d[None](3)  # type: ignore[arg-type]


def test_a_pair_is_no_image() -> None:
    layers = nn.Sequential(nn.MaxPool2d(2, return_indices=True), nn.ReLU())
    problem = r'layer 1 \(ReLU\) argument "x" expects .*, got tuple \(float32\[1, 1, 2, 2\], int64\[1, 1, 2, 2\]\)'
    with pytest.raises(ShapeError, match=problem):
        layers(shapenet.zeros(1, 1, 4, 4))  # type: ignore[shape]


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda x: F.avg_pool2d(x, 2, ceil_mode=1), "AvgPool2d expects ceil_mode to be a bool, got 1"),  # type: ignore[arg-type]
        (lambda x: F.unfold(x, 0), "Unfold expects kernel_size to be an int or a pair"),  # type: ignore[shape]
        (lambda x: F.unfold(x, 9), "Unfold[9] gets an output height of 0"),
        (lambda x: F.fold(x, 4, 2), "Fold[4, 2] expects 3 dimensions [N, C*KH*KW, L], got 4: [1, 2, 8, 8]"),
        (lambda x: F.adaptive_avg_pool2d(x, (10**9, -1)), "AdaptiveAvgPool2d expects output_size to be"),  # type: ignore[shape]
        (lambda x: F.adaptive_max_pool2d(x[0], 2), "AdaptiveMaxPool2d[2] expects 4 dimensions"),
    ],
)
def test_refusals_before_allocation(call: Any, text: str) -> None:
    x = shapenet.zeros(1, 2, 8, 8)
    tracemalloc.start()
    try:
        with pytest.raises(ShapeError) as caught:
            call(x)
        assert tracemalloc.get_traced_memory()[1] < 2**20
    finally:
        tracemalloc.stop()
    assert str(caught.value).startswith(text)


def test_means_of_integers_are_refused() -> None:
    x: AnyTensor = shapenet.ones(1, 1, 2, 2, dtype=np.int64)
    for call, name in ((F.adaptive_avg_pool2d, "adaptive_avg_pool2d"), (F.avg_pool2d, "avg_pool2d")):
        with pytest.raises(ValueError, match=f"^{name} expects floating tensors, got dtype int64$"):
            call(x, 2)
    assert F.max_pool2d(x, 2).dtype == np.int64  # a maximum is an element
