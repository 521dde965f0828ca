"""Reductions: refusals, and what torch is not asked for."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import pytest

import shapenet
from shapenet import AnyTensor, ShapeError


def test_any_and_all() -> None:
    x = shapenet.tensor([[0, 1, 2], [1, 1, 1]])
    assert x.any().item() is True
    assert x.all().item() is False
    assert x.all(1).tolist() == [False, True]
    assert (x > 1).any(0, keepdim=True).tolist() == [[False, False, True]]
    assert (x > 5).any((0, 1)).tolist() is False
    assert x.all(1).dtype == np.bool_


def test_minus_infinity_gets_no_gradient() -> None:
    x = shapenet.tensor([[-np.inf, -np.inf], [-np.inf, 2.0]]).requires_grad_()
    x.logsumexp(1).sum().backward()
    assert x.grad is not None
    assert x.grad.tolist() == [[0, 0], [0, 1]]


def test_no_overflow() -> None:
    x = shapenet.tensor([1000.0, 1000.0])
    np.testing.assert_allclose(x.logsumexp(0).numpy(), 1000 + np.log(2))


@pytest.mark.parametrize(
    ("call", "error", "problem"),
    [
        (lambda x: x.to(np.int64).var(), ShapeError, "var expects x to be a floating tensor, got an integer one"),
        (lambda x: (x > 1).norm(), ShapeError, "norm expects x to be a floating tensor, got a boolean one"),
        (lambda x: x.var(2), ShapeError, "var got dimension 2, but [2, 3] has 2 dimensions"),
        (lambda x: x.std((0, 0)), ShapeError, "std got dimension"),
        (lambda x: x.var(1.0), ValueError, "var expects dim to be an int or a tuple of ints, got 1.0"),
        (lambda x: x.var(0, 1), ValueError, "var expects unbiased to be a bool, got 1"),
        (
            lambda x: x.std(0, True, correction=1),
            ValueError,
            "std expects unbiased or correction, got both: True and 1",
        ),
        (lambda x: x.std(0, correction="1"), ValueError, "std expects correction to be a number, got '1'"),
        (
            lambda x: x.norm("nuc"),
            ValueError,
            "norm expects p to be \"fro\", inf, -inf or a number of at least 0, got 'nuc'",
        ),
        (lambda x: x.norm(-1), ValueError, "norm expects p to be"),
        (lambda x: x.norm(float("nan")), ValueError, "norm expects p to be"),
        (lambda x: x.prod((0, 1)), ValueError, "prod expects dim to be an int, got (0, 1)"),
        (lambda x: x.cumsum(2), ShapeError, "cumsum got dimension 2, but [2, 3] has 2 dimensions"),
        (lambda x: x.cumprod(None), ValueError, "cumprod expects dim to be an int, got None"),
        (lambda x: x.any(2), ShapeError, "any got dimension 2, but [2, 3] has 2 dimensions"),
    ],
)
def test_refusals(call: Callable[[AnyTensor], object], error: type[Exception], problem: str) -> None:
    with pytest.raises(error, match=re.escape(problem)):
        call(shapenet.ones(2, 3))
