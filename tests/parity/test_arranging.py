"""What arranges elements against torch, drawn anew in each run: values, gradients, and what both refuse."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import shapenet
from shapenet import ShapeError
from shapenet.backend import Array
from tests import cases

torch = pytest.importorskip("torch")

ENTRIES: list[Callable[[cases.Draw], cases.Case]] = [
    cases.arranging,
    cases.dividing,
    cases.flatten,
    cases.joining,
    cases.permutation,
    cases.repeating,
    cases.reshape,
    cases.reshaping,
    cases.squeezing,
    cases.stacking,
]
SEED = secrets.randbits(32)
EACH = 60


def ours(case: cases.Case, arrays: dict[str, Array]) -> tuple[Any, dict[str, Any]] | None:
    """The result and its inputs; None if it is refused."""
    given = {name: shapenet.tensor(array, requires_grad=True) for name, array in arrays.items()}
    try:
        return eval(case.expression, {"shapenet": shapenet, "nn": shapenet.nn}, dict(given)), given
    except ShapeError:
        return None


def theirs(case: cases.Case, arrays: dict[str, Array]) -> tuple[Any, dict[str, Any]] | None:
    given = {name: torch.tensor(array, requires_grad=True) for name, array in arrays.items()}
    names = {"shapenet": torch, "nn": torch.nn}
    try:
        return eval(case.expression, names, dict(given)), given
    except (RuntimeError, IndexError, ValueError):
        return None


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.__name__)
def test_as_torch(entry: Callable[[cases.Draw], cases.Case]) -> None:
    rng = np.random.default_rng(SEED)
    draw = cases.Draw(rng)
    compared = 0
    for _ in range(EACH):
        case = entry(draw)
        arrays: dict[str, Array] = {name: rng.standard_normal(shape) for name, shape in case.inputs.items()}
        if case.expression in ("x.T", "i.T") and len(*case.inputs.values()) != 2:
            continue  # which torch warns of, once
        mine, reference = ours(case, arrays), theirs(case, arrays)
        told = (SEED, case)
        assert (mine is None) == (reference is None), told
        if mine is None or reference is None:
            continue
        (got, inputs), (wanted, torch_inputs) = mine, reference
        assert got.shape == tuple(wanted.shape), told
        np.testing.assert_allclose(got.detach().numpy(), wanted.detach().numpy(), rtol=1e-6, err_msg=str(told))
        assert got.requires_grad == wanted.requires_grad, told
        if not got.requires_grad:
            continue
        compared += 1
        weight = rng.standard_normal(got.shape)
        got.backward(shapenet.tensor(weight))
        wanted.backward(torch.tensor(weight))
        for name, tensor in inputs.items():
            grad = torch_inputs[name].grad
            assert (tensor.grad is None) == (grad is None), told
            if grad is not None:
                np.testing.assert_allclose(tensor.grad.numpy(), grad.numpy(), rtol=1e-12, err_msg=str(told))
    assert compared > EACH / 4
