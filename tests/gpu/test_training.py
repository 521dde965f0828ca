"""Layers, losses and optimizers on a device: the same numbers as on the CPU, and nobody waits."""

from __future__ import annotations

import copy
import itertools
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np
import pytest

import shapenet
from shapenet import functional as F
from shapenet import nn, optim
from shapenet.backend import Array, to_device, to_numpy
from shapenet.kernels.cuda import launch
from shapenet.kernels.cuda import optimizer as cuda
from shapenet.ops import activation
from shapenet.tensors import apply
from tests.gpu.conftest import Gpu


@pytest.fixture
def small_budget() -> Iterator[None]:
    shapenet.set_scratch_budget(2000)
    yield
    shapenet.set_scratch_budget(64 * 2**20)


def numbers(*shape: int, dtype: type = np.float32) -> Array:
    return np.asarray(np.random.default_rng().standard_normal(shape), dtype)


def run(function: Callable[..., Any], arrays: list[Array], seed: Array, device: str) -> list[Array]:
    """The output for arrays on *device*, and their gradients given that of the output."""
    inputs = [shapenet.from_numpy(array.copy()).to(device) for array in arrays]
    for x in inputs:
        x.requires_grad = x.dtype.kind == "f"
    out = function(*inputs)
    out.backward(shapenet.from_numpy(seed.copy()).to(device))
    parts = [out.detach(), *(x.grad for x in inputs if x.dtype.kind == "f")]
    return [to_numpy(part.data) for part in parts if part is not None]


def same(function: Callable[..., Any], arrays: list[Array], gpu: Gpu, bound: float = 2e-5) -> None:
    out = function(*(shapenet.from_numpy(array) for array in arrays))
    seed = np.asarray(np.random.default_rng().standard_normal(out.shape), out.dtype)
    for expected, got in zip(run(function, arrays, seed, "cpu"), run(function, arrays, seed, gpu.name), strict=True):
        assert got.dtype == expected.dtype
        scale = max(1.0, float(np.abs(expected).max(initial=0)))
        np.testing.assert_allclose(got, expected, rtol=bound, atol=bound * scale)


CONVOLUTIONS = [
    ((2, 3, 9, 8), (4, 3, 3, 3), {"padding": 1}),
    ((2, 20, 7, 6), (5, 20, 3, 2), {"padding": (2, 1), "stride": (2, 1)}),
    ((3, 8, 6, 6), (6, 4, 3, 3), {"groups": 2, "dilation": 2, "padding": 2}),
    ((2, 40, 5, 6), (6, 20, 2, 3), {"groups": 2, "stride": 2}),
    ((2, 6, 5, 5), (6, 1, 3, 3), {"groups": 6, "padding": 1}),
    ((2, 7, 4, 5), (9, 7, 1, 1), {}),
    ((2, 8, 4, 5), (6, 4, 1, 1), {"groups": 2}),
    ((2, 7, 4, 5), (9, 7, 1, 1), {"stride": 2}),
    ((0, 3, 4, 5), (2, 3, 3, 3), {}),
    ((1, 1, 3, 3), (1, 1, 3, 3), {"stride": 3}),
]


@pytest.mark.parametrize("biased", [True, False])
@pytest.mark.parametrize(("image", "filters", "options"), CONVOLUTIONS, ids=str)
def test_convolutions(
    gpu: Gpu, image: tuple[int, ...], filters: tuple[int, ...], options: dict[str, Any], biased: bool
) -> None:
    bias = [numbers(filters[0])] if biased else []
    same(lambda *inputs: F.conv2d(*inputs, **options), [numbers(*image), numbers(*filters), *bias], gpu)


@pytest.mark.usefixtures("small_budget")
@pytest.mark.parametrize(("image", "filters", "options"), CONVOLUTIONS, ids=str)
def test_convolutions_in_parts(
    gpu: Gpu, image: tuple[int, ...], filters: tuple[int, ...], options: dict[str, Any]
) -> None:
    """With so little memory some go line by line."""
    same(lambda *inputs: F.conv2d(*inputs, **options), [numbers(*image), numbers(*filters)], gpu)


@pytest.mark.parametrize("options", [{"stride": 2, "output_padding": 1, "padding": 1}, {"groups": 2}, {}], ids=str)
def test_transposed_convolutions(gpu: Gpu, options: dict[str, Any]) -> None:
    arrays = [numbers(2, 4, 5, 6), numbers(4, 3, 3, 3), numbers(3 * options.get("groups", 1))]
    same(lambda *inputs: F.conv_transpose2d(*inputs, **options), arrays, gpu)


ACTIVATIONS: list[Callable[[Any], Any]] = [
    F.relu,
    F.sigmoid,
    F.tanh,
    F.gelu,
    lambda x: F.gelu(x, approximate="tanh"),
    F.silu,
    F.mish,
    F.hardswish,
    F.relu6,
    lambda x: F.leaky_relu(x, 0.2),
    lambda x: F.elu(x, 0.7),
    lambda x: F.softplus(x, beta=2, threshold=3),
]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("number", range(len(ACTIVATIONS)))
def test_activations(gpu: Gpu, number: int, dtype: type) -> None:
    function, bound = ACTIVATIONS[number], 2e-5 if dtype == np.float32 else 1e-12
    x = numbers(3, 5, 4, 6, dtype=dtype) * 4
    same(function, [x], gpu, bound)
    same(lambda x: function(x.permute(0, 2, 3, 1)), [x], gpu, bound)
    same(lambda x: function(x[:, ::2]), [x], gpu, bound)
    with np.errstate(invalid="ignore"):
        edges: Array = np.array([0.0, -0.0, np.inf, -np.inf, np.nan, 3, -3, 6, 88, -88], dtype)
        expected = np.asarray(function(shapenet.from_numpy(edges)).data)
        got = gpu.back(function(shapenet.from_numpy(edges).to(gpu.name)).data)
    np.testing.assert_allclose(got, expected, rtol=1e-5, atol=1e-6)


NAMED: list[tuple[Callable[..., Any], dict[str, float]]] = [
    (activation.relu, {}), (activation.sigmoid, {}), (activation.tanh, {}), (activation.gelu, {}),
    (activation.gelu_tanh, {}), (activation.silu, {}), (activation.mish, {}), (activation.hardswish, {}),
    (activation.relu6, {}), (activation.leaky_relu, {"negative_slope": 0.2}), (activation.elu, {"alpha": 0.7}),
    (activation.softplus, {"threshold": 3.0, "beta": 2.0}),
]  # fmt: skip


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("columns", [1, 5, 8])
@pytest.mark.parametrize(("function", "options"), NAMED, ids=lambda part: getattr(part, "__name__", ""))
def test_activations_of_what_has_a_bias(
    gpu: Gpu, function: Callable[..., Any], options: dict[str, float], columns: int, dtype: type
) -> None:
    """In one launch; the way back in another, and one or two to add up the gradient of the bias."""
    bound = 2e-5 if dtype == np.float32 else 1e-12

    def activated(x: Any, bias: Any, axis: int = -3) -> Any:
        return apply(activation.bias_activation, x, bias, axis=axis, function=function, **options)

    x, bias = numbers(3, 4, 7, columns, dtype=dtype) * 4, numbers(columns, dtype=dtype)
    same(partial(activated, axis=-1), [x, bias], gpu, bound)
    same(lambda x, bias: activated(x.permute(0, 3, 1, 2), bias), [x, bias], gpu, bound)
    same(lambda x, bias: activated(x.permute(0, 3, 1, 2)[:, :, ::2], bias), [x, bias], gpu, bound)
    before, (there, own) = gpu.launches(), (gpu.to(x), gpu.to(bias))
    out, vjp = activation.bias_activation(there, own, axis=-1, function=function, **options)
    assert gpu.launches() == before + (gpu.log is not None)
    x_grad, none = vjp(out, (True, False))
    assert gpu.launches() == before + 2 * (gpu.log is not None)
    assert none is None
    assert x_grad is not None


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_bias_where_no_kernel_adds_it(gpu: Gpu, dtype: type) -> None:
    """Along an axis that is not the last in memory, of another type, or with gaps."""

    def activated(x: Any, bias: Any) -> Any:
        return apply(activation.bias_activation, x, bias, axis=-2, function=activation.silu)

    bound = 2e-5 if dtype == np.float32 else 1e-12
    same(activated, [numbers(3, 4, 6, dtype=dtype), numbers(4, dtype=dtype)], gpu, bound)
    same(activated, [numbers(3, 4, 6, dtype=dtype), numbers(4, dtype=np.float64)], gpu, bound)
    x = numbers(3, 6, 4, dtype=dtype)
    same(lambda x, bias: activated(x.permute(0, 2, 1), bias[::2]), [x, numbers(8, dtype=dtype)], gpu, bound)


OTHERS: dict[str, tuple[Callable[..., Any], list[tuple[int, ...]]]] = {
    "max_pool2d": (lambda x: F.max_pool2d(x, 3, 2, 1), [(2, 3, 7, 8)]),
    "avg_pool2d": (lambda x: F.avg_pool2d(x, 3, 2, 1), [(2, 3, 7, 8)]),
    "avg_pool2d of the image alone": (lambda x: F.avg_pool2d(x, 3, 2, 1, count_include_pad=False), [(2, 3, 7, 8)]),
    "adaptive_avg_pool2d": (lambda x: F.adaptive_avg_pool2d(x, 3), [(2, 3, 7, 8)]),
    "adaptive_max_pool2d": (lambda x: F.adaptive_max_pool2d(x, (3, 5)), [(2, 3, 7, 8)]),
    "softmax": (lambda x: F.softmax(x, 1), [(3, 5, 4)]),
    "log_softmax": (lambda x: F.log_softmax(x, -1), [(3, 5, 4)]),
    "layer_norm": (lambda x, w, b: F.layer_norm(x, (4, 5), w, b), [(6, 4, 5), (4, 5), (4, 5)]),
    "rms_norm": (lambda x, w: F.rms_norm(x, (5,), w), [(6, 4, 5), (5,)]),
    "group_norm": (lambda x, w, b: F.group_norm(x, 2, w, b), [(3, 4, 5, 2), (4,), (4,)]),
    "batch_norm": (lambda x, w, b: F.batch_norm(x, None, None, w, b, training=True), [(4, 3, 5, 2), (3,), (3,)]),
    "linear": (F.linear, [(4, 7), (3, 7), (3,)]),
    "mse_loss": (F.mse_loss, [(4, 7), (4, 7)]),
}


@pytest.mark.parametrize("name", OTHERS)
def test_other_functions(gpu: Gpu, name: str) -> None:
    function, shapes = OTHERS[name]
    same(function, [numbers(*shape) for shape in shapes], gpu)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("smoothing", [0.0, 0.1])
@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
def test_cross_entropy(gpu: Gpu, reduction: str, smoothing: float, dtype: type) -> None:
    labels = np.random.default_rng().integers(0, 5, (3, 4))
    labels[0, 0] = 7
    weight = np.abs(numbers(5, dtype=dtype))

    def loss(x: Any) -> Any:
        target, factors = (shapenet.from_numpy(part).to(x.device) for part in (labels, weight))
        return F.cross_entropy(
            x, target, factors, ignore_index=7, reduction=reduction, label_smoothing=smoothing
        ) + F.nll_loss(F.log_softmax(x, 1), target, factors, ignore_index=7, reduction=reduction)

    same(loss, [numbers(3, 5, 4, dtype=dtype)], gpu, 2e-5 if dtype == np.float32 else 1e-12)


def test_a_label_out_of_range_makes_the_loss_nan(gpu: Gpu) -> None:
    x = shapenet.from_numpy(numbers(3, 5)).to(gpu.name)
    for label, expected in ((4, False), (5, True), (-1, True)):
        labels = shapenet.from_numpy(np.array([0, label, 1])).to(gpu.name)
        assert np.isnan(F.cross_entropy(x, labels).item()) == expected


def test_checks_that_do_not_wait(gpu: Gpu) -> None:
    """What the CPU refuses is a NaN in the loss there."""
    table, x = (shapenet.from_numpy(numbers(*shape)).to(gpu.name) for shape in [(4, 3), (2, 3)])
    before, losses = gpu.waits(), []
    for row in (3, 4, -1):
        rows = shapenet.from_numpy(np.array([0, row])).to(gpu.name)
        losses.append(F.embedding(rows, table).sum())
    for side in (1, 2):
        sides = shapenet.from_numpy(np.array([-1, side])).to(gpu.name)
        losses.append(F.cosine_embedding_loss(x, x, sides))
    for highest in (1.0, 1.5):
        part = shapenet.from_numpy(np.array([0.5, highest], np.float32)).to(gpu.name)
        losses.append(F.binary_cross_entropy(part, part.detach()))
    assert gpu.waits() == before
    assert [bool(np.isnan(loss.item())) for loss in losses] == [False, True, True, False, True, False, True]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_embedding(gpu: Gpu, dtype: type) -> None:
    rows = np.random.default_rng().integers(0, 6, (5, 7))

    def embedded(table: Any) -> Any:
        return F.embedding(shapenet.from_numpy(rows).to(table.device), table, padding_idx=2)

    same(embedded, [numbers(6, 3, dtype=dtype)], gpu)
    assert gpu.launched("look_up", "add_up")


@pytest.mark.parametrize("max_norm", [0.1, 100.0])
def test_clipping_does_not_wait(gpu: Gpu, max_norm: float) -> None:
    gradients, results = [numbers(3, 4), numbers(5)], []
    for device in ("cpu", gpu.name):
        parameters: list[Any] = [nn.Parameter(to_device(np.zeros_like(part), device)) for part in gradients]
        for parameter, gradient in zip(parameters, gradients, strict=True):
            parameter.grad = shapenet.from_numpy(gradient.copy()).to(device)
        before = gpu.waits()
        norm = nn.utils.clip_grad_norm_(parameters, max_norm)
        assert gpu.waits() == before
        results.append([norm.item(), *(to_numpy(parameter.grad.data) for parameter in parameters)])
    for expected, got in zip(*results, strict=True):
        np.testing.assert_allclose(got, expected, rtol=1e-5)


RULES: list[tuple[Callable[..., optim.Optimizer], dict[str, Any]]] = [
    *((optim.SGD, {"lr": 0.1, **options}) for options in [
        {}, {"momentum": 0.9}, {"momentum": 0.9, "dampening": 0.3, "weight_decay": 0.1, "maximize": True},
        {"momentum": 0.9, "nesterov": True, "weight_decay": 0.1}]),
    *((rule, {"lr": 0.1, "weight_decay": 0.05, "amsgrad": amsgrad, "maximize": maximize})
      for rule, amsgrad, maximize in itertools.product([optim.Adam, optim.AdamW], [True, False], [True, False])),
    (optim.RMSprop, {"lr": 0.1}),
]  # fmt: skip


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(("rule", "options"), RULES, ids=str)
def test_optimizers(gpu: Gpu, rule: Callable[..., optim.Optimizer], options: dict[str, Any], dtype: type) -> None:
    """More parameters than a launch takes, of many sizes; each step with fewer gradients."""
    sizes = [(), (1,), (3, 5), (0, 4), (2500,), (4, 3, 2, 2), *[(2, 3)] * (cuda.TENSORS + 3)]
    values = [numbers(*size, dtype=dtype) for size in sizes]
    gradients = [[numbers(*size, dtype=dtype) for size in sizes] for _ in range(3)]
    results = []
    for device in ("cpu", gpu.name):
        parameters: list[Any] = [nn.Parameter(to_device(value.copy(), device)) for value in values]
        optimizer = rule(parameters, **options)
        for step, given in enumerate(gradients):
            optimizer.zero_grad()
            for number, (parameter, gradient) in enumerate(zip(parameters, given, strict=True)):
                if number % (step + 1) == 0:
                    turned = gradient.T.copy()  # a gradient may lie in another order
                    parameter.grad = shapenet.from_numpy(turned).to(device).permute(*reversed(range(turned.ndim)))
            before = gpu.waits()
            optimizer.step()
            assert gpu.waits() == before
        results.append([to_numpy(parameter.data) for parameter in parameters])
    bound = 2e-5 if dtype == np.float32 else 1e-12
    for expected, got in zip(*results, strict=True):
        np.testing.assert_allclose(got, expected, rtol=bound, atol=bound)
    assert rule is optim.RMSprop or gpu.launched("sgd" if rule is optim.SGD else "adam")


@pytest.mark.parametrize("rule", [optim.SGD, optim.Adam])
def test_a_step_of_an_optimizer_is_one_launch(gpu: Gpu, rule: Any) -> None:
    """Also for filters, which lie with their channels last once they were convolved with."""
    layer, x = nn.Conv2d(4, 6, 3).to(gpu.name), shapenet.from_numpy(numbers(2, 4, 5, 5)).to(gpu.name)
    optimizer = rule(layer.parameters(), lr=0.1, **({"momentum": 0.9} if rule is optim.SGD else {}))
    counts = []
    for _ in range(2):
        layer(x).sum().backward()
        before = gpu.launches()
        optimizer.step()
        counts.append(gpu.launches() - before)
    assert not layer.weight.data.flags.c_contiguous
    assert gpu.log is None or counts[-1] == 1  # the first makes the state


def digits_model() -> Any:
    return nn.Sequential(
        nn.Conv2d(1, 8, 3, padding=1), nn.BatchNorm2d(8), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(8, 20, 3, stride=2, padding=1), nn.GELU(), nn.Conv2d(20, 6, 1), nn.Flatten(), nn.Linear(24, 10),
    )  # fmt: skip


@pytest.mark.parametrize("narrow", [launch.NARROW, 1], ids=["32 bits", "64 bits"])
def test_a_model_trains_as_on_the_cpu_and_nobody_waits(gpu: Gpu, narrow: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also with the indices of arrays that are too large for a test."""
    monkeypatch.setattr(launch, "NARROW", narrow)
    shapenet.manual_seed(3)
    model = digits_model()
    models, losses = {"cpu": model, gpu.name: copy.deepcopy(model).to(gpu.name)}, {}
    images, labels = numbers(12, 1, 8, 8), np.random.default_rng().integers(0, 10, 12)
    for device, own in models.items():
        optimizer = optim.AdamW(own.parameters(), lr=1e-2)
        x, y = (shapenet.from_numpy(part).to(device) for part in (images, labels))
        kept = []
        for _ in range(4):
            before = gpu.waits()
            optimizer.zero_grad()
            loss = F.cross_entropy(own(x), y)
            loss.backward()
            optimizer.step()
            assert gpu.waits() == before
            kept.append(loss.item())
        losses[device] = kept
    assert losses["cpu"][-1] < losses["cpu"][0]
    np.testing.assert_allclose(losses[gpu.name], losses["cpu"], rtol=1e-4)
    assert gpu.launched("im2col", "col2im", "adam", "softmax", "cross_entropy_gradient", "max_pool", "activate")
