"""Modules that hold others."""

from __future__ import annotations

import copy
import pickle

import numpy as np
import pytest

import shapenet
from shapenet import ShapeError, nn


def test_identity() -> None:
    x = shapenet.randn(2, 3)
    assert nn.Identity()(x) is x


def test_residual() -> None:
    body = nn.Conv2d(3, 3, 3, padding=1)
    x = shapenet.randn(2, 3, 5, 5)
    plain, shortened = nn.Residual(body), nn.Residual(nn.Conv2d(3, 4, 1), nn.Conv2d(3, 4, 1))
    np.testing.assert_allclose(plain(x).detach(), (x + body(x)).detach(), rtol=1e-6)
    assert shortened(x).shape == (2, 4, 5, 5)
    assert [path for path, _ in plain.named_parameters()] == ["body.weight", "body.bias"]
    with pytest.raises(ShapeError, match=r"^Residual expects body and shortcut of one shape, got \[2, 3, 3, 3\] and"):
        nn.Residual(nn.Conv2d(3, 3, 3))(x)  # type: ignore[shape]
    with pytest.raises(ShapeError, match="of one shape"):  # it would broadcast
        nn.Residual(nn.Conv2d(3, 1, 1))(x)  # type: ignore[shape]
    with pytest.raises(TypeError, match=r"^Residual expects shortcut to be a module, got 3$"):
        nn.Residual(body, 3)  # type: ignore[arg-type]


def test_repeat() -> None:
    repeat = nn.Repeat(lambda: nn.Linear(3, 3), 4)
    assert len(repeat) == 4
    assert repeat(shapenet.randn(2, 3)).shape == (2, 3)
    assert len(list(repeat.parameters())) == 8
    assert repeat[0] is not repeat[1]
    assert [path for path, _ in repeat.named_children()] == ["0", "1", "2", "3"]
    x = shapenet.randn(2, 3)
    assert nn.Repeat(lambda: nn.Linear(3, 3), 0)(x) is x
    with pytest.raises(
        ShapeError, match=r"^Repeat expects blocks that keep the shape, got Linear\[3, 4\]: \[2, 3\] ->"
    ):
        nn.Repeat(lambda: nn.Linear(3, 4), 2)(x)  # type: ignore[shape]
    with pytest.raises(ShapeError, match=r"^layer 0 \(Linear\[4, 4\]\) expects last dimension 4, got 3"):
        nn.Repeat(lambda: nn.Linear(4, 4), 2)(x)  # type: ignore[shape]
    for times in (-1, 1.5, True):
        with pytest.raises(ValueError, match="times"):
            nn.Repeat(nn.ReLU, times)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"^Repeat expects make to be what makes a module, got the module ReLU$"):
        nn.Repeat(nn.ReLU(), 2)  # type: ignore[type-var, arg-type]
    with pytest.raises(TypeError, match=r"^Repeat expects make to return a module, got 3$"):
        nn.Repeat(lambda: 3, 1)  # type: ignore[type-var]


def test_module_list() -> None:
    layers = nn.ModuleList([nn.Linear(2, 2) for _ in range(3)])
    assert len(layers) == 3
    assert len(list(layers.parameters())) == 6
    first = layers[0]
    assert layers[1:][1] is layers[-1]
    del layers[0]
    layers.append(first)
    assert layers[2] is first
    layers.insert(0, first)
    assert list(layers.state_dict())[:2] == ["0.weight", "0.bias"]
    assert [path for path, _ in layers.named_children()] == ["0", "1", "2", "3"]
    layers[0] = nn.Linear(2, 2)
    assert layers[0] is not first
    twin = copy.deepcopy(layers)
    assert twin[0] is not layers[0]
    assert [id(layer) for layer in twin] == [id(layer) for _, layer in twin.named_children()]
    with pytest.raises(TypeError, match=r"^ModuleList expects modules, got 3 at position 4$"):
        layers.append(3)  # type: ignore[arg-type]
    assert len(layers) == 4


def test_module_dict() -> None:
    layers = nn.ModuleDict({"a": nn.Linear(2, 2), "b": nn.Linear(2, 2)})
    assert list(layers) == ["a", "b"]
    assert "a" in layers
    assert list(layers.state_dict()) == ["a.weight", "a.bias", "b.weight", "b.bias"]
    taken = layers.pop("a")
    layers["c"] = taken
    assert [name for name, _ in layers.items()] == list(layers.keys()) == ["b", "c"]
    assert list(layers.values())[1] is taken
    for name in ("", "x.y", "keys"):
        with pytest.raises(KeyError, match="names without dots"):
            layers[name] = taken
    with pytest.raises(TypeError, match=r"^ModuleDict expects modules, got 1 for 'd'$"):
        layers["d"] = 1  # type: ignore[assignment]
    layers.clear()
    assert len(layers) == len(list(layers.children())) == 0


def test_pickling_is_refused() -> None:
    with pytest.raises(TypeError, match=r"^Linear cannot be pickled: keep its state_dict\(\)"):
        pickle.dumps(nn.Linear(2, 2))


def test_part_of_a_sequential() -> None:
    layers = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2))
    x = shapenet.randn(2, 3)
    first, last = layers[:2], layers[-1:]
    assert isinstance(first, nn.Sequential)
    assert [len(first), len(last), len(layers[3:])] == [2, 1, 0]
    assert first[0] is layers[0]
    np.testing.assert_array_equal(last(first(x)).detach(), layers(x).detach())
    assert [path for path, _ in last.named_parameters()] == ["0.weight", "0.bias"]


def test_each_of_different_members() -> None:
    layers = nn.ModuleList([nn.Linear(3, 4), nn.Flatten(), nn.Linear(4, 2)])
    heads = nn.ModuleDict({"a": nn.Linear(2, 5), "b": nn.Linear(2, 7)})
    features = layers[2](layers[0](shapenet.randn(1, 3)))
    assert (heads["a"](features).shape, heads["b"](features).shape) == ((1, 5), (1, 7))
