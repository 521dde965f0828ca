"""A gradient check: the vector-Jacobian product against differences of the function itself.

For a random direction *v* of an input and a random weight *g* of the output, ``<vjp(g), v>`` must be
``<g, f(x + h*v) - f(x - h*v)> / 2h``. One pair of numbers tests the whole Jacobian; the idea is that of autograd's and
jax's test utilities.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from shapenet.backend import Array
from shapenet.ops import Result

_STEP = 1e-6
_TOLERANCE = 1e-6


def check_vjp(op: Callable[..., Result], *arrays: Array, rng: np.random.Generator, **options: Any) -> None:
    """Check the gradients that *op* gives for float64 *arrays*.

    Args:
        op: an operation, as ``shapenet.ops`` defines them.
        arrays: its array inputs, away from points where it is not differentiable.
        rng: where the random directions come from.
        options: its options.

    Raises:
        AssertionError: a gradient is wrong, has another shape, is given although it is not wanted, or an input was
            changed. The text names the operation and the input.
    """
    before = [array.copy() for array in arrays]
    output, vjp = op(*arrays, **options)
    weight = np.asarray(rng.standard_normal(np.shape(output)))
    gradients = vjp(weight, (True,) * len(arrays))
    _expect(len(gradients) == len(arrays), op, f"gives {len(gradients)} gradients for {len(arrays)} inputs")
    for place, (array, gradient) in enumerate(zip(arrays, gradients, strict=True)):
        _expect(gradient is not None, op, f"gives no gradient for input {place}")
        assert gradient is not None
        _expect(np.shape(gradient) == array.shape, op, f"gives shape {np.shape(gradient)} for {array.shape}")
        direction = np.asarray(rng.standard_normal(array.shape))
        claimed = float(np.sum(gradient * direction))
        measured = _slope(op, arrays, options, place, direction, weight)
        bound = _TOLERANCE * max(1.0, abs(measured), float(np.sqrt(direction.size)))
        _expect(abs(claimed - measured) <= bound, op, f"claims {claimed}, but is {measured}, along input {place}")
        alone = vjp(weight, tuple(other == place for other in range(len(arrays))))
        unwanted = [other for other, given in enumerate(alone) if given is not None and other != place]
        _expect(not unwanted, op, f"gives gradients for inputs {unwanted} when only input {place} is wanted")
        only = alone[place]
        equal = only is not None and np.array_equal(only, gradient)
        _expect(equal, op, f"gives another gradient when only input {place} is wanted")
    none = vjp(weight, (False,) * len(arrays))
    _expect(all(given is None for given in none), op, "gives a gradient when none is wanted")
    unchanged = all(np.array_equal(old, new) for old, new in zip(before, arrays, strict=True))
    _expect(unchanged, op, "changes its input")


def _slope(
    op: Callable[..., Result],
    arrays: tuple[Array, ...],
    options: dict[str, Any],
    place: int,
    direction: Array,
    weight: Array,
) -> float:
    def at(step: float) -> Array:
        moved = [array + step * direction if i == place else array for i, array in enumerate(arrays)]
        return op(*moved, **options)[0]

    return float(np.sum(weight * ((at(_STEP) - at(-_STEP)) / (2 * _STEP))))


def _expect(holds: bool, op: Callable[..., Result], problem: str) -> None:
    if not holds:
        raise AssertionError(f"{op.__module__}.{op.__name__} {problem}")
