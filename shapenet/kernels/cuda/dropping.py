"""Elements dropped at random, by a generator that computes the bits of each element from its number."""

from __future__ import annotations

from typing import Final

import numpy as np

from shapenet.backend import Array
from shapenet.kernels import memory
from shapenet.kernels.convolution import contiguous
from shapenet.kernels.cuda import launch, module

LANES: Final = 256
"""Counters that serve four times as many elements, as in ``dropping.cu``."""


def kept(shape: tuple[int, ...], p: float, like: Array, key: int) -> Array:
    """0 with probability *p*, else ``1/(1-p)``, for each element of *shape*; of the dtype of *like*, beside it."""
    dtype = like.dtype if module.supports(like.dtype) else np.float32
    out = memory.empty(shape, dtype, like)
    _drop(None, out, p, key)
    return out.astype(like.dtype, copy=False)


def dropped(x: Array, order: tuple[int, ...], p: float, key: int) -> Array:
    """*x* times what ``kept`` would be, which is made anew each time, for *x* with its axes in this *order*."""
    source = contiguous(x.transpose(order))
    out = memory.empty(source.shape, x.dtype, x)
    _drop(source, out, p, key)
    return out.transpose(np.argsort(order).tolist())


def _drop(x: Array | None, out: Array, p: float, key: int) -> None:
    threshold, scale = np.uint32(min(round(p * 2**32), 2**32 - 1)), 0.0 if p == 1 else 1 / (1 - p)
    counters = -(-out.size // (4 * LANES)) * LANES
    launch.each("dropping", "drop", out, counters, x, out, out.size, counters, np.uint64(key), threshold, scale)
