"""Extremes, sorting and picking against torch: values, places and gradients, for random shapes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import shapenet
from shapenet import functional as F
from tests.parity.test_conv import agree

torch = pytest.importorskip("torch")

FOUND: dict[str, Callable[[Any, int, int], Any]] = {
    "max": lambda x, dim, k: x.max(dim),
    "max keepdim": lambda x, dim, k: x.max(dim, keepdim=True),
    "min": lambda x, dim, k: x.min(dim),
    "sort": lambda x, dim, k: x.sort(dim),
    "sort descending": lambda x, dim, k: x.sort(dim=dim, descending=True, stable=True),
    "topk": lambda x, dim, k: x.topk(k, dim),
    "topk smallest": lambda x, dim, k: x.topk(k, dim=dim, largest=False, sorted=True),
}
PLACES: dict[str, Callable[[Any, int], Any]] = {
    "argmax": lambda x, dim: x.argmax(dim),
    "argmin": lambda x, dim: x.argmin(dim, keepdim=True),
    "argmin of all": lambda x, dim: x.argmin(),
    "argsort": lambda x, dim: x.argsort(dim),
    "argsort descending": lambda x, dim: x.argsort(dim, descending=True),
}


def drawn(rng: np.random.Generator) -> tuple[Any, int]:
    shape = [int(size) for size in rng.integers(1, 6, rng.integers(1, 4))]
    return np.asarray(rng.standard_normal(shape)), int(rng.integers(-len(shape), len(shape)))


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("name", FOUND)
def test_found(name: str, seed: int) -> None:
    rng, call = np.random.default_rng(), FOUND[name]
    x, dim = drawn(rng)
    k = int(rng.integers(0, x.shape[dim] + 1))
    agree(lambda x: call(x, dim, k).values, lambda x: call(x, dim, k).values, [x], rng)
    ours, theirs = call(shapenet.from_numpy(x), dim, k), call(torch.tensor(x), dim, k)
    np.testing.assert_array_equal(ours.indices.numpy(), theirs.indices.numpy())


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("name", PLACES)
def test_places(name: str, seed: int) -> None:
    x, dim = drawn(np.random.default_rng())
    ours, theirs = PLACES[name](shapenet.from_numpy(x), dim), PLACES[name](torch.tensor(x), dim)
    np.testing.assert_array_equal(ours.numpy(), theirs.numpy())


@pytest.mark.parametrize("name", ["max", "min", "amax", "amin"])
def test_equal_extremes(name: str) -> None:
    rng = np.random.default_rng()
    x = np.asarray(rng.integers(0, 3, (4, 5)).astype(float))
    agree(lambda x: getattr(x, name)(), lambda x: getattr(x, name)(), [x], rng)
    if name.startswith("am"):
        agree(lambda x: getattr(x, name)(1), lambda x: getattr(x, name)(1), [x], rng)


@pytest.mark.parametrize("seed", range(10))
def test_picking(seed: int) -> None:
    rng = np.random.default_rng()
    x, dim = drawn(rng)
    index = rng.integers(0, x.shape[dim], [int(rng.integers(1, size + 1)) for size in x.shape])
    if rng.random() < 0.5:  # more than there are along dim
        index = np.concatenate([index, index], dim)
    line, wide = index.reshape(-1), rng.integers(0, x.shape[dim], [int(rng.choice([1, size])) for size in x.shape])
    made, torchs = shapenet.from_numpy, torch.tensor
    agree(lambda x: x.gather(dim, made(index)), lambda x: x.gather(dim, torchs(index)), [x], rng)
    agree(lambda x: x.index_select(dim, made(line)), lambda x: x.index_select(dim, torchs(line)), [x], rng)
    agree(lambda x: x.take_along_dim(made(wide), dim), lambda x: x.take_along_dim(torchs(wide), dim), [x], rng)


@pytest.mark.parametrize("seed", range(6))
def test_scatter(seed: int) -> None:
    rng = np.random.default_rng()
    x, dim = drawn(rng)
    index = np.argsort(rng.standard_normal(x.shape), axis=dim)[
        tuple(slice(int(rng.integers(1, n + 1))) for n in x.shape)
    ]
    src = rng.standard_normal(index.shape)  # of a greater one, torch has no gradient
    made, torchs = shapenet.from_numpy, torch.tensor
    arrays = [x, np.asarray(src)]
    for name in ("scatter", "scatter_add"):
        agree(
            lambda x, y: getattr(x, name)(dim, made(index), y),  # noqa: B023  (called at once)
            lambda x, y: getattr(x, name)(dim, torchs(index), y),  # noqa: B023
            arrays,
            rng,
        )
    twice = np.zeros_like(index)
    agree(
        lambda x, y: shapenet.scatter_add(x, dim, made(twice), y),
        lambda x, y: torch.scatter_add(x, dim, torchs(twice), y),
        arrays,
        rng,
    )
    agree(lambda x: x.scatter(dim, made(index), 2.5), lambda x: x.scatter(dim, torchs(index), 2.5), [x], rng)


def test_one_hot() -> None:
    labels = np.random.default_rng().integers(0, 5, (3, 4))
    for number in (5, 7, -1):
        ours = F.one_hot(shapenet.from_numpy(labels), number).numpy()
        np.testing.assert_array_equal(ours, torch.nn.functional.one_hot(torch.tensor(labels), number).numpy())
