"""Clipping of gradients against torch."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from shapenet import Parameter, Tensor, nn

torch = pytest.importorskip("torch")

SHAPES = [(3, 4), (5,), (), (2, 3, 1)]


def parameters(seed: int, dtype: type[Any] = np.float64) -> tuple[list[Any], list[Any]]:
    """Parameters here and in torch with the same gradients; one has none."""
    rng = np.random.default_rng(seed)
    ours: list[Any] = []
    theirs = []
    for place, shape in enumerate([*SHAPES, (2,)]):
        gradient = np.array(rng.standard_normal(shape), dtype)
        ours.append(Parameter(np.zeros(shape, dtype)))
        theirs.append(torch.zeros(shape, dtype=torch.from_numpy(gradient).dtype, requires_grad=True))
        if place < len(SHAPES):
            ours[-1].grad = Tensor(gradient)
            theirs[-1].grad = torch.tensor(gradient)
    return ours, theirs


def check(ours: list[Any], theirs: list[Any], tolerance: float = 1e-12) -> None:
    for mine, torchs in zip(ours, theirs, strict=True):
        if torchs.grad is None:
            assert mine.grad is None
        else:
            assert mine.grad.dtype == mine.dtype
            np.testing.assert_allclose(mine.grad.numpy(), torchs.grad.numpy(), rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("norm_type", [1, 2, math.inf, 3, 2.5])
@pytest.mark.parametrize("max_norm", [0, 0.1, 2.0, 1000, math.inf])
@pytest.mark.parametrize(("dtype", "tolerance"), [(np.float64, 1e-12), (np.float32, 1e-5)])
def test_clip_grad_norm(norm_type: float, max_norm: float, dtype: type[Any], tolerance: float) -> None:
    ours, theirs = parameters(int(np.random.default_rng().integers(1000)), dtype)
    arrays = [mine.grad.data for mine in ours if mine.grad is not None]
    got = nn.utils.clip_grad_norm_(iter(ours), max_norm, norm_type)
    wanted = torch.nn.utils.clip_grad_norm_(theirs, max_norm, norm_type)
    assert got.shape == ()
    assert got.dtype == dtype
    np.testing.assert_allclose(got.numpy(), wanted.numpy(), rtol=tolerance)
    check(ours, theirs, tolerance)
    assert all(mine.grad.data is array for mine, array in zip(ours, arrays, strict=False))


@pytest.mark.parametrize("bad", [math.inf, math.nan])
@pytest.mark.parametrize("norm_type", [1.0, 2.0, math.inf])
def test_what_is_not_finite(bad: float, norm_type: float) -> None:
    ours, theirs = parameters(3)
    ours[0].grad.data[1, 2] = bad
    theirs[0].grad[1, 2] = bad
    before = ours[1].grad.numpy().copy()
    with pytest.raises(RuntimeError, match=f"expects the norm of the gradients to be finite, got {bad}"):
        nn.utils.clip_grad_norm_(ours, 1.0, norm_type, error_if_nonfinite=True)
    np.testing.assert_array_equal(ours[1].grad.numpy(), before)
    np.testing.assert_equal(
        nn.utils.clip_grad_norm_(ours, 1.0, norm_type).item(),
        torch.nn.utils.clip_grad_norm_(theirs, 1.0, norm_type).item(),
    )
    check(ours, theirs)


@pytest.mark.parametrize("bound", [0, 0.3, 1.5, 100])
def test_clip_grad_value(bound: float) -> None:
    ours, theirs = parameters(5)
    ours[0].grad.data[0, :2] = np.nan
    theirs[0].grad[0, :2] = np.nan
    nn.utils.clip_grad_value_(ours, bound)
    torch.nn.utils.clip_grad_value_(theirs, bound)
    check(ours, theirs)


def test_one_large_gradient_whose_memory_runs_the_other_way() -> None:
    gradient = np.random.default_rng(0).standard_normal((300, 1000)).astype(np.float32)
    mine: Any = Parameter(np.zeros((300, 1000), np.float32))
    torchs = torch.zeros(300, 1000, requires_grad=True)
    mine.grad, torchs.grad = Tensor(gradient.T.copy().T), torch.tensor(gradient)
    got, wanted = nn.utils.clip_grad_norm_(mine, 1.0), torch.nn.utils.clip_grad_norm_(torchs, 1.0)
    assert got.item() == pytest.approx(wanted.item(), rel=1e-5)
    check([mine], [torchs], 1e-5)
