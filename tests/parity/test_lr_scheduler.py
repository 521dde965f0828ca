"""Schedules against torch: the same learning rates, step by step, and the same after a restart from a state."""

from __future__ import annotations

import copy
import re
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from shapenet import Parameter
from shapenet import optim as ours

torch = pytest.importorskip("torch")

STEPS = 60
RATES = (0.5, 0.02)
Make = Callable[[Any, Any], Any]
"""From a library's ``optim`` and an optimizer of two groups to a schedule."""


@pytest.fixture(autouse=True)
def without_torchs_warnings() -> Iterator[None]:
    """Torch warns of steps in another order than optimizer, schedule."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", module="torch")
        warnings.filterwarnings("ignore", message=".*lr_scheduler")
        yield


class Warm:
    """A callable object, which has a state."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self, epoch: int) -> float:
        self.calls += 1
        return 1 / (1 + 0.01 * self.calls)


def simple(name: str, *args: Any, **options: Any) -> Any:
    """A schedule that is made of an optimizer and options."""
    make: Make = lambda lib, optimizer: getattr(lib.lr_scheduler, name)(optimizer, *args, **options)  # noqa: E731
    told = re.sub(" at 0x[0-9a-f]+", "", f"{name}{args}{options}")  # the same in each process
    return pytest.param(make, id=told)


def warm_up_then_cosine(lib: Any, optimizer: Any) -> Any:
    first = lib.lr_scheduler.LinearLR(optimizer, start_factor=0.1, total_iters=7)
    second = lib.lr_scheduler.CosineAnnealingLR(optimizer, T_max=40, eta_min=1e-3)
    return lib.lr_scheduler.SequentialLR(optimizer, schedulers=[first, second], milestones=[7])


def many_in_sequence(lib: Any, optimizer: Any) -> Any:
    kinds = lib.lr_scheduler
    parts = [
        kinds.ConstantLR(optimizer, factor=0.3, total_iters=4),
        kinds.StepLR(optimizer, step_size=3, gamma=0.7),
        kinds.MultiStepLR(optimizer, milestones=[0, 2, 2, 5], gamma=0.8),
        kinds.ExponentialLR(optimizer, gamma=0.9),
        kinds.CosineAnnealingWarmRestarts(optimizer, T_0=3, T_mult=2),
        kinds.LambdaLR(optimizer, lr_lambda=lambda epoch: 0.95**epoch),
        kinds.LinearLR(optimizer, start_factor=0.2, total_iters=3),
        kinds.OneCycleLR(optimizer, max_lr=0.4, total_steps=20, cycle_momentum=False),
    ]
    return kinds.SequentialLR(optimizer, parts, [5, 11, 20, 26, 33, 40, 45])


def two_at_once(lib: Any, optimizer: Any) -> Any:
    """Two chained schedules, of which the second is driven by hand too."""
    first = lib.lr_scheduler.LinearLR(optimizer, 0.2, total_iters=6)
    second = lib.lr_scheduler.ExponentialLR(optimizer, 0.97)
    return Both(first, second)


class Both:
    def __init__(self, *schedules: Any) -> None:
        self.schedules = schedules

    def step(self) -> None:
        for schedule in self.schedules:
            schedule.step()

    def get_last_lr(self) -> Any:
        return self.schedules[-1].get_last_lr()

    def state_dict(self) -> Any:
        return [schedule.state_dict() for schedule in self.schedules]

    def load_state_dict(self, states: Any) -> None:
        for schedule, state in zip(self.schedules, states, strict=True):
            schedule.load_state_dict(state)


def drawn(seed: int) -> Iterator[Any]:
    """One schedule of each kind with random options."""
    rng = np.random.default_rng(seed)

    def whole(low: int, high: int) -> int:
        return int(rng.integers(low, high))

    yield simple("StepLR", step_size=whole(1, 20), gamma=rng.uniform(0.1, 1.1))
    yield simple("MultiStepLR", [whole(0, 60) for _ in range(5)], gamma=rng.uniform(0.1, 1))
    yield simple("ExponentialLR", gamma=rng.uniform(0.8, 1.01))
    yield simple("ConstantLR", factor=rng.uniform(0.1, 1), total_iters=whole(1, 30))
    start, end = rng.uniform(0.01, 1, 2)
    yield simple("LinearLR", start_factor=float(start), end_factor=float(end), total_iters=whole(1, 50))
    yield simple("CosineAnnealingLR", T_max=whole(1, 70), eta_min=rng.uniform(0, 0.02))
    yield simple("CosineAnnealingWarmRestarts", T_0=whole(1, 20), T_mult=whole(1, 4), eta_min=rng.uniform(0, 0.02))
    yield simple(
        "OneCycleLR",
        max_lr=list(rng.uniform(0.01, 1, 2)),
        total_steps=whole(60, 200),
        pct_start=float(rng.uniform(0.1, 0.6)),
        anneal_strategy=str(rng.choice(["cos", "linear"])),
        base_momentum=rng.uniform(0.5, 0.8),
        max_momentum=list(rng.uniform(0.8, 0.98, 2)),
        div_factor=rng.uniform(2, 50),
        final_div_factor=rng.uniform(10, 1e4),
        three_phase=bool(rng.random() < 0.5),
    )


CASES = [
    simple("StepLR", 7),
    simple("StepLR", step_size=1, gamma=0.95),
    simple("MultiStepLR", [30, 3, 17, 17]),
    simple("MultiStepLR", milestones=[], gamma=0.5),
    simple("ExponentialLR", 0.93),
    simple("ConstantLR"),
    simple("ConstantLR", factor=0.5, total_iters=20),
    simple("LinearLR"),
    simple("LinearLR", start_factor=0.01, end_factor=0.7, total_iters=33),
    simple("LinearLR", start_factor=1.0, end_factor=0.0, total_iters=10),
    simple("CosineAnnealingLR", 13),
    simple("CosineAnnealingLR", T_max=1),
    simple("CosineAnnealingLR", T_max=60, eta_min=1e-3),
    simple("CosineAnnealingWarmRestarts", 7),
    simple("CosineAnnealingWarmRestarts", T_0=3, T_mult=2, eta_min=1e-3),
    simple("LambdaLR", lambda epoch: 1 / (1 + epoch)),
    simple("LambdaLR", [lambda epoch: 0.9**epoch, lambda epoch: 1 + epoch // 3]),
    simple("OneCycleLR", 0.3, total_steps=60),
    simple("OneCycleLR", [0.3, 0.1], epochs=6, steps_per_epoch=10, anneal_strategy="linear"),
    simple("OneCycleLR", 0.3, total_steps=70, three_phase=True, pct_start=0.4),
    simple("OneCycleLR", 0.3, total_steps=61, pct_start=0.0),
    simple("OneCycleLR", 0.3, total_steps=80, cycle_momentum=False),
    pytest.param(warm_up_then_cosine, id="warm up, then cosine"),
    pytest.param(many_in_sequence, id="many in sequence"),
    pytest.param(two_at_once, id="two at once"),
    *(param for seed in range(5) for param in drawn(seed)),
]

OPTIMIZERS: list[tuple[str, dict[str, Any]]] = [("SGD", {"momentum": 0.9}), ("AdamW", {"betas": (0.9, 0.98)})]


def optimizers(name: str, options: dict[str, Any]) -> tuple[Any, Any]:
    """Ours and torch's, of two groups."""
    made = []
    for lib, parameter in (
        (ours, lambda: Parameter(np.zeros(2))),
        (torch.optim, lambda: torch.nn.Parameter(torch.zeros(2))),
    ):
        groups = [{"params": [parameter()], "lr": RATES[0]}, {"params": [parameter()]}]
        made.append(getattr(lib, name)(groups, lr=RATES[1], **options))
    return made[0], made[1]


def same(one: Any, other: Any, ours_: Any, torchs: Any) -> None:
    np.testing.assert_allclose(ours_.get_last_lr(), torchs.get_last_lr(), rtol=1e-12, atol=1e-15)
    for mine, theirs in zip(one.param_groups, other.param_groups, strict=True):
        common = set(mine) - {"params"}
        assert common == set(theirs) & common
        for name in common:
            np.testing.assert_allclose(mine[name], theirs[name], rtol=1e-12, atol=1e-15)
        extra = set(theirs) - set(mine)
        assert extra <= {"foreach", "differentiable", "fused", "capturable", "decoupled_weight_decay"}


@pytest.mark.parametrize("make", CASES)
@pytest.mark.parametrize(("name", "options"), OPTIMIZERS, ids=["SGD", "AdamW"])
def test_rates_are_those_of_torch(make: Make, name: str, options: dict[str, Any]) -> None:
    one, other = optimizers(name, options)
    mine, torchs = make(ours, one), make(torch.optim, other)
    same(one, other, mine, torchs)
    for _ in range(STEPS - 1):
        mine.step()
        torchs.step()
        same(one, other, mine, torchs)


@pytest.mark.parametrize("make", CASES)
def test_a_state_continues(make: Make) -> None:
    """Interrupted after any of a few steps, the rates are those without interruption."""
    whole, _ = optimizers("SGD", {"momentum": 0.9})
    schedule = make(ours, whole)
    stops = np.random.default_rng().integers(0, STEPS - 1, 3)
    rates: list[Any] = []
    saved = []
    for number in range(STEPS):
        if number in stops:
            saved.append((number, schedule.state_dict(), whole.state_dict()))
        schedule.step()
        rates.append((schedule.get_last_lr(), [group["momentum"] for group in whole.param_groups]))
    for number, state, groups in saved:
        other, _ = optimizers("SGD", {"momentum": 0.9})
        second = make(ours, other)
        untouched = copy.deepcopy(state)
        second.load_state_dict(state)
        assert repr(state) == repr(untouched)
        other.load_state_dict(groups)
        for wanted in rates[number:]:
            second.step()
            assert (second.get_last_lr(), [group["momentum"] for group in other.param_groups]) == wanted


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("StepLR", {"step_size": 5}),
        ("MultiStepLR", {"milestones": [3, 9, 14]}),
        ("ExponentialLR", {"gamma": 0.9}),
        ("ConstantLR", {"factor": 0.5, "total_iters": 12}),
        ("LinearLR", {"total_iters": 14}),
        ("CosineAnnealingLR", {"T_max": 11}),
        ("CosineAnnealingWarmRestarts", {"T_0": 8}),
        ("LambdaLR", {"lr_lambda": lambda epoch: 0.9**epoch}),
        ("OneCycleLR", {"max_lr": 0.3, "total_steps": 90}),
    ],
)
@pytest.mark.parametrize("epoch", [0, 3, 8, 13])
def test_it_continues_from_an_epoch(name: str, options: dict[str, Any], epoch: int) -> None:
    one, other = optimizers("SGD", {"momentum": 0.9})
    for optimizer in (one, other):
        for group in optimizer.param_groups:
            group["initial_lr"] = 2 * group["lr"]
            group.update(max_lr=0.3, min_lr=1e-4, max_momentum=0.95, base_momentum=0.8)
    mine = getattr(ours.lr_scheduler, name)(one, **options, last_epoch=epoch)
    torchs = getattr(torch.optim.lr_scheduler, name)(other, **options, last_epoch=epoch)
    for _ in range(30):
        same(one, other, mine, torchs)
        mine.step()
        torchs.step()


@pytest.mark.parametrize("seed", range(20))
def test_a_plateau(seed: int) -> None:
    rng = np.random.default_rng(seed)
    options: dict[str, Any] = {
        "mode": str(rng.choice(["min", "max"])),
        "factor": float(rng.uniform(0.1, 0.9)),
        "patience": int(rng.integers(0, 5)),
        "threshold": float(rng.choice([1e-4, 0.05, 0.3])),
        "threshold_mode": str(rng.choice(["rel", "abs"])),
        "cooldown": int(rng.integers(0, 4)),
        "min_lr": [0.01, 1e-3] if rng.random() < 0.5 else 5e-3,
        "eps": float(rng.choice([1e-8, 1e-3])),
    }
    one, other = optimizers("SGD", {"momentum": 0.9})
    mine, torchs = ours.ReduceLROnPlateau(one, **options), torch.optim.lr_scheduler.ReduceLROnPlateau(other, **options)
    values = np.cumsum(rng.normal(0, 0.3, STEPS)) * rng.choice([1, -1])
    values[rng.integers(0, STEPS)] = np.nan
    for number, value in enumerate(values):
        if number == STEPS // 2:
            again = ours.ReduceLROnPlateau(one)
            again.min_lrs = [0.0, 0.0]
            again.load_state_dict(mine.state_dict())
            mine = again
        mine.step(value)
        torchs.step(value)
        same(one, other, mine, torchs)
        for name in ("best", "num_bad_epochs", "cooldown_counter", "last_epoch", "in_cooldown"):
            assert getattr(mine, name) == getattr(torchs, name)


@pytest.mark.parametrize("T_mult", [1, 2])
def test_warm_restarts_at_fractions_of_epochs(T_mult: int) -> None:
    one, other = optimizers("SGD", {"momentum": 0.9})
    mine = ours.CosineAnnealingWarmRestarts(one, T_0=4, T_mult=T_mult)
    torchs = torch.optim.lr_scheduler.CosineAnnealingWarmRestarts(other, T_0=4, T_mult=T_mult)
    for epoch in (0, 0.5, 3.75, 4.25, 11.5, 13.5, None, None, 2.5, None, None, None, 30.25):
        mine.step(epoch)
        torchs.step(epoch)
        same(one, other, mine, torchs)
        assert (mine.T_i, mine.last_epoch) == (torchs.T_i, torchs.last_epoch)


def test_the_attributes_of_callable_objects_are_kept() -> None:
    one, other = optimizers("SGD", {})
    mine, torchs = ours.LambdaLR(one, Warm()), torch.optim.lr_scheduler.LambdaLR(other, Warm())
    for _ in range(5):
        mine.step()
        torchs.step()
    again = ours.LambdaLR(one, Warm())
    again.load_state_dict(mine.state_dict())
    for _ in range(5):
        again.step()
        torchs.step()
        same(one, other, again, torchs)
