"""Attention weights."""

from __future__ import annotations

import math

import numpy as np

from shapenet.backend import Array
from shapenet.kernels import attention as kernel
from shapenet.ops import Needs, Result
from shapenet.ops.elementwise import unbroadcast


def attention_weights(query: Array, key: Array, mask: Array | None = None, *, scale: float) -> Result:
    """The softmax of each row of ``query @ key.T * scale + mask``: ``[*, L, E], [*, S, E], [*, L, S] -> [*, L, S]``.

    The batches broadcast, and the mask to the scores. A row of which all is ``-inf`` is 0.
    """
    masks = () if mask is None else (mask,)
    batch = np.broadcast_shapes(*(x.shape[:-2] for x in (query, key, *masks)))
    scaled = _flat(query * query.dtype.type(scale), batch)
    keys = _flat(key, batch)
    out = kernel.weights(scaled, keys, None if mask is None else kernel.Mask(mask, batch))

    def vjp(grad: Array, needs: Needs) -> tuple[Array | None, ...]:
        if not any(needs):
            return (None,) * len(needs)
        flat, wanted = grad.reshape(out.shape), mask is not None and needs[2]
        query_grad, key_grad, scores = kernel.backward(scaled, keys, out, flat, scores=wanted)
        query_grad *= scale
        gradients = (
            unbroadcast(query_grad.reshape(*batch, *query.shape[-2:]), query.shape) if needs[0] else None,
            unbroadcast(key_grad.reshape(*batch, *key.shape[-2:]), key.shape) if needs[1] else None,
        )
        if mask is None:
            return gradients
        return *gradients, None if scores is None else unbroadcast(scores.reshape(shape), mask.shape)

    shape = (*batch, query.shape[-2], key.shape[-2])
    return out.reshape(shape), vjp


def _flat(x: Array, batch: tuple[int, ...]) -> Array:
    """*x*, broadcast to *batch*, with one dimension for it."""
    return np.broadcast_to(x, (*batch, *x.shape[-2:])).reshape(math.prod(batch), *x.shape[-2:])
