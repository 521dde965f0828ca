"""Models of users whose calls look at elements, keep something, or make something of parameters alone."""

from __future__ import annotations

import re

import numpy as np
import pytest

import shapenet
from shapenet import AnyTensor, Module, SummaryError, Tensor, nn
from shapenet.backend import default_generator
from shapenet.dims import B, C
from shapenet.summaries.report import show


class Looking(Module):
    """What is done depends on the elements."""

    def __init__(self) -> None:
        self.layer = nn.Linear(3, 3)

    def __call__(self, x: Tensor[B, 3]) -> Tensor[B, 3]:
        return self.layer(x) if float(x.sum()) > 0 else x


def test_elements_are_not_there() -> None:
    inside = nn.Sequential(nn.ReLU(), Looking())
    said = "Looking (1): summary() knows the shapes of tensors, not their elements, and the model needs these"
    with pytest.raises(SummaryError, match=re.escape(said)):
        shapenet.summary(inside, ("B", 3))


class Leaving(Module):
    """It goes on in numpy."""

    def __call__(self, x: Tensor[B, 3]) -> AnyTensor:
        return shapenet.from_numpy(x.numpy() * 2)


def test_numpy_has_the_elements_too() -> None:
    with pytest.raises(SummaryError, match=r"Leaving: .* the model asks for an array of the elements"):
        shapenet.summary(Leaving())


class Keeping(Module):
    """What a call leaves behind."""

    def __init__(self) -> None:
        self.calls: AnyTensor = nn.Buffer(np.zeros(1, np.float32))
        self.fixed: AnyTensor = nn.Buffer(np.broadcast_to(np.float32(2), (3,)))  # it cannot be written
        self.hidden: AnyTensor | None = None
        self.seen: list[AnyTensor] = []
        self.by_size: dict[int, AnyTensor] = {}

    def __call__(self, x: Tensor[B, 3]) -> Tensor[B, 3]:
        self.calls.data += 1
        y = x * self.fixed if self.hidden is None else x + self.hidden
        self.hidden = y
        self.seen.append(y)
        self.by_size[x.shape[0]] = y
        return y


def test_nothing_is_left_behind() -> None:
    model = Keeping()
    model(shapenet.ones(1, 3))
    seen = model.seen
    assert show(shapenet.summary(model).outputs) == "[B, 3]"
    assert model.calls.tolist() == [1]
    assert model.hidden is seen[0]
    assert (model.seen is seen, len(seen), list(model.by_size)) == (True, 1, [1])


class Learnt(Module):
    """What is made of parameters alone."""

    def __init__(self) -> None:
        self.queries = nn.Embedding(5, 8)
        self.layer = nn.Linear(8, 4)

    def __call__(self, x: Tensor[B, 4]) -> tuple[AnyTensor, Tensor[5, 8]]:
        return x @ self.layer(self.queries.weight).transpose(0, 1), self.queries.weight


def test_what_no_input_reaches_is_told_too() -> None:
    said = shapenet.summary(Learnt())
    assert show(said.outputs) == "[B, 5], [5, 8]"
    (row,) = [row for row in said.rows if row.path == "layer"]
    assert (row.shapes, row.multiply_adds.known) == ("[5, 8] -> [5, 4]", 5 * 8 * 4)


class Sampling(Module):
    def __call__(self, x: Tensor[B, C]) -> Tensor[B, C]:
        return x * shapenet.rand(x.shape) + shapenet.randn(*x.shape)


def test_random_numbers_have_shapes() -> None:
    random = default_generator().bit_generator.state
    said = shapenet.summary(Sampling())
    assert (show(said.outputs), said.fixed) == ("[B, C]", {})
    assert str(default_generator().bit_generator.state) == str(random)


def test_nothing_is_changed() -> None:
    model = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.Dropout(0.5))
    model[1].eval()
    called: list[object] = []
    model[0].register_forward_hook(lambda *_: called.append(1))
    before = {path: tensor.numpy().copy() for path, tensor in model.state_dict().items()}
    random = default_generator().bit_generator.state
    shapenet.summary(model)
    assert [module.training for module in model.modules()] == [True, True, False, True]
    assert all(np.array_equal(before[path], tensor.numpy()) for path, tensor in model.state_dict().items())
    assert str(default_generator().bit_generator.state) == str(random)
    assert not called
    model(shapenet.zeros(1, 3, 5, 5))
    assert called


def test_after_an_error_nothing_is_changed() -> None:
    model = Looking()
    with pytest.raises(SummaryError):
        shapenet.summary(model)
    assert model.training
    assert type(shapenet.zeros(2).data) is np.ndarray
    assert float(model(shapenet.zeros(1, 3)).sum()) == 0
