"""Optimizers against torch: the same gradients must lead along the same path."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from shapenet import Parameter, Tensor
from shapenet.backend import Array
from shapenet.optim import SGD, Adam, AdamW, Optimizer

torch = pytest.importorskip("torch")

STEPS = 20
SHAPES = [(3, 4), (5,), ()]
Maker = Callable[..., Optimizer]

CASES: list[tuple[Maker, str, dict[str, Any]]] = [
    *(
        (SGD, "SGD", {"lr": 0.1, "momentum": momentum, "dampening": dampening, "weight_decay": decay})
        for momentum in (0.0, 0.9)
        for dampening in (0.0, 0.3)
        for decay in (0.0, 0.05)
    ),
    *((SGD, "SGD", {"lr": 0.1, "momentum": 0.9, "weight_decay": decay, "nesterov": True}) for decay in (0.0, 0.05)),
    *(
        (make, name, {"lr": 0.02, "betas": betas, "eps": eps, "weight_decay": decay})
        for make, name in ((Adam, "Adam"), (AdamW, "AdamW"))
        for betas in ((0.9, 0.999), (0.0, 0.5))
        for eps in (1e-8, 1e-2)
        for decay in (0.0, 0.1)
    ),
    (SGD, "SGD", {}),
    (Adam, "Adam", {}),
    (AdamW, "AdamW", {}),
]


def paths(make: Maker, name: str, options: dict[str, Any], dtype: type[Any]) -> tuple[list[Array], list[Array]]:
    """Where 20 steps lead in shapenet and in torch; a parameter is without gradient in every third step."""
    rng = np.random.default_rng(0)
    starts = [rng.standard_normal(shape).astype(dtype) for shape in SHAPES]
    # The arrays are copied: np.array keeps an array without dimensions one.
    ours: list[Any] = [Parameter(np.array(start)) for start in starts]
    theirs = [torch.tensor(start, requires_grad=True) for start in starts]
    one, other = make(ours, **options), getattr(torch.optim, name)(theirs, **options)
    for step in range(STEPS):
        one.zero_grad()
        other.zero_grad()
        for place, (mine, torchs) in enumerate(zip(ours, theirs, strict=True)):
            gradient = np.array(rng.standard_normal(SHAPES[place]), dtype)
            if step % 3 != place:
                mine.grad = Tensor(gradient)
                torchs.grad = torch.tensor(gradient)
        if step == STEPS // 2:
            one.lr = other.param_groups[0]["lr"] = 0.05
        one.step()
        other.step()
    return [parameter.data for parameter in ours], [parameter.detach().numpy() for parameter in theirs]


@pytest.mark.parametrize(("make", "name", "options"), CASES, ids=str)
@pytest.mark.parametrize(("dtype", "tolerance"), [(np.float64, 1e-12), (np.float32, 1e-5)])
def test_trajectory(make: Maker, name: str, options: dict[str, Any], dtype: type[Any], tolerance: float) -> None:
    for got, wanted in zip(*paths(make, name, options, dtype), strict=True):
        assert got.dtype == dtype
        np.testing.assert_allclose(got, wanted, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize(("make", "name", "options"), CASES, ids=str)
def test_defaults_are_those_of_torch(make: Maker, name: str, options: dict[str, Any]) -> None:
    defaults = getattr(torch.optim, name)([torch.zeros(1, requires_grad=True)], **options).defaults
    ours = vars(make([Parameter(np.zeros(1))], **options)) | {"lr": make([Parameter(np.zeros(1))], **options).lr}
    for option in ("lr", "momentum", "dampening", "weight_decay", "nesterov", "betas", "eps"):
        if option in defaults:
            assert ours[option] == defaults[option]
