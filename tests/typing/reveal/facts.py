"""Facts: sizes that are asserted to divide, or to be equal."""

from typing import Generic, TypeVar

import shapenet
from shapenet import Module, Tensor, assert_divisible, assert_equal, nn
from shapenet import functional as F
from shapenet.dims import B, C, H, M, N, W

T = TypeVar("T", bound=int)
D = TypeVar("D", bound=int)
E = TypeVar("E", bound=int)


def joined(x: Tensor[B, T, N, M]) -> Tensor[B, T, "N*M"]:
    return x.flatten(2)


class SelfAttention(Module, Generic[D, N]):
    """Multi-head attention by hand: what ``__init__`` asserts holds in all methods."""

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
        q = self.query(x).reshape(b, t, self.heads, self.head_size).transpose(1, 2)
        #: note: Revealed type is "Tensor[B, N, T, Size[Literal['D//N'], D, N]]"
        reveal_type(q)
        k = self.key(x).reshape(b, t, self.heads, -1).transpose(1, 2)
        #: note: Revealed type is "Tensor[B, N, T, Size[Literal['D//N'], D, N]]"
        reveal_type(k)
        v = self.split(self.value(x))
        #: note: Revealed type is "Tensor[B, N, T, Size[Literal['D//N'], D, N]]"
        reveal_type(v)
        scores = q @ k.transpose(-2, -1) / self.head_size**0.5
        #: note: Revealed type is "Tensor[B, N, T, T]"
        reveal_type(scores)
        mixed = (scores.softmax(-1) @ v).transpose(1, 2)
        #: note: Revealed type is "Tensor[B, T, N, Size[Literal['D//N'], D, N]]"
        reveal_type(mixed)
        #: note: Revealed type is "Tensor[B, T, D]"
        reveal_type(mixed.flatten(2))
        #: note: Revealed type is "Tensor[B, T, D]"
        reveal_type(self.join(mixed))
        return self.out(mixed.reshape(b, t, d))

    def split(self, x: Tensor[B, T, D]) -> Tensor[B, N, T, "D//N"]:
        b, t, _ = x.shape
        #: note: Revealed type is "Tensor[B, T, N, Size[Literal['D//N'], D, N]]"
        reveal_type(x.reshape(b, t, -1, self.head_size))
        return x.reshape(b, t, self.heads, self.head_size).transpose(1, 2)

    def join(self, x: Tensor[B, T, N, "D//N"]) -> Tensor[B, T, D]:
        #: note: Revealed type is "Tensor[B, T, D]"
        reveal_type(joined(x))
        return x.flatten(2)


class Wider(SelfAttention[E, M], Generic[E, M]):
    """The facts of the base class hold, of the names it has here."""

    def halves(self, x: Tensor[B, M, "E//M"]) -> Tensor[B, E]:
        return x.flatten(1)


class Cross(SelfAttention[D, N], Generic[D, N, E]):
    """So do they after ``super().__init__()``."""

    def __init__(self, dim: D, heads: N, other: E) -> None:
        super().__init__(dim, heads)
        assert_divisible(other, 2 * heads)
        self.part = other // heads // 2

    def parts(self, x: Tensor[B, N, "D//N"], y: Tensor[B, E]) -> None:
        #: note: Revealed type is "Tensor[B, D]"
        reveal_type(x.flatten(1))
        #: note: Revealed type is "Tensor[B, Literal[2], N, Size[Literal['E//(2*N)'], E, N]]"
        reveal_type(y.reshape(y.shape[0], 2, self.heads, self.part))
        #: note: Revealed type is "Tensor[B, Size[Literal['E//N'], E, N]]"
        reveal_type(shapenet.zeros(y.shape[0], 2 * self.part))


def used(x: Tensor[B, T, 512], y: Tensor[B, T, C]) -> None:
    #: note: Revealed type is "Tensor[B, T, Literal[512]]"
    reveal_type(SelfAttention(512, 8)(x))
    #: note: Revealed type is "Tensor[Literal[3], Literal[8], Literal[5], Literal[64]]"
    reveal_type(SelfAttention(512, 8).split(shapenet.zeros(3, 5, 512)))
    #: note: Revealed type is "Tensor[B, T, C]"
    reveal_type(SelfAttention(y.shape[2], 4)(y))


def attention(x: Tensor[B, T, D], heads: N) -> Tensor[B, T, D]:
    """What a function asserts holds in the rest of it."""
    b, t, d = x.shape
    assert_divisible(d, heads)
    size = d // heads
    q = x.reshape(b, t, heads, size).transpose(1, 2)
    weights = F.softmax(q @ q.transpose(-2, -1) / size**0.5, -1)

    def merged(y: Tensor[C, N, "D//N"]) -> Tensor[C, D]:
        return y.flatten(1)

    #: note: Revealed type is "Tensor[Literal[7], D]"
    reveal_type(merged(shapenet.zeros(7, heads, size)))
    #: note: Revealed type is "Tensor[Literal[7], D]"
    reveal_type((lambda: shapenet.zeros(7, heads, size).flatten(1))())
    return (weights @ q).transpose(1, 2).reshape(b, t, d)


def literal(x: Tensor[B, T, 512]) -> Tensor[B, T, 512]:
    """Of numbers, the checker knows by itself."""
    b, t, d = x.shape
    heads = 8
    assert_divisible(d, heads)
    q = x.reshape(b, t, heads, d // heads).transpose(1, 2)
    #: note: Revealed type is "Tensor[B, Literal[8], T, Literal[64]]"
    reveal_type(q)
    return ((q @ q.transpose(2, 3)).softmax(-1) @ q).transpose(1, 2).reshape(b, t, d)


def patches(x: Tensor[B, C, H, W], size: N) -> Tensor[B, "(H//N)*(W//N)", "C*N**2"]:
    """Several facts."""
    b, c, h, w = x.shape
    shapenet.assert_divisible(h, by=size)
    shapenet.dims.assert_divisible(by=size, size=w)
    rows, columns = h // size, w // size
    grid = x.reshape(b, c, rows, size, columns, size).permute(0, 2, 4, 1, 3, 5)
    return grid.reshape(b, rows * columns, c * size**2)


def halves(x: Tensor[B, H, W]) -> None:
    """Numbers that divide."""
    b, h, w = x.shape
    assert_divisible(h, 4)
    #: note: Revealed type is "Tensor[B, Literal[2], Size[Literal['H//2'], H], W]"
    reveal_type(x.reshape(b, 2, h // 2, w))
    #: note: Revealed type is "Tensor[B, Literal[2], Size[Literal['H//4'], H], Size[Literal['2*W'], W]]"
    reveal_type(x.reshape(b, 2, h // 4, 2 * w))
    #: note: Revealed type is "Tensor[B, Literal[1], H, W]"
    reveal_type(F.interpolate(F.max_pool2d(x.reshape(b, 1, h, w), (2, 1)), scale_factor=(2, 1)))


def equal(x: Tensor[B, C], y: Tensor[B, D], layer: nn.Linear[D, N]) -> Tensor[B, D]:
    """Of two equal sizes, the second stands for both."""
    assert_equal(x.shape[1], y.shape[1])
    #: note: Revealed type is "Tensor[B, N]"
    reveal_type(layer(x))
    #: note: Revealed type is "Tensor[B, Size[Literal['2*D'], D]]"
    reveal_type(shapenet.cat([x, y], 1))
    return x + y


def equal_to_more(x: Tensor[B, C, H], y: Tensor[B, D], n: N) -> None:
    """To a number, or to a formula."""
    assert_equal(x.shape[1], 3)
    #: note: Revealed type is "Tensor[B, Literal[8], Size[Literal['H - 2'], H]]"
    reveal_type(nn.Conv1d(3, 8, 3)(x))
    assert_equal(y.shape[1], x.shape[2] * n)
    #: note: Revealed type is "Tensor[B, H, N]"
    reveal_type(y.reshape(y.shape[0], x.shape[2], n))


def named(x: Tensor[B, C], n: N) -> None:
    """A fact of a variable that is used before the fact is."""
    wide = 3 * x.shape[1]
    assert_divisible(wide, 2 * n)
    half = wide // n
    #: note: Revealed type is "Tensor[Size[Literal['3*C'], C]]"
    reveal_type(shapenet.zeros(half, n).flatten())
    (walrus := 2 * n)
    #: note: Revealed type is "Tensor[Any]"
    reveal_type(shapenet.zeros(walrus))
