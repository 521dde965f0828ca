"""Optimizers against torch: the same gradients must lead along the same path, with the same state."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from shapenet import Parameter, Tensor
from shapenet.optim import SGD, Adagrad, Adam, AdamW, Optimizer, RMSprop

torch = pytest.importorskip("torch")

STEPS = 20
SHAPES = [(3, 4), (5,), ()]
Maker = Callable[..., Optimizer]
Case = tuple[Maker, dict[str, Any]]


def case(make: Maker, **options: Any) -> Case:
    return make, options


def drawn(make: Maker, rng: np.random.Generator) -> dict[str, Any]:
    """Random options that *make* takes."""

    def maybe(value: float) -> float:
        return float(value) if rng.random() < 0.5 else 0.0

    def flag() -> bool:
        return bool(rng.random() < 0.5)

    options: dict[str, Any] = {"lr": rng.uniform(0.001, 0.1), "maximize": flag()}
    options["weight_decay"] = maybe(rng.uniform(0, 0.2))
    if make is SGD:
        options |= {"momentum": maybe(rng.uniform(0.1, 0.99)), "dampening": maybe(rng.uniform(0, 0.5))}
        options["nesterov"] = options["momentum"] > 0 and options["dampening"] == 0 and flag()
        return options
    options["eps"] = float(10 ** rng.uniform(-8, -2))
    if make is RMSprop:
        options |= {"alpha": rng.uniform(0.5, 0.99), "momentum": maybe(rng.uniform(0.1, 0.95)), "centered": flag()}
    elif make is Adagrad:
        options |= {"lr_decay": maybe(rng.uniform(0, 0.1)), "initial_accumulator_value": maybe(rng.uniform(0, 2))}
    else:
        options |= {"betas": (rng.uniform(0, 0.95), rng.uniform(0.5, 0.999)), "amsgrad": flag()}
    return options


MAKERS: list[Maker] = [SGD, Adam, AdamW, RMSprop, Adagrad]

CASES: list[Case] = [
    *(
        case(SGD, lr=0.1, momentum=momentum, dampening=dampening, weight_decay=decay, maximize=maximize)
        for momentum in (0.0, 0.9)
        for dampening in (0.0, 0.3)
        for decay in (0.0, 0.05)
        for maximize in (False, True)
    ),
    *(
        case(SGD, lr=0.1, momentum=0.9, weight_decay=decay, nesterov=True, maximize=maximize)
        for decay in (0.0, 0.05)
        for maximize in (False, True)
    ),
    *(
        case(make, lr=0.02, betas=betas, eps=eps, weight_decay=decay, amsgrad=amsgrad, maximize=amsgrad)
        for make in (Adam, AdamW)
        for betas in ((0.9, 0.999), (0.0, 0.5))
        for eps in (1e-8, 1e-2)
        for decay in (0.0, 0.1)
        for amsgrad in (False, True)
    ),
    *(
        case(RMSprop, lr=0.02, momentum=momentum, centered=centered, weight_decay=decay, maximize=decay > 0)
        for momentum in (0.0, 0.9)
        for centered in (False, True)
        for decay in (0.0, 0.1)
    ),
    *(
        case(Adagrad, lr=0.1, lr_decay=slower, initial_accumulator_value=start, weight_decay=decay, maximize=decay > 0)
        for slower in (0.0, 0.05)
        for start in (0.0, 0.5)
        for decay in (0.0, 0.1)
    ),
    *((make, {}) for make in MAKERS),
    *((make, drawn(make, np.random.default_rng(seed))) for make in MAKERS for seed in range(4)),
]


class Pair:
    """An optimizer and torch's, over equal parameters in two groups, which are given the same gradients."""

    def __init__(self, make: Maker, options: dict[str, Any], dtype: type[Any], seed: int = 0) -> None:
        self.rng, self.dtype, self.make, self.options = np.random.default_rng(seed), dtype, make, options
        starts = [np.array(self.rng.standard_normal(shape), dtype) for shape in SHAPES]
        self.ours: list[Any] = [Parameter(start.copy()) for start in starts]
        self.theirs = [torch.tensor(start, requires_grad=True) for start in starts]
        self.one = self.made()
        other = [{"params": self.theirs[:2]}, {"params": self.theirs[2:], "lr": 0.03}]
        self.other = getattr(torch.optim, self.one.__class__.__name__)(other, **options)

    def made(self) -> Optimizer:
        return self.make([{"params": self.ours[:2]}, {"params": self.ours[2:], "lr": 0.03}], **self.options)

    def step(self, number: int) -> None:
        """One step of both; a parameter is without gradient in every third, and one in the first three."""
        self.one.zero_grad()
        self.other.zero_grad()
        for place, (mine, torchs) in enumerate(zip(self.ours, self.theirs, strict=True)):
            gradient = np.array(self.rng.standard_normal(SHAPES[place]), self.dtype)
            if number % 3 != place and not (number < 3 and place == 1):
                mine.grad = Tensor(gradient)
                torchs.grad = torch.tensor(gradient)
        if number == STEPS // 2:
            self.one.param_groups[0]["lr"] = self.other.param_groups[0]["lr"] = 0.05
        self.one.step()
        self.other.step()

    def check(self, tolerance: float) -> None:
        for got, wanted in zip(self.ours, self.theirs, strict=True):
            assert got.data.dtype == self.dtype
            np.testing.assert_allclose(got.data, wanted.detach().numpy(), rtol=tolerance, atol=tolerance)
        mine, torchs = self.one.state_dict(), in_arrays(self.other.state_dict())
        assert set(mine["state"]) == set(torchs["state"])
        for number, state in torchs["state"].items():
            assert set(mine["state"][number]) == set(state)
            for name, value in state.items():
                np.testing.assert_allclose(mine["state"][number][name], value, rtol=tolerance, atol=tolerance)
        for got, wanted in zip(mine["param_groups"], torchs["param_groups"], strict=True):
            assert got == {name: wanted[name] for name in got}


def in_arrays(state: dict[str, Any]) -> dict[str, Any]:
    """A state of torch's with arrays for tensors."""
    arrays = {
        number: {name: np.array(value.numpy()) for name, value in kept.items()}
        for number, kept in state["state"].items()
    }
    return {"state": arrays, "param_groups": state["param_groups"]}


@pytest.mark.parametrize(("make", "options"), CASES, ids=str)
@pytest.mark.parametrize(("dtype", "tolerance"), [(np.float64, 1e-10), (np.float32, 1e-4)])
def test_trajectory(make: Maker, options: dict[str, Any], dtype: type[Any], tolerance: float) -> None:
    pair = Pair(make, options, dtype)
    pair.check(0)
    for number in range(STEPS):
        pair.step(number)
        pair.check(tolerance)


@pytest.mark.parametrize("make", MAKERS)
@pytest.mark.parametrize("seed", range(5))
def test_a_state_of_torch_continues_here_and_ours_there(make: Maker, seed: int) -> None:
    options = drawn(make, np.random.default_rng(seed + 100))
    pair = Pair(make, options, np.float64, seed)
    for number in range(7):
        pair.step(number)
    pair.one = pair.made()
    pair.one.load_state_dict(in_arrays(pair.other.state_dict()))
    mine = pair.one.state_dict()
    tensors = {
        number: {name: torch.as_tensor(np.float32(value) if name == "step" else value) for name, value in kept.items()}
        for number, kept in mine["state"].items()
    }
    groups = [theirs | ours for theirs, ours in zip(pair.other.param_groups, mine["param_groups"], strict=True)]
    pair.other.load_state_dict({"state": tensors, "param_groups": groups})
    for number in range(7, STEPS):
        pair.step(number)
    pair.check(1e-10)


@pytest.mark.parametrize(("make", "options"), CASES, ids=str)
def test_defaults_are_those_of_torch(make: Maker, options: dict[str, Any]) -> None:
    one = make([Parameter(np.zeros(1))], **options)
    defaults = getattr(torch.optim, one.__class__.__name__)([torch.zeros(1, requires_grad=True)], **options).defaults
    unknown = {"foreach", "differentiable", "fused", "capturable", "decoupled_weight_decay"}
    assert one.defaults == {name: value for name, value in defaults.items() if name not in unknown}


def test_large_parameters_are_worked_on_in_pieces() -> None:
    start, gradient = (np.random.default_rng(seed).standard_normal((300, 1000)) for seed in range(2))
    for make in MAKERS:
        mine: Any = Parameter(start.T.copy().T)  # its memory runs the other way
        torchs = torch.tensor(start, requires_grad=True)
        options = drawn(make, np.random.default_rng(7))
        one = make([mine], **options)
        other = getattr(torch.optim, one.__class__.__name__)([torchs], **options)
        for scale in (1.0, -0.5):
            mine.grad, torchs.grad = Tensor(gradient * scale), torch.tensor(gradient * scale)
            one.step()
            other.step()
        np.testing.assert_allclose(mine.data, torchs.detach().numpy(), rtol=1e-10, atol=1e-10)
