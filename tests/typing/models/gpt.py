"""GPT, as in Radford et al., "Language models are unsupervised multitask learners" (2019), section 2.3, in small.

Attention as in Vaswani et al., "Attention is all you need" (2017), section 3.2: H heads, of which each sees C/H channels.
"""

from __future__ import annotations

import math
from typing import Generic, assert_type

from typing_extensions import TypeVar

import shapenet
from shapenet import BoolTensor, IntTensor, Tensor, nn
from shapenet.dims import B, C, H, N, assert_divisible

V = TypeVar("V", bound=int)
"""The number of tokens there are."""


class Attention(nn.Module, Generic[C, H]):
    """What each place makes of the places up to it."""

    def __init__(self, width: C, heads: H) -> None:
        assert_divisible(width, heads)
        self.heads = heads
        self.size = width // heads
        self.qkv = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)

    def __call__(self, x: Tensor[B, N, C]) -> Tensor[B, N, C]:
        batch, steps, width = x.shape
        joint = self.qkv(x)
        assert_type(joint, Tensor[B, N, "3*C"])
        parts = joint.reshape(batch, steps, 3, self.heads, self.size).permute(2, 0, 3, 1, 4)
        assert_type(parts, Tensor[3, B, H, N, "C//H"])
        query, key, value = parts[0], parts[1], parts[2]
        assert_type(query, Tensor[B, H, N, "C//H"])
        scores = query @ key.transpose(-2, -1) / math.sqrt(self.size)
        assert_type(scores, Tensor[B, H, N, N])
        places = shapenet.arange(steps)
        later = places[None, :] > places[:, None]
        assert_type(later, BoolTensor[N, N])
        weights = scores.masked_fill(later, -math.inf).softmax(-1)
        assert_type(weights, Tensor[B, H, N, N])
        seen = weights @ value
        assert_type(seen, Tensor[B, H, N, "C//H"])
        mixed = seen.transpose(1, 2).reshape(batch, steps, width)
        assert_type(mixed, Tensor[B, N, C])
        return self.out(mixed)


class Block(nn.Module, Generic[C, H]):
    """Attention, and two linear layers; each is added to its input, which is normalised before."""

    def __init__(self, width: C, heads: H) -> None:
        assert_divisible(width, heads)
        self.attend = nn.Sequential(nn.LayerNorm(width), Attention(width, heads))
        hidden = 4 * width
        self.norm = nn.LayerNorm(width)
        self.widen = nn.Linear(width, hidden)
        self.gelu = nn.GELU()
        self.narrow = nn.Linear(hidden, width)

    def __call__(self, x: Tensor[B, N, C]) -> Tensor[B, N, C]:
        y = x + self.attend(x)
        assert_type(y, Tensor[B, N, C])
        wide = self.gelu(self.widen(self.norm(y)))
        assert_type(wide, Tensor[B, N, "4*C"])
        return y + self.narrow(wide)


class GPT(nn.Module, Generic[V, C, H]):
    """Tokens to the scores of the token that comes after each."""

    def __init__(self, vocabulary: V, context: int, depth: int, width: C, heads: H) -> None:
        assert_divisible(width, heads)
        self.tokens = nn.Embedding(vocabulary, width)
        self.places = nn.Embedding(context, width)
        self.blocks = nn.Repeat(lambda: Block(width, heads), depth)
        self.norm = nn.LayerNorm(width)
        self.scores = nn.Linear(width, vocabulary, bias=False)

    def __call__(self, tokens: IntTensor[B, N]) -> Tensor[B, N, V]:
        meaning = self.tokens(tokens)
        assert_type(meaning, Tensor[B, N, C])
        place = self.places(shapenet.arange(tokens.shape[1]))
        assert_type(place, Tensor[N, C])
        x = meaning + place
        assert_type(x, Tensor[B, N, C])
        y = self.blocks(x)
        assert_type(y, Tensor[B, N, C])
        scores = self.scores(self.norm(y))
        assert_type(scores, Tensor[B, N, V])
        return scores


def example() -> Tensor[2, 6, 50]:
    return GPT(50, 8, 2, 12, 4)(shapenet.arange(12).reshape(2, 6))
