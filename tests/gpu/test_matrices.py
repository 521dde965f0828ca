"""Normalisation, softmax and the cross entropy on a device against those of numpy."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from shapenet.backend import Array
from shapenet.kernels import group_normalisation, normalisation, reduction, row_normalisation, softmax
from shapenet.kernels.cuda import activation
from shapenet.kernels.cuda import softmax as cuda
from tests.gpu.conftest import Gpu

DTYPES = [np.float32, np.float64]
MATRICES = [(1, 1), (1, 7), (5, 3), (64, 32), (1030, 5), (300, 33), (129, 64), (4099, 1), (3, 700)]


def numbers(shape: tuple[int, ...], dtype: type, middle: float = 0.0) -> Array:
    return np.asarray(np.random.default_rng().standard_normal(shape) + middle, dtype)


def close(actual: Array, expected: Array, scale: float = 1.0, dtype: type | None = None) -> None:
    """What is kept in float64 is of numbers of another *dtype*."""
    assert actual.dtype == expected.dtype
    bound = (2e-5 if (dtype or expected.dtype) == np.float32 else 1e-10) * scale
    np.testing.assert_allclose(actual, expected, rtol=bound, atol=bound)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", MATRICES, ids=str)
def test_columns(gpu: Gpu, shape: tuple[int, int], dtype: type) -> None:
    matrix, grad = numbers(shape, dtype, 3), numbers(shape, dtype)
    mean, scale, shift, offset = (numbers(shape[1:], dtype, middle) for middle in (3, 1, 0, 0))
    x, g = gpu.to(matrix), gpu.to(grad)
    m, s, t, o = map(gpu.to, (mean, scale, shift, offset))
    exact = matrix.astype(np.float64)
    for got, expected in zip(normalisation.moments(x), (exact.mean(axis=0), exact.var(axis=0)), strict=True):
        np.testing.assert_allclose(gpu.back(got), expected, rtol=1e-5, atol=1e-6)
    for some_mean, some_shift in itertools.product((True, False), (True, False)):
        out, expected = gpu.poisoned(shape, dtype), np.empty_like(matrix)
        normalisation.normalise(x, m if some_mean else None, s, t if some_shift else None, out)
        normalisation.normalise(matrix, mean if some_mean else None, scale, shift if some_shift else None, expected)
        close(gpu.back(out), expected)
    sums = [grad.sum(axis=0, dtype=np.float64), (grad * (exact - mean)).sum(axis=0)]
    for got, total in zip(normalisation.gradient_sums(g, x, m), sums, strict=True):
        np.testing.assert_allclose(gpu.back(got), total, rtol=1e-4, atol=1e-6 * shape[0])
    np.testing.assert_allclose(gpu.back(reduction.column_sums(g)), sums[0], rtol=1e-4, atol=1e-6 * shape[0])
    out, expected = gpu.poisoned(shape, dtype), np.empty_like(matrix)
    normalisation.input_gradient(g, x, m, s, t, o, out)
    normalisation.input_gradient(grad, matrix, mean, scale, shift, offset, expected)
    close(gpu.back(out), expected, 10)
    assert gpu.launched("column_moments", "column_sums", "normalise", "input_gradient")
    assert shape[0] < 1000 or gpu.launched("joined_moments", "joined_sums")


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("start", range(3))
def test_packs_start_anywhere(gpu: Gpu, start: int, dtype: type) -> None:
    """What is read 16 bytes at a time may lie between such places, and its last pack may be a part."""
    matrix, columns = numbers((9, 8), dtype), numbers((3, 11), dtype)
    flat, known = gpu.to(np.append(np.zeros(start, dtype), matrix))[start:], gpu.to(columns)
    x = flat.reshape(9, 8)
    m, s, t = (row[start : start + 8] for row in known)
    mean, scale, shift = (row[start : start + 8] for row in columns)
    out, expected = gpu.poisoned((9, 8), dtype), np.empty_like(matrix)
    normalisation.normalise(x, m, s, t, out)
    normalisation.normalise(matrix, mean, scale, shift, expected)
    close(gpu.back(out), expected)
    normalisation.input_gradient(x, x, m, s, t, t, out)
    normalisation.input_gradient(matrix, matrix, mean, scale, shift, shift, expected)
    close(gpu.back(out), expected, 10)
    for size in (72, 71):
        some, positive = flat[:size], np.maximum(matrix.ravel()[:size], 0)
        for got in (activation.activate("relu", some), activation.gradient("relu", some, some)):
            np.testing.assert_array_equal(gpu.back(got), positive)
    total = matrix + mean
    np.testing.assert_array_equal(gpu.back(activation.activate("relu", x, bias=m)), np.maximum(total, 0))
    np.testing.assert_array_equal(gpu.back(activation.gradient("relu", x, x, bias=m)), matrix * (total > 0))


def test_a_large_mean_drowns_no_variance(gpu: Gpu) -> None:
    matrix = numbers((3000, 3), np.float32, 1e4)
    _, variance = normalisation.moments(gpu.to(matrix))
    np.testing.assert_allclose(gpu.back(variance), matrix.astype(np.float64).var(axis=0), rtol=1e-5)


IMAGES = [(1, 1, 1), (3, 4, 5), (2, 33, 40), (5, 3, 1), (1, 2, 9000), (3, 1, 70), (2, 3, 5000), (0, 3, 4)]
ORDERS = {"channels first": (0, 1, 2), "channels last": (0, 2, 1), "images last": (1, 2, 0)}


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("order", ORDERS.values(), ids=ORDERS)
@pytest.mark.parametrize("shape", IMAGES, ids=str)
def test_channels_of_images(gpu: Gpu, shape: tuple[int, ...], order: tuple[int, ...], dtype: type) -> None:
    """Also with gaps between the elements, and with outputs and gradients in other orders than the images."""

    def laid(array: Array, axes: tuple[int, ...] = order) -> Array:
        return gpu.to(np.ascontiguousarray(array.transpose(axes))).transpose(tuple(np.argsort(axes).tolist()))

    def wide(array: Array) -> Array:
        return laid(np.repeat(array, 2, axis=2))[:, :, ::2]

    images, grad = numbers(shape, dtype, 3), numbers(shape, dtype)
    mean, scale, slope, offset = (numbers(shape[:2], dtype, middle) for middle in (3, 1, 0, 0))
    m, s, t, o = map(gpu.to, (mean, scale, slope, offset))
    for x, g in ((laid(images), laid(grad)), (wide(images), laid(grad, (2, 0, 1)))):
        for got, wanted in zip(group_normalisation.moments(x), group_normalisation.moments(images), strict=True):
            np.testing.assert_allclose(gpu.back(got), wanted, rtol=1e-5, atol=1e-6)
        sums = group_normalisation.gradient_sums(grad, images, mean)
        for got, wanted in zip(group_normalisation.gradient_sums(g, x, m), sums, strict=True):
            np.testing.assert_allclose(gpu.back(got), wanted, rtol=1e-4, atol=1e-6 * max(1, shape[2]))
        expected = np.empty_like(images)
        for out in (laid(np.full(shape, np.nan, dtype)), wide(np.full(shape, np.nan, dtype))):
            group_normalisation.normalise(x, m, s, o, out)
            group_normalisation.normalise(images, mean, scale, offset, expected)
            close(gpu.back(out), expected)
            group_normalisation.input_gradient(g, x, m, s, t, o, out)
            group_normalisation.input_gradient(grad, images, mean, scale, slope, offset, expected)
            close(gpu.back(out), expected, 10)
    assert not images.size or gpu.launched("column_moments", "column_sums", "normalise", "input_gradient")


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(
    ("shape", "groups"), [((2, 6, 5), 3), ((3, 4, 2), 1), ((2, 5, 3), 5), ((1, 600, 2), 2)], ids=str
)
def test_groups_of_channels(gpu: Gpu, shape: tuple[int, int, int], groups: int, dtype: type) -> None:
    images, (weight, bias) = numbers(shape, dtype, 30), numbers((2, shape[1]), dtype)
    x, sums = gpu.to(images), numbers((2, *shape[:2]), np.float64)
    mean, variance = group_normalisation.group_moments(images, groups)
    flat = images.astype(np.float64).reshape(shape[0], groups, -1)
    for got, wanted in zip((mean, variance), (flat.mean(axis=2), flat.var(axis=2)), strict=True):
        np.testing.assert_allclose(got, wanted, rtol=1e-5)
    moments = group_normalisation.group_moments(x, groups)
    for got, wanted in zip(moments, (mean, variance), strict=True):
        np.testing.assert_allclose(gpu.back(got), wanted, rtol=1e-5)
    there, exact = (gpu.to(mean), gpu.to(variance)), (mean, variance)
    for some in itertools.product((True, False), (True, False)):
        w, b = (part if given else None for part, given in zip((weight, bias), some, strict=True))
        own_w, own_b = (None if part is None else gpu.to(part) for part in (w, b))
        found = group_normalisation.factors(x, x, *there, 1e-3, own_w, own_b)
        for got, wanted in zip(found, group_normalisation.factors(images, images, *exact, 1e-3, w, b), strict=True):
            close(gpu.back(got), wanted)
        found = group_normalisation.slopes(x, *there, 1e-3, own_w, *map(gpu.to, sums))
        for got, wanted in zip(found, group_normalisation.slopes(images, *exact, 1e-3, w, *sums), strict=True):
            close(gpu.back(got), wanted, 10, dtype)
    assert gpu.launched("channel_factors", "channel_slopes")
    assert groups == shape[1] or gpu.launched("joined_channels")


def test_columns_of_nothing(gpu: Gpu) -> None:
    for shape in [(0, 3), (3, 0), (0, 0)]:
        empty = gpu.to(np.zeros(shape, np.float32))
        assert gpu.back(reduction.column_sums(empty)).tolist() == [0] * shape[1]
        normalisation.normalise(empty, None, gpu.to(np.ones(shape[1], np.float32)), None, empty)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", [(1, 7), (5, 3), (300, 5), (70, 33), (3, 700)], ids=str)
@pytest.mark.parametrize("centred", [True, False])
def test_rows(gpu: Gpu, shape: tuple[int, int], dtype: type, centred: bool) -> None:
    matrix, grad = numbers(shape, dtype, 2), numbers(shape, dtype)
    weight, bias = numbers(shape[1:], dtype, 1), numbers(shape[1:], dtype)
    for some in itertools.product((True, False), (True, False)):
        parts = [part if given else None for part, given in zip((weight, bias), some, strict=True)]
        results = []
        for move, back in ((lambda x: x, lambda x: x), (gpu.to, gpu.back)):
            given = [None if part is None else move(part) for part in parts]
            out, x_grad = move(np.full(shape, np.nan, dtype)), move(np.full(shape, np.nan, dtype))
            mean = move(np.full(shape[0], np.nan)) if centred else None
            x, g = move(matrix), move(grad)
            scale = row_normalisation.normalise(x, given[0], given[1], 1e-3, out, mean)
            sums = [None if part is None else move(np.full(shape[1], np.nan, dtype)) for part in parts]
            row_normalisation.gradients(g, x, given[0], mean, scale, x_grad, (sums[0], sums[1]))
            results.append([back(part) for part in (out, scale, mean, x_grad, *sums) if part is not None])
        for expected, got in zip(*results, strict=True):
            close(got, expected, 10, dtype)
    assert gpu.launched("normalise_rows", "normalise_rows_gradient")


SHAPES = [
    ((5,), 0),
    ((1, 1), 1),
    ((3, 10), 1),
    ((2, 400), 1),
    ((4, 5, 6), 1),
    ((4, 5, 6), 0),
    ((0, 3), 1),
    ((3, 40), 0),
]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(("shape", "axis"), SHAPES, ids=str)
def test_softmax(gpu: Gpu, shape: tuple[int, ...], axis: int, dtype: type) -> None:
    x, grad = numbers(shape, dtype, 50) * 3, numbers(shape, dtype)
    order = tuple(reversed(range(len(shape))))
    for turned in (False, True):
        own, given = gpu.to(x), gpu.to(grad)
        if turned:  # the same numbers in another order in memory
            own = gpu.to(np.ascontiguousarray(x.transpose(order))).transpose(order)
        out, expected = gpu.poisoned(shape, dtype), np.empty_like(x)
        softmax.softmax(own, axis, out)
        softmax.softmax(x, axis, expected)
        close(gpu.back(out), expected)
        x_grad, expected_grad = gpu.poisoned(shape, dtype), np.empty_like(x)
        softmax.backward(out, given, axis, x_grad)
        softmax.backward(expected, grad, axis, expected_grad)
        close(gpu.back(x_grad), expected_grad)
        if x.size == 0:
            continue
        cuda.softmax(own, axis, out, logarithm=True)
        close(gpu.back(out), np.log(expected.astype(np.float64)).astype(dtype), 10)
        cuda.backward(out, given, axis, x_grad, logarithm=True)
        expected_grad = grad - expected * grad.sum(axis=axis, keepdims=True)
        close(gpu.back(x_grad), expected_grad, 10)


@pytest.mark.parametrize("axis", [0, 1])
def test_softmax_of_what_is_not_finite(gpu: Gpu, axis: int) -> None:
    x = np.array([[-np.inf, -np.inf], [1, -np.inf], [np.nan, 2], [np.inf, 1], [3e38, -3e38]], np.float32)
    x = x if axis == 1 else np.ascontiguousarray(x.T)
    for empty_rows in (True, False):
        out, expected = gpu.poisoned(x.shape), np.empty_like(x)
        softmax.softmax(gpu.to(x), axis, out, empty_rows=empty_rows)
        with np.errstate(all="ignore"):
            softmax.softmax(x, axis, expected, empty_rows=empty_rows)
        np.testing.assert_allclose(gpu.back(out), expected, rtol=1e-6)


@pytest.mark.parametrize("shape", [(4, 3), (2, 5, 7), (1, 1), (3, 4, 2, 5)], ids=str)
def test_cross_entropy(gpu: Gpu, shape: tuple[int, ...]) -> None:
    rng = np.random.default_rng()
    places = (shape[0], *shape[2:])
    logs, labels = numbers(shape, np.float32), rng.integers(0, shape[1], places)
    weight = numbers((shape[1],), np.float32, 1)
    raw = labels.copy()
    raw.reshape(-1)[0] = -100
    checked, factors = cuda.checked_labels(gpu.to(raw), shape[1], -100, gpu.to(weight), gpu.to(logs))
    expected = np.where(raw == -100, 0, raw)
    np.testing.assert_array_equal(gpu.back(checked), expected)
    kept = np.where(raw == -100, 0, weight[expected]).astype(np.float32)
    np.testing.assert_array_equal(gpu.back(factors), kept)
    picked = np.take_along_axis(logs, np.expand_dims(expected, 1), 1)[:, 0]
    close(gpu.back(cuda.picked_losses(gpu.to(logs), checked, factors)), -picked * kept)
    for scale in (np.array(0.5, np.float32), numbers(places, np.float32)):
        got = cuda.cross_entropy_gradient(gpu.to(logs), checked, factors, gpu.to(scale))
        hot = np.arange(shape[1]).reshape(-1, *(1,) * (len(shape) - 2)) == np.expand_dims(expected, 1)
        close(gpu.back(got), (np.exp(logs) - hot) * np.expand_dims(scale * kept, 1))


def test_labels_out_of_range_make_nan(gpu: Gpu) -> None:
    raw = np.array([0, 3, -1, 2, 9])
    checked, factors = cuda.checked_labels(gpu.to(raw), 3, 9, None, gpu.to(np.zeros(0, np.float32)))
    np.testing.assert_array_equal(gpu.back(checked), [0, 0, 0, 2, 0])
    np.testing.assert_array_equal(gpu.back(factors), [1, np.nan, np.nan, 1, 0])
