"""Whether one element of a batch depends on the others: all but the first are replaced."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from shapenet.annotations import shape_of, tensors_in
from shapenet.backend import Array, to_numpy
from shapenet.dims import Expr, Pack, Shape, names, symbol
from shapenet.rules import RESULT
from shapenet.tensors import AnyTensor, Tensor
from shapenet.testing.parts import SEED
from shapenet.testing.plan import Call, Plan, shapes_in

_CLOSE = {"rtol": 1e-4, "atol": 1e-5}


def check_batch(plan: Plan, batch: str) -> None:
    """Check that *batch* is a name that stands by itself wherever it stands.

    Raises:
        ValueError: it is not.
    """
    shapes = [shape for hint in plan.contract.hints.values() for shape in shapes_in(hint)]
    with_it = [dim for shape in shapes for dim in shape if batch in names(dim)]
    if batch not in plan.names or any(dim != symbol(batch) for dim in with_it):
        wanted = f"the name of a dimension of {plan.name} that is in no formula"
        raise ValueError(f"check_contract expects independent to be {wanted}, got {batch!r}")


def with_others(plan: Plan, call: Call, batch: str) -> Call:
    """*call* with the first elements of the batch as they are, and other companions."""
    other = plan.call({**call.case, SEED: call.case[SEED] + 1})
    kept = {path: (axis, tensor) for path, axis, tensor in _along(plan, call, batch)}
    for path, axis, tensor in _along(plan, other, batch):
        _, before = kept[path]
        first = _first(tensor, axis)
        tensor.data[first] = before.data[first]
    return other


def first_elements(plan: Plan, batch: str, result: Any) -> dict[str, Array]:
    """What the result says of the first element of the batch, by path."""
    found = tensors_in(RESULT, plan.result, result)
    placed = ((path, axis_of(batch, shape_of(hint) or ()), tensor) for path, hint, tensor in found)
    return {path: to_numpy(tensor.data[_first(tensor, axis)]) for path, axis, tensor in placed if axis is not None}


def difference(a: Array, b: Array) -> float | None:
    """How far two results are apart; None if no further than rounding."""
    if np.allclose(a, b, equal_nan=True, **_CLOSE):
        return None
    with np.errstate(invalid="ignore"):
        return float(np.max(np.abs(np.asarray(a, np.float64) - b)))


def axis_of(batch: str, shape: Shape) -> int | None:
    """Where *batch* stands in *shape*, from the end if it comes after any number of dimensions."""
    place = next((place for place, dim in enumerate(shape) if isinstance(dim, Expr) and dim == symbol(batch)), None)
    if place is None:
        return None
    return place - len(shape) if any(isinstance(dim, Pack) for dim in shape[:place]) else place


def _along(plan: Plan, call: Call, batch: str) -> Iterator[tuple[str, int, AnyTensor]]:
    for name, value in call.given.items():
        for path, hint, tensor in tensors_in(name, plan.contract.hints.get(name), value):
            axis = axis_of(batch, shape_of(hint) or ())
            if axis is not None and isinstance(tensor, Tensor):
                yield path, axis, tensor


def _first(tensor: AnyTensor, axis: int) -> tuple[slice | int, ...]:
    index: list[slice | int] = [slice(None)] * tensor.data.ndim
    index[axis] = 0
    return tuple(index)
