"""GPT, as in Radford et al., "Language models are unsupervised multitask learners" (2019), section 2.3, in small.

Attention as in Vaswani et al., "Attention is all you need" (2017), section 3.2: H heads of size M, together of width H*M.
"""

from __future__ import annotations

import math
from typing import Generic, assert_type

from typing_extensions import TypeVar

import shapenet
from shapenet import BoolTensor, IntTensor, Tensor, nn
from shapenet.dims import B, H, M, N

V = TypeVar("V", bound=int)
"""The number of tokens there are."""


class Attention(nn.Module, Generic[H, M]):
    """What each place makes of the places up to it."""

    def __init__(self, heads: H, size: M) -> None:
        self.heads = heads
        self.size = size
        self.qkv = nn.Linear(heads * size, 3 * heads * size)
        self.out = nn.Linear(heads * size, heads * size)

    def __call__(self, x: Tensor[B, N, "H*M"]) -> Tensor[B, N, "H*M"]:
        batch, steps, width = x.shape
        joint = self.qkv(x)
        assert_type(joint, Tensor[B, N, "3*H*M"])
        parts = joint.reshape(batch, steps, 3, self.heads, self.size).permute(2, 0, 3, 1, 4)
        assert_type(parts, Tensor[3, B, H, N, M])
        query, key, value = parts[0], parts[1], parts[2]
        assert_type(query, Tensor[B, H, N, M])
        scores = query @ key.transpose(-2, -1) / math.sqrt(self.size)
        assert_type(scores, Tensor[B, H, N, N])
        places = shapenet.arange(steps)
        later = places[None, :] > places[:, None]
        assert_type(later, BoolTensor[N, N])
        weights = scores.masked_fill(later, -math.inf).softmax(-1)
        assert_type(weights, Tensor[B, H, N, N])
        seen = weights @ value
        assert_type(seen, Tensor[B, H, N, M])
        mixed = seen.transpose(1, 2).reshape(batch, steps, width)
        assert_type(mixed, Tensor[B, N, "H*M"])
        return self.out(mixed)


class Block(nn.Module, Generic[H, M]):
    """Attention, and two linear layers; each is added to its input, which is normalised before."""

    def __init__(self, heads: H, size: M) -> None:
        self.attend = nn.Sequential(nn.LayerNorm(heads * size), Attention(heads, size))
        self.norm = nn.LayerNorm(heads * size)
        self.widen = nn.Linear(heads * size, 4 * heads * size)
        self.gelu = nn.GELU()
        self.narrow = nn.Linear(4 * heads * size, heads * size)

    def __call__(self, x: Tensor[B, N, "H*M"]) -> Tensor[B, N, "H*M"]:
        y = x + self.attend(x)
        assert_type(y, Tensor[B, N, "H*M"])
        wide = self.gelu(self.widen(self.norm(y)))
        assert_type(wide, Tensor[B, N, "4*H*M"])
        return y + self.narrow(wide)


class GPT(nn.Module, Generic[V, H, M]):
    """Tokens to the scores of the token that comes after each."""

    def __init__(self, vocabulary: V, context: int, depth: int, heads: H, size: M) -> None:
        self.tokens = nn.Embedding(vocabulary, heads * size)
        self.places = nn.Embedding(context, heads * size)
        self.blocks = nn.Repeat(lambda: Block(heads, size), depth)
        self.norm = nn.LayerNorm(heads * size)
        self.scores = nn.Linear(heads * size, vocabulary, bias=False)

    def __call__(self, tokens: IntTensor[B, N]) -> Tensor[B, N, V]:
        meaning = self.tokens(tokens)
        assert_type(meaning, Tensor[B, N, "H*M"])
        place = self.places(shapenet.arange(tokens.shape[1]))
        assert_type(place, Tensor[N, "H*M"])
        x = meaning + place
        assert_type(x, Tensor[B, N, "H*M"])
        y = self.blocks(x)
        assert_type(y, Tensor[B, N, "H*M"])
        scores = self.scores(self.norm(y))
        assert_type(scores, Tensor[B, N, V])
        return scores


def example() -> Tensor[2, 6, 50]:
    return GPT(50, 8, 2, 4, 3)(shapenet.arange(12).reshape(2, 6))
