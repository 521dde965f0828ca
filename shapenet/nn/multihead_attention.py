"""``MultiheadAttention``: attention of several heads side by side."""

from __future__ import annotations

import math
from typing import Any, Generic, Literal, overload

import numpy as np

from shapenet import functional, rules
from shapenet.dims import Batch
from shapenet.functional.attention import added, attention_weights
from shapenet.functional.dropping import check_probability
from shapenet.nn import init
from shapenet.nn.linear import Linear
from shapenet.nn.module import Module
from shapenet.nn.parameter import Parameter
from shapenet.nn.sizes import REQUIRED, BatchFirst, Heads, Width, default
from shapenet.tensors import AnyTensor, Tensor


class MultiheadAttention(Module, Generic[Width, Heads, BatchFirst]):
    """``[L, N, E], [S, N, E], [S, N, E] -> [L, N, E], [N, L, S]``: the output, and the mean weights of the heads.

    With *batch_first* N comes first everywhere; all may lack it. Where *key_padding_mask* ``[N, S]`` or *attn_mask*,
    ``[L, S]`` or ``[N*num_heads, L, S]``, is True, a key takes no part; floating ones are added to the scores. Without
    *average_attn_weights* the weights are ``[N, num_heads, L, S]``, without *need_weights* None. In training weights
    are dropped with probability *dropout*. A query all of whose keys are masked gets weights of 0, where torch has nan.

    The weight ``[3*E, E]`` of queries, keys and values together starts as Glorot and Bengio have it, biases with 0.

    Source: Vaswani et al., "Attention is all you need" (2017), section 3.2.2.

    Raises:
        ShapeError: a size is no int of at least 1, or *embed_dim* no multiple of *num_heads*.
        ValueError: *dropout* is no probability.
    """

    rule: rules.MultiheadAttention

    def __init__(
        self,
        embed_dim: Width | int = REQUIRED,
        num_heads: Heads = REQUIRED,
        dropout: float = 0.0,
        bias: bool = True,
        *,
        batch_first: BatchFirst = default(False),
    ) -> None:
        self.rule = rules.MultiheadAttention(embed_dim, num_heads, batch_first)
        check_probability("MultiheadAttention", dropout, "dropout")
        self.num_heads: int = num_heads
        self.dropout = dropout
        bound = math.sqrt(6 / (4 * embed_dim))  # Glorot and Bengio (2010), equation 16
        self.in_proj_weight: Parameter[Any, Width] = Parameter(init.uniform((3 * embed_dim, embed_dim), bound))
        self.in_proj_bias: Parameter[Any] | None = Parameter(np.zeros(3 * embed_dim, np.float32)) if bias else None
        self.out_proj = Linear(embed_dim, embed_dim, bias)
        if self.out_proj.bias is not None:
            self.out_proj.bias.data[...] = 0

    @overload
    def __call__(
        self,
        query: Tensor[*Batch, Width],
        key: AnyTensor,
        value: AnyTensor,
        key_padding_mask: AnyTensor | None = None,
        need_weights: Literal[True] = True,
        attn_mask: AnyTensor | None = None,
        average_attn_weights: bool = True,
    ) -> tuple[Tensor[*Batch, Width], AnyTensor]: ...

    @overload
    def __call__(
        self,
        query: Tensor[*Batch, Width],
        key: AnyTensor,
        value: AnyTensor,
        key_padding_mask: AnyTensor | None = None,
        *,
        need_weights: Literal[False],
        attn_mask: AnyTensor | None = None,
        average_attn_weights: bool = True,
    ) -> tuple[Tensor[*Batch, Width], None]: ...

    @overload
    def __call__(
        self,
        query: Tensor[*Batch, Width],
        key: AnyTensor,
        value: AnyTensor,
        key_padding_mask: AnyTensor | None = None,
        need_weights: bool = True,
        attn_mask: AnyTensor | None = None,
        average_attn_weights: bool = True,
    ) -> tuple[Tensor[*Batch, Width], AnyTensor | None]: ...

    def __call__(
        self,
        query: Tensor[*Batch, Width],
        key: AnyTensor,
        value: AnyTensor,
        key_padding_mask: AnyTensor | None = None,
        need_weights: bool = True,
        attn_mask: AnyTensor | None = None,
        average_attn_weights: bool = True,
    ) -> tuple[Tensor[*Batch, Width], AnyTensor | None]:
        self.rule.output(query.data.shape, key.data.shape, value.data.shape)
        mask = self._mask(query, key, key_padding_mask, attn_mask)
        queries, keys, values = (self._heads(x, which) for which, x in enumerate((query, key, value)))
        weights = functional.dropout(attention_weights(queries, keys, mask), self.dropout, self.training)
        # [N, heads, L, E/heads] -> [L, N, heads, E/heads], and E whole again
        back = (1, 0, 2) if query.ndim == 2 else (0, 2, 1, 3) if self.rule.batch_first else (2, 0, 1, 3)
        result = self.out_proj((weights @ values).permute(back).reshape(query.data.shape))
        if not need_weights:
            return result, None
        return result, weights.mean(-3) if average_attn_weights else weights

    def _heads(self, x: AnyTensor, which: int) -> AnyTensor:
        """Queries (0), keys (1) or values (2), for each head: ``[N, num_heads, L, E/num_heads]``."""
        size = x.data.shape[-1]
        rows = slice(which * size, (which + 1) * size)
        bias = None if self.in_proj_bias is None else self.in_proj_bias[rows]
        y = functional.linear(x, self.in_proj_weight[rows], bias)
        apart = y.reshape(*x.data.shape[:-1], self.num_heads, -1)
        return apart.permute((1, 0, 2) if x.ndim == 2 else (0, 2, 1, 3) if self.rule.batch_first else (1, 2, 0, 3))

    def _mask(
        self, query: AnyTensor, key: AnyTensor, key_padding_mask: AnyTensor | None, attn_mask: AnyTensor | None
    ) -> AnyTensor | None:
        """Both masks as one that is added to the scores ``[N, num_heads, L, S]``."""
        shapes = (None if mask is None else mask.data.shape for mask in (key_padding_mask, attn_mask))
        self.rule.masks(query.data.shape, key.data.shape, *shapes)
        name, mask = self.rule.name, None
        if attn_mask is not None:
            mask = added(name, "attn_mask", attn_mask, query, kept=False)
            if mask.ndim == 3 and query.ndim == 3:
                mask = mask.reshape(-1, self.num_heads, *mask.data.shape[1:])
        if key_padding_mask is None:
            return mask
        padding = added(name, "key_padding_mask", key_padding_mask, query, kept=False)
        padding = padding.reshape(*padding.data.shape[:-1], 1, 1, padding.data.shape[-1])
        return padding if mask is None else mask + padding
