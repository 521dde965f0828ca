"""The bilinear map."""

from __future__ import annotations

import numpy as np

from shapenet.backend import Array
from shapenet.kernels import bilinear as kernel
from shapenet.kernels.elementwise import elementwise
from shapenet.ops import Needs, Result


def bilinear(x: Array, y: Array, weight: Array, bias: Array | None = None) -> Result:
    """``x @ weight[o] @ y + bias[o]`` for each o: ``[*, I], [*, J], [O, I, J], [O] -> [*, O]``."""
    left, right = x.reshape(-1, x.shape[-1]), y.reshape(-1, y.shape[-1])
    out = kernel.bilinear(left, right, weight)
    if bias is not None:
        elementwise(np.add, out, bias, out=out)

    def vjp(grad: Array, needs: Needs) -> tuple[Array | None, ...]:
        grads = grad.reshape(-1, len(weight))
        gradients = (
            kernel.input_gradient(right, weight, grads).reshape(x.shape) if needs[0] else None,
            kernel.input_gradient(left, weight.swapaxes(1, 2), grads).reshape(y.shape) if needs[1] else None,
            kernel.weight_gradient(left, right, grads) if needs[2] else None,
        )
        return gradients if len(needs) == 3 else (*gradients, grads.sum(axis=0) if needs[3] else None)

    return out.reshape(*x.shape[:-1], len(weight)), vjp
