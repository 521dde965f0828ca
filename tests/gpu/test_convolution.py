"""The algorithms of convolution on a device against sums written out, and which of them is chosen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import shapenet
from shapenet import functional as F
from shapenet import nn
from shapenet.backend import Array, to_numpy
from shapenet.kernels import plan as planning
from shapenet.kernels.conv import ConvConfig
from shapenet.kernels.convolution import Algorithm, Geometry
from shapenet.kernels.cuda import launch
from shapenet.kernels.plan import GPU_ALGORITHMS
from shapenet.nn.planned import Planned
from tests.convolution import expected as summed
from tests.gpu.conftest import Gpu

NAMES = [name for name in GPU_ALGORITHMS if name != "slices"]
BUDGETS = [0, 20_000, 2**26]


def drawn(rng: np.random.Generator, name: str, dtype: type) -> Geometry:
    """A geometry that the algorithm can compute, the output of which may leave a part of the image unseen."""
    while True:
        kernel, stride, padding, dilation = (
            tuple(rng.integers(low, high, 2).tolist()) for low, high in [(1, 5), (1, 4), (0, 4), (1, 3)]
        )
        channels, features = rng.integers(1, 21, 2).tolist()
        groups = int(rng.integers(1, 4))
        channels, features = channels * groups, features * groups
        if name.startswith("winograd"):
            kernel, stride, dilation, groups = (3, 3), (1, 1), (1, 1), 1
        if name == "depthwise":
            groups, features = channels, channels * int(rng.integers(1, 4))
        image = tuple(rng.integers(1, 12, 2).tolist())
        config = ConvConfig(kernel, stride, padding, dilation, groups)
        output = tuple(int(rng.integers(1, 2 + (n + p) // s)) for n, p, s in zip(image, padding, stride, strict=True))
        geometry = Geometry(
            config, int(rng.integers(1, 5)), image, channels, (output[0], output[1]), features, np.dtype(dtype)
        )
        if GPU_ALGORITHMS[name].fits(geometry):
            return geometry


def computed(gpu: Gpu, algorithm: Algorithm, arrays: tuple[Array, Array, Array]) -> Iterator[Array]:
    """The output and both gradients, made together and alone, for images in any memory order."""
    geometry, rng = algorithm.geometry, np.random.default_rng()
    x, weight, grad = (_there(gpu, rng, array) for array in arrays)
    out, x_gradient = algorithm.new_output(x), algorithm.new_input(x)
    weight_gradient = gpu.poisoned(weight.shape, geometry.dtype)
    algorithm.forward(x, weight, out)
    algorithm.backward(grad, x, weight, x_gradient, weight_gradient)
    yield from map(gpu.back, (out, x_gradient, weight_gradient))
    alone, other = algorithm.new_input(x), gpu.poisoned(weight.shape, geometry.dtype)
    algorithm.backward(grad, gpu.poisoned(x.shape, geometry.dtype), weight, alone, None)
    algorithm.backward(grad, x, weight, None, other)
    np.testing.assert_array_equal(gpu.back(alone), gpu.back(x_gradient))
    np.testing.assert_array_equal(gpu.back(other), gpu.back(weight_gradient))


def _there(gpu: Gpu, rng: np.random.Generator, array: Array) -> Array:
    order = rng.permutation(array.ndim)
    return gpu.to(np.ascontiguousarray(array.transpose(order))).transpose(np.argsort(order).tolist())


def check(gpu: Gpu, name: str, geometry: Geometry, budget: int) -> None:
    rng, config = np.random.default_rng(), geometry.config
    filters = (*config.kernel_size, geometry.in_channels // config.groups, geometry.out_channels)
    shapes = [(geometry.images, *geometry.image, geometry.in_channels), filters]
    shapes.append((geometry.images, *geometry.output, geometry.out_channels))
    x, weight, grad = (rng.standard_normal(shape).astype(geometry.dtype) for shape in shapes)
    algorithm = GPU_ALGORITHMS[name](geometry, 1, budget)
    bound = algorithm.error if geometry.dtype == np.float32 else 1e-12
    parts = computed(gpu, algorithm, (x, weight, grad))
    for got, exact in zip(parts, summed(geometry, (x, weight, grad)), strict=True):
        scale = np.abs(exact).max(initial=1.0)  # of numbers of that scale, also where an output sees padding alone
        np.testing.assert_allclose(got / scale, exact / scale, rtol=0, atol=bound, err_msg=str(geometry))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", NAMES)
def test_output_and_gradients(gpu: Gpu, name: str, dtype: type) -> None:
    if name.startswith("winograd") and dtype == np.float64:
        assert not GPU_ALGORITHMS[name].fits(Geometry(ConvConfig((3, 3)), 1, (9, 9), 8, (7, 7), 8, np.dtype(dtype)))
        return
    rng = np.random.default_rng()
    for number in range(12):
        check(gpu, name, drawn(rng, name, dtype), BUDGETS[number % len(BUDGETS)])


KERNELS = {
    "winograd2": [f"winograd_{step}" for step in ("filters", "input", "output", "output_back", "filters_back")],
    "depthwise": ["depthwise", "depthwise_input_gradient", "depthwise_filter_sums"],
    "gemm": ["im2col", "col2im"],
}
PLAIN = Geometry(ConvConfig((3, 3), padding=(1, 1)), 3, (10, 7), 5, (10, 7), 9)
CHANNELWISE = Geometry(ConvConfig((3, 3), padding=(1, 1), groups=40), 3, (10, 7), 40, (10, 7), 40)


@pytest.mark.parametrize("narrow", [launch.NARROW, 1], ids=["32 bits", "64 bits"])
@pytest.mark.parametrize("name", KERNELS)
def test_kernels_with_either_index(gpu: Gpu, name: str, narrow: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(launch, "NARROW", narrow)
    check(gpu, name, CHANNELWISE if name == "depthwise" else PLAIN, 2**26)
    assert gpu.launched(*KERNELS[name])


def test_a_large_kernel(gpu: Gpu) -> None:
    """So large that its loops are not written out."""
    config = ConvConfig((9, 8), padding=(4, 4), groups=3)
    check(gpu, "depthwise", Geometry(config, 2, (11, 12), 3, (11, 13), 6), 2**26)


@pytest.mark.parametrize("name", NAMES)
def test_no_images(gpu: Gpu, name: str) -> None:
    groups = 4 if name == "depthwise" else 1
    geometry = Geometry(ConvConfig((3, 3), padding=(1, 1), groups=groups), 0, (6, 5), 4, (6, 5), 4)
    *_, weight_gradient = computed(gpu, GPU_ALGORITHMS[name](geometry, 1, 2**20), _empty(geometry))
    assert (weight_gradient == 0).all()


def _empty(geometry: Geometry) -> tuple[Array, Array, Array]:
    weight = np.ones((3, 3, geometry.in_channels // geometry.config.groups, geometry.out_channels), np.float32)
    return np.zeros((0, 6, 5, 4), np.float32), weight, np.zeros((0, 6, 5, 4), np.float32)


@pytest.mark.parametrize("groups", [1, 8])
@pytest.mark.parametrize("types", [("float32", "float64"), ("float64", "float32"), ("float16", "float32")])
def test_images_of_another_type_than_the_filters(gpu: Gpu, types: tuple[str, str], groups: int) -> None:
    rng, results = np.random.default_rng(), []
    x, weight = (
        rng.standard_normal(shape).astype(kind)
        for shape, kind in zip([(2, 8, 6, 6), (8, 8 // groups, 3, 3)], types, strict=True)
    )
    for device in ("cpu", gpu.name):
        image, filters = (shapenet.from_numpy(array.copy()).to(device) for array in (x, weight))
        image.requires_grad = filters.requires_grad = True
        out: Any = F.conv2d(image, filters, padding=1, groups=groups)
        (out * out).sum().backward()
        parts: list[Any] = [out.detach(), image.grad, filters.grad]
        results.append([to_numpy(part.data) for part in parts])
    for expected, got in zip(*results, strict=True):
        assert got.dtype == expected.dtype
        np.testing.assert_allclose(got, expected, rtol=1e-4, atol=1e-4 * np.abs(expected).max())


def test_a_small_budget_bounds_the_scratch_memory() -> None:
    geometry = Geometry(ConvConfig((3, 3), padding=(1, 1)), 64, (56, 56), 64, (56, 56), 64)
    for name in ("winograd2", "winograd4"):
        filters = 36 * 64 * 64 * 4
        sizes = [GPU_ALGORITHMS[name](geometry, 1, budget).scratch for budget in (2**21, 2**24, 2**40)]
        assert sizes == sorted(sizes)
        assert sizes[0] <= 2**21 + filters
        assert sizes[1] <= 2**24 + filters < sizes[2]


# --- the choice ---


@pytest.fixture
def tolerance(monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings that tests may change, and none of the user at the start."""
    monkeypatch.setattr(planning._settings, "tolerance", None)
    monkeypatch.setattr("shapenet.kernels.cuda.products._settings.precision", "highest")


def chosen(gpu: Gpu, layer: Planned, *sizes: int) -> str:
    return layer.to(gpu.name).plan(*sizes).name


@pytest.mark.usefixtures("tolerance")
def test_the_choice(gpu: Gpu) -> None:
    assert chosen(gpu, nn.Conv2d(64, 64, 3, padding=1), 64, 64, 56, 56) == "winograd2"
    assert chosen(gpu, nn.Conv2d(64, 64, 3, stride=2, padding=1), 64, 64, 56, 56) == "gemm"
    assert chosen(gpu, nn.Conv2d(64, 128, 1), 64, 64, 56, 56) == "gemm"
    assert chosen(gpu, nn.Conv2d(64, 64, 3, padding=1, groups=64), 64, 64, 56, 56) == "depthwise"
    assert chosen(gpu, nn.Conv2d(64, 128, 3, padding=1, groups=64), 64, 64, 56, 56) == "depthwise"
    assert chosen(gpu, nn.Conv2d(64, 64, 3, padding=1, groups=2), 64, 64, 56, 56) == "gemm"
    assert chosen(gpu, nn.Conv2d(2, 2, 3, padding=1), 1, 2, 4, 4) == "gemm"
    assert chosen(gpu, nn.Conv2d(64, 64, 3, padding=1).to(np.float64), 64, 64, 56, 56) == "gemm"
    assert chosen(gpu, nn.Conv2d(64, 64, 3, padding=1).to(np.float16), 64, 64, 56, 56) == "slices"


@pytest.mark.usefixtures("tolerance")
def test_the_tolerance_and_the_precision(gpu: Gpu) -> None:
    layer = nn.Conv2d(64, 64, 3, padding=1).to(gpu.name)
    for tolerance, name in [(1e-4, "winograd4"), (1e-5, "winograd2"), (1e-6, "gemm"), (0, "gemm"), (1e-4, "winograd4")]:
        shapenet.set_conv_tolerance(tolerance)
        assert chosen(gpu, layer, 64, 64, 56, 56) == name
    shapenet.set_float32_matmul_precision("high")  # winograd4 would enlarge what is rounded
    assert chosen(gpu, layer, 64, 64, 56, 56) == "winograd2"


def test_pinning(gpu: Gpu) -> None:
    layer = nn.Conv2d(8, 8, 3, padding=1, bias=False).to(gpu.name)
    x = shapenet.randn(2, 8, 6, 6)
    exact = shapenet.functional.conv2d(x, layer.weight.detach().to("cpu"), padding=1).numpy()
    for name in ("winograd2", "winograd4", "gemm"):
        layer.algorithm = name
        assert "about" in repr(layer.plan(2, 8, 6, 6))
        assert "on a GPU" in repr(layer.plan(2, 8, 6, 6))
        np.testing.assert_allclose(gpu.back(layer(x.to(gpu.name)).data), exact, rtol=0, atol=1e-4)
    layer.algorithm = "im2col"
    with pytest.raises(
        ValueError, match=r"^algorithm 'im2col' is none of those on a GPU: gemm, depthwise, winograd2, "
    ):
        layer(x.to(gpu.name))
    layer.algorithm = "gemm"
    with pytest.raises(ValueError, match=r"^algorithm 'gemm' is none of those on the CPU: im2col, "):
        layer.to("cpu")(x)
