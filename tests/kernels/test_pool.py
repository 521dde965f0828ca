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
    out, argmax = np.full(shape, np.nan, x.dtype), np.full(shape, 99, np.int16)
    return kernel.max_pool2d(x, out, argmax, config), argmax


def gradient(grad: Array, argmax: Array, like: Array, config: ConvConfig) -> Array:
    return kernel.max_pool2d_gradient(grad, argmax, np.full_like(like, np.nan), config)


@pytest.mark.parametrize("config", CONFIGS, ids=str)
def test_values_and_gradient(config: ConvConfig) -> None:
    rng = np.random.default_rng(0)
    x = rng.integers(-3, 1, (2, 3, 9, 8)).astype(np.float64)  # ties, and nothing above the 0 of other paddings
    out, argmax = pooled(x, config)
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
        assert argmax[place] == -number
        expected[n, c, y, z] += grad[place]
    np.testing.assert_allclose(gradient(grad, argmax, x, config), expected)


def test_the_last_nan_wins() -> None:
    config = ConvConfig((1, 3), (1, 3))
    x = np.array([np.nan, 1, np.nan, 2, np.nan, 3]).reshape(1, 1, 1, 6)
    out, argmax = pooled(x, config)
    assert np.isnan(out).all()
    np.testing.assert_array_equal(argmax, [[[[2, 1]]]])


def test_a_window_of_padding_alone() -> None:
    config = ConvConfig((2, 2), padding=(1, 1), dilation=(2, 2))
    x = np.ones((1, 1, 1, 1))
    out, argmax = pooled(x, config)
    np.testing.assert_array_equal(out, [[[[-np.inf]]]])
    np.testing.assert_array_equal(gradient(np.ones_like(out), argmax, x, config), np.zeros_like(x))


def test_float32_and_no_images() -> None:
    config = ConvConfig((2, 2))
    out, argmax = pooled(np.zeros((0, 2, 4, 4), np.float32), config)
    assert out.dtype == np.float32
    assert out.shape == (0, 2, 3, 3)
    back = gradient(out, argmax, np.empty((0, 2, 4, 4), np.float32), config)
    assert back.dtype == np.float32
    assert back.shape == (0, 2, 4, 4)
