"""Optimizers: one step by hand, states that travel, and refusals. Trajectories are compared with torch in parity."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import shapenet
from shapenet import Parameter
from shapenet.optim import SGD, Adam, AdamW, Optimizer

MAKERS: list[Callable[[list[Any]], Optimizer]] = [
    lambda p: SGD(p, lr=0.1),
    lambda p: SGD(p, lr=0.1, momentum=0.9, weight_decay=0.01, nesterov=True),
    lambda p: Adam(p, lr=0.1, weight_decay=0.01),
    lambda p: AdamW(p, lr=0.1),
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


def test_a_wrong_state_changes_nothing() -> None:
    x = parameter(1.0, 2.0)
    optimizer = Adam([x], lr=0.1)
    quadratic(x)
    optimizer.step()
    before = optimizer.state_dict()
    wrong = {**before, "lr": 7.0, "state": [{"exp_avg": np.zeros(3), "exp_avg_sq": np.zeros(2)}]}
    with pytest.raises(ValueError, match=r"exp_avg of parameter 0 is \[3\], expected \[2\]"):
        optimizer.load_state_dict(wrong)
    with pytest.raises(ValueError, match="expected lr, state, steps, got lr"):
        optimizer.load_state_dict({"lr": 0.1})
    assert optimizer.lr == 0.1
    np.testing.assert_array_equal(optimizer.state_dict()["state"][0]["exp_avg"], before["state"][0]["exp_avg"])


@pytest.mark.parametrize("lr", [-1.0, float("nan"), float("inf"), "0.1", None, True])
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
    assert all(np.shape(kept) == () for kept in optimizer.state_dict()["state"][0].values())
    assert x.grad is not None
    assert x.grad.item() == 2  # it is read only


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"state": [{"momentum_buffer": np.zeros(2)}]}, "parameter 0 has momentum_buffer, expected exp_avg, exp_avg_sq"),
    ({"state": [{"exp_avg": [0, 0], "exp_avg_sq": 0}]}, r"exp_avg of parameter 0 is list, expected \[2\]"),
    ({"state": []}, "state is no list of 1, one for each parameter"),
    ({"steps": 3}, "steps is no list of 1, one for each parameter"),
    ({"steps": [-1]}, r"steps\[0\] is -1, expected an int, at least 0"),
    ({"more": 1}, "expected lr, state, steps, got lr, more, state, steps"),
]


@pytest.mark.parametrize(("wrong", "text"), WRONG)
def test_states_of_another_kind(wrong: dict[str, Any], text: str) -> None:
    optimizer = Adam([parameter(1.0, 2.0)])
    with pytest.raises(ValueError, match=f"^Adam cannot load this state: {text}$"):
        optimizer.load_state_dict({**optimizer.state_dict(), **wrong})
    with pytest.raises(ValueError, match="expects lr"):
        optimizer.load_state_dict({**optimizer.state_dict(), "steps": [5], "lr": -1})
    assert optimizer.state_dict() == {"lr": 1e-3, "steps": [0], "state": [{}]}
