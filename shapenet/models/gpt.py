"""``GPT``: the next token, from those before it."""

from __future__ import annotations

import math
from typing import Any, Generic

from typing_extensions import TypeVar

from shapenet import nn
from shapenet.dims import B, N
from shapenet.errors import ShapeError
from shapenet.functional.checks import check_flag
from shapenet.models.sizes import check_depth
from shapenet.nn import init
from shapenet.nn.sizes import REQUIRED
from shapenet.tensors import AnyTensor, IntTensor, Tensor

Vocabulary = TypeVar("Vocabulary", bound=int)


class GPT(nn.Module, Generic[Vocabulary]):
    """``[N, T] -> [N, T, vocab_size]``: for each place, the scores of the token that comes next.

    Each token's vector and its place's vector, of *width* each, are added; *depth* blocks follow, in which attention of
    *heads* heads looks at no later place, and each branch is normalised before it; at last a normalisation and a linear
    map to the scores. Its weight is that of the tokens' vectors if *tied*. At most *context* tokens at a time.

    Source: Radford et al., "Language models are unsupervised multitask learners" (2019), section 2.3, also for the
    weights of the branches' last maps, which start smaller by ``sqrt(2*depth)``; Press and Wolf, "Using the output
    embedding to improve language models" (2017), for the tied weight.

    Raises:
        ShapeError: a size is no int of at least 1, or *width* no multiple of *heads*.
        ValueError: *dropout* is no probability, or *tied* no bool.
    """

    def __init__(
        self,
        vocab_size: Vocabulary = REQUIRED,
        context: int = 256,
        width: int = 384,
        depth: int = 6,
        heads: int = 6,
        dropout: float = 0.1,
        tied: bool = True,
    ) -> None:
        check_depth("GPT", depth)
        check_flag("GPT", "tied", tied)
        self.context = context
        self.tokens = nn.Embedding(vocab_size, width)
        self.places = nn.Embedding(context, width)
        self.dropout = nn.Dropout(dropout)
        self.blocks = nn.ModuleList([_block(width, heads, dropout) for _ in range(depth)])
        self.norm = nn.LayerNorm(width)
        self.head = nn.Linear(width, vocab_size, bias=False)
        self._start(depth)
        if tied:
            self.head.weight = self.tokens.weight

    def __call__(self, x: IntTensor[B, N]) -> Tensor[B, N, Vocabulary]:
        length = x.data.shape[1]
        if length > self.context:
            raise ShapeError(self.spelled, f"expects at most {self.context} tokens, got {length}")
        y: AnyTensor = self.dropout(self.tokens(x) + self.places.weight[:length])
        for block in self.blocks:
            y = block(y, is_causal=True)
        return self.head(self.norm(y))

    def _start(self, depth: int) -> None:
        """Normal weights, and biases of 0."""
        for path, parameter in self.named_parameters():
            if path.endswith("bias"):
                init.zeros_(parameter)
            elif "norm" not in path:
                last = path.endswith(("out_proj.weight", "linear2.weight"))
                init.normal_(parameter, 0.0, 0.02 / math.sqrt(2 * depth) if last else 0.02)


def _block(width: int, heads: int, dropout: float) -> nn.TransformerEncoderLayer[Any, Any, Any, Any]:
    return nn.TransformerEncoderLayer(width, heads, 4 * width, dropout, "gelu", batch_first=True, norm_first=True)
