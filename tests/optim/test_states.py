"""States of optimizers: they travel, and those that do not fit change nothing."""

from __future__ import annotations

import pickle
import re
from typing import Any

import numpy as np
import pytest

import shapenet
from shapenet import DeviceError, Parameter, nn
from shapenet.optim import SGD, Adagrad, Adam, AdamW, Optimizer, RMSprop, StepLR

KINDS: list[tuple[type[Any], dict[str, Any]]] = [
    (SGD, {}),
    (SGD, {"momentum": 0.9, "nesterov": True}),
    (Adam, {}),
    (AdamW, {"amsgrad": True}),
    (RMSprop, {"centered": True, "momentum": 0.5}),
    (Adagrad, {"lr_decay": 0.1}),
]


def parameters() -> list[Any]:
    return [Parameter(np.ones(shape)) for shape in ((2, 3), (4,), ())]


def stepped(optimizer: Optimizer, given: list[Any], rng: np.random.Generator) -> None:
    for x in given:
        x.grad = shapenet.from_numpy(np.array(rng.standard_normal(x.shape)))
    optimizer.step()


def made(kind: type[Any], options: dict[str, Any], given: list[Any]) -> Any:
    return kind([{"params": given[:1], "lr": 0.3}, {"params": given[1:]}], lr=0.1, **options)


@pytest.mark.parametrize(("kind", "options"), KINDS)
@pytest.mark.parametrize("stop", [0, 1, 7])
def test_an_interruption_changes_nothing(kind: type[Any], options: dict[str, Any], stop: int) -> None:
    one, other = parameters(), parameters()
    first = made(kind, options, one)
    rng = np.random.default_rng(stop)
    for _ in range(stop):
        stepped(first, one, rng)
    for x, y in zip(one, other, strict=True):
        y.data[...] = x.data
    second = made(kind, options, other)
    second.param_groups[1]["lr"] = 77.0
    second.load_state_dict(pickle.loads(pickle.dumps(first.state_dict())))
    again = np.random.default_rng(9), np.random.default_rng(9)
    for _ in range(5):
        stepped(first, one, again[0])
        stepped(second, other, again[1])
    for x, y in zip(one, other, strict=True):
        np.testing.assert_array_equal(x.data, y.data)


def test_a_state_is_a_copy() -> None:
    given = parameters()
    optimizer = SGD(given, lr=0.1, momentum=0.9)
    stepped(optimizer, given, np.random.default_rng(0))
    state = optimizer.state_dict()
    kept = state["state"][0]["momentum_buffer"].copy()
    stepped(optimizer, given, np.random.default_rng(1))
    np.testing.assert_array_equal(state["state"][0]["momentum_buffer"], kept)
    optimizer.load_state_dict(state)
    stepped(optimizer, given, np.random.default_rng(2))
    np.testing.assert_array_equal(state["state"][0]["momentum_buffer"], kept)
    state["param_groups"][0]["lr"] = 5.0
    assert optimizer.lr == 0.1


def test_a_state_takes_the_kind_and_the_order_in_memory_of_its_parameter() -> None:
    x: Any = Parameter(np.zeros((3, 2), np.float32).T)
    optimizer = Adam([x])
    groups = optimizer.state_dict()["param_groups"]
    means = shapenet.from_numpy(np.arange(6.0).reshape(2, 3))
    kept = {"step": np.array(3.0), "exp_avg": means, "exp_avg_sq": np.ones((2, 3))}
    optimizer.load_state_dict({"state": {0: kept}, "param_groups": groups})
    state = optimizer.state_dict()["state"][0]
    assert (state["step"], type(state["step"])) == (3, int)
    assert state["exp_avg"].dtype == np.float32
    np.testing.assert_array_equal(state["exp_avg"], means.numpy())


def test_what_schedules_write_travels() -> None:
    given = parameters()
    first = SGD(given, lr=0.1)
    StepLR(first, 3)
    second = SGD(parameters(), lr=0.7)
    second.load_state_dict(first.state_dict())
    assert second.param_groups[0]["initial_lr"] == second.lr == 0.1


def wrong_states(state: dict[str, Any]) -> list[tuple[Any, str]]:
    """States that are made of one of Adam over a [2] and a [3], and what is said of them."""
    group, kept = state["param_groups"][0], state["state"]
    mean, square = kept[0]["exp_avg"], kept[0]["exp_avg_sq"]

    def with_group(**changes: Any) -> dict[str, Any]:
        return {**state, "param_groups": [{**group, "lr": 7.0, **changes}]}

    def with_state(number: Any, **changes: Any) -> dict[str, Any]:
        return {**with_group(), "state": {number: {"step": 1, "exp_avg": mean, "exp_avg_sq": square, **changes}}}

    lacking = {name: value for name, value in group.items() if name not in ("eps", "lr")}
    options = "exp_avg, exp_avg_sq, step, perhaps max_exp_avg_sq"
    return [
        ({"lr": 0.1}, "expected param_groups, state, got lr"),
        ([], "expected param_groups, state, got nothing"),
        (3, "expected param_groups, state, got int"),
        ({**state, "more": 1}, "expected param_groups, state, got more, param_groups, state"),
        ({**state, "param_groups": [group, group]}, "param_groups is no list of 1, one for each group"),
        ({**state, "param_groups": 3}, "param_groups is no list of 1, one for each group"),
        ({**state, "param_groups": [3]}, "param_groups[0] is no dict with a list of params"),
        ({**state, "param_groups": [lacking]}, "param_groups[0] lacks eps, lr"),
        (with_group(params=[0]), "param_groups[0] has 1 params, expected 2"),
        (with_group(params=[0, 0]), "params are [0, 0], expected ints, each once"),
        (with_group(params=[0, []]), "params are [0, []], expected ints, each once"),
        ({**state, "state": [1]}, "state is list, expected a dict by the numbers of the parameters"),
        (with_state(2), "parameter 2 is in no group"),
        (with_state("0"), "parameter '0' is in no group"),
        ({**state, "state": {0: {"momentum_buffer": mean}}}, f"parameter 0 has momentum_buffer, expected {options}"),
        ({**state, "state": {1: 5}}, f"parameter 1 has int, expected {options}"),
        (with_state(0, more=1), f"parameter 0 has exp_avg, exp_avg_sq, more, step, expected {options}"),
        (with_state(0, exp_avg=np.zeros(3)), "exp_avg of parameter 0 is [3], expected [2]"),
        (with_state(0, exp_avg=[0, 0]), "exp_avg of parameter 0 is list, expected [2]"),
        (with_state(0, exp_avg=np.zeros(2, complex)), "exp_avg of parameter 0 is complex128, expected float64"),
        (with_state(0, step=-1), "step of parameter 0 is -1, expected an int, at least 0"),
        (with_state(0, step=1.5), "step of parameter 0 is 1.5, expected an int, at least 0"),
        (with_state(0, step=True), "step of parameter 0 is True, expected an int, at least 0"),
        (with_state(0, step=np.nan), "step of parameter 0 is nan, expected an int, at least 0"),
    ]


def test_a_wrong_state_changes_nothing() -> None:
    given: list[Any] = [Parameter(np.zeros(2)), Parameter(np.zeros(3))]
    optimizer = Adam(given, lr=0.1)
    stepped(optimizer, given, np.random.default_rng(0))
    before = optimizer.state_dict()
    for wrong, text in wrong_states(before):
        with pytest.raises(ValueError, match=f"^Adam cannot load this state: {re.escape(text)}$"):
            optimizer.load_state_dict(wrong)
    for options, text in (({"lr": -1}, "lr to be a number"), ({"betas": (0, 1)}, "betas to be two")):
        with pytest.raises(ValueError, match=f"^Adam expects {text}"):
            optimizer.load_state_dict(
                {**before, "param_groups": [{**before["param_groups"][0], **options}], "state": {}}
            )
    assert repr(optimizer.state_dict()) == repr(before)
    assert optimizer.lr == 0.1


GPU = pytest.param(
    "cuda:0",
    marks=[pytest.mark.gpu, pytest.mark.skipif(not shapenet.cuda.is_available(), reason="no CUDA device")],
)


@pytest.mark.parametrize(("kind", "options"), KINDS)
@pytest.mark.parametrize("device", ["cpu", GPU])
def test_a_state_follows_its_parameters(kind: type[Any], options: dict[str, Any], device: str) -> None:
    """To another device and back, between steps; as if they had stayed."""
    stayed, moved = nn.Linear(3, 2), nn.Linear(3, 2)
    moved.load_state_dict(stayed.state_dict())
    first, second = kind(stayed.parameters(), lr=0.1, **options), kind(moved.parameters(), lr=0.1, **options)
    for place in ("cpu", device, device, "cpu"):
        moved.to(place)
        for one, other in zip(stayed.parameters(), moved.parameters(), strict=True):
            one.grad = shapenet.randn(*one.shape)
            other.grad = one.grad.to(place)
        first.step()
        second.step()
        kept = second.state_dict()["state"].values()
        for array in (array for state in kept for name, array in state.items() if name != "step"):
            assert shapenet.from_dlpack(array).device == place
    for one, other in zip(stayed.parameters(), moved.parameters(), strict=True):
        np.testing.assert_allclose(other.data, one.data, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("device", [GPU])
def test_a_gradient_elsewhere_changes_nothing(device: str) -> None:
    near: Any = Parameter(np.ones(2, np.float32))
    far: Any = Parameter(np.ones(2, np.float32))
    near.grad, far.grad = shapenet.ones(2), shapenet.ones(2, device=device)
    with pytest.raises(DeviceError, match=f"^SGD expects a gradient on cpu, where its parameter is, got {device}$"):
        SGD([near, far], lr=0.1).step()
    assert near.tolist() == [1.0, 1.0]
