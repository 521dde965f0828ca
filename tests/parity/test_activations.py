"""Activations against torch, also far out and at their bends."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import shapenet
from shapenet import functional as F
from shapenet import nn

torch = pytest.importorskip("torch")
TF, tnn = torch.nn.functional, torch.nn

CASES: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = [
    ("ReLU", (), {}),
    ("ReLU6", (), {}),
    ("LeakyReLU", (), {}),
    ("LeakyReLU", (0.3,), {}),
    ("LeakyReLU", (-0.5,), {}),
    ("ELU", (), {}),
    ("ELU", (), {"alpha": 2.5}),
    ("GELU", (), {}),
    ("GELU", (), {"approximate": "tanh"}),
    ("SiLU", (), {}),
    ("Sigmoid", (), {}),
    ("Tanh", (), {}),
    ("Softplus", (), {}),
    ("Softplus", (), {"beta": 0.5, "threshold": 3.0}),
    ("Softplus", (4,), {}),
    ("Hardswish", (), {}),
    ("Mish", (), {}),
]
FUNCTIONS = {"LeakyReLU": "leaky_relu"}


def values(dtype: type) -> Any:
    rng = np.random.default_rng()
    far = np.array([0, -0.0, 3, -3, 6, 20, -20, 100, -100, 1e4, -1e4])
    return np.concatenate([rng.normal(0, 3, 400), far]).astype(dtype)


@pytest.mark.parametrize(("name", "args", "options"), CASES)
@pytest.mark.parametrize(("dtype", "tolerance"), [(np.float64, 1e-10), (np.float32, 1e-5)])
def test_activation(name: str, args: Any, options: Any, dtype: type, tolerance: float) -> None:
    data = values(dtype)
    weights = np.random.default_rng().normal(size=data.shape).astype(dtype)
    x: Any = shapenet.from_numpy(data.copy()).requires_grad_()
    tx = torch.tensor(data, requires_grad=True)
    layer: Any = getattr(nn, name)(*args, **options)
    function: Any = getattr(F, FUNCTIONS.get(name, name.lower()))
    y, ty = layer(x), getattr(tnn, name)(*args, **options)(tx)
    (y * shapenet.from_numpy(weights)).sum().backward()
    (ty * torch.tensor(weights)).sum().backward()
    assert y.dtype == dtype
    np.testing.assert_allclose(y.detach(), ty.detach(), rtol=tolerance, atol=tolerance)
    np.testing.assert_allclose(x.grad, tx.grad, rtol=tolerance, atol=tolerance)
    np.testing.assert_array_equal(function(x, *args, **options).detach(), y.detach())


def test_wrong_options() -> None:
    for make, problem in (
        (lambda: nn.GELU("erf"), r'^GELU expects approximate to be "none" or "tanh", got \'erf\'$'),
        (lambda: nn.Softplus(0), "^Softplus expects beta to be a number above 0, got 0$"),
        (lambda: nn.ELU(True), "^ELU expects alpha to be a number, got True$"),
        (lambda: nn.LeakyReLU(float("nan")), "^LeakyReLU expects negative_slope to be a number, got nan$"),
        (lambda: F.silu(shapenet.arange(3)), "^silu expects floating tensors, got dtype int64$"),
    ):
        with pytest.raises(ValueError, match=problem):
            make()
