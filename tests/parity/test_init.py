"""Initial values against torch: gains, fans, and the spread of what both draw."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

import shapenet
from shapenet.nn import init
from shapenet.nn.gains import GAINS
from shapenet.tensors import AnyTensor, Tensor

torch = pytest.importorskip("torch")

SHAPE = (60, 30, 5, 3)
COUNT = math.prod(SHAPE)


@pytest.mark.parametrize("name", GAINS)
def test_gains(name: str) -> None:
    assert init.calculate_gain(name) == pytest.approx(torch.nn.init.calculate_gain(name), rel=1e-14)
    if name == "leaky_relu":
        assert init.calculate_gain(name, 0.3) == pytest.approx(torch.nn.init.calculate_gain(name, 0.3), rel=1e-14)


def test_fans() -> None:
    for shape in [(3, 5), (4, 2, 3), SHAPE]:
        wanted = torch.nn.init._calculate_fan_in_and_fan_out(torch.zeros(shape))
        assert init.calculate_fan_in_and_fan_out(shapenet.zeros(shape)) == wanted


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("uniform_", {}),
        ("uniform_", {"a": -2, "b": 0.5}),
        ("normal_", {"mean": 3, "std": 0.2}),
        ("trunc_normal_", {}),
        ("trunc_normal_", {"mean": 0.5, "std": 2, "a": -1, "b": 3}),
        ("xavier_uniform_", {}),
        ("xavier_uniform_", {"gain": 2.5}),
        ("xavier_normal_", {"gain": 0.5}),
        ("kaiming_uniform_", {}),
        ("kaiming_uniform_", {"a": math.sqrt(5)}),
        ("kaiming_uniform_", {"mode": "fan_out", "nonlinearity": "relu"}),
        ("kaiming_normal_", {"a": 0.1, "mode": "fan_out"}),
        ("kaiming_normal_", {"nonlinearity": "selu"}),
        ("orthogonal_", {"gain": 3}),
    ],
)
def test_what_is_drawn(name: str, options: dict[str, Any]) -> None:
    """Mean and standard deviation of both, and their deciles, up to chance."""
    ours: AnyTensor = Tensor(np.empty(SHAPE))
    got = np.sort(getattr(init, name)(ours, **options).data.ravel())
    wanted = np.sort(getattr(torch.nn.init, name)(torch.empty(SHAPE, dtype=torch.float64), **options).numpy().ravel())
    spread = wanted.std()
    assert abs(got.mean() - wanted.mean()) < 7 * spread / math.sqrt(COUNT)
    assert abs(got.std() / spread - 1) < 7 / math.sqrt(COUNT)
    slack = 4 * math.isqrt(COUNT)  # of ranks; at the median, where chance is greatest, 5.6 standard deviations
    for part in np.arange(0.1, 1, 0.1):
        rank = int(part * COUNT)
        assert got[rank - slack] <= wanted[rank] <= got[rank + slack]


def test_eye() -> None:
    for shape in [(3, 5), (5, 3)]:
        np.testing.assert_array_equal(init.eye_(shapenet.ones(shape)).data, torch.nn.init.eye_(torch.ones(shape)))


@pytest.mark.parametrize(("name", "args"), [("constant_", (0.3,)), ("ones_", ()), ("zeros_", ()), ("eye_", ())])
def test_what_is_not_drawn(name: str, args: tuple[float, ...]) -> None:
    ours: AnyTensor = Tensor(np.full((4, 6), np.nan))
    wanted = getattr(torch.nn.init, name)(torch.empty((4, 6), dtype=torch.float64), *args)
    np.testing.assert_array_equal(getattr(init, name)(ours, *args).data, wanted.numpy())
