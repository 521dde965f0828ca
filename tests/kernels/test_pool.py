"""Pooling against windows written out, on buffers full of what must not be read."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from shapenet.backend import Array
from shapenet.kernels import pool as kernel
from shapenet.kernels.conv import ConvConfig
from tests.windows import output_size

CONFIGS = [
    ConvConfig(kernel_size, stride, padding, dilation)
    for kernel_size, stride, padding, dilation in itertools.product(
        [(2, 2), (3, 2), (5, 3)], [(1, 1), (2, 3)], [(0, 0), (1, 1), (1, 0)], [(1, 1), (2, 1)]
    )
]


def pooled(x: Array, config: ConvConfig) -> tuple[Array, Array]:
    shape = (*x.shape[:2], *output_size(config, *x.shape[2:]))
    out, places = np.full(shape, np.nan, x.dtype), np.full(shape, 99, np.int16)
    kernel.max_pool2d_places(x, out, places, config)
    again = kernel.max_pool2d(x, np.full(shape, 5, x.dtype), config)
    np.testing.assert_array_equal(again, out)
    return out, places


def gradient(grad: Array, x: Array, config: ConvConfig) -> Array:
    out, _ = pooled(x, config)
    return kernel.max_pool2d_gradient(grad, x, out, np.full_like(x, np.nan), config)


@pytest.mark.parametrize("config", CONFIGS, ids=str)
def test_values_and_gradient(config: ConvConfig) -> None:
    rng = np.random.default_rng(0)
    x = rng.integers(-3, 1, (2, 3, 9, 8)).astype(np.float64)  # ties, and nothing above the 0 of other paddings
    out, places = pooled(x, config)
    grad = np.asarray(rng.standard_normal(out.shape))
    expected = np.zeros_like(x)
    (kh, kw), (sh, sw), (ph, pw), (dh, dw) = config.kernel_size, config.stride, config.padding, config.dilation
    for place in np.ndindex(*out.shape):
        n, c, row, column = place
        elements = []
        for number, (k, m) in enumerate(itertools.product(range(kh), range(kw))):
            y, z = row * sh - ph + k * dh, column * sw - pw + m * dw
            if 0 <= y < 9 and 0 <= z < 8:
                elements.append((x[n, c, y, z], -number, y, z))
        value, number, y, z = max(elements)
        assert out[place] == value
        assert places[place] == -number
        expected[n, c, y, z] += grad[place]
    np.testing.assert_allclose(gradient(grad, x, config), expected)


def test_the_last_nan_wins() -> None:
    config = ConvConfig((1, 3), (1, 3))
    x = np.array([np.nan, 1, np.nan, 2, np.nan, 3]).reshape(1, 1, 1, 6)
    out, places = pooled(x, config)
    assert np.isnan(out).all()
    np.testing.assert_array_equal(places, [[[[2, 1]]]])
    np.testing.assert_array_equal(gradient(np.ones_like(out), x, config), [[[[0, 0, 1, 0, 1, 0]]]])


def test_a_window_of_padding_alone() -> None:
    config = ConvConfig((2, 2), padding=(1, 1), dilation=(2, 2))
    x = np.ones((1, 1, 1, 1))
    out, _ = pooled(x, config)
    np.testing.assert_array_equal(out, [[[[-np.inf]]]])
    np.testing.assert_array_equal(gradient(np.ones_like(out), x, config), np.zeros_like(x))


def test_float32_and_no_images() -> None:
    config = ConvConfig((2, 2))
    out, _ = pooled(np.zeros((0, 2, 4, 4), np.float32), config)
    assert out.dtype == np.float32
    assert out.shape == (0, 2, 3, 3)
    back = gradient(out, np.empty((0, 2, 4, 4), np.float32), config)
    assert back.dtype == np.float32
    assert back.shape == (0, 2, 4, 4)


@pytest.mark.parametrize("order", list(itertools.permutations(range(4))), ids=str)
def test_any_memory_order_and_many_images(order: tuple[int, ...]) -> None:
    rng, config = np.random.default_rng(0), ConvConfig((3, 2), (2, 2), (1, 0))
    shape = (40, 12, 20, 30)
    drawn = rng.integers(-9, 9, [shape[axis] for axis in order]).astype(np.float32)
    x = np.asarray(drawn.transpose(np.argsort(order)))
    plain = np.ascontiguousarray(x)
    np.testing.assert_array_equal(pooled(x, config)[0], pooled(plain, config)[0])
    grad = np.asarray(rng.integers(-9, 9, (40, 12, 10, 15)).astype(np.float32))
    np.testing.assert_array_equal(gradient(grad, x, config), gradient(grad, plain, config))
    sums = kernel.window_sum(x, np.empty_like(grad), config)
    np.testing.assert_array_equal(sums, kernel.window_sum(plain, np.empty_like(grad), config))
    spread = kernel.window_spread(grad, np.empty_like(x), config)
    np.testing.assert_array_equal(spread, kernel.window_spread(grad, np.empty_like(plain), config))
    np.testing.assert_allclose((sums * grad).sum(dtype=np.float64), (x * spread).sum(dtype=np.float64))
