"""Pooling against windows written out, on buffers full of what must not be read."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from shapenet.backend import Array
from shapenet.kernels import pool as kernel
from shapenet.kernels.conv import ConvConfig
from shapenet.kernels.windows import Windows, adaptive, padded, sliding
from tests.windows import output_size

CONFIGS = [
    ConvConfig(kernel_size, stride, padding, dilation)
    for kernel_size, stride, padding, dilation in itertools.product(
        [(2, 2), (3, 2), (5, 3)], [(1, 1), (2, 3)], [(0, 0), (1, 1), (1, 0)], [(1, 1), (2, 1)]
    )
]


def windows_of(x: Array, config: ConvConfig) -> Windows:
    return sliding(config, x.shape[2:], output_size(config, *x.shape[2:]))


def pooled(x: Array, windows: Windows) -> tuple[Array, Array]:
    shape = (*x.shape[:2], *windows.output)
    out = kernel.max_pool2d(x, np.full(shape, 5, x.dtype), windows)
    return out, kernel.max_pool2d_indices(x, np.full(shape, 99), windows)


def gradient(grad: Array, x: Array, windows: Windows) -> Array:
    out, _ = pooled(x, windows)
    return kernel.max_pool2d_gradient(grad, x, out, np.full_like(x, np.nan), windows)


@pytest.mark.parametrize("config", CONFIGS, ids=str)
def test_values_and_gradient(config: ConvConfig) -> None:
    rng = np.random.default_rng(0)
    x = rng.integers(-3, 1, (2, 3, 9, 8)).astype(np.float64)  # ties, and nothing above the 0 of other paddings
    out, indices = pooled(x, windows_of(x, config))
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
        value, _, y, z = max(elements)
        assert out[place] == value
        assert indices[place] == y * 8 + z
        expected[n, c, y, z] += grad[place]
    np.testing.assert_allclose(gradient(grad, x, windows_of(x, config)), expected)


SIZES = [(1, 1), (7, 1), (7, 7), (8, 4), (9, 4), (13, 5), (5, 13), (10, 7)]


@pytest.mark.parametrize(("size", "output"), SIZES)
def test_adaptive_windows(size: int, output: int) -> None:
    """One by one: the places that the spans of a side give to each window, in order."""
    windows = adaptive((size, 3), (output, 2))
    seen: list[list[int]] = [[] for _ in range(output)]
    for outputs, elements in windows.rows:
        places, windows_there = range(size)[elements], range(output)[outputs]
        assert len(set(places)) == len(places)  # or gradients of some would be lost
        for window, place in zip(windows_there, places, strict=True):
            seen[window].append(place)
    starts, ends = (
        [i * size // output for i in range(output)],
        [math.ceil((i + 1) * size / output) for i in range(output)],
    )
    assert seen == [list(range(start, end)) for start, end in zip(starts, ends, strict=True)]
    lengths = np.subtract(ends, starts)
    np.testing.assert_array_equal(windows.counts, np.outer(lengths, [2, 2]))
    if size % output == 0:
        assert len(windows.rows) == size // output  # as few as those of a sliding window


@pytest.mark.parametrize(("size", "output"), SIZES)
def test_adaptive_pools(size: int, output: int) -> None:
    rng = np.random.default_rng(0)
    x = rng.integers(-3, 1, (2, 3, size, 6)).astype(np.float64)
    windows = adaptive((size, 6), (output, 4))
    out, indices = pooled(x, windows)
    sums = kernel.window_sum(x, np.full_like(out, np.nan), windows)
    grad = np.asarray(rng.standard_normal(out.shape))
    expected, spread = np.zeros_like(x), np.zeros_like(x)
    for n, c, row, column in np.ndindex(*out.shape):
        rows = slice(row * size // output, math.ceil((row + 1) * size / output))
        columns = slice(column * 6 // 4, math.ceil((column + 1) * 6 / 4))
        window, place = x[n, c, rows, columns], (n, c, row, column)
        y, z = np.unravel_index(window.argmax(), window.shape)
        y, z = y + rows.start, z + columns.start
        assert out[place] == window.max()
        assert indices[place] == y * 6 + z
        assert sums[place] == window.sum()
        expected[n, c, y, z] += grad[place]
        spread[n, c, rows, columns] += grad[place]
    np.testing.assert_allclose(gradient(grad, x, windows), expected)
    np.testing.assert_allclose(kernel.window_spread(grad, np.full_like(x, np.nan), windows), spread)


def test_what_lies_beyond_the_padding_does_not_count() -> None:
    config = ConvConfig((3, 2), (2, 2), (1, 0))
    rows, columns = [2, 3, 3], [2, 2, 1]  # of 6 rows and 1 of padding; of 5 columns
    np.testing.assert_array_equal(sliding(config, (6, 5), (3, 3)).counts, np.outer(rows, columns))
    np.testing.assert_array_equal(padded(config, (6, 5), (4, 3)).counts, np.outer([3, 3, 3, 2], columns))


def test_the_last_nan_wins() -> None:
    config = ConvConfig((1, 3), (1, 3))
    x = np.array([np.nan, 1, np.nan, 2, np.nan, 3]).reshape(1, 1, 1, 6)
    out, indices = pooled(x, windows_of(x, config))
    assert np.isnan(out).all()
    np.testing.assert_array_equal(indices, [[[[2, 4]]]])
    np.testing.assert_array_equal(gradient(np.ones_like(out), x, windows_of(x, config)), [[[[0, 0, 1, 0, 1, 0]]]])


def test_a_window_of_padding_alone() -> None:
    config = ConvConfig((2, 2), padding=(1, 1), dilation=(2, 2))
    x = np.ones((1, 1, 1, 1))
    out, indices = pooled(x, windows_of(x, config))
    np.testing.assert_array_equal(out, [[[[-np.inf]]]])
    np.testing.assert_array_equal(indices, [[[[-1]]]])
    np.testing.assert_array_equal(gradient(np.ones_like(out), x, windows_of(x, config)), np.zeros_like(x))


def test_float32_and_no_images() -> None:
    x: Array = np.zeros((0, 2, 4, 4), np.float32)
    windows = windows_of(x, ConvConfig((2, 2)))
    out, _ = pooled(x, windows)
    assert out.dtype == np.float32
    assert out.shape == (0, 2, 3, 3)
    back = gradient(out, x, windows)
    assert back.dtype == np.float32
    assert back.shape == (0, 2, 4, 4)


@pytest.mark.parametrize("order", list(itertools.permutations(range(4))), ids=str)
def test_any_memory_order_and_many_images(order: tuple[int, ...]) -> None:
    rng, config = np.random.default_rng(0), ConvConfig((3, 2), (2, 2), (1, 0))
    shape = (40, 12, 20, 30)
    drawn = rng.integers(-9, 9, [shape[axis] for axis in order]).astype(np.float32)
    x = np.asarray(drawn.transpose(np.argsort(order)))
    plain, windows = np.ascontiguousarray(x), windows_of(x, config)
    for own, reference in zip(pooled(x, windows), pooled(plain, windows), strict=True):
        np.testing.assert_array_equal(own, reference)
    grad = np.asarray(rng.integers(-9, 9, (40, 12, 10, 15)).astype(np.float32))
    np.testing.assert_array_equal(gradient(grad, x, windows), gradient(grad, plain, windows))
    sums = kernel.window_sum(x, np.empty_like(grad), windows)
    np.testing.assert_array_equal(sums, kernel.window_sum(plain, np.empty_like(grad), windows))
    spread = kernel.window_spread(grad, np.empty_like(x), windows)
    np.testing.assert_array_equal(spread, kernel.window_spread(grad, np.empty_like(plain), windows))
    np.testing.assert_allclose((sums * grad).sum(dtype=np.float64), (x * spread).sum(dtype=np.float64))
