"""What drops elements at random."""

from __future__ import annotations

import numpy as np

from shapenet.backend import Array
from shapenet.kernels.cuda import dropping as cuda


def drawn_key(generator: np.random.Generator) -> int:
    """64 bits of *generator*, from which a device makes the random numbers of one call."""
    return int.from_bytes(generator.bytes(8), "little")


def kept(shape: tuple[int, ...], p: float, like: Array, generator: np.random.Generator) -> Array:
    """What drops elements when they are multiplied with it: 0 with probability *p*, else ``1/(1-p)``.

    It has the dtype of *like*. In main memory *generator* draws a number for each element, for a device a key alone.
    """
    if not isinstance(like, np.ndarray):
        return cuda.kept(shape, p, like, drawn_key(generator))
    stay = generator.random(shape, np.float32) >= p
    return np.asarray(stay * like.dtype.type(0.0 if p == 1 else 1 / (1 - p)))
