"""Parameter groups: their options, and what is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import shapenet
from shapenet import Parameter, ShapeError, nn
from shapenet.optim import SGD, Adagrad, Adam


def parameter(*values: float) -> Parameter[Any]:
    x: Parameter[Any] = Parameter(np.array(values))
    x.grad = shapenet.tensor([1.0] * len(values))
    return x


def test_each_group_has_its_options() -> None:
    x, y, z = parameter(0.0), parameter(0.0), parameter(0.0)
    optimizer = SGD([{"params": [x]}, {"params": iter([y]), "lr": 1.0}], lr=0.5)
    optimizer.add_param_group({"params": z, "lr": np.float64(2), "maximize": True})
    optimizer.step()
    assert (x.item(), y.item(), z.item()) == (-0.5, -1, 2)
    assert [group["lr"] for group in optimizer.param_groups] == [0.5, 1, 2]
    assert all(type(group["lr"]) is float for group in optimizer.param_groups)
    with pytest.raises(ValueError, match=r"^SGD has groups of different lr, \[0.5, 1.0, 2.0\]: see param_groups$"):
        _ = optimizer.lr
    optimizer.lr = 3
    assert [group["lr"] for group in optimizer.param_groups] == [3, 3, 3]
    optimizer.zero_grad()
    assert x.grad is y.grad is z.grad is None


def test_parameters_of_a_model_are_groups_too() -> None:
    model = nn.Sequential(nn.Linear(2, 3), nn.Linear(3, 1))
    groups: list[dict[str, Any]] = [
        {"params": model[0].parameters()},
        {"params": [model[1].weight, model[1].bias], "lr": 0.1},
    ]
    optimizer = SGD(groups, lr=1e-2)
    assert [len(group["params"]) for group in optimizer.param_groups] == [2, 2]
    assert "lr" not in groups[0]  # what is given stays as it is


def test_a_group_may_be_empty() -> None:
    x = parameter(1.0)
    optimizer = SGD([{"params": []}, {"params": [x]}], lr=1.0)
    optimizer.step()
    assert x.item() == 0
    assert [group["params"] for group in optimizer.state_dict()["param_groups"]] == [[], [0]]


def test_refused_groups() -> None:
    x, y = parameter(1.0), parameter(1.0)
    optimizer = Adam([x])
    with pytest.raises(ValueError, match=r"^Adam expects each parameter once, got one twice$"):
        optimizer.add_param_group({"params": [y, x]})
    with pytest.raises(ValueError, match=r"^Adam expects each parameter once, got one twice$"):
        optimizer.add_param_group({"params": [y, y]})
    with pytest.raises(ValueError, match=r"^Adam expects eps to be a number, at least 0, got -1$"):
        optimizer.add_param_group({"params": [y], "eps": -1})
    with pytest.raises(
        ValueError, match=r"^Adam expects a group to have params and lr, .*, maximize at most, got 'momentum'$"
    ):
        optimizer.add_param_group({"params": [y], "momentum": 0.9})
    with pytest.raises(ValueError, match=r"at most, and params are missing$"):
        optimizer.add_param_group({"lr": 0.1})
    with pytest.raises(TypeError, match=r"^Adam expects groups to be dicts, got Parameter$"):
        optimizer.add_param_group(y)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"^Adam expects parameters in an order that stays, got a set$"):
        optimizer.add_param_group({"params": {y}})
    with pytest.raises(TypeError, match=r"^Adam expects parameters, got int$"):
        optimizer.add_param_group({"params": 3})
    with pytest.raises(TypeError, match=r"^Adam expects parameters, got Tensor$"):
        optimizer.add_param_group({"params": shapenet.ones(2)})
    assert len(optimizer.param_groups) == 1
    with pytest.raises(TypeError, match=r"^SGD expects an iterable of parameters or of groups, got Parameter$"):
        SGD(x)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"^SGD expects parameters, got dict$"):
        SGD([x, {"params": [y]}])
    with pytest.raises(TypeError, match=r"^SGD expects groups to be dicts, got Parameter$"):
        SGD([{"params": [x]}, y])


def test_options_are_checked_by_the_step_before_it_changes_anything() -> None:
    x, y = parameter(1.0), parameter(1.0)
    optimizer = SGD([{"params": [x]}, {"params": [y]}], lr=0.5, momentum=0.9)
    optimizer.param_groups[1]["momentum"] = float("nan")
    with pytest.raises(ValueError, match=r"^SGD expects momentum to be a number, at least 0, got nan$"):
        optimizer.step()
    optimizer.param_groups[1].update(momentum=0.0, nesterov=True)
    with pytest.raises(
        ValueError, match=r"^SGD expects momentum above 0 and no dampening with nesterov, got momentum=0"
    ):
        optimizer.step()
    assert (x.item(), y.item()) == (1, 1)
    assert optimizer.state_dict()["state"] == {}


def test_a_gradient_of_another_shape() -> None:
    x, y = parameter(1.0, 2.0), parameter(1.0)
    x.grad = shapenet.ones(1)
    optimizer = SGD([y, x], lr=0.5)
    with pytest.raises(ShapeError, match=r"^SGD expects a gradient of \[2\], got \[1\]$"):
        optimizer.step()
    assert y.item() == 1


@pytest.mark.parametrize("flag", ["nesterov", "maximize"])
def test_flags_are_bools(flag: str) -> None:
    options: dict[str, Any] = {flag: 1}
    with pytest.raises(ValueError, match=rf"^SGD expects {flag} to be a bool, got 1$"):
        SGD([parameter(1.0)], **options)


def test_options_that_are_switched_on_later() -> None:
    x = parameter(0.0)
    optimizer = Adam([x], lr=0.1)
    optimizer.step()
    optimizer.param_groups[0]["amsgrad"] = True
    optimizer.step()
    state = optimizer.state_dict()["state"][0]
    assert state["max_exp_avg_sq"] == state["exp_avg_sq"] > 0
    assert state["step"] == 2


def test_what_adagrad_begins_with_is_its_groups() -> None:
    x, y = parameter(0.0), parameter(0.0)
    optimizer = Adagrad([{"params": [x], "initial_accumulator_value": 3.0}, {"params": [y]}], lr=1.0, eps=0.0)
    assert [float(state["sum"][0]) for state in optimizer.state_dict()["state"].values()] == [3, 0]
    optimizer.step()
    assert (x.item(), y.item()) == (-0.5, -1)
