"""Attention."""

from __future__ import annotations

import math

import numpy as np

from shapenet import rules
from shapenet.backend import same_device
from shapenet.functional.checks import check_floating
from shapenet.functional.conv import shape_of
from shapenet.functional.dropping import check_probability, dropout
from shapenet.ops import attention as ops
from shapenet.ops import matmul as matrix
from shapenet.tensors import AnyTensor, Tensor, apply


def scaled_dot_product_attention(
    query: AnyTensor,
    key: AnyTensor,
    value: AnyTensor,
    attn_mask: AnyTensor | None = None,
    dropout_p: float = 0.0,
    is_causal: bool = False,
    scale: float | None = None,
) -> AnyTensor:
    """``softmax(query @ key.T * scale + attn_mask) @ value``: ``[*, L, E], [*, S, E], [*, S, V] -> [*, L, V]``.

    A floating *attn_mask* is added to the scores ``[*, L, S]``, which it broadcasts to; where a boolean one is False, a
    key takes no part. With *is_causal* query i attends to the keys up to i. The scale is ``1/sqrt(E)`` unless given.
    Each weight is dropped with probability *dropout_p*, always: this function knows no training.
    As in torch, the output is 0 where all keys are masked.

    Source: Vaswani et al., "Attention is all you need" (2017), equation 1.

    Raises:
        ShapeError: the shapes do not fit.
        ValueError: a tensor is not floating, *dropout_p* is no probability, or both masks are given.
        DeviceError: the tensors are on different devices.
    """
    name = rules.DOT_PRODUCT
    rules.scaled_dot_product_attention(query.data.shape, key.data.shape, value.data.shape, shape_of(attn_mask))
    check_floating(name, query, key, value)
    check_probability(name, dropout_p, "dropout_p")
    if is_causal and attn_mask is not None:
        raise ValueError(f"{name} expects attn_mask to be None where is_causal is set")
    mask = _causal(query, key) if is_causal else None
    if attn_mask is not None:
        mask = added(name, "attn_mask", attn_mask, query, kept=True)
    weights = attention_weights(query, key, mask, scale)
    return apply(matrix.matmul, dropout(weights, dropout_p), value)


def attention_weights(
    query: AnyTensor, key: AnyTensor, mask: AnyTensor | None = None, scale: float | None = None
) -> AnyTensor:
    """The weights of each key for each query, for a *mask* that is added to the scores; all are checked already."""
    factor = 1 / math.sqrt(max(1, query.data.shape[-1])) if scale is None else scale
    return apply(ops.attention_weights, query, key, *([] if mask is None else [mask]), scale=factor)


def added(subject: str, name: str, mask: AnyTensor, like: AnyTensor, *, kept: bool) -> AnyTensor:
    """*mask* as one that is added to scores: a boolean one is ``-inf`` where it is not *kept*.

    Raises:
        ValueError: it is neither boolean nor floating.
        DeviceError: it is on another device than *like*.
    """
    same_device(mask.data, like.data)
    if mask.dtype == np.bool_:
        masked = np.logical_not(mask.data) if kept else mask.data
        numbers = np.zeros(masked.shape, like.dtype, like=masked)
        numbers[masked] = -np.inf
        return Tensor(numbers)
    if mask.dtype.kind != "f":
        raise ValueError(f"{subject} expects {name} to be bool or floating, got dtype {mask.dtype}")
    return mask


def _causal(query: AnyTensor, key: AnyTensor) -> AnyTensor:
    rows, columns = query.data.shape[-2], key.data.shape[-2]
    later = np.arange(columns, like=query.data) > np.arange(rows, like=query.data)[:, None]
    return added(rules.DOT_PRODUCT, "attn_mask", Tensor(later), query, kept=False)
