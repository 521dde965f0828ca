"""Clipping of gradients: what is refused, and what there is nothing to do for. Numbers are compared in parity."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import shapenet
from shapenet import Parameter, nn


def parameter(*gradient: float) -> Any:
    x: Any = Parameter(np.zeros(len(gradient)))
    x.grad = shapenet.tensor(list(gradient))
    return x


def test_gradients_by_hand() -> None:
    x, idle = parameter(3.0, -4.0), Parameter(np.zeros(2))  # type: ignore[var-annotated]
    assert nn.utils.clip_grad_norm_([x, idle], 2.5).item() == 5
    np.testing.assert_allclose(x.grad.numpy(), [1.5, -2], rtol=1e-6)
    nn.utils.clip_grad_value_(x, 1.75)
    np.testing.assert_allclose(x.grad.numpy(), [1.5, -1.75], rtol=1e-6)
    assert idle.grad is None


def test_a_parameter_that_comes_twice_counts_once() -> None:
    x = parameter(3.0, -4.0)
    assert nn.utils.clip_grad_norm_([x, x], 2.5).item() == 5
    np.testing.assert_allclose(x.grad.numpy(), [1.5, -2], rtol=1e-6)


@pytest.mark.parametrize("norm_type", [1, 2, float("inf")])
def test_a_gradient_without_elements_counts_as_nothing(norm_type: float) -> None:
    empty: Any = Parameter(np.zeros((0, 2)))
    empty.grad = shapenet.zeros(0, 2)
    assert nn.utils.clip_grad_norm_([empty, parameter(0.0, -4.0)], 2.5, norm_type).item() == 4


def test_without_gradients_the_norm_is_0() -> None:
    assert nn.utils.clip_grad_norm_([], 1.0).item() == 0
    assert nn.utils.clip_grad_norm_([Parameter(np.zeros(2))], 1.0, error_if_nonfinite=True).item() == 0


@pytest.mark.parametrize("max_norm", [-1, float("nan"), "1", True, None, 10**400])
def test_the_largest_norm_is_a_number(max_norm: Any) -> None:
    x = parameter(1.0)
    with pytest.raises(
        ValueError, match=rf"^clip_grad_norm_ expects max_norm to be a number, at least 0, got {max_norm!r}"
    ):
        nn.utils.clip_grad_norm_(x, max_norm)
    with pytest.raises(ValueError, match=r"^clip_grad_value_ expects clip_value to be a number, at least 0"):
        nn.utils.clip_grad_value_(x, max_norm)
    assert x.grad.item() == 1


@pytest.mark.parametrize("norm_type", [0, -1, float("nan"), "inf", False, 10**400])
def test_the_kind_of_norm_is_a_number(norm_type: Any) -> None:
    with pytest.raises(
        ValueError, match=rf"^clip_grad_norm_ expects norm_type to be a number above 0, got {norm_type!r}"
    ):
        nn.utils.clip_grad_norm_(parameter(1.0), 1.0, norm_type)


def test_what_is_no_tensor() -> None:
    x = parameter(3.0)
    with pytest.raises(TypeError, match=r"^clip_grad_norm_ expects tensors, got float$"):
        nn.utils.clip_grad_norm_([x, 1.0], 1.0)  # type: ignore[list-item]
    with pytest.raises(TypeError, match=r"^clip_grad_value_ expects tensors, got ndarray$"):
        nn.utils.clip_grad_value_([x, np.zeros(2)], 1.0)  # type: ignore[list-item]
    assert x.grad.item() == 3
