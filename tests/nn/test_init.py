"""Initial values: their distributions against the formulas, in any memory order; and what is refused."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from functools import partial
from statistics import NormalDist
from typing import Any

import numpy as np
import pytest

import shapenet
from shapenet import nn
from shapenet.backend import Array
from shapenet.nn import init
from shapenet.tensors import AnyTensor, Tensor

NORMAL = NormalDist()
SIGMAS = 5  # by chance alone, one test in a million fails


def expect_moments(values: Array, mean: float, std: float, fourth: float = 3.0) -> None:
    """The mean and the standard deviation, up to chance; *fourth* is the fourth moment over the squared variance."""
    count = values.size
    assert abs(values.mean(dtype=np.float64) - mean) < SIGMAS * std / math.sqrt(count) + 1e-7 * abs(mean)
    variance = np.mean((values.astype(np.float64) - mean) ** 2)
    assert abs(variance / std**2 - 1) < SIGMAS * math.sqrt((fourth - 1) / count)


def expect_uniform(values: Array, low: float, high: float) -> None:
    expect_moments(values, (low + high) / 2, (high - low) / math.sqrt(12), 1.8)
    width = high - low
    assert low - 1e-7 * abs(low) <= values.min() < low + 20 * width / values.size
    assert high + 1e-7 * abs(high) >= values.max() > high - 20 * width / values.size


def weight() -> AnyTensor:
    """That of a convolution, which is not C-contiguous: its fan in is 450, its fan out 1800."""
    return nn.Conv2d(50, 200, 3).weight


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_distributions(dtype: Any) -> None:
    x: AnyTensor = Tensor(np.empty((200, 300), dtype))
    expect_uniform(init.uniform_(x).data, 0, 1)
    expect_uniform(init.uniform_(x, -3, 5).data, -3, 5)
    expect_moments(init.normal_(x).data, 0, 1)
    expect_moments(init.normal_(x, 4, 0.5).data, 4, 0.5)
    assert (init.normal_(x, 2, 0).data == 2).all()
    assert (init.uniform_(x, 2, 2).data == 2).all()
    assert x.dtype == dtype


def test_by_fans() -> None:
    gain = math.sqrt(2 / (1 + 0.2**2))
    cases: list[tuple[Callable[..., AnyTensor], float]] = [
        (init.xavier_uniform_, math.sqrt(2 / 2250)),
        (partial(init.xavier_uniform_, gain=3), 3 * math.sqrt(2 / 2250)),
        (init.kaiming_uniform_, math.sqrt(2 / 450)),
        (partial(init.kaiming_uniform_, a=0.2), gain / math.sqrt(450)),
        (partial(init.kaiming_uniform_, a=0.2, mode="fan_out"), gain / math.sqrt(1800)),
        (partial(init.kaiming_uniform_, a=0.2, nonlinearity="tanh"), 5 / 3 / math.sqrt(450)),
    ]
    for function, std in cases:
        expect_uniform(function(weight()).data, -math.sqrt(3) * std, math.sqrt(3) * std)
    cases = [
        (init.xavier_normal_, math.sqrt(2 / 2250)),
        (partial(init.xavier_normal_, gain=0.1), 0.1 * math.sqrt(2 / 2250)),
        (init.kaiming_normal_, math.sqrt(2 / 450)),
        (partial(init.kaiming_normal_, mode="fan_out", nonlinearity="relu"), math.sqrt(2 / 1800)),
        (partial(init.kaiming_normal_, nonlinearity="linear"), 1 / math.sqrt(450)),
    ]
    for function, std in cases:
        expect_moments(function(weight()).data, 0, std)


def test_trunc_normal() -> None:
    x: AnyTensor = Tensor(np.empty((300, 300), np.float32))
    init.trunc_normal_(x, 1, 2, 0.3, 4)
    assert np.float32(0.3) <= x.data.min() < 0.31
    assert 3.99 < x.data.max() <= 4
    low, high = (0.3 - 1) / 2, (4 - 1) / 2
    mass = NORMAL.cdf(high) - NORMAL.cdf(low)
    mean = (NORMAL.pdf(low) - NORMAL.pdf(high)) / mass
    variance = 1 + (low * NORMAL.pdf(low) - high * NORMAL.pdf(high)) / mass - mean**2
    expect_moments(x.data, 1 + 2 * mean, 2 * math.sqrt(variance))
    init.trunc_normal_(x, std=0.02)
    expect_moments(x.data, 0, 0.02)  # cut at 100 standard deviations


@pytest.mark.parametrize("shape", [(7, 7), (3, 11), (11, 3), (4, 3, 2, 2), (40, 2, 3), (1, 5), (5, 1)])
def test_orthogonal(shape: tuple[int, ...]) -> None:
    x: AnyTensor = Tensor(np.empty(shape))
    matrix = init.orthogonal_(x, gain=1.5).data.reshape(shape[0], -1)
    small = matrix if matrix.shape[0] <= matrix.shape[1] else matrix.T
    np.testing.assert_allclose(small @ small.T, 1.5**2 * np.eye(len(small)), atol=1e-12)


def test_orthogonal_matrices_are_equally_likely() -> None:
    """Without the signs of R, LAPACK's Q has a first element that is never positive."""
    drawn = np.array([init.orthogonal_(Tensor(np.empty((3, 3)))).data for _ in range(4000)])
    assert abs((drawn > 0).mean(axis=0) - 0.5).max() < SIGMAS * 0.5 / math.sqrt(4000)
    assert abs((drawn**2).mean(axis=0) - 1 / 3).max() < SIGMAS * 0.3 / math.sqrt(4000)


def test_constants() -> None:
    x = shapenet.randn(3, 4)
    assert init.constant_(x, 2.5) is x
    assert (x.data == 2.5).all()
    assert (init.zeros_(x).data == 0).all()
    assert (init.ones_(x).data == 1).all()
    np.testing.assert_array_equal(init.eye_(x).data, np.eye(3, 4))
    whole = shapenet.zeros(2, dtype=np.int64)
    assert init.constant_(whole, -3).tolist() == [-3, -3]


RANDOM: list[Callable[..., AnyTensor]] = [
    init.uniform_,
    init.normal_,
    init.trunc_normal_,
    init.xavier_uniform_,
    init.xavier_normal_,
    init.kaiming_uniform_,
    init.kaiming_normal_,
    init.orthogonal_,
]


@pytest.mark.parametrize("function", RANDOM)
def test_a_seed_says_all(function: Callable[..., AnyTensor]) -> None:
    """Whatever the memory order; and the array stays the same one, with its gradient flag."""
    filters = nn.Conv2d(4, 6, 3).weight
    assert not filters.data.flags.c_contiguous
    array, strides = filters.data, filters.data.strides
    plain: AnyTensor = Tensor(np.empty((6, 4, 3, 3), np.float32))
    assert function(filters, generator=np.random.default_rng(7)) is filters
    function(plain, generator=np.random.default_rng(7))
    np.testing.assert_array_equal(filters.data, plain.data)
    assert filters.data is array
    assert array.strides == strides
    assert filters.requires_grad
    assert filters.is_leaf
    shapenet.manual_seed(7)
    np.testing.assert_array_equal(function(filters).data, plain.data)
    assert not np.array_equal(function(filters).data, plain.data)


def test_part_of_an_array() -> None:
    whole = np.zeros((4, 6), np.float32)
    init.ones_(Tensor(whole[::2, 1::3]))
    assert whole.sum() == 4
    assert (whole[::2, 1::3] == 1).all()


def test_gains() -> None:
    for name in ("linear", "conv1d", "conv2d", "conv3d", "conv_transpose2d", "sigmoid"):
        assert init.calculate_gain(name) == 1
    assert init.calculate_gain("tanh") == pytest.approx(5 / 3)
    assert init.calculate_gain("relu") == pytest.approx(math.sqrt(2))
    assert init.calculate_gain("selu") == 0.75
    assert init.calculate_gain("leaky_relu") == pytest.approx(math.sqrt(2 / (1 + 0.01**2)))
    assert init.calculate_gain("leaky_relu", 0.5) == pytest.approx(math.sqrt(2 / 1.25))


def test_fans() -> None:
    assert init.calculate_fan_in_and_fan_out(shapenet.zeros(5, 3)) == (3, 5)
    assert init.calculate_fan_in_and_fan_out(shapenet.zeros(5, 3, 2, 4)) == (24, 40)


@pytest.mark.parametrize("function", [*RANDOM, init.zeros_, init.ones_, init.eye_])
def test_no_elements(function: Callable[..., AnyTensor]) -> None:
    assert function(shapenet.zeros(0, 3)).shape == (0, 3)


@pytest.mark.parametrize("function", RANDOM)
def test_what_every_function_refuses(function: Any) -> None:
    name = function.__name__
    with pytest.raises(ValueError, match=f"^{name} expects a floating tensor, got dtype int64$"):
        function(shapenet.zeros(2, 2, dtype=np.int64))
    with pytest.raises(ValueError, match=f"^{name} expects generator to be a numpy.random.Generator, got 3$"):
        function(shapenet.zeros(2, 2), generator=3)
    if function not in (init.uniform_, init.normal_, init.trunc_normal_):
        with pytest.raises(ValueError, match=f"^{name} expects a tensor of at least 2 dimensions, got 1$"):
            function(shapenet.zeros(3))


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda x: init.uniform_(x, 2, 1), "uniform_ expects b to be a number of at least a=2, got 1"),
        (lambda x: init.uniform_(x, math.nan), "uniform_ expects a to be a number, got nan"),
        (lambda x: init.normal_(x, 0, -1), "normal_ expects std to be a number of at least 0, got -1"),
        (lambda x: init.normal_(x, True), "normal_ expects mean to be a number, got True"),
        (lambda x: init.trunc_normal_(x, std=0), "trunc_normal_ expects std to be a number above 0, got 0"),
        (lambda x: init.trunc_normal_(x, a=1, b=1), "trunc_normal_ expects a to be below b, got a=1 and b=1"),
        (lambda x: init.xavier_uniform_(x, -1), "xavier_uniform_ expects gain to be a number of at least 0, got -1"),
        (lambda x: init.orthogonal_(x, math.inf), "orthogonal_ expects gain to be a number, got inf"),
        (
            lambda x: init.kaiming_normal_(x, mode="fan"),
            'kaiming_normal_ expects mode to be "fan_in" or "fan_out", got \'fan\'',
        ),
        (lambda x: init.kaiming_uniform_(x, "0"), "calculate_gain expects param to be a number, got '0'"),  # type: ignore[arg-type]
        (lambda x: init.constant_(x, None), "constant_ expects val to be a number, got None"),  # type: ignore[arg-type]
        (
            lambda x: init.constant_(x.to(np.int64), 1.5),
            "constant_ expects val to be a number of dtype int64, got 1.5",
        ),
        (lambda x: init.eye_(x[0]), "eye_ expects a tensor of 2 dimensions, got 1"),
        (
            lambda x: init.calculate_fan_in_and_fan_out(x[0]),
            "calculate_fan_in_and_fan_out expects a tensor of at least 2 dimensions, got 1",
        ),
    ],
)
def test_refusals(call: Callable[[Any], Any], text: str) -> None:
    x = shapenet.ones(2, 3)
    with pytest.raises(ValueError, match=f"^{re.escape(text)}$"):
        call(x)
    assert (x.data == 1).all()


def test_an_unknown_nonlinearity() -> None:
    for call in (partial(init.calculate_gain, "gelu"), partial(init.kaiming_normal_, weight(), nonlinearity="gelu")):
        with pytest.raises(ValueError, match=r'expects nonlinearity to be "linear", .* or "selu", got \'gelu\'$'):
            call()
