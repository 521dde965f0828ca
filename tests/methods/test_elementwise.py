"""Functions of each element, bounds and logic: refusals, kinds."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import pytest

import shapenet
from shapenet import AnyTensor, IntTensor, ShapeError, Tensor


@pytest.mark.parametrize(
    ("call", "error", "problem"),
    [
        (
            lambda x: (x > 0).floor(),
            ShapeError,
            "floor expects x to be a floating or an integer tensor, got a boolean one",
        ),
        (lambda x: (x > 0).square(), ShapeError, "square expects x to be a floating or an integer tensor"),
        (lambda x: x.round(decimals=1.5), ValueError, "round expects decimals to be an int, got 1.5"),
        (lambda x: x.clamp(), ValueError, "clamp expects min, max, or both, got neither"),
        (lambda x: x.clamp("0"), ValueError, "clamp expects min to be a number, a tensor or None, got '0'"),
        (lambda x: x.clamp(max=x[:, :2]), ShapeError, "clamp cannot broadcast [2, 3] with [2, 2]"),
        (lambda x: x.maximum(1), TypeError, "maximum expects other to be a tensor, got 1"),
        (lambda x: x.minimum(x[:, :2]), ShapeError, "minimum cannot broadcast [2, 3] with [2, 2]"),
        (lambda x: x & (x > 0), ShapeError, "and expects x to be a boolean or an integer tensor, got a floating one"),
        (
            lambda x: (x > 0) | x,
            ShapeError,
            "or expects other to be a boolean or an integer tensor, got a floating one",
        ),
        (lambda x: (x > 0) ^ 0.5, ShapeError, "xor expects other to be a boolean or an integer tensor"),
        (lambda x: ~x, ShapeError, "invert expects x to be a boolean or an integer tensor, got a floating one"),
        (lambda x: (x > 0) % (x > 1), ShapeError, "remainder expects x to be a floating or an integer tensor"),
        (lambda x: (x > 0) - (x > 1), ShapeError, "subtract expects x to be a floating or an integer tensor"),
        (lambda x: True - (x > 1), ShapeError, "subtract expects x to be a floating or an integer tensor"),
        (lambda x: -(x > 1), ShapeError, "negative expects x to be a floating or an integer tensor"),
        (lambda x: (x > 0) ** (x > 1), ShapeError, "power expects x to be a floating or an integer tensor"),
        (lambda x: x.to(np.int64) // 0, ZeroDivisionError, "floor_divide of integers by 0"),
        (lambda x: 3 % (x * 0).to(np.int64), ZeroDivisionError, "remainder of integers by 0"),
        (lambda x: (x > 0).logical_and(True), TypeError, "logical_and expects other to be a tensor, got True"),
        (lambda x: (x > 0).logical_or((x > 0)[:, :2]), ShapeError, "logical_or cannot broadcast [2, 3] with [2, 2]"),
        (lambda x: (x > 0) & (x > 0)[:, :2], ShapeError, "and cannot broadcast [2, 3] with [2, 2]"),
        (lambda x: (x > 0) & "1", TypeError, "unsupported operand"),
    ],
)
def test_refusals(call: Callable[[AnyTensor], object], error: type[Exception], problem: str) -> None:
    with pytest.raises(error, match=re.escape(problem)):
        call(shapenet.ones(2, 3))


def test_dtypes_of_bounds() -> None:
    i = shapenet.arange(5)
    assert i.clamp(1, 3).dtype == np.int64
    assert i.clamp(1, 3.5).dtype == np.float32
    assert i.clamp(max=shapenet.ones(5)).dtype == np.float32
    assert i.maximum(shapenet.ones(5)).dtype == np.float32
    assert (i > 2).clamp(0, 5).dtype == np.int64


def test_floor_division_has_no_slope() -> None:
    x = shapenet.tensor([7.5, -7.5]).requires_grad_()
    (x // 2 + x).sum().backward()
    assert x.grad is not None
    assert x.grad.tolist() == [1, 1]


def test_classes_are_still_joined() -> None:
    """``|`` between classes is Python's own."""
    assert isinstance(shapenet.ones(2), Tensor | int)
    assert isinstance(shapenet.arange(2), IntTensor | None)
