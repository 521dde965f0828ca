"""im2col, col2im and pools on a device against those of numpy."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import numpy as np
import pytest

from shapenet.backend import Array
from shapenet.kernels import conv, pool
from shapenet.kernels.conv import ConvConfig
from shapenet.kernels.windows import Windows, adaptive, sliding
from tests.gpu.conftest import Gpu
from tests.windows import output_size

DTYPES = [np.float32, np.float64]
CONFIGS = [
    ConvConfig(*options)
    for options in itertools.product([(1, 1), (3, 2), (2, 5)], [(1, 1), (2, 3)], [(0, 0), (1, 2)], [(1, 1), (2, 1)])
]
IMAGES = [(2, 3, 9, 11), (1, 1, 5, 6), (0, 2, 7, 7), (2, 17, 6, 7)]
ORDERS = [(0, 1, 2, 3), (0, 2, 3, 1), (1, 0, 2, 3)]
"""The axes of images from the outermost in memory to the innermost."""


def numbers(shape: tuple[int, ...], dtype: type = np.float32) -> Array:
    return np.asarray(np.random.default_rng().standard_normal(shape), dtype)


def arranged(array: Array, order: tuple[int, ...]) -> Array:
    """The same numbers, in memory in another order."""
    return np.ascontiguousarray(array.transpose(order)).transpose(np.argsort(order).tolist())


def there(gpu: Gpu, array: Array, order: tuple[int, ...]) -> Array:
    return gpu.to(np.ascontiguousarray(array.transpose(order))).transpose(np.argsort(order).tolist())


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", IMAGES, ids=str)
def test_im2col_and_back(gpu: Gpu, shape: tuple[int, ...], dtype: type) -> None:
    for config, order in itertools.product(CONFIGS, ORDERS):
        output = output_size(config, *shape[2:])
        if min(output) < 1:
            continue
        sizes = (*shape[:2], *config.kernel_size, *output)
        x, grad = numbers(shape, dtype), numbers(sizes, dtype)
        expected = conv.im2col(x, np.full(sizes, np.nan, dtype), config)
        col = conv.im2col(there(gpu, x, order), gpu.poisoned(sizes, dtype), config)
        np.testing.assert_array_equal(gpu.back(col), expected)
        back = conv.col2im(gpu.to(grad), there(gpu, np.full(shape, np.nan, dtype), order), config)
        expected = conv.col2im(grad, np.full(shape, np.nan, dtype), config)
        np.testing.assert_allclose(gpu.back(back), expected, rtol=1e-5, atol=1e-5)
    assert not np.prod(shape) or gpu.launched("im2col", "col2im")


def _windows(shape: tuple[int, ...]) -> Iterator[Windows]:
    image = (shape[2], shape[3])
    for config in CONFIGS[1:]:
        output = output_size(config, *image)
        if min(output) > 0:
            yield sliding(config, image, output)
    for output in [(1, 1), (3, 4), (5, 5), (11, 13)]:
        yield adaptive(image, output)


WINDOWS = [(shape, windows) for shape in IMAGES for windows in _windows(shape)]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("order", ORDERS, ids=str)
def test_pools(gpu: Gpu, order: tuple[int, ...], dtype: type) -> None:
    for shape, windows in WINDOWS:
        sizes = (*shape[:2], *windows.output)
        x: Array = np.random.default_rng().integers(-3, 4, shape).astype(dtype)  # ties
        grad = numbers(sizes, dtype)
        if x.size and np.random.default_rng().random() < 0.5:
            x.reshape(-1)[:: 1 + x.size // 5] = np.nan
        own, given = there(gpu, x, order), there(gpu, grad, order)
        out = pool.max_pool2d(x, np.full(sizes, 5, dtype), windows)
        own_out = pool.max_pool2d(own, there(gpu, np.full(sizes, 5, dtype), order), windows)
        np.testing.assert_array_equal(gpu.back(own_out), out)
        indices = pool.max_pool2d_indices(x, np.full(sizes, 99), windows)
        own_indices = pool.max_pool2d_indices(own, gpu.poisoned(sizes, np.int64), windows)
        np.testing.assert_array_equal(gpu.back(own_indices), indices)
        places = there(gpu, np.full(shape, np.nan, dtype), order)
        own_gradient = pool.max_pool2d_gradient(given, own, own_out, places, windows)
        expected = pool.max_pool2d_gradient(grad, x, out, np.full(shape, np.nan, dtype), windows)
        if (windows.counts > 0).all():  # else the gradient of padding is for nobody
            np.testing.assert_allclose(gpu.back(own_gradient), expected, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("order", ORDERS, ids=str)
def test_window_sums(gpu: Gpu, order: tuple[int, ...], dtype: type) -> None:
    for shape, windows in WINDOWS:
        sizes = (*shape[:2], *windows.output)
        x, grad = numbers(shape, dtype), numbers(sizes, dtype)
        total = pool.window_sum(there(gpu, x, order), gpu.poisoned(sizes, dtype), windows)
        expected = pool.window_sum(x, np.full(sizes, 5, dtype), windows)
        np.testing.assert_allclose(gpu.back(total), expected, rtol=1e-5, atol=1e-5)
        spread = pool.window_spread(there(gpu, grad, order), gpu.poisoned(shape, dtype), windows)
        expected = pool.window_spread(grad, np.full(shape, np.nan, dtype), windows)
        np.testing.assert_allclose(gpu.back(spread), expected, rtol=1e-5, atol=1e-5)
    assert gpu.launched("window_sum", "window_spread")


def test_other_types_are_left_to_cupy(gpu: Gpu) -> None:
    """There are no kernels for integers: numpy's program runs on the device."""
    x, windows = np.arange(36).reshape(1, 1, 6, 6), adaptive((6, 6), (2, 2))
    out = pool.max_pool2d(gpu.to(x), gpu.to(np.zeros((1, 1, 2, 2), int)), windows)
    np.testing.assert_array_equal(gpu.back(out), [[[[14, 17], [32, 35]]]])
    assert gpu.log is None or not gpu.log.launched
