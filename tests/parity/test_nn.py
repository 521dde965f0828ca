"""Layers against torch: the same weights and inputs must give the same outputs, gradients and statistics."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import shapenet
from shapenet import AnyTensor, Module, nn
from shapenet import functional as F
from shapenet.backend import Array
from shapenet.optim import SGD

torch = pytest.importorskip("torch")

RNG = np.random.default_rng(0)


def close(got: Array, wanted: Any, tolerance: float = 1e-10) -> None:
    np.testing.assert_allclose(got, wanted.detach().numpy(), rtol=tolerance, atol=tolerance)


def as_float64(module: Module) -> Module:
    """Also in torch float64 is where a difference is an error and not rounding."""
    for tensor in [*module.parameters(), *(buffer for _, buffer in module.named_buffers())]:
        if tensor.dtype == np.float32:
            tensor.data = tensor.data.astype(np.float64)
    return module


def share_weights(ours: Module, theirs: Any) -> None:
    """Random values in both, in the order of torch's names, which ours must have too."""
    state = theirs.state_dict()
    assert list(ours.state_dict()) == list(state)
    values = {
        name: RNG.uniform(0.5, 1.5, tuple(tensor.shape)) for name, tensor in state.items() if tensor.is_floating_point()
    }
    theirs.load_state_dict({name: torch.tensor(values[name]) if name in values else state[name] for name in state})
    ours.load_state_dict({name: values.get(name, state[name].numpy()) for name in state})


def tnn(name: str) -> Any:
    return getattr(torch.nn, name)


LAYERS: list[tuple[str, Callable[[], Any], tuple[Any, ...], dict[str, Any], tuple[int, ...]]] = [
    ("Linear", lambda: nn.Linear(5, 3), (5, 3), {}, (4, 5)),
    ("Linear", lambda: nn.Linear(5, 3, bias=False), (5, 3), {"bias": False}, (2, 3, 5)),
    ("Linear", lambda: nn.Linear(5, 3), (5, 3), {}, (5,)),
    ("Conv2d", lambda: nn.Conv2d(3, 4, 3), (3, 4, 3), {}, (2, 3, 6, 7)),
    ("Conv2d", lambda: nn.Conv2d(3, 4, 1, bias=False), (3, 4, 1), {"bias": False}, (2, 3, 5, 5)),
    (
        "Conv2d",
        lambda: nn.Conv2d(4, 6, (3, 2), stride=(2, 1), padding=(1, 2), dilation=(1, 2), groups=2),
        (4, 6, (3, 2)),
        {"stride": (2, 1), "padding": (1, 2), "dilation": (1, 2), "groups": 2},
        (2, 4, 7, 8),
    ),
    ("BatchNorm2d", lambda: nn.BatchNorm2d(3), (3,), {}, (4, 3, 5, 2)),
    ("BatchNorm2d", lambda: nn.BatchNorm2d(3, 1e-2, 0.3), (3, 1e-2, 0.3), {}, (4, 3, 5, 2)),
    ("MaxPool2d", lambda: nn.MaxPool2d(2), (2,), {}, (2, 3, 6, 7)),
    (
        "MaxPool2d",
        lambda: nn.MaxPool2d((3, 2), stride=(1, 2), padding=1, dilation=(2, 1)),
        ((3, 2), (1, 2), 1, (2, 1)),
        {},
        (2, 3, 7, 8),
    ),
    ("MaxPool2d", lambda: nn.MaxPool2d(2, ceil_mode=True), (2,), {"ceil_mode": True}, (2, 3, 5, 7)),
    ("AvgPool2d", lambda: nn.AvgPool2d(3, 2, 1, True, False), (3, 2, 1, True, False), {}, (2, 3, 6, 7)),
    ("AdaptiveAvgPool2d", lambda: nn.AdaptiveAvgPool2d(1), (1,), {}, (2, 3, 6, 7)),
    ("AdaptiveAvgPool2d", lambda: nn.AdaptiveAvgPool2d((3, None)), ((3, None),), {}, (2, 3, 7, 6)),
    ("AdaptiveMaxPool2d", lambda: nn.AdaptiveMaxPool2d((3, 5)), ((3, 5),), {}, (2, 3, 7, 6)),
    ("Unfold", lambda: nn.Unfold((3, 2), 1, (1, 0), 2), ((3, 2), 1, (1, 0), 2), {}, (2, 3, 7, 6)),
    ("Fold", lambda: nn.Fold((5, 4), 2, stride=(1, 2)), ((5, 4), 2), {"stride": (1, 2)}, (2, 12, 8)),
    ("ReLU", lambda: nn.ReLU(), (), {}, (3, 4)),
    ("Flatten", lambda: nn.Flatten(), (), {}, (2, 3, 4, 5)),
    ("Flatten", lambda: nn.Flatten(0, 2), (0, 2), {}, (2, 3, 4, 5)),
]


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize(("name", "make", "sizes", "options", "shape"), LAYERS)
def test_layer(
    name: str,
    make: Callable[[], Any],
    sizes: tuple[Any, ...],
    options: dict[str, Any],
    shape: tuple[int, ...],
    training: bool,
) -> None:
    ours, theirs = as_float64(make()).train(training), tnn(name)(*sizes, **options).double().train(training)
    share_weights(ours, theirs)
    for _ in range(2):  # the second time with other running statistics, and gradients that add up
        values = RNG.standard_normal(shape)
        x, y = shapenet.tensor(values, requires_grad=True), torch.tensor(values, requires_grad=True)
        got, wanted = ours(x), theirs(y)
        close(got.detach().numpy(), wanted)
        weight = RNG.standard_normal(got.shape)
        got.backward(shapenet.tensor(weight))
        wanted.backward(torch.tensor(weight))
        assert x.grad is not None
        close(x.grad.numpy(), y.grad)
    gradients = {path: parameter.grad for path, parameter in ours.named_parameters()}
    for path, parameter in theirs.named_parameters():
        gradient = gradients.pop(path)
        assert gradient is not None
        close(gradient.numpy(), parameter.grad)
    assert not gradients
    for path, tensor in ours.state_dict().items():
        close(tensor.numpy(), theirs.state_dict()[path])


@pytest.mark.parametrize(
    ("ours", "theirs", "target"),
    [
        (nn.CrossEntropyLoss(), "CrossEntropyLoss", np.array([0, 4, 2, 2])),
        (nn.MSELoss(), "MSELoss", RNG.standard_normal((4, 5))),
    ],
)
def test_loss(ours: Any, theirs: str, target: Array) -> None:
    values = RNG.standard_normal((4, 5)) * 10
    x, y = shapenet.tensor(values, requires_grad=True), torch.tensor(values, requires_grad=True)
    got, wanted = ours(x, shapenet.tensor(target)), tnn(theirs)()(y, torch.tensor(target))
    close(got.detach().numpy(), wanted)
    got.backward()
    wanted.backward()
    assert x.grad is not None
    close(x.grad.numpy(), y.grad)


@pytest.mark.parametrize("training", [True, False])
def test_dropout_keeps_the_gradient_with_the_value(training: bool) -> None:
    x = shapenet.ones(50, 50, requires_grad=True)
    y = F.dropout(x, 0.3, training)
    y.sum().backward()
    assert x.grad is not None
    np.testing.assert_array_equal(x.grad.numpy(), y.detach().numpy())


class Net(Module):
    """A small network of every layer that has something to learn."""

    def __init__(self) -> None:
        self.features = nn.Sequential(
            nn.Conv2d(2, 4, 3, padding=1), nn.BatchNorm2d(4), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(4, 4, 3, stride=2)
        )
        self.head = nn.Linear(4, 3)

    def __call__(self, x: AnyTensor) -> AnyTensor:
        return self.head(self.features(x).relu().flatten(1))


def torch_net() -> tuple[Any, Callable[[Any], Any]]:
    """The same network in torch, with the same names: its parts, and how they are applied."""
    layers = [tnn("Conv2d")(2, 4, 3, padding=1), tnn("BatchNorm2d")(4), tnn("ReLU")(), tnn("MaxPool2d")(2)]
    features = tnn("Sequential")(*layers, tnn("Conv2d")(4, 4, 3, stride=2))
    parts = tnn("ModuleDict")({"features": features, "head": tnn("Linear")(4, 3)}).double()
    return parts, lambda x: parts["head"](parts["features"](x).relu().flatten(1))


def test_training_steps_of_a_network() -> None:
    ours, (theirs, forward) = as_float64(Net()), torch_net()
    share_weights(ours, theirs)
    values, labels = RNG.standard_normal((5, 2, 6, 6)), np.array([0, 2, 1, 1, 0])
    one = SGD(ours.parameters(), lr=0.1, momentum=0.9)
    other = torch.optim.SGD(theirs.parameters(), lr=0.1, momentum=0.9)
    for _ in range(3):
        loss = F.cross_entropy(ours(shapenet.tensor(values)), shapenet.tensor(labels))
        wanted = torch.nn.functional.cross_entropy(forward(torch.tensor(values)), torch.tensor(labels))
        close(loss.detach().numpy(), wanted)
        for optimizer, result in ((one, loss), (other, wanted)):
            optimizer.zero_grad()
            result.backward()
            optimizer.step()
    for path, tensor in ours.state_dict().items():
        close(tensor.numpy(), theirs.state_dict()[path], 1e-9)


@pytest.mark.parametrize(
    ("make", "name", "sizes", "fan_in"),
    [
        (lambda: nn.Linear(400, 100), "Linear", (400, 100), 400),
        (lambda: nn.Conv2d(16, 64, 5, groups=4), "Conv2d", (16, 64, 5, 1, 0, 1, 4), 4 * 25),
    ],
)
def test_initial_weights(make: Callable[[], Any], name: str, sizes: tuple[int, ...], fan_in: int) -> None:
    """Uniform within one bound: its greatest value and its variance tell it, up to chance."""
    shapenet.manual_seed(0)
    torch.manual_seed(0)
    ours, theirs, bound = make(), tnn(name)(*sizes), 1 / math.sqrt(fan_in)
    for part in ("weight", "bias"):
        got, wanted = getattr(ours, part).detach().numpy(), getattr(theirs, part).detach().numpy()
        assert got.shape == wanted.shape
        assert got.dtype == wanted.dtype == np.float32
        for values in (got, wanted):
            assert 0.9 * bound < np.abs(values).max() <= bound * (1 + 1e-6)
            spread = values.std() / (bound / math.sqrt(3))
            assert abs(spread - 1) < 3 / math.sqrt(values.size)
            assert abs(values.mean()) < 4 * values.std() / math.sqrt(values.size)
