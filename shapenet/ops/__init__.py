"""Differentiable operations on arrays.

An operation takes arrays and options, and returns its output with its vector-Jacobian product::

    output, vjp = exp(x)
    (x_gradient,) = vjp(output_gradient, (True,))

It knows no tape and no Tensor, changes none of its inputs, and keeps no state.
"""

from __future__ import annotations

from collections.abc import Callable

from shapenet.backend import Array

Needs = tuple[bool, ...]
"""For each array input, whether its gradient is wanted; an operation skips the work for the others."""

VJP = Callable[[Array, Needs], tuple[Array | None, ...]]
"""From the gradient of the output to those of the array inputs, in their order; None where it is not wanted."""

Result = tuple[Array, VJP]
