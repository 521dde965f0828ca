"""Which algorithm is chosen, that it can be seen and pinned, and what the settings do."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Iterator

import numpy as np
import pytest

import shapenet
from shapenet import nn
from shapenet.kernels import plan as planning
from shapenet.kernels.plan import Plans
from shapenet.nn.planned import Planned


@pytest.fixture(autouse=True)
def settings() -> Iterator[None]:
    yield
    shapenet.set_conv_tolerance(1e-4)
    shapenet.set_scratch_budget(64 * 2**20)


def chosen(layer: Planned, *sizes: int) -> str:
    return layer.plan(*sizes).name


def test_the_choice() -> None:
    assert chosen(nn.Conv2d(64, 64, 3, padding=1), 8, 64, 56, 56) == "winograd4"
    assert chosen(nn.Conv2d(64, 64, 3, stride=2, padding=1), 8, 64, 56, 56) == "im2col"
    assert chosen(nn.Conv2d(64, 128, 1), 8, 64, 56, 56) == "im2col"
    assert chosen(nn.Conv2d(64, 64, 3, padding=1, groups=64), 8, 64, 56, 56) == "depthwise"
    assert chosen(nn.Conv2d(64, 64, 3, padding=1, groups=2), 8, 64, 56, 56) == "im2col"


def test_the_tolerance_forbids_what_is_less_exact() -> None:
    layer = nn.Conv2d(64, 64, 3, padding=1)
    for tolerance, name in [(1e-4, "winograd4"), (1e-5, "winograd2"), (1e-6, "im2col"), (0, "im2col")]:
        shapenet.set_conv_tolerance(tolerance)
        assert chosen(layer, 8, 64, 56, 56) == name


def test_float64_is_exact() -> None:
    layer = nn.Conv2d(64, 64, 3, padding=1, bias=False)
    layer.weight.data = layer.weight.data.astype(np.float64)
    assert chosen(layer, 8, 64, 56, 56) == "im2col"


def test_the_budget_makes_blocks_smaller() -> None:
    layer = nn.Conv2d(64, 64, 3, stride=2, padding=1, bias=False)
    x = shapenet.randn(8, 64, 56, 56)
    large, first = layer.plan(8, 64, 56, 56).scratch, layer(x)
    shapenet.set_scratch_budget(2**20)
    small, second = layer.plan(8, 64, 56, 56).scratch, layer(x)
    assert small <= 2**20 + 4 * layer.weight.data.nbytes < large
    np.testing.assert_allclose(first.detach().numpy(), second.detach().numpy(), rtol=0, atol=1e-5)


def test_pinning() -> None:
    layer = nn.Conv2d(8, 8, 3, padding=1)
    assert layer.algorithm == "auto"
    layer.algorithm = "winograd2"
    assert repr(layer.plan(2, 8, 6, 6)).startswith("winograd2: [2, 8, 6, 6] -> [2, 8, 6, 6] with kernel (3, 3)")
    assert copy.deepcopy(layer).algorithm == "winograd2"
    assert pickle.loads(pickle.dumps(Plans("im2col"))).algorithm == "im2col"
    x = shapenet.randn(2, 8, 6, 6)
    exact = shapenet.functional.conv2d(x, layer.weight, layer.bias, padding=1)
    np.testing.assert_allclose(layer(x).detach().numpy(), exact.detach().numpy(), rtol=0, atol=1e-4)
    with pytest.raises(ValueError, match=r"algorithm must be .auto. or one of im2col, planes, .*, got 'fft'"):
        layer.algorithm = "fft"
    assert layer.algorithm == "winograd2"


def test_a_pinned_algorithm_that_cannot() -> None:
    layer = nn.Conv2d(8, 8, 3, stride=2)
    layer.algorithm = "winograd4"
    with pytest.raises(ValueError, match=r"algorithm 'winograd4' cannot compute .* which is not 3x3 of stride 1"):
        layer(shapenet.randn(1, 8, 9, 9))


def test_plans_are_made_once_and_not_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planning, "KEPT", 3)
    layer = nn.Conv2d(2, 2, 3)
    first = layer.plan(1, 2, 5, 5)
    assert layer.plan(1, 2, 5, 5) is first
    for size in range(6, 10):
        layer.plan(1, 2, size, size)
    assert layer.plan(1, 2, 5, 5) is not first


def test_transposed_convolutions_have_plans() -> None:
    layer = nn.ConvTranspose2d(4, 6, 3, padding=1)
    layer.algorithm = "winograd4"
    assert layer.plan(2, 4, 7, 7).geometry.in_channels == 6
    x = shapenet.randn(2, 4, 7, 7)
    exact = shapenet.functional.conv_transpose2d(x, layer.weight, layer.bias, padding=1)
    np.testing.assert_allclose(layer(x).detach().numpy(), exact.detach().numpy(), rtol=0, atol=1e-4)


@pytest.mark.parametrize("value", [-1.0, "high", True, float("nan")])
def test_wrong_settings(value: object) -> None:
    with pytest.raises(ValueError, match="set_conv_tolerance expects a number, at least 0, got"):
        shapenet.set_conv_tolerance(value)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="set_scratch_budget expects a number of bytes, got"):
        shapenet.set_scratch_budget(value)  # type: ignore[arg-type]
