"""Every algorithm of convolution against sums written out: any block size, number of threads, memory order."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import numpy as np
import pytest

from shapenet.backend import Array
from shapenet.kernels import memory, parallel
from shapenet.kernels.conv import ConvConfig
from shapenet.kernels.convolution import Algorithm, Geometry
from shapenet.kernels.plan import ALGORITHMS
from shapenet.kernels.workspace import shared
from tests.convolution import Arrays, expected


@pytest.fixture(params=[1, 2, 3], ids="{} threads".format, autouse=True)
def threads(request: pytest.FixtureRequest) -> Iterator[int]:
    before = parallel.get_num_threads()
    parallel.set_num_threads(request.param)
    yield request.param
    parallel.set_num_threads(before)


def geometries() -> Iterator[Geometry]:
    """Small ones that fit some algorithm or other, among them outputs that leave a part of the image unseen."""
    for padding, groups, channels in itertools.product([(0, 0), (1, 1), (2, 0), (1, 3)], [1, 2, 6], [6, 18]):
        for kernel, stride, dilation in [((3, 3), (1, 1), (1, 1)), ((1, 1), (1, 1), (1, 1)), ((3, 2), (2, 1), (1, 2))]:
            config = ConvConfig(kernel, stride, padding, dilation, groups)
            yield made(config, 5, (9, 10), channels, 6)
    yield made(ConvConfig((3, 3), groups=4), 3, (9, 6), 4, 4)
    yield made(ConvConfig((3, 3), (2, 1), (1, 1), (1, 2), groups=4), 3, (9, 8), 4, 4)
    yield made(ConvConfig((3, 3), padding=(1, 1)), 0, (9, 6), 4, 4)
    yield made(ConvConfig((3, 3), padding=(1, 1)), 1, (9, 6), 4, 4)
    yield made(ConvConfig((3, 3), padding=(1, 1), groups=4), 0, (9, 6), 4, 4)
    yield made(ConvConfig((5, 5), padding=(2, 2)), 3, (9, 6), 1, 4)
    yield made(ConvConfig((3, 2), (2, 1), (2, 0), (1, 2)), 17, (9, 8), 3, 16)
    yield made(ConvConfig((5, 5), padding=(2, 2)), 16, (9, 6), 1, 6)
    for output in [(2, 3), (7, 12)]:
        yield Geometry(ConvConfig((3, 3), padding=(1, 1)), 3, (6, 9), 2, output, 3)


def made(config: ConvConfig, images: int, image: tuple[int, int], channels: int, features: int) -> Geometry:
    rows, columns = (
        (size + 2 * p - d * (k - 1) - 1) // s + 1
        for size, p, d, k, s in zip(
            image, config.padding, config.dilation, config.kernel_size, config.stride, strict=True
        )
    )
    return Geometry(config, images, image, channels, (rows, columns), features)


def inputs(geometry: Geometry, seed: int) -> Arrays:
    """An image, filters and a gradient of the output, in any memory order."""
    rng = np.random.default_rng(seed)

    def draw(*shape: int) -> Array:
        order = rng.permutation(len(shape))
        x = rng.standard_normal([shape[axis] for axis in order])
        return np.asarray(x.transpose(np.argsort(order)).astype(np.float32))

    x = draw(geometry.images, *geometry.image, geometry.in_channels)
    per_group = geometry.in_channels // geometry.config.groups
    weight = draw(*geometry.config.kernel_size, per_group, geometry.out_channels)
    return x, weight, draw(geometry.images, *geometry.output, geometry.out_channels)


def poisoned(x: Array) -> Array:
    x[...] = np.nan
    return x


def poison_scratch(algorithm: Algorithm) -> None:
    with shared.borrow((max(algorithm.scratch, 1),), np.empty(0, np.uint8)) as buffer:
        buffer[...] = 255  # as float32: NaN


CASES = [
    pytest.param(name, geometry, id=f"{name}-{i}")
    for i, geometry in enumerate(geometries())
    for name, kind in ALGORITHMS.items()
    if kind.fits(geometry)
]


@pytest.mark.parametrize(("name", "geometry"), CASES)
@pytest.mark.parametrize("budget", [0, 30_000, 2**26])
def test_output_and_gradients(name: str, geometry: Geometry, budget: int, threads: int) -> None:
    algorithm = ALGORITHMS[name](geometry, threads, budget)
    arrays = inputs(geometry, abs(hash((name, geometry, budget))) % 2**32)
    x, weight, grad = arrays
    like = np.empty(0)
    out, x_grad = poisoned(algorithm.new_output(like)), poisoned(algorithm.new_input(like))
    weight_grad = poisoned(np.empty(weight.shape, np.float32))
    poison_scratch(algorithm)
    algorithm.forward(x, weight, out)
    poison_scratch(algorithm)
    algorithm.backward(grad, x, weight, x_grad, weight_grad)
    for computed, exact in zip((out, x_grad, weight_grad), expected(geometry, arrays), strict=True):
        scale = np.abs(exact).max(initial=1e-30)
        np.testing.assert_allclose(computed / scale, exact / scale, rtol=0, atol=algorithm.error)
    alone = poisoned(algorithm.new_input(like)), poisoned(np.empty_like(weight_grad))
    algorithm.backward(grad, x, weight, alone[0], None)
    algorithm.backward(grad, x, weight, None, alone[1])
    np.testing.assert_array_equal(alone[0], x_grad)
    np.testing.assert_array_equal(alone[1], weight_grad)
    again = poisoned(algorithm.new_output(like))
    algorithm.forward(x, weight, again)
    np.testing.assert_array_equal(again, out)  # to the last bit


def test_a_small_budget_bounds_the_scratch_memory() -> None:
    geometry = made(ConvConfig((3, 3), padding=(1, 1)), 8, (56, 56), 64, 64)
    line = 64 * 9 * 4 * 56
    for budget in (2**20, 2**22, 2**24):
        algorithm = ALGORITHMS["im2col"](geometry, 2, budget)
        filters = 64 * 64 * 9 * 4
        assert algorithm.scratch <= max(budget, 4 * line) + 4 * filters
    assert memory.SMALL < 2**20
