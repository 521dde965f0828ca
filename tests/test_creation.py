"""New tensors: values, dtypes, reproducible randomness, and refusals."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import shapenet
from shapenet import AnyTensor, ShapeError


def test_values_and_dtypes() -> None:
    assert shapenet.tensor([1.0]).dtype == np.float32
    assert shapenet.tensor(np.array([1.0])).dtype == np.float64
    assert shapenet.tensor([1], dtype=np.float64).dtype == np.float64
    source = np.ones(3, np.float32)
    assert shapenet.tensor(source).data is not source
    assert shapenet.from_numpy(source).data is source
    assert shapenet.zeros(2, 3).shape == shapenet.ones((2, 3)).shape == shapenet.full([2, 3], 1.0).shape == (2, 3)
    assert shapenet.zeros(()).shape == shapenet.zeros().shape == ()
    assert shapenet.full((2,), 3).dtype == np.int64
    assert shapenet.arange(2, 10, 3).tolist() == [2, 5, 8]
    assert shapenet.arange(3).dtype == np.int64
    assert shapenet.arange(0, 1, 0.25).dtype == np.float32
    assert shapenet.eye(2, 3).tolist() == [[1, 0, 0], [0, 1, 0]]
    assert shapenet.ones(1, requires_grad=True).requires_grad


def test_randomness_is_reproducible() -> None:
    def draw() -> list[AnyTensor]:
        shapenet.manual_seed(7)
        return [shapenet.rand(3), shapenet.randn(2, 2), shapenet.rand(2, generator=np.random.default_rng(1))]

    for first, second in zip(draw(), draw(), strict=True):
        assert first.tolist() == second.tolist()
        assert first.dtype == np.float32
    sample = shapenet.randn(20000).numpy()
    assert abs(sample.mean()) < 0.05
    assert abs(sample.std() - 1) < 0.05
    sample = shapenet.rand(20000).numpy()
    assert 0 <= sample.min() < 0.01
    assert 0.99 < sample.max() < 1


def test_refusals() -> None:
    with pytest.raises(ShapeError, match=r"^zeros expects sizes that are ints, at least 0, got -1$"):
        shapenet.zeros(2, -1)  # type: ignore[shape]
    with pytest.raises(ShapeError, match=r"^ones expects sizes that are ints, at least 0, got 1.5$"):
        shapenet.ones(1.5)  # type: ignore[arg-type]
    with pytest.raises(ShapeError, match="got True"):
        shapenet.zeros(True)  # type: ignore[shape]
    with pytest.raises(ValueError, match="step other than 0"):
        shapenet.arange(0, 3, 0)


def test_dtypes_follow_the_values() -> None:
    assert shapenet.full((2,), True).dtype == np.bool_
    assert shapenet.full((2,), np.float32(2.5)).tolist() == [2.5, 2.5]  # type: ignore[arg-type]
    assert shapenet.full((2,), np.int32(2)).dtype == np.int64  # type: ignore[arg-type]
    assert shapenet.tensor(shapenet.ones(2, dtype=np.float64)).dtype == np.float64
    assert shapenet.arange(np.int64(3)).dtype == np.int64  # type: ignore[arg-type]
    assert shapenet.randn(2, dtype=np.float64).dtype == np.float64


def test_what_is_no_number_is_refused() -> None:
    for values in ("a", ["a"], [None], [1j]):
        with pytest.raises(TypeError, match=r"^tensor expects real numbers, got dtype "):
            shapenet.tensor(values)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"^from_numpy expects an array, got list$"):
        shapenet.from_numpy([1.0])  # type: ignore[arg-type]
    for draw in (shapenet.rand, shapenet.randn):
        with pytest.raises(ValueError, match=f"^{draw.__name__} expects a floating dtype, got int64$"):
            draw(2, dtype=np.int64)


def test_tensors_like_others() -> None:
    x: AnyTensor = shapenet.arange(6, dtype=np.float64).reshape(2, 3)
    for made, value in ((shapenet.zeros_like(x), 0), (shapenet.ones_like(x), 1), (shapenet.full_like(x, 2.5), 2.5)):
        assert made.shape == (2, 3)
        assert made.dtype == np.float64
        assert not made.requires_grad
        assert made.tolist() == [[value] * 3] * 2
    whole = shapenet.ones(2, dtype=np.int64)
    assert shapenet.full_like(whole, 3).tolist() == [3, 3]
    assert shapenet.full_like(whole, 2.5, dtype=np.float32, requires_grad=True).requires_grad
    for draw in (shapenet.rand_like, shapenet.randn_like):
        drawn = draw(x, generator=np.random.default_rng(3))
        assert drawn.tolist() == draw(x, generator=np.random.default_rng(3)).tolist()
        assert drawn.shape == (2, 3)
        assert drawn.dtype == np.float64
        assert draw(whole, dtype=np.float32, requires_grad=True).requires_grad
        with pytest.raises(ValueError, match=f"^{draw.__name__} expects a floating dtype, got int64$"):
            draw(whole)
    wrong: list[Any] = [2.5, "a", None]
    for value in wrong:
        with pytest.raises(
            ValueError, match=f"^full_like expects fill_value to be a number of dtype int64, got {value!r}$"
        ):
            shapenet.full_like(whole, value)


def test_steps() -> None:
    assert shapenet.linspace(0, 1, 5).tolist() == [0, 0.25, 0.5, 0.75, 1]
    assert shapenet.linspace(2, -1, 1).tolist() == [2]
    assert shapenet.linspace(2, -1, 0, dtype=np.float64).dtype == np.float64
    assert shapenet.empty(2, 3).dtype == np.float32
    assert shapenet.empty((2, 3), requires_grad=True).shape == (2, 3)
    with pytest.raises(ShapeError, match=r"^linspace expects steps to be an int, at least 0, got -1$"):
        shapenet.linspace(0, 1, -1)  # type: ignore[shape]
    with pytest.raises(TypeError, match=r"^linspace expects steps to be an int, at least 0, got 2.5$"):
        shapenet.linspace(0, 1, 2.5)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"^linspace expects a floating dtype, got int64$"):
        shapenet.linspace(0, 1, 3, dtype=np.int64)
