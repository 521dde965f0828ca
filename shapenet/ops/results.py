"""What every operation hands back: its output and its vector-Jacobian product, made from one function per input."""

from __future__ import annotations

from collections.abc import Callable

from shapenet.backend import Array, as_array
from shapenet.ops import Needs, Result


def result(output: Array, *gradients: Callable[[Array], Array]) -> Result:
    """The result of an operation whose gradients share no work.

    Args:
        output: what the operation computed.
        gradients: for each array input, from the gradient of the output to that of the input; called only if it is
            wanted. What it closes over is kept until the backward pass: close over a shape, not over an array, where
            the shape is enough.
    """

    def vjp(grad: Array, needs: Needs) -> tuple[Array | None, ...]:
        return tuple(
            as_array(gradient(grad)) if wanted else None for gradient, wanted in zip(gradients, needs, strict=True)
        )

    return as_array(output), vjp
