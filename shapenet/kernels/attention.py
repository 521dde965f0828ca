"""Attention weights: the softmax of the products of queries and keys, and the way back.

Matrices of scores are computed, masked and normalised while they are in the cache, a few at a time.

Source: Vaswani et al., "Attention is all you need" (2017), equation 1.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

import numpy as np

from shapenet.backend import Array
from shapenet.kernels import memory, parallel
from shapenet.kernels.elementwise import PIECE
from shapenet.kernels.softmax import backward as softmax_backward
from shapenet.kernels.softmax import softmax

PASSES: Final = 2e-9
"""Seconds for each score, beside the products; an estimate."""


class Mask:
    """What is added to the scores: ``[*, L or 1, S or 1]``, broadcast to their batch without a copy."""

    def __init__(self, mask: Array, batch: tuple[int, ...]) -> None:
        wide = mask.reshape(*(1,) * (len(batch) + 2 - mask.ndim), *mask.shape)
        own = wide.shape[:-2]
        self.matrices = wide.reshape(-1, *wide.shape[-2:])
        places = np.arange(math.prod(own)).reshape(own)
        self.places = np.broadcast_to(places, batch).reshape(-1)

    def add_to(self, scores: Array, part: slice) -> None:
        """Add to *scores* the masks of that *part* of the batch."""
        places = self.places[part]
        one = len(self.matrices) == 1 or (places[:1] == places).all()
        scores += self.matrices[np.asarray(places[:1] if one else places, like=self.matrices)]


def weights(query: Array, key: Array, mask: Mask | None) -> Array:
    """The softmax of each row of ``query @ key.T + mask``: ``[M, L, E], [M, S, E] -> [M, L, S]``.

    A row of which all is masked is 0.
    """
    out = memory.empty((*query.shape[:2], key.shape[1]), query.dtype, query)
    product = parallel.product_beside(query)

    def work(part: slice) -> None:
        scores = out[part]
        product(query[part], key[part].swapaxes(-1, -2), out=scores)
        if mask is not None:
            mask.add_to(scores, part)
        softmax(scores, -1, scores, empty_rows=True)

    _by_parts(work, out, query.shape[2])
    return out


def backward(query: Array, key: Array, out: Array, grad: Array, *, scores: bool) -> tuple[Array, Array, Array | None]:
    """The gradients of query and key, and, if wanted, that of the *scores*, from those of the weights *out*."""
    query_grad, key_grad = memory.empty(query.shape, out.dtype, out), memory.empty(key.shape, out.dtype, out)
    kept = memory.empty(out.shape, out.dtype, out) if scores else None
    product = parallel.product_beside(query)

    def work(part: slice) -> None:
        slopes = memory.empty(out[part].shape, out.dtype, out) if kept is None else kept[part]
        softmax_backward(out[part], grad[part], -1, slopes)
        product(slopes, key[part], out=query_grad[part])
        product(slopes.swapaxes(-1, -2), query[part], out=key_grad[part])

    _by_parts(work, out, 2 * query.shape[2])
    return query_grad, key_grad, kept


def _by_parts(work: Callable[[slice], None], scores: Array, size: int) -> None:
    """Call *work* for parts of the batch that fit the cache; *size* is that of the vectors multiplied."""
    if not isinstance(scores, np.ndarray):
        work(slice(None))
        return
    items = max(1, PIECE // max(1, math.prod(scores.shape[1:])))

    def share(_: int, start: int, stop: int) -> None:
        for part in parallel.pieces(start, stop, items):
            work(part)

    parallel.run(share, len(scores), scores.size * (PASSES + 2 * size / parallel.FLOPS))
