"""``TransformerEncoderLayer``: attention of a sequence to itself, and two linear maps of each place."""

from __future__ import annotations

from typing import Generic

import numpy as np

from shapenet import functional, rules
from shapenet.dims import Batch
from shapenet.functional.attention import added
from shapenet.functional.checks import check_flag, check_number
from shapenet.functional.dropping import check_probability
from shapenet.nn import pairs
from shapenet.nn.dropout import Dropout
from shapenet.nn.layer_norm import LayerNorm
from shapenet.nn.linear import Linear
from shapenet.nn.module import Module
from shapenet.nn.multihead_attention import MultiheadAttention
from shapenet.nn.sizes import REQUIRED, BatchFirst, FeedForward, Heads, Width, default
from shapenet.tensors import AnyTensor, Tensor


class TransformerEncoderLayer(Module, Generic[Width, Heads, FeedForward, BatchFirst]):
    """``[L, N, d_model] -> [L, N, d_model]``: ``x = norm1(x + attention(x)); norm2(x + linear2(act(linear1(x))))``.

    With *batch_first* N comes first; it may be missing. With *norm_first* each branch is normalised before it instead
    of after its sum. A key takes no part where *src_key_padding_mask* ``[N, L]`` or *src_mask*, ``[L, L]`` or
    ``[N*nhead, L, L]``, is True; floating ones are added to the scores. With *is_causal* no place sees a later one,
    whatever *src_mask* says; torch takes it as a remark about *src_mask*. In training the weights of attention, what
    *activation* gives and both branches are dropped with probability *dropout*.

    Source: Vaswani et al., "Attention is all you need" (2017), section 3.1; *norm_first*: Xiong et al., "On layer
    normalization in the transformer architecture" (2020), table 1.

    Raises:
        ShapeError: a size is no int of at least 1, or *d_model* no multiple of *nhead*.
        ValueError: another option is out of range.
    """

    rule: rules.TransformerEncoderLayer

    def __init__(
        self,
        d_model: Width | int = REQUIRED,
        nhead: Heads = REQUIRED,
        dim_feedforward: FeedForward = default(2048),
        dropout: float = 0.1,
        activation: str = "relu",
        layer_norm_eps: float = 1e-5,
        batch_first: BatchFirst = default(False),
        norm_first: bool = False,
        bias: bool = True,
    ) -> None:
        self.rule = rules.TransformerEncoderLayer(d_model, nhead, dim_feedforward, batch_first)
        name = "TransformerEncoderLayer"
        check_probability(name, dropout, "dropout")
        if activation not in ("relu", "gelu"):
            raise ValueError(f'{name} expects activation to be "relu" or "gelu", got {activation!r}')
        check_number(name, "layer_norm_eps", layer_norm_eps, "above 0", lambda number: number > 0)
        check_flag(name, "norm_first", norm_first)
        check_flag(name, "bias", bias)
        self.activation = activation
        self.norm_first = norm_first
        self.self_attn = MultiheadAttention(d_model, nhead, dropout, bias, batch_first=batch_first)
        self.linear1 = Linear(d_model, dim_feedforward, bias)
        self.dropout = Dropout(dropout)
        self.linear2 = Linear(dim_feedforward, d_model, bias)
        self.norm1 = LayerNorm(d_model, layer_norm_eps, bias=bias)
        self.norm2 = LayerNorm(d_model, layer_norm_eps, bias=bias)
        self.dropout1 = Dropout(dropout)
        self.dropout2 = Dropout(dropout)

    def __call__(
        self,
        src: Tensor[*Batch, Width],
        src_mask: AnyTensor | None = None,
        src_key_padding_mask: AnyTensor | None = None,
        is_causal: bool = False,
    ) -> Tensor[*Batch, Width]:
        self.rule.output(src.data.shape)
        shapes = (None if mask is None else mask.data.shape for mask in (src_mask, src_key_padding_mask))
        self.rule.masks(src.data.shape, *shapes)
        x: AnyTensor = src
        mask = self._mask(x, src_mask, is_causal)
        if self.norm_first:
            x = x + self._attended(self.norm1(x), mask, src_key_padding_mask)
            return x + self._fed(self.norm2(x))
        x = self.norm1(x + self._attended(x, mask, src_key_padding_mask))
        return self.norm2(x + self._fed(x))

    def _attended(self, x: AnyTensor, mask: AnyTensor | None, padding: AnyTensor | None) -> AnyTensor:
        y: AnyTensor = self.self_attn(x, x, x, padding, need_weights=False, attn_mask=mask)[0]
        return self.dropout1(y)

    def _fed(self, x: AnyTensor) -> AnyTensor:
        function = functional.relu if self.activation == "relu" else functional.gelu
        inner = pairs.activated(self.linear1, function, x)
        return self.dropout2(self.linear2(self.dropout(inner)))

    def _mask(self, x: AnyTensor, src_mask: AnyTensor | None, is_causal: bool) -> AnyTensor | None:
        """*src_mask*, and that of the later places if they are hidden, as one that is added to the scores."""
        name = self.rule.name
        given = None if src_mask is None else added(name, "src_mask", src_mask, x, kept=False)
        if not is_causal:
            return given
        places = np.arange(x.data.shape[1 if x.ndim == 3 and self.rule.batch_first else 0], like=x.data)
        later = added(name, "is_causal", Tensor(places > places[:, None]), x, kept=False)
        return later if given is None else given + later
