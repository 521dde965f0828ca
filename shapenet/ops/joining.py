"""Several arrays as one."""

from __future__ import annotations

import numpy as np

from shapenet.backend import Array
from shapenet.kernels import memory
from shapenet.ops import Needs, Result


def concatenate(*arrays: Array, dim: int) -> Result:
    """The arrays, of one dtype, one after the other along *dim*; the gradients are the parts of the output's."""
    sizes = [array.shape[dim] for array in arrays]
    shape = list(arrays[0].shape)
    shape[dim] = sum(sizes)
    output = memory.empty(tuple(shape), arrays[0].dtype, like=arrays[0])
    np.concatenate(arrays, axis=dim, out=output)
    ends = [sum(sizes[:place]) for place in range(1, len(sizes) + 1)]

    def vjp(grad: Array, needs: Needs) -> tuple[Array | None, ...]:
        before = (slice(None),) * (dim % grad.ndim)
        return tuple(
            grad[(*before, slice(end - size, end))] if wanted else None
            for size, end, wanted in zip(sizes, ends, needs, strict=True)
        )

    return output, vjp
