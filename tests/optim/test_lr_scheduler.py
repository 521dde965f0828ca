"""Schedules: by hand, in use, and what is refused. Their rates are compared with torch's in parity."""

from __future__ import annotations

import functools
import json
import math
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import shapenet
from shapenet import Parameter, optim
from shapenet.optim import SGD, Adagrad, Optimizer, lr_scheduler


def sgd(groups: int = 1) -> SGD:
    given = [{"params": [Parameter(np.zeros(2))]} for _ in range(groups)]  # type: ignore[var-annotated]
    return SGD(given, lr=1.0, momentum=0.9)


def test_a_schedule_by_hand() -> None:
    optimizer = sgd()
    schedule = optim.StepLR(optimizer, step_size=2, gamma=0.5)
    rates = []
    for _ in range(5):
        rates.append(optimizer.lr)
        assert schedule.get_last_lr() == [optimizer.lr]
        optimizer.step()
        schedule.step()
    assert rates == [1, 1, 0.5, 0.5, 0.25]


def test_a_schedule_changes_the_steps() -> None:
    x: Any = Parameter(np.zeros(1))
    optimizer = SGD([x], lr=1.0)
    schedule = optim.LinearLR(optimizer, start_factor=0.25, total_iters=3)
    for wanted in (-0.25, -0.75, -1.5, -2.5):
        x.grad = shapenet.ones(1)
        optimizer.step()
        schedule.step()
        assert x.item() == pytest.approx(wanted)


def test_a_schedule_of_ones_own() -> None:
    class Halving(optim.LRScheduler):
        def get_lr(self) -> list[float]:
            return [base / 2**self.last_epoch for base in self.base_lrs]

    schedule = Halving(sgd())
    schedule.step()
    schedule.step()
    assert schedule.get_last_lr() == [0.25]


def test_after_the_last_step_of_the_cycle_there_is_none() -> None:
    optimizer = sgd()
    schedule = optim.OneCycleLR(optimizer, 0.5, total_steps=4)
    for _ in range(4):
        schedule.step()
    before = (schedule.state_dict(), optimizer.param_groups[0]["momentum"])
    for _ in range(2):
        with pytest.raises(ValueError, match=r"^OneCycleLR has a cycle of 4 steps, this is step 5$"):
            schedule.step()
    assert (schedule.state_dict(), optimizer.param_groups[0]["momentum"]) == before


@pytest.mark.parametrize("pct_start", [0.1, 1.0])  # torch divides by 0
def test_a_phase_of_the_cycle_without_length(pct_start: float) -> None:
    schedule = optim.OneCycleLR(sgd(), 1.0, total_steps=10, pct_start=pct_start)
    rates = schedule.get_last_lr()
    for _ in range(9):
        schedule.step()
        rates += schedule.get_last_lr()
    assert max(rates) == rates[0 if pct_start == 0.1 else -1] == pytest.approx(1)
    assert sorted(rates, reverse=pct_start == 0.1) == rates


def test_restarts_are_exact_where_logarithms_are_not() -> None:
    optimizer = sgd()
    optim.CosineAnnealingWarmRestarts(optimizer, T_0=1, T_mult=3).step(121)  # log(243, 3) is below 5
    assert optimizer.lr == 1


Make = Callable[[Optimizer], Any]

REFUSED: list[tuple[Make, str]] = [
    (lambda o: optim.StepLR(o, 0), "StepLR expects step_size to be an int, at least 1, got 0"),
    (lambda o: optim.StepLR(o, 2, gamma=-1), "StepLR expects gamma to be a number, at least 0, got -1"),
    (lambda o: optim.StepLR(o, 2, last_epoch=-2), "StepLR expects last_epoch to be an int, at least -1, got -2"),
    (lambda o: optim.StepLR(o, 2, last_epoch=4), "StepLR expects initial_lr in each group to continue from epoch 4"),
    (lambda o: optim.MultiStepLR(o, [2.5]), "MultiStepLR expects milestones to be an int, at least 0, got 2.5"),  # type: ignore[list-item]
    (lambda o: optim.ExponentialLR(o, float("nan")), "ExponentialLR expects gamma to be a number, at least 0, got nan"),
    (lambda o: optim.ConstantLR(o, 0), "ConstantLR expects factor to be a number, above 0, at most 1, got 0"),
    (lambda o: optim.LinearLR(o, 1.5), "LinearLR expects start_factor to be a number, above 0, at most 1, got 1.5"),
    (lambda o: optim.LinearLR(o, total_iters=0), "LinearLR expects total_iters to be an int, at least 1, got 0"),
    (lambda o: optim.CosineAnnealingLR(o, True), "CosineAnnealingLR expects T_max to be an int, at least 1, got True"),
    (
        lambda o: optim.CosineAnnealingWarmRestarts(o, 2, 0),
        "CosineAnnealingWarmRestarts expects T_mult to be an int, at least 1, got 0",
    ),
    (lambda o: optim.LambdaLR(o, 3), "LambdaLR expects lr_lambda to be callable, got 3"),  # type: ignore[arg-type]
    (lambda o: optim.LambdaLR(o, [float] * 3), "LambdaLR expects one function or 2, one for each group, got 3"),
    (lambda o: optim.OneCycleLR(o, 0.1), "OneCycleLR expects total_steps, or epochs and steps_per_epoch, got neither"),
    (lambda o: optim.OneCycleLR(o, 0.1, 0), "OneCycleLR expects total_steps to be an int, at least 1, got 0"),
    (
        lambda o: optim.OneCycleLR(o, [0.1], 9),
        "OneCycleLR expects max_lr to be one number or 2, one for each group, got [0.1]",
    ),
    (
        lambda o: optim.OneCycleLR(o, 0.1, 9, anneal_strategy="cosine"),
        "OneCycleLR expects anneal_strategy to be 'cos' or 'linear', got 'cosine'",
    ),
    (
        lambda o: optim.OneCycleLR(o, 0.1, 9, last_epoch=3),
        "OneCycleLR continues from epoch 3, but a group lacks base_momentum, initial_lr, max_lr, max_momentum, min_lr",
    ),
    (
        lambda _: optim.OneCycleLR(Adagrad([Parameter(np.zeros(1))]), 0.1, 9),
        "OneCycleLR expects an optimizer with momentum or betas for cycle_momentum, got Adagrad",
    ),
    (lambda o: optim.SequentialLR(o, [], []), "SequentialLR expects at least one scheduler, got none"),
    (
        lambda o: optim.SequentialLR(o, [optim.StepLR(o, 2)], [3]),
        "SequentialLR expects milestones to be 0 rising ints, got [3]",
    ),
    (
        lambda o: optim.SequentialLR(o, [optim.StepLR(o, 2) for _ in range(3)], [3, 3]),
        "SequentialLR expects milestones to be 2 rising ints, got [3, 3]",
    ),
    (
        lambda o: optim.SequentialLR(o, [optim.StepLR(sgd(), 2)], []),
        "SequentialLR expects schedulers of its optimizer, StepLR has another",
    ),
    (
        lambda o: optim.SequentialLR(o, [optim.ReduceLROnPlateau(o)], []),  # type: ignore[list-item]
        "SequentialLR expects schedulers whose step() needs no more, got ReduceLROnPlateau",
    ),
    (lambda o: optim.ReduceLROnPlateau(o, "low"), "ReduceLROnPlateau expects mode to be 'min' or 'max', got 'low'"),
    (lambda o: optim.ReduceLROnPlateau(o, factor=1), "ReduceLROnPlateau expects factor to be below 1, got 1"),
    (
        lambda o: optim.ReduceLROnPlateau(o, min_lr=[0.1]),
        "ReduceLROnPlateau expects min_lr to be one number or 2, one for each group, got [0.1]",
    ),
    (lambda _: optim.StepLR(3, 2), "StepLR expects an Optimizer, got int"),  # type: ignore[arg-type]
    (lambda _: optim.OneCycleLR(3, 0.1, 9), "OneCycleLR expects an Optimizer, got int"),  # type: ignore[arg-type]
    (lambda _: optim.LambdaLR(3, float), "LambdaLR expects an Optimizer, got int"),  # type: ignore[arg-type]
]


@pytest.mark.parametrize(("make", "text"), REFUSED, ids=[text for _, text in REFUSED])
def test_refused_options(make: Make, text: str) -> None:
    optimizer = sgd(2)
    with pytest.raises((ValueError, TypeError), match=rf"^{re.escape(text)}$"):
        make(optimizer)
    assert [group["lr"] for group in optimizer.param_groups] == [1, 1]


def test_groups_that_came_later() -> None:
    optimizer = sgd()
    schedule, waiting = optim.ExponentialLR(optimizer, 0.5), optim.ReduceLROnPlateau(optimizer, min_lr=[0.1])
    of_any_number = optim.ReduceLROnPlateau(optimizer, patience=0)
    optimizer.add_param_group({"params": [Parameter(np.zeros(1))]})
    with pytest.raises(ValueError, match=r"^ExponentialLR was made for an optimizer of 1 groups, which now has 2$"):
        schedule.step()
    with pytest.raises(ValueError, match=r"^ReduceLROnPlateau was made for an optimizer of 1 groups, which now has 2$"):
        waiting.step(1.0)
    assert (schedule.last_epoch, waiting.last_epoch) == (0, 0)
    for _ in range(2):
        of_any_number.step(shapenet.tensor(1.0))
    assert of_any_number.get_last_lr() == [pytest.approx(0.1)] * 2


STATES: list[tuple[Make, dict[str, Any]]] = [
    (lambda o: optim.StepLR(o, 3), {"last_epoch": "2"}),
    (lambda o: optim.StepLR(o, 3), {"last_epoch": 2.5}),
    (lambda o: optim.StepLR(o, 3), {"base_lrs": [0.1, 0.2]}),
    (lambda o: optim.StepLR(o, 3), {"gamma": None}),
    (lambda o: optim.MultiStepLR(o, [3]), {"milestones": [3, "4"]}),
    (lambda o: optim.OneCycleLR(o, 0.1, 9), {"three_phase": 0}),
    (lambda o: optim.ReduceLROnPlateau(o), {"mode": 0}),
    (lambda o: optim.SequentialLR(o, [optim.StepLR(o, 3)], []), {"_schedulers": [{"last_epoch": 3}]}),
    (lambda o: optim.SequentialLR(o, [optim.StepLR(o, 3)], []), {"_schedulers": []}),
    (lambda o: optim.LambdaLR(o, lambda epoch: 1.0), {"lr_lambdas": [{"a": 1}]}),
]


@pytest.mark.parametrize(("make", "wrong"), STATES)
def test_a_wrong_state_changes_nothing(make: Make, wrong: dict[str, Any]) -> None:
    schedule = make(sgd())
    before = schedule.state_dict()
    name = type(schedule).__name__
    with pytest.raises(ValueError, match=rf"^{name} cannot load this state: "):
        schedule.load_state_dict({**before, "last_epoch": 5, **wrong})
    with pytest.raises(ValueError, match=rf"^{name} cannot load this state: expected .*last_epoch.*, got last_epoch$"):
        schedule.load_state_dict({"last_epoch": 5})
    assert schedule.state_dict() == before


@pytest.mark.parametrize("make", [make for make, _ in STATES[:-1]])
def test_a_state_goes_through_json(make: Make) -> None:
    schedule = make(sgd())
    saved = json.loads(json.dumps(schedule.state_dict()))
    again = make(sgd())
    again.load_state_dict(saved)
    assert again.state_dict() == schedule.state_dict()


@pytest.mark.parametrize("function", [float, math.sqrt, functools.partial(pow, 2), [1.0, 0.5, 0.25].__getitem__])
def test_any_callable_is_a_function(function: Any) -> None:
    first, second = optim.LambdaLR(sgd(), function), optim.LambdaLR(sgd(), function)
    first.step()
    second.load_state_dict(first.state_dict())
    first.step()
    second.step()
    assert first.get_last_lr() == second.get_last_lr() == [function(2)]


def test_options_are_part_of_the_state() -> None:
    first, second = optim.MultiStepLR(sgd(), [3, 5], gamma=0.5), optim.MultiStepLR(sgd(), [7])
    second.load_state_dict(first.state_dict())
    assert (second.milestones, second.gamma) == ([3, 5], 0.5)


def test_the_module_has_torchs_name() -> None:
    assert all(getattr(optim, name) is getattr(lr_scheduler, name) for name in ("StepLR", "LRScheduler", "OneCycleLR"))
