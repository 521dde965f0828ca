"""Elements dropped at random."""

from __future__ import annotations

import numpy as np

from shapenet.backend import Array
from shapenet.kernels import memory
from shapenet.kernels.cuda import dropping as cuda
from shapenet.kernels.cuda import launch
from shapenet.kernels.dropping import drawn_key, kept
from shapenet.kernels.elementwise import elementwise
from shapenet.ops import Result
from shapenet.ops.results import result


def dropout(x: Array, *, shape: tuple[int, ...], p: float, generator: np.random.Generator) -> Result:
    """*x* times a mask of *shape*, which broadcasts: 0 with probability *p*, else ``1/(1-p)``.

    Source: Srivastava et al., "Dropout" (2014), in the inverted form.
    """
    if not isinstance(x, np.ndarray) and shape == x.shape and launch.takes(x):
        # Nothing is kept for the gradient but the key: the same mask is made again.
        key, order = drawn_key(generator), memory.memory_order(x)
        return result(cuda.dropped(x, order, p, key), lambda grad: cuda.dropped(grad, order, p, key))
    mask = kept(shape, p, x, generator)
    return result(elementwise(np.multiply, x, mask), lambda grad: elementwise(np.multiply, grad, mask))
