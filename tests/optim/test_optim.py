"""Optimizers: one step by hand, states that travel, and refusals. Trajectories are compared with torch in parity."""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import shapenet
from shapenet import Parameter, nn
from shapenet.optim import SGD, Adagrad, Adam, AdamW, Optimizer, RMSprop

MAKERS: list[Callable[[list[Any]], Optimizer]] = [
    lambda p: SGD(p, lr=0.1),
    lambda p: SGD(p, lr=0.1, momentum=0.9, weight_decay=0.01, nesterov=True),
    lambda p: Adam(p, lr=0.1, weight_decay=0.01),
    lambda p: AdamW(p, lr=0.1),
    lambda p: Adam(p, lr=0.1, amsgrad=True),
    lambda p: RMSprop(p, lr=0.1),
    lambda p: RMSprop(p, lr=0.003, momentum=0.9, centered=True),
    lambda p: Adagrad(p, lr=1.0, initial_accumulator_value=0.1),
]


def parameter(*values: float) -> Parameter[Any]:
    return Parameter(np.array(values))


def quadratic(x: Parameter[Any]) -> None:
    x.grad = None
    ((x - 3) * (x - 3)).sum().backward()


@pytest.mark.parametrize("make", MAKERS)
def test_goes_downhill_in_place(make: Callable[[list[Any]], Optimizer]) -> None:
    x, idle = parameter(0.0, 10.0), parameter(5.0)
    array = x.data
    optimizer = make([x, idle])
    for _ in range(300):
        quadratic(x)
        optimizer.step()
    assert x.data is array
    np.testing.assert_allclose(array, 3, atol=0.2)
    assert idle.item() == 5
    optimizer.zero_grad()
    assert x.grad is None


def test_one_step_by_hand() -> None:
    x = parameter(1.0)
    x.grad = shapenet.tensor([2.0])
    SGD([x], lr=0.5).step()
    assert x.item() == 0
    x.grad = shapenet.tensor([2.0])
    Adam([x], lr=0.1).step()
    assert x.item() == pytest.approx(-0.1)


@pytest.mark.parametrize("make", MAKERS)
def test_a_state_continues(make: Callable[[list[Any]], Optimizer]) -> None:
    x = parameter(0.0, 10.0)
    optimizer = make([x])
    for _ in range(3):
        quadratic(x)
        optimizer.step()
    y = parameter(*x.tolist())
    other = make([y])
    other.load_state_dict(optimizer.state_dict())
    for one, tensor in ((optimizer, x), (other, y)):
        quadratic(tensor)
        one.step()
    np.testing.assert_array_equal(x.data, y.data)


def test_a_step_in_steady_state_allocates_nothing_large() -> None:
    x: Any = Parameter(np.ones((500, 1000)))
    x.grad = shapenet.from_numpy(np.ones((500, 1000)))
    decay: dict[str, Any] = {"weight_decay": 0.01, "maximize": True}
    optimizers = [
        SGD([x], momentum=0.9, nesterov=True, **decay),
        Adam([x], amsgrad=True, **decay),
        AdamW([x], **decay),
        RMSprop([x], momentum=0.9, centered=True, **decay),
        Adagrad([x], **decay),
    ]

    def work() -> None:
        for optimizer in optimizers:
            optimizer.step()
        for power in (1, 2, 3):
            nn.utils.clip_grad_norm_(x, 1e-3, power)
        nn.utils.clip_grad_value_(x, 1.0)

    for _ in range(2):
        work()
    gc.collect()
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        work()
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak - before < 2**18  # a parameter is 4 MB


def test_refusals() -> None:
    x = parameter(1.0)
    with pytest.raises(TypeError, match="SGD expects parameters, got Tensor"):
        SGD([shapenet.ones(1)])  # type: ignore[list-item]
    with pytest.raises(ValueError, match="at least one parameter"):
        Adam([])
    with pytest.raises(ValueError, match="each parameter once"):
        Adam([x, x])
    with pytest.raises(ValueError, match="AdamW expects lr to be a number, at least 0, got -1"):
        AdamW([x], lr=-1)
    with pytest.raises(ValueError, match="betas to be two numbers from 0 to below 1"):
        Adam([x], betas=(0.9, 1.0))
    with pytest.raises(ValueError, match=r"no dampening with nesterov, got momentum=0.9, dampening=0.1"):
        SGD([x], momentum=0.9, dampening=0.1, nesterov=True)


@pytest.mark.parametrize("lr", [-1.0, float("nan"), float("inf"), "0.1", None, True, 10**400])
def test_the_learning_rate_is_checked_whenever_it_is_set(lr: Any) -> None:
    optimizer = SGD([parameter(1.0)], lr=0.5)
    with pytest.raises(ValueError, match=f"^SGD expects lr to be a number, at least 0, got {lr!r}$"):
        optimizer.lr = lr
    assert optimizer.lr == 0.5


@pytest.mark.parametrize("option", ["lr", "momentum", "dampening", "weight_decay"])
def test_options_are_checked(option: str) -> None:
    options: dict[str, Any] = {option: -0.5}
    with pytest.raises(ValueError, match=f"^SGD expects {option} to be a number, at least 0, got -0.5$"):
        SGD([parameter(1.0)], **options)


@pytest.mark.parametrize("beta", [1.0, -0.1, float("nan"), "0.9", True, 10**400])
def test_betas_are_checked(beta: Any) -> None:
    with pytest.raises(ValueError, match=r"^Adam expects betas to be two numbers from 0 to below 1, got"):
        Adam([parameter(1.0)], betas=(beta, 0.9))


def test_numpy_numbers_do_not_widen() -> None:
    x = Parameter(np.ones(2, np.float32))  # type: ignore[var-annotated]
    x.grad = shapenet.ones(2)
    optimizer = SGD([x], lr=np.float64(0.1), momentum=np.float64(0.9))
    optimizer.step()
    optimizer.lr = np.float64(0.2)
    optimizer.step()
    assert type(optimizer.lr) is float
    assert optimizer.state_dict()["state"][0]["momentum_buffer"].dtype == np.float32


@pytest.mark.parametrize("make", MAKERS)
def test_a_parameter_without_dimensions(make: Callable[[list[Any]], Optimizer]) -> None:
    x = Parameter(np.array(1.0))  # type: ignore[var-annotated]
    array, optimizer = x.data, make([x])
    for _ in range(3):
        x.grad = shapenet.tensor(2.0)
        optimizer.step()
    assert x.data is array
    assert array < 1
    assert all(np.shape(kept) == () for state in optimizer.state_dict()["state"].values() for kept in state.values())
    assert x.grad is not None
    assert x.grad.item() == 2  # it is read only
