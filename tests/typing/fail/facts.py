"""What facts do not prove, and facts that are wrong."""

from typing import Generic, TypeVar

import shapenet
from shapenet import Module, Tensor, assert_divisible, assert_equal, nn
from shapenet.dims import B, C, H, M, N, W

T = TypeVar("T", bound=int)
D = TypeVar("D", bound=int)

#: error: assert_divisible expects 10 to be divisible by 3 [shape]
assert_divisible(10, 3)
#: error: assert_divisible expects a divisor of 512 other than 0, got 0 [shape]
assert_divisible(512, 0)
#: error: assert_equal expects 4, got 3 [shape]
assert_equal(3, 4)
#: error: Missing positional argument "other" in call to "assert_equal" [call-arg]
assert_equal(size=3)
#: error: Argument 2 to "assert_divisible" has incompatible type "str"; expected "int" [arg-type]
assert_divisible(12, "4")


class Unsure(Module, Generic[D, N]):
    """Nothing says that the heads divide."""

    def __init__(self, dim: D, heads: N) -> None:
        self.heads = heads
        self.head_size = dim // heads
        self.query = nn.Linear(dim, dim)

    def __call__(self, x: Tensor[B, T, D]) -> Tensor[B, T, D]:
        b, t, d = x.shape
        #: error: reshape cannot turn [B, T, D] to [B, T, N, D//N]: B*D*T elements do not make B*(D//N)*N*T [shape]
        q = self.query(x).reshape(b, t, self.heads, self.head_size).transpose(1, 2)
        return q.transpose(1, 2).reshape(b, t, d)


class Wrong(Module, Generic[D, N, M]):
    """The fact is of other sizes."""

    def __init__(self, dim: D, heads: N, groups: M) -> None:
        assert_divisible(dim, groups)
        self.heads = heads
        self.groups = groups
        self.head_size = dim // heads
        self.out = nn.Linear(dim, dim)

    def __call__(self, x: Tensor[B, T, D]) -> Tensor[B, T, D]:
        b, t, d = x.shape
        split = x.reshape(b, t, self.groups, d // self.groups)
        #: error: reshape cannot turn [B, T, M, D//M] to [B, T, N, D//N]: B*D*T elements do not make B*(D//N)*N*T [shape]
        split.reshape(b, t, self.heads, self.head_size)
        q, k = split.transpose(1, 2), split.transpose(1, 2)
        #: error: matmul cannot multiply [B, M, T, D//M] @ [B, M, T, D//M]: dimension -1 of the first is D//M, dimension -2 of the second is T [shape]
        q @ k
        scores = q @ k.transpose(-2, -1)
        #: error: matmul cannot multiply [B, M, T, T] @ [B, M, D//M, T]: dimension -1 of the first is T, dimension -2 of the second is D//M [shape]
        scores @ q.transpose(-2, -1)
        #: error: Linear[D, D] expects last dimension D, got (D//M)*T in [B, M, (D//M)*T] [shape]
        return self.out((scores @ q).flatten(2))


class Sometimes(Module, Generic[D, N]):
    """The object may have been made without the fact."""

    def __init__(self, dim: D, heads: N, lazy: bool) -> None:
        if lazy:
            return
        assert_divisible(dim, heads)

    def joined(self, x: Tensor[B, N, "D//N"]) -> Tensor[B, D]:
        #: error: Sometimes.joined() declares its result as [B, D], got [B, (D//N)*N]: dimension 1 is (D//N)*N, expected D [shape]
        return x.flatten(1)


class Checked(Module, Generic[D, N]):
    def __init__(self, dim: D, heads: N) -> None:
        assert_divisible(dim, heads)

    @classmethod
    def before(cls, x: Tensor[B, N, "D//N"], y: Tensor[B, D]) -> None:
        """There is no object yet."""
        #: error: add cannot broadcast [B, (D//N)*N] with [B, D]: dimension -1 is (D//N)*N against D, and neither is 1 [shape]
        x.flatten(1) + y


class Unchecked(Checked[D, N]):
    """Its own ``__init__`` does not assert the fact, nor does it call the one that does."""

    def __init__(self) -> None:
        self.size = 3

    def joined(self, x: Tensor[B, N, "D//N"], y: Tensor[B, D]) -> None:
        #: error: add cannot broadcast [B, (D//N)*N] with [B, D]: dimension -1 is (D//N)*N against D, and neither is 1 [shape]
        x.flatten(1) + y


def too_late(x: Tensor[N, "D//N"], y: Tensor[D], heads: N, d: D) -> None:
    """A fact holds after it was asserted, and where it is sure to have been."""
    #: error: add cannot broadcast [(D//N)*N] with [D]: dimension -1 is (D//N)*N against D, and neither is 1 [shape]
    x.flatten() + y
    if heads > 3:
        assert_divisible(d, heads)
    #: error: add cannot broadcast [(D//N)*N] with [D]: dimension -1 is (D//N)*N against D, and neither is 1 [shape]
    x.flatten() + y
    for _ in range(3):
        assert_divisible(d, heads)
    #: error: add cannot broadcast [(D//N)*N] with [D]: dimension -1 is (D//N)*N against D, and neither is 1 [shape]
    x.flatten() + y

    def inner() -> None:
        assert_divisible(d, heads)
        x.flatten() + y

    #: error: add cannot broadcast [(D//N)*N] with [D]: dimension -1 is (D//N)*N against D, and neither is 1 [shape]
    x.flatten() + y
    assert_divisible(d, heads)
    x.flatten() + y
    #: error: add cannot broadcast [D//N] with [D]: dimension -1 is D//N against D, and neither is 1 [shape]
    x.sum(0) + y


def not_equal(x: Tensor[B, C], y: Tensor[B, D], layer: nn.Linear[H, N]) -> Tensor[B, D]:
    assert_equal(x.shape[1], y.shape[1])
    #: error: Linear[H, N] expects last dimension H, got D in [B, D] [shape]
    layer(x)
    x + y
    x + y[:, :3]
    #: error: assert_equal expects D, got D + 1 [shape]
    assert_equal(x.shape[1] + 1, y.shape[1])
    #: error: not_equal() declares its result as [B, D], got [B, 2*D]: dimension 1 is 2*D, expected D [shape]
    return shapenet.zeros(x.shape[0], 2 * x.shape[1])


def made(x: Tensor[B, 12], n: N) -> None:
    """What ``__init__`` asserts is checked where the object is made."""
    Checked(12, 4)
    Checked(12, n)
    #: error: assert_divisible expects 12 to be divisible by 5 [shape]
    Checked(12, 5)
    Checked(4 * n, 4)
    #: error: assert_divisible expects 4*N + 2 to be divisible by 4 [shape]
    Checked(4 * n + 2, 4)
    #: error: assert_divisible expects 12 to be divisible by 7 [shape]
    Wrong(12, 5, 7)


def never(n: N, h: H) -> None:
    #: error: assert_divisible expects 2*N + 1 to be divisible by 2 [shape]
    assert_divisible(2 * n + 1, 2)
    #: error: assert_equal expects H + 3, got H [shape]
    assert_equal(h, h + 3)
    hidden = 4 * n
    #: error: assert_divisible expects 4*N + 2 to be divisible by 4 [shape]
    assert_divisible(hidden + 2, 4)
    #: error: Linear[4*N, 3] expects last dimension 4*N, got N in [2, N] [shape]
    nn.Linear(hidden, 3)(shapenet.zeros(2, n))
