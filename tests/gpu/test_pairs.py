"""A layer and the activation behind it are one operation on a device, and nobody can tell."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest

import shapenet
from shapenet import functional as F
from shapenet import nn
from shapenet.backend import Array, to_numpy
from shapenet.contracts import unchecked
from shapenet.errors import ShapeError
from shapenet.nn import pairs
from shapenet.tensors import followed, watched
from tests.gpu.conftest import Gpu

ACTIVATIONS: list[Callable[[], Any]] = [
    nn.ReLU,
    nn.ReLU6,
    lambda: nn.LeakyReLU(0.3),
    lambda: nn.ELU(0.7),
    nn.GELU,
    lambda: nn.GELU("tanh"),
    nn.SiLU,
    nn.Sigmoid,
    nn.Tanh,
    lambda: nn.Softplus(2.0, 1.0),
    nn.Hardswish,
    nn.Mish,
]
LAYERS: list[tuple[Callable[[], Any], tuple[int, ...]]] = [
    (lambda: nn.Linear(6, 5), (3, 2, 6)),
    (lambda: nn.Linear(6, 8), (6,)),
    (lambda: nn.Conv1d(4, 8, 3, padding=1), (2, 4, 9)),
    (lambda: nn.Conv1d(4, 6, 3), (4, 9)),
    (lambda: nn.Conv2d(4, 8, 3, padding=1, padding_mode="reflect"), (2, 4, 6, 5)),
    (lambda: nn.Conv2d(4, 6, 1, stride=2, groups=2), (4, 6, 5)),
    (lambda: nn.Conv2d(3, 4, 3), (2, 3, 3, 3)),
]


@pytest.fixture
def fused(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The activations that were run with the bias of the layer before them."""
    found: list[str] = []
    run = pairs._activated

    def noting(function: Any, bias: Any, x: Any) -> Any:
        found.append(type(function).__name__ if isinstance(function, nn.Module) else function.__name__)
        return run(function, bias, x)

    monkeypatch.setattr(pairs, "_activated", noting)
    return found


def values(run: Callable[[Any], Any], model: Any, x: Array) -> list[Array]:
    """The output, and the gradients of the input and of all parameters."""
    model.zero_grad()
    given = shapenet.from_numpy(x).to(next(model.parameters()).device)
    given.requires_grad = True
    out = run(given)
    (out * out).sum().backward()
    parts = [out, given.grad, *(parameter.grad for parameter in model.parameters())]
    return [to_numpy(part.data) for part in parts]


def one_by_one(model: Any) -> Callable[[Any], Any]:
    def run(x: Any) -> Any:
        for layer in model:
            x = layer(x)
        return x

    return run


def agree(got: list[Array], expected: list[Array]) -> None:
    for own, other in zip(got, expected, strict=True):
        assert own.dtype == other.dtype
        scale = max(1.0, float(np.abs(other).max(initial=0)))
        np.testing.assert_allclose(own, other, rtol=1e-5, atol=1e-5 * scale)


def numbers(*shape: int) -> Array:
    return np.random.default_rng().standard_normal(shape, np.float32)


@pytest.mark.parametrize("number", range(len(ACTIVATIONS)))
def test_values_and_gradients(gpu: Gpu, fused: list[str], number: int) -> None:
    for make, shape in LAYERS:
        after = ACTIVATIONS[number]()
        model = nn.Sequential(make(), after).to(gpu.name)
        x = numbers(*shape)
        for training in (True, False):
            (model.train if training else model.eval)()
            agree(values(model, model, x), values(one_by_one(model), model, x))
        assert fused == [type(after).__name__] * 2
        fused.clear()


def test_the_cpu_has_no_pairs(fused: list[str]) -> None:
    model = nn.Sequential(nn.Linear(3, 4), nn.ReLU())
    x = numbers(2, 3)
    agree(values(model, model, x), values(one_by_one(model), model, x))
    assert fused == []


def test_a_pair_has_fewer_launches(gpu: Gpu) -> None:
    model, x = nn.Sequential(nn.Linear(6, 8), nn.GELU()).to(gpu.name), shapenet.from_numpy(numbers(5, 6)).to(gpu.name)
    counts = []
    with shapenet.no_grad():
        for run in (model, one_by_one(model)):
            before = gpu.launches()
            run(x)
            counts.append(gpu.launches() - before)
    assert gpu.log is None or counts == [2, 3]


def test_long_sequences(gpu: Gpu, fused: list[str]) -> None:
    """An activation is part of one pair at most, and what has none is called as ever."""
    model = nn.Sequential(
        nn.Conv2d(2, 4, 3), nn.ReLU(), nn.ReLU(), nn.Conv2d(4, 4, 1, bias=False), nn.GELU(), nn.Sequential(nn.Tanh()),
        nn.Conv2d(4, 4, 1), nn.Sequential(nn.Tanh()), nn.Flatten(), nn.Linear(16, 3), nn.SiLU(), nn.Linear(3, 3),
        nn.Softmax(1), nn.Linear(3, 2),
    ).to(gpu.name)  # fmt: skip
    x = numbers(2, 2, 4, 4)
    agree(values(model, model, x), values(one_by_one(model), model, x))
    assert fused == ["ReLU", "SiLU"]
    with unchecked():
        agree(values(model, model, x), values(one_by_one(model), model, x))


class OtherLinear(nn.Linear[Any, Any]):
    pass


class OtherReLU(nn.ReLU):
    pass


def test_derived_classes_are_called_themselves(gpu: Gpu, fused: list[str]) -> None:
    nn.Sequential(OtherLinear(3, 3), nn.ReLU(), nn.Linear(3, 3), OtherReLU()).to(gpu.name)(
        shapenet.from_numpy(numbers(2, 3)).to(gpu.name)
    )
    assert fused == []


@pytest.mark.parametrize("place", [0, 1])
@pytest.mark.parametrize("kind", ["forward_pre", "forward", "full_backward"])
def test_hooks_see_what_they_should(gpu: Gpu, fused: list[str], kind: str, place: int) -> None:
    model = nn.Sequential(nn.Linear(3, 4), nn.SiLU()).to(gpu.name)
    plain, x = copy.deepcopy(model), numbers(2, 3)
    seen: list[Any] = []
    getattr(model[place], f"register_{kind}_hook")(lambda module, *told: seen.append(told))
    agree(values(model, model, x), values(one_by_one(plain), plain, x))
    assert fused == []
    assert len(seen) == 1
    if kind == "forward":
        ((given,), out) = seen[0]
        before = plain[0](shapenet.from_numpy(x).to(gpu.name)).data
        np.testing.assert_allclose(to_numpy((out if place == 0 else given).data), to_numpy(before), rtol=1e-5)


def test_who_watches_or_follows_sees_single_operations(gpu: Gpu, fused: list[str]) -> None:
    model, x = nn.Sequential(nn.Linear(3, 3), nn.ReLU()).to(gpu.name), shapenet.from_numpy(numbers(2, 3)).to(gpu.name)
    told: list[str] = []

    def follower(op: Callable[..., Any], arrays: Sequence[Array], _: object) -> Array:
        told.append(op.__name__)
        return arrays[0]

    with watched(lambda function, *_: told.append(function.__name__)):
        model(x)
    with followed(follower):
        model(x)
    assert told == ["linear", "relu"] * 2
    assert fused == []


@pytest.mark.parametrize("make", [lambda: nn.Linear(3, 4), lambda: nn.Conv1d(3, 4, 2), lambda: nn.Conv2d(3, 4, 2)])
def test_errors_are_told_as_ever(gpu: Gpu, make: Callable[[], Any]) -> None:
    layer = make()
    for shape in [(2, 5, 5, 5), (2, 5, 5), (5,), (3, 1, 1), (), (2, 2, 2, 2, 2)]:
        told = []
        # A layer between the two keeps them apart.
        for layers in ([layer, nn.ReLU()], [layer, nn.Identity(), nn.ReLU()]):
            with pytest.raises(ShapeError) as raised:
                nn.Sequential(*layers).to(gpu.name)(shapenet.from_numpy(numbers(*shape)).to(gpu.name))
            told.append(str(raised.value))
        assert told[0] == told[1]
        assert told[0].startswith("layer 0")


def test_a_bias_that_does_not_fit_is_left_to_the_layer(gpu: Gpu, fused: list[str]) -> None:
    model = nn.Sequential(nn.Linear(3, 4), nn.ReLU()).to(gpu.name)
    model[0].bias = nn.Parameter(gpu.to(numbers(3)))
    with pytest.raises(ShapeError, match=r"layer 0 .*bias"):
        model(shapenet.from_numpy(numbers(2, 3)).to(gpu.name))
    assert fused == []


def test_options_that_were_spoiled_are_told_as_ever(gpu: Gpu) -> None:
    model = nn.Sequential(nn.Linear(3, 4), nn.GELU()).to(gpu.name)
    model[1].approximate = "erf"
    with pytest.raises(ValueError, match=r'^gelu expects approximate to be "none" or "tanh", got \'erf\'$'):
        model(shapenet.from_numpy(numbers(2, 3)).to(gpu.name))


def test_inputs_of_another_type(gpu: Gpu, fused: list[str]) -> None:
    model = nn.Sequential(nn.Conv2d(3, 4, 2), nn.GELU()).to(gpu.name)
    x = numbers(2, 3, 4, 4).astype(np.float64)
    agree(values(model, model, x), values(one_by_one(model), model, x))
    assert fused == ["GELU"]


@pytest.mark.parametrize("function", ["relu", "gelu"])
def test_the_feed_forward_part_of_a_transformer(gpu: Gpu, fused: list[str], function: str) -> None:
    model = nn.TransformerEncoderLayer(8, 2, 12, dropout=0.0, activation=function).to(gpu.name)
    plain, x = copy.deepcopy(model), numbers(5, 2, 8)
    plain.linear1.register_forward_hook(lambda *_: None)
    agree(values(model, model, x), values(plain, plain, x))
    assert fused == [getattr(F, function).__name__]
