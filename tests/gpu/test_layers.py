"""Layers and models on a device: output and gradients are those of the CPU, and nobody waits in a step."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from sklearn.datasets import load_digits

import shapenet
from examples.digits import Digits
from shapenet import functional as F
from shapenet import models, nn, optim
from shapenet.backend import to_numpy
from shapenet.nn.planned import Planned
from tests.gpu.conftest import Gpu

LAYERS: dict[str, tuple[Callable[[], Any], tuple[int, ...]]] = {
    "BatchNorm2d": (lambda: nn.BatchNorm2d(5), (4, 5, 3, 2)),
    "BatchNorm2d without momentum": (lambda: nn.BatchNorm2d(5, momentum=None), (4, 5, 3, 2)),
    "FusedConvBN": (lambda: nn.FusedConvBN(3, 5, 2, momentum=None), (2, 3, 5, 4)),
    "BatchNorm1d": (lambda: nn.BatchNorm1d(5), (4, 5)),
    "GroupNorm": (lambda: nn.GroupNorm(2, 4), (3, 4, 5)),
    "GroupNorm of channels that lie last": (
        lambda: nn.Sequential(nn.Conv2d(3, 6, 2), nn.GroupNorm(3, 6)),
        (2, 3, 5, 4),
    ),
    "InstanceNorm2d": (lambda: nn.InstanceNorm2d(3), (2, 3, 4, 5)),
    "InstanceNorm2d with statistics": (
        lambda: nn.InstanceNorm2d(3, affine=True, track_running_stats=True),
        (2, 3, 4, 5),
    ),
    "LayerNorm": (lambda: nn.LayerNorm(6), (4, 6)),
    "RMSNorm": (lambda: nn.RMSNorm(6), (4, 6)),
    "Linear": (lambda: nn.Linear(6, 4), (2, 3, 6)),
    "Conv1d": (lambda: nn.Conv1d(4, 6, 3, padding=1), (2, 4, 9)),
    "Conv2d, reflecting": (lambda: nn.Conv2d(4, 6, 3, padding=1, padding_mode="reflect"), (2, 4, 6, 5)),
    "ConvTranspose2d": (lambda: nn.ConvTranspose2d(4, 6, 2, stride=2), (2, 4, 3, 5)),
    "LSTM": (lambda: nn.LSTM(4, 5, num_layers=2, batch_first=True), (2, 6, 4)),
    "GRU": (lambda: nn.GRU(4, 5), (6, 2, 4)),
    "RNN": (lambda: nn.RNN(4, 5), (6, 2, 4)),
    "RNN of ReLU": (lambda: nn.RNN(4, 5, nonlinearity="relu", bidirectional=True), (6, 2, 4)),
    "TransformerEncoderLayer": (
        lambda: nn.TransformerEncoderLayer(8, 2, 12, dropout=0.0, batch_first=True),
        (2, 5, 8),
    ),
    "Upsample": (lambda: nn.Upsample(scale_factor=2, mode="bilinear"), (2, 3, 4, 5)),
    "PReLU and more": (lambda: nn.Sequential(nn.LeakyReLU(), nn.Softplus(), nn.Hardswish(), nn.Softmax(1)), (3, 7)),
}


def first(out: Any) -> Any:
    return out[0] if isinstance(out, tuple) else out


def steps(model: Any, x: np.ndarray[Any, Any], device: str, gpu: Gpu) -> list[Any]:
    """What two steps give, in training and not: outputs, gradients, and what the model keeps."""
    own, given, kept = copy.deepcopy(model).to(device), shapenet.from_numpy(x).to(device), []
    for training in (True, False):
        (own.train if training else own.eval)()
        source = given.detach()
        source.requires_grad = source.dtype.kind == "f"
        before = gpu.waits()
        out = first(own(source))
        (out * out).mean().backward()
        assert gpu.waits() == before
        kept += [out.detach(), *(part for part in (source.grad,) if part is not None)]
    kept += [parameter.grad for parameter in own.parameters() if parameter.grad is not None]
    return [*(to_numpy(part.data) for part in kept), *(to_numpy(part.data) for part in own.state_dict().values())]


def agree(model: Any, x: np.ndarray[Any, Any], gpu: Gpu, bound: float = 1e-4) -> None:
    for expected, got in zip(steps(model, x, "cpu", gpu), steps(model, x, gpu.name, gpu), strict=True):
        scale = max(1e-2, float(np.abs(expected).max(initial=0)))
        np.testing.assert_allclose(got, expected, rtol=bound, atol=bound * scale)


@pytest.mark.parametrize("name", LAYERS)
def test_layers(gpu: Gpu, name: str) -> None:
    make, shape = LAYERS[name]
    agree(make(), np.random.default_rng().standard_normal(shape).astype(np.float32), gpu)


MODELS: dict[str, tuple[Callable[[], Any], tuple[int, ...]]] = {
    "resnet18": (lambda: models.ResNet18(10), (3, 3, 40, 40)),
}


@pytest.mark.parametrize("name", MODELS)
def test_models(gpu: Gpu, name: str) -> None:
    make, shape = MODELS[name]
    agree(make().to(np.float64), np.random.default_rng().standard_normal(shape), gpu, 1e-7)


def test_a_model_through_winograd(gpu: Gpu) -> None:
    """ResNet-18 in float32, its layers pinned: such small images would choose none of Winograd's algorithms.

    Where an activation is nearly 0, rounding decides about its gradient: so not each number is compared, but the whole.
    """
    model = models.ResNet18(10)
    plain = [layer for layer in model.modules() if isinstance(layer, Planned) and _is_plain(layer)]
    assert len(plain) == 13
    for number, layer in enumerate(plain):
        layer.algorithm = ("winograd2", "winograd4")[number % 2]
    x = np.random.default_rng().standard_normal((3, 3, 40, 40)).astype(np.float32)
    for expected, got in zip(steps(model, x, "cpu", gpu), steps(model, x, gpu.name, gpu), strict=True):
        assert np.linalg.norm(got - expected) <= 0.02 * np.linalg.norm(expected)
    assert gpu.launched(*(f"winograd_{step}" for step in ("filters", "input", "output", "output_back", "filters_back")))


def _is_plain(layer: Planned) -> bool:
    return layer.rule.window[:2] == ((3, 3), (1, 1))


def test_a_step_has_few_launches(gpu: Gpu) -> None:
    """Each costs the host some microseconds: of small layers that would be more than the device takes."""
    model, rng = models.ResNet18(10).to(gpu.name), np.random.default_rng()
    optimizer = optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    x = shapenet.from_numpy(rng.standard_normal((2, 3, 32, 32)).astype(np.float32)).to(gpu.name)
    y = shapenet.from_numpy(np.array([1, 2])).to(gpu.name)
    counts = []
    for _ in range(2):
        before = gpu.launches()
        optimizer.zero_grad()
        F.cross_entropy(model(x), y).backward()
        optimizer.step()
        counts.append(gpu.launches() - before)
    assert gpu.log is None or not gpu.log.scattered
    assert counts[-1] <= 480  # of 20 convolutions, and as many normalisations, with 62 parameters
    with shapenet.no_grad():
        before = gpu.launches()
        model.eval()(x)
        assert gpu.launches() - before <= 160


def test_attention_with_a_mask(gpu: Gpu) -> None:
    rng = np.random.default_rng()
    q, k, v = (rng.standard_normal((2, 3, 5, 4)).astype(np.float32) for _ in range(3))
    for mask in (rng.random((5, 5)) < 0.7, rng.random((2, 1, 5, 5)) < 0.7, None):
        results = []
        for device in ("cpu", gpu.name):
            query, key, value = (shapenet.from_numpy(part).to(device) for part in (q, k, v))
            hidden = None if mask is None else shapenet.from_numpy(mask).to(device)
            out = F.scaled_dot_product_attention(query, key, value, hidden, is_causal=mask is None)
            results.append(to_numpy(out.data))
        np.testing.assert_allclose(results[1], results[0], rtol=1e-5, atol=1e-5)


def test_models_come_back(gpu: Gpu) -> None:
    model = nn.Linear(3, 2).to(gpu.name)
    assert model.weight.device == "cuda:0"
    assert model.to("cpu").weight.device == "cpu"


def test_digits_are_learnt(gpu: Gpu) -> None:
    """The model of ``examples/digits.py``, with dropout, on scans; nobody waits before the end."""
    data, generator = load_digits(), np.random.default_rng(0)
    shapenet.manual_seed(0)
    images, labels = (data.images / 16).astype(np.float32)[:, None], data.target
    model = Digits().to(gpu.name)
    optimizer = optim.AdamW(model.parameters(), lr=3e-3)
    before = gpu.waits()
    for _ in range(15):
        some = generator.integers(0, 1000, 48)
        x, y = (shapenet.from_numpy(part[some]).to(gpu.name) for part in (images, labels))
        optimizer.zero_grad()
        F.cross_entropy(model(x), y).backward()
        optimizer.step()
    assert gpu.waits() == before
    model.eval()
    with shapenet.no_grad():
        scores = model(shapenet.from_numpy(images[1000:1200]).to(gpu.name))
        found = scores.argmax(1) == shapenet.from_numpy(labels[1000:1200]).to(gpu.name)
        assert float(found.to(np.float32).mean()) > 0.6
