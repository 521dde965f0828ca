"""Variances, products, norms and running sums against torch: values and gradients, for random shapes."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import shapenet
from shapenet.backend import Array
from tests.parity.test_conv import agree

torch = pytest.importorskip("torch")

REDUCING: dict[str, Callable[[Any, Any, bool], Any]] = {
    "var": lambda x, dim, keep: x.var(dim, keepdim=keep),
    "var unbiased": lambda x, dim, keep: x.var(dim, unbiased=False, keepdim=keep),
    "var corrected": lambda x, dim, keep: x.var(dim, correction=0.5, keepdim=keep),
    "std": lambda x, dim, keep: x.std(dim, keepdim=keep),
    "std of the population": lambda x, dim, keep: x.std(dim, correction=0, keepdim=keep),
    "logsumexp": lambda x, dim, keep: x.logsumexp(dim, keepdim=keep),
    **{
        f"norm {p}": lambda x, dim, keep, p=p: x.norm(p, dim, keep)  # type: ignore[misc]
        for p in (0, 0.5, 1, 2, 3, 1.5, math.inf, -math.inf)
    },
    "amin": lambda x, dim, keep: x.amin(dim, keep),
}


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("name", REDUCING)
def test_reducing(name: str, seed: int) -> None:
    rng, call = np.random.default_rng(), REDUCING[name]
    x: Array = np.asarray(rng.standard_normal([int(size) for size in rng.integers(2, 5, 3)]))
    dims: list[Any] = [0, -1, (0, 2), (-1, 1), (0, 1, 2)]
    dim, keep = dims[rng.integers(len(dims))], bool(rng.random() < 0.5)
    if name == "norm 0":  # torch has no gradient of it
        ours, theirs = shapenet.from_numpy(x).norm(0, dim, keep), torch.tensor(x).norm(0, dim, keep)
        np.testing.assert_array_equal(ours.numpy(), theirs.numpy())
        return
    agree(lambda x: call(x, dim, keep), lambda x: call(x, dim, keep), [x], rng)


ALONG: dict[str, Callable[[Any, int], Any]] = {
    "prod": lambda x, dim: x.prod(dim),
    "prod kept": lambda x, dim: x.prod(dim=dim, keepdim=True),
    "prod of all": lambda x, dim: x.prod(),
    "var of all": lambda x, dim: x.var(),
    "norm of all": lambda x, dim: x.norm(),
    "norm along": lambda x, dim: x.norm(dim=dim, keepdim=True),
    "norm at zero": lambda x, dim: (x * 0).norm(3, dim),
    "std at zero": lambda x, dim: (x * 0).std(dim),
    "cumsum": lambda x, dim: x.cumsum(dim),
    "cumprod": lambda x, dim: x.cumprod(dim),
}


@pytest.mark.parametrize("zeros", [False, True])
@pytest.mark.parametrize("name", ALONG)
def test_along(name: str, zeros: bool) -> None:
    rng, call = np.random.default_rng(), ALONG[name]
    for _ in range(5):
        x: Array = np.asarray(rng.standard_normal([int(size) for size in rng.integers(2, 5, rng.integers(1, 4))]))
        x[rng.random(x.shape) < 0.3 * zeros] = 0
        dim = int(rng.integers(-x.ndim, x.ndim))
        agree(lambda x: call(x, dim), lambda x: call(x, dim), [x], rng)  # noqa: B023  (called at once)


@pytest.mark.parametrize("dtype", [np.int64, np.bool_, np.int32, np.float32])
@pytest.mark.parametrize("name", ["prod", "any", "all", "cumsum", "cumprod", "logsumexp"])
def test_dtypes(name: str, dtype: Any) -> None:
    x = np.random.default_rng().integers(0, 3, (3, 4)).astype(dtype)
    ours, theirs = getattr(shapenet, name)(shapenet.from_numpy(x), 1), getattr(torch, name)(torch.tensor(x), 1)
    assert str(theirs.dtype) == f"torch.{ours.dtype}"
    np.testing.assert_allclose(ours.numpy(), theirs.numpy(), rtol=1e-6)


def test_infinities() -> None:
    x = np.array([[-np.inf, -np.inf], [0, np.inf], [-np.inf, 1]])
    np.testing.assert_array_equal(shapenet.from_numpy(x).logsumexp(1).numpy(), torch.tensor(x).logsumexp(1).numpy())
