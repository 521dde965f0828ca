"""Facts while the program runs: multi-head attention written by hand, as mypy proves it."""

from __future__ import annotations

from typing import Generic, TypeVar

import numpy as np
import pytest

import shapenet
from shapenet import Module, ShapeError, Tensor, assert_divisible, nn
from shapenet import functional as F
from shapenet.dims import B, N
from shapenet.errors import ContractError

T = TypeVar("T", bound=int)
D = TypeVar("D", bound=int)


class SelfAttention(Module, Generic[D, N]):
    def __init__(self, dim: D, heads: N) -> None:
        assert_divisible(dim, heads)
        self.heads = heads
        self.head_size = dim // heads
        self.query = nn.Linear(dim, dim)
        self.key = nn.Linear(dim, dim)
        self.value = nn.Linear(dim, dim)
        self.out = nn.Linear(dim, dim)

    def __call__(self, x: Tensor[B, T, D]) -> Tensor[B, T, D]:
        b, t, d = x.shape
        q, k, v = self.split(self.query(x)), self.split(self.key(x)), self.split(self.value(x))
        scores = q @ k.transpose(-2, -1) / self.head_size**0.5
        return self.out((scores.softmax(-1) @ v).transpose(1, 2).reshape(b, t, d))

    def split(self, x: Tensor[B, T, D]) -> Tensor[B, N, T, "D//N"]:
        b, t, _ = x.shape
        return x.reshape(b, t, self.heads, self.head_size).transpose(1, 2)


def attend(x: Tensor[B, T, D], heads: N) -> Tensor[B, T, D]:
    b, t, d = x.shape
    assert_divisible(d, heads)
    q = x.reshape(b, t, heads, d // heads).transpose(1, 2)
    return (F.softmax(q @ q.transpose(-2, -1), -1) @ q).transpose(1, 2).reshape(b, t, d)


@pytest.mark.parametrize(("dim", "heads"), [(12, 1), (12, 3), (512, 8), (6, 6)])
def test_attention(dim: int, heads: int) -> None:
    module = SelfAttention(dim, heads)
    x = shapenet.randn(2, 5, dim)
    y = module(x)
    assert y.shape == (2, 5, dim)
    q, k, v = (module.split(layer(x)) for layer in (module.query, module.key, module.value))
    assert q.shape == k.shape == v.shape == (2, heads, 5, dim // heads)
    mixed = F.scaled_dot_product_attention(q, k, v).transpose(1, 2).reshape(2, 5, dim)
    np.testing.assert_allclose(y.detach().numpy(), module.out(mixed).detach().numpy(), rtol=1e-4, atol=1e-5)
    assert attend(x, heads).shape == (2, 5, dim)
    with pytest.raises(ContractError, match="dimension 2"):
        module(shapenet.randn(2, 5, dim + 1))


def test_sizes_that_do_not_divide() -> None:
    with pytest.raises(ShapeError, match=r"^assert_divisible expects 10 to be divisible by 3$"):
        SelfAttention(10, 3)  # type: ignore[shape]
    with pytest.raises(ShapeError, match=r"^assert_divisible expects 10 to be divisible by 4$"):
        attend(shapenet.zeros(1, 2, 10), 4)
