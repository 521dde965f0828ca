"""Functions of each element against torch: values, gradients, dtypes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import shapenet
from shapenet.backend import Array
from tests.parity.test_conv import agree

torch = pytest.importorskip("torch")

ANYWHERE = ["sin", "cos", "tan", "erf", "expm1", "square", "floor", "ceil", "trunc", "round", "sign", "abs", "exp"]
POSITIVE = ["log1p", "log2", "log10", "reciprocal", "rsqrt", "log", "sqrt"]


@pytest.mark.parametrize("name", [*ANYWHERE, *POSITIVE])
def test_functions(name: str) -> None:
    rng = np.random.default_rng()
    x: Array = np.asarray(rng.uniform(0.1, 5, (3, 4)) if name in POSITIVE else rng.standard_normal((3, 4)) * 3)
    agree(lambda x: getattr(x, name)(), lambda x: getattr(x, name)(), [x], rng)
    agree(lambda x: getattr(shapenet, name)(x), lambda x: getattr(torch, name)(x), [x], rng)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_erf_to_the_last_digits(dtype: Any) -> None:
    x = np.concatenate([np.linspace(-6, 6, 2001), np.geomspace(1e-30, 1, 200)]).astype(dtype)
    wanted = torch.erf(torch.tensor(x)).numpy()
    np.testing.assert_allclose(shapenet.erf(shapenet.from_numpy(x)).numpy(), wanted, rtol=20 * np.finfo(dtype).eps)


@pytest.mark.parametrize("dtype", [np.int64, np.int32])
@pytest.mark.parametrize("name", [*ANYWHERE, *POSITIVE])
def test_of_integers(name: str, dtype: Any) -> None:
    x = np.array([1, 2, 5], dtype)
    ours, theirs = getattr(shapenet.from_numpy(x), name)(), getattr(torch.tensor(x), name)()
    assert str(theirs.dtype) == f"torch.{ours.dtype}"
    np.testing.assert_allclose(ours.numpy(), theirs.numpy(), rtol=1e-6)


BOUNDED: dict[str, Callable[..., Any]] = {
    "clamp": lambda x, y, z: x.clamp(-0.5, 1),
    "clamp below": lambda x, y, z: x.clamp(max=0.3),
    "clamp above": lambda x, y, z: x.clamp(min=1),
    "clamp crossed": lambda x, y, z: x.clamp(1, -1),
    "clamp by tensors": lambda x, y, z: x.clamp(y, z),
    "clamp by one tensor": lambda x, y, z: x.clamp(max=y),
    "clamp by another": lambda x, y, z: x.clamp(min=z),
    "maximum": lambda x, y, z: x.maximum(y),
    "minimum": lambda x, y, z: y.minimum(x),
    "pow": lambda x, y, z: (x * x + 1).pow(y),
    "pow of a number": lambda x, y, z: x.pow(3),
    "remainder": lambda x, y, z: x % (y * y + 0.5),
    "remainder of a number": lambda x, y, z: x % 0.7 + x % -2,
}


@pytest.mark.parametrize("equal", [False, True])
@pytest.mark.parametrize("name", BOUNDED)
def test_two_operands(name: str, equal: bool) -> None:
    rng, call = np.random.default_rng(), BOUNDED[name]
    arrays: list[Array] = [np.asarray(rng.standard_normal(shape)) for shape in [(3, 4), (4,), (3, 1)]]
    if equal and "remainder" not in name:
        arrays = [np.round(array) for array in arrays]

    def with_all(x: Any, y: Any, z: Any) -> Any:
        return call(x, y, z) + 0 * (x + y + z)  # each is given a gradient

    agree(with_all, with_all, arrays, rng)


@pytest.mark.parametrize("divisor", [3, -3, 0.7, -0.7])
def test_floor_division(divisor: float) -> None:
    x = np.array([-7, -3, -1, 0, 2, 6])
    for array in (x, x + 0.5):
        ours, theirs = shapenet.from_numpy(array), torch.tensor(array)
        np.testing.assert_allclose((ours // divisor).numpy(), (theirs // divisor).numpy())
        np.testing.assert_allclose((ours % divisor).numpy(), (theirs % divisor).numpy(), rtol=1e-6)
    ours, theirs = shapenet.tensor([2, -3]), torch.tensor([2, -3])
    np.testing.assert_array_equal((7 // ours).numpy(), (7 // theirs).numpy())
    np.testing.assert_array_equal((7 % ours).numpy(), (7 % theirs).numpy())


def test_logic() -> None:
    rng = np.random.default_rng()
    for dtype in (np.bool_, np.int64):
        x, y = (rng.integers(0, 4, shape).astype(dtype) for shape in [(3, 4), (4,)])
        ours, theirs = [shapenet.from_numpy(a) for a in (x, y)], [torch.tensor(a) for a in (x, y)]
        calls: list[Callable[[Any, Any], Any]] = [
            *(lambda x, y: x & y, lambda x, y: x | y, lambda x, y: x ^ y, lambda x, y: ~x, lambda x, y: x & 1),
            *(lambda x, y: x.logical_and(y), lambda x, y: x.logical_or(y), lambda x, y: x.logical_xor(y)),
            *(lambda x, y: x.logical_not(), lambda x, y: 1 | x, lambda x, y: x ^ True, lambda x, y: True & y),
        ]
        for call in calls:
            got, wanted = call(*ours), call(*theirs)
            assert str(wanted.dtype) == f"torch.{got.dtype}"
            np.testing.assert_array_equal(got.numpy(), wanted.numpy())


def test_what_is_no_number() -> None:
    x = np.array([1, np.nan, np.inf, -np.inf])
    for name in ("isnan", "isinf", "isfinite"):
        ours = getattr(shapenet, name)(shapenet.from_numpy(x)).numpy()
        np.testing.assert_array_equal(ours, getattr(torch, name)(torch.tensor(x)).numpy())


def test_rounded_to_decimals() -> None:
    x = np.random.default_rng().standard_normal(20) * 10
    for decimals in (-1, 0, 2):
        ours = shapenet.from_numpy(x).round(decimals=decimals).numpy()
        np.testing.assert_allclose(ours, torch.tensor(x).round(decimals=decimals).numpy(), atol=1e-12)
