"""Runs that continue from a file are, bit for bit, those that were never broken off."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import shapenet
from shapenet import CheckpointError, checkpoint, nn, optim
from shapenet.backend import default_generator
from tests.checkpoint.runs import OPTIMIZERS, SCHEDULES, Run

EPOCHS = 4


def fresh_seed() -> int:
    return int(np.random.default_rng().integers(2**31))


def assert_resumes(make: Any, folder: Path) -> None:
    seed = fresh_seed()
    whole = make(seed)
    counts = []
    for epoch in range(EPOCHS):
        list(whole.epoch())
        checkpoint.save(folder / str(epoch), **whole.parts, epoch=epoch)
        counts.append(len(whole.seen))
    expected = whole.content(folder)
    for epoch in range(EPOCHS):
        resumed = make(seed + 1)
        assert checkpoint.load(folder / str(epoch), **resumed.parts).epoch == epoch
        for _ in range(epoch + 1, EPOCHS):
            list(resumed.epoch())
        assert resumed.seen == whole.seen[counts[epoch] :], epoch
        assert resumed.content(folder) == expected, epoch


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_each_schedule(schedule: str, tmp_path: Path) -> None:
    assert_resumes(lambda seed: Run(seed, "SGD with momentum", schedule), tmp_path)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_each_optimizer(optimizer: str, tmp_path: Path) -> None:
    assert_resumes(lambda seed: Run(seed, optimizer, "CosineAnnealingLR"), tmp_path)


def test_in_the_middle_of_an_epoch(tmp_path: Path) -> None:
    seed = fresh_seed()
    whole = Run(seed)
    list(whole.epoch())
    for number, _ in enumerate(whole.epoch()):
        checkpoint.save(tmp_path / str(number), **whole.parts, epoch=1, step=number)
    list(whole.epoch())
    for number in range(3):
        resumed = Run(seed + 1)
        loaded = checkpoint.load(tmp_path / str(number), **resumed.parts)
        for _ in range(loaded.epoch, 3):
            list(resumed.epoch())
        assert resumed.seen == whole.seen[3 + number + 1 :]
        assert resumed.content(tmp_path) == whole.content(tmp_path)


GPU = pytest.mark.skipif(not shapenet.cuda.is_available(), reason="no CUDA device")


@GPU
@pytest.mark.gpu
def test_from_one_device_to_another(tmp_path: Path) -> None:
    for one, other in (("cuda", "cpu"), ("cpu", "cuda"), ("cuda", "cuda")):
        run, resumed = Run(1), Run(2)
        run.model.to(one)
        resumed.model.to(other)
        for parameter in run.model.parameters():
            parameter.grad = shapenet.ones_like(parameter)
        run.optimizer.step()
        checkpoint.save(tmp_path / "x", **run.parts)
        checkpoint.load(tmp_path / "x", **resumed.parts)
        assert {parameter.device for parameter in resumed.model.parameters()} <= {other, f"{other}:0"}
        assert resumed.content(tmp_path) == run.content(tmp_path)
        for parameter in resumed.model.parameters():
            parameter.grad = shapenet.ones_like(parameter)
        resumed.optimizer.step()


def test_what_is_said_comes_back(tmp_path: Path) -> None:
    extra = {
        "text": "ä\ud800\n",
        "numbers": [1, -0.0, math.inf, 10**30, None, True],
        "pair": (1, ("a", [])),
        3: {"$array": "x", "$": {}},
        "a/../b": np.arange(6).reshape(2, 3).T,
        "a___b": np.arange(2.0),
        "numpy": np.float32(0.1),
        "tensor": shapenet.ones(2),
    }
    metrics: dict[str, Any] = {"loss": math.nan, "accuracy": shapenet.tensor(0.5), "count": np.int64(3)}
    checkpoint.save(tmp_path / "x", model=nn.Linear(2, 3), epoch=4, step=10**12, metrics=metrics, extra=extra)
    loaded = checkpoint.load(tmp_path / "x", model=nn.Linear(2, 3))
    assert (loaded.epoch, loaded.step) == (4, 10**12)
    assert math.isnan(loaded.metrics.pop("loss"))
    assert loaded.metrics == {"accuracy": 0.5, "count": 3.0}
    expected = {**extra, "numpy": float(np.float32(0.1)), "tensor": np.ones(2, np.float32)}
    np.testing.assert_equal(loaded.extra, expected)
    assert math.copysign(1, loaded.extra["numbers"][1]) == -1


def test_a_part_that_is_not_given_stays_in_the_file(tmp_path: Path) -> None:
    run, other = Run(1), Run(2)
    list(run.epoch())
    checkpoint.save(tmp_path / "x", **run.parts)
    optimizer, drawn = other.optimizer.state_dict(), default_generator().bit_generator.state
    checkpoint.load(tmp_path / "x", model=other.model, generator=False)
    assert other.optimizer.state_dict() == optimizer
    assert default_generator().bit_generator.state == drawn
    for name, tensor in run.model.state_dict().items():
        np.testing.assert_array_equal(tensor.data, other.model.state_dict()[name].data)


class Foreign:
    """Has a state, and cannot tell beforehand whether one fits."""

    def __init__(self, value: int) -> None:
        self.value = value

    def state_dict(self) -> dict[str, Any]:
        return {"value": self.value}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        self.value = -1
        if state["value"] < 0:
            raise KeyError("below zero")
        self.value = state["value"]


def test_parts_of_others(tmp_path: Path) -> None:
    model = nn.Linear(2, 3)
    checkpoint.save(tmp_path / "x", model=model, schedule=Foreign(3), loader=Foreign(4))
    schedule, loader = Foreign(0), Foreign(0)
    checkpoint.load(tmp_path / "x", model=model, schedule=schedule, loader=loader)
    assert (schedule.value, loader.value) == (3, 4)
    checkpoint.save(tmp_path / "x", model=model, schedule=Foreign(5), loader=Foreign(-1))
    with pytest.raises(CheckpointError, match="x: loader does not fit: 'below zero'"):
        checkpoint.load(tmp_path / "x", model=model, schedule=schedule, loader=loader)
    assert (schedule.value, loader.value) == (3, 4)


class Odd:
    def state_dict(self) -> dict[str, Any]:
        return {"what": {1, 2}}

    def load_state_dict(self, state: Any) -> None:
        raise NotImplementedError


REFUSED: list[tuple[dict[str, Any], type[Exception], str]] = [
    ({"epoch": -1}, ValueError, "save expects epoch to be an int, at least 0, got -1"),
    ({"step": 1.0}, ValueError, "save expects step to be an int, at least 0, got 1.0"),
    ({"metrics": {"loss": "low"}}, ValueError, "save expects metrics to be numbers by name, got 'low' for 'loss'"),
    ({"metrics": {"loss": "3"}}, ValueError, "save expects metrics to be numbers by name, got '3' for 'loss'"),
    ({"metrics": {"loss": 10**400}}, ValueError, "save expects metrics to be numbers by name, got 10000"),
    ({"metrics": [0.5]}, ValueError, r"save expects metrics to be numbers by name, got \[0.5\]"),
    ({"model": {}}, TypeError, "save expects model to be a Module, got dict"),
    ({"optimizer": [1]}, TypeError, "save expects optimizer to have state_dict and load_state_dict, got list"),
    ({"schedule": Foreign}, TypeError, "save expects schedule to have .*, got the class Foreign"),
    ({"metrics": {3: 0.5}}, ValueError, "save expects metrics to be numbers by name, got 0.5 for 3"),
    ({"optimizer": Odd()}, TypeError, "a checkpoint expects numbers, texts, .*, got set for optimizer.what"),
    ({"extra": [object()]}, TypeError, "a checkpoint expects numbers, texts, .*, got object for extra.0"),
    ({"extra": {(1, 2): 3}}, TypeError, r"a checkpoint expects keys to be texts or ints, got \(1, 2\) in extra"),
    ({"extra": np.zeros(2, complex)}, TypeError, "a checkpoint expects dtypes .*, got complex128 for 'extra'"),
    ({"extra": "x" * 2**24}, ValueError, "of at most 16777216 bytes, got 1677"),
]


@pytest.mark.parametrize(("given", "kind", "text"), REFUSED)
def test_what_cannot_be_saved(given: dict[str, Any], kind: type[Exception], text: str, tmp_path: Path) -> None:
    with pytest.raises(kind, match=text):
        checkpoint.save(tmp_path / "x", **({"model": nn.Linear(2, 3)} | given))
    assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_loaded_into(tmp_path: Path) -> None:
    model: Any = nn.Linear(2, 3)
    checkpoint.save(tmp_path / "x", model=model)
    nothing: Any = 3
    with pytest.raises(TypeError, match="load expects model to be a Module, got int"):
        checkpoint.load(tmp_path / "x", model=nothing)
    with pytest.raises(TypeError, match="load expects loader to have state_dict and load_state_dict, got int"):
        checkpoint.load(tmp_path / "x", model=model, loader=nothing)
    with pytest.raises(ValueError, match="load expects generator to be a bool, got 3"):
        checkpoint.load(tmp_path / "x", model=model, generator=nothing)


def test_a_state_that_holds_itself(tmp_path: Path) -> None:
    extra: list[Any] = []
    extra.append(extra)
    with pytest.raises(ValueError, match=r"a checkpoint expects states of at most 50 levels, got more in extra\.0"):
        checkpoint.save(tmp_path / "x", model=nn.Linear(2, 3), extra=extra)


def test_shared_parameters_and_a_frozen_one(tmp_path: Path) -> None:
    def make() -> Any:
        model = nn.Sequential(nn.Linear(3, 3), nn.Linear(3, 3))
        model[1].weight = model[0].weight
        model.get_parameter("0.bias").requires_grad_(False)
        return model, optim.Adam(model.parameters())

    (model, optimizer), (other, second) = make(), make()
    model(shapenet.rand(2, 3)).sum().backward()
    optimizer.step()
    checkpoint.save(tmp_path / "x", model=model, optimizer=optimizer)
    checkpoint.load(tmp_path / "x", model=other, optimizer=second)
    assert other[0].weight is other[1].weight
    np.testing.assert_array_equal(other[1].weight.data, model[1].weight.data)
