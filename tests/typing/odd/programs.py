"""Strange programs, which the plugin must survive; what mypy says of them is its own affair."""

from __future__ import annotations
import functools
from dataclasses import dataclass
from typing import (
    Any,
    Callable,
    Generic,
    NamedTuple,
    Protocol,
    TypeVar,
    overload,
    Iterator,
    Literal as L,
    Self,
    TYPE_CHECKING,
    Optional,
    Union,
)
import shapenet
from shapenet import AnyTensor, Module, Parameter, Tensor, nn
from shapenet import functional as F
from shapenet.dims import B, Batch, C, H, N, W

args: list[int] = [1, 2, 3]
kw: dict[str, int] = {}
reveal_type(nn.Conv2d(*args))
reveal_type(nn.Conv2d(3, 4, **kw))
reveal_type(nn.Conv2d(3, *(4, 3)))
layers = [nn.ReLU(), nn.ReLU()]
reveal_type(nn.Sequential(*layers))


def s(x: Tensor[B, 3]) -> None:
    reveal_type(nn.Sequential(*layers)(x))
    reveal_type(nn.Sequential()(x))
    sizes = [3, 4]
    reveal_type(x.reshape(*sizes))
    reveal_type(x.reshape(sizes))
    reveal_type(x.permute(*(1, 0)))
    reveal_type(x[*(0, 1)])
    reveal_type([y for y in x])
    for y in x:
        reveal_type(y)
    reveal_type(x.sum(*args))
    reveal_type((lambda t: t + t)(x))
    reveal_type(list(map(f, [x, x])))
    p = functools.partial(f, x)
    reveal_type(p())
    reveal_type(functools.partial(f)(x))


def f(x: Tensor[B, N]) -> Tensor[N, B]:
    return x.transpose(0, 1)


def apply(g: Callable[[Tensor[B, N]], Tensor[N, B]], x: Tensor[B, N]) -> Tensor[N, B]:
    return g(x)


def deco(g: Callable[[Tensor[B, N]], Tensor[N, B]]) -> Callable[[Tensor[B, N]], Tensor[N, B]]:
    return g


@deco
def decorated(x: Tensor[B, N]) -> Tensor[N, B]:
    return f(x)


def u(x: Tensor[2, 3], o: Tensor[2, 3] | None, q: Tensor[2, 3] | Tensor[2, 4], z: Any) -> None:
    reveal_type(apply(f, x))
    reveal_type(decorated(x))
    reveal_type(f(q))
    reveal_type(q.sum(1))
    o.sum()
    reveal_type(f(z))
    reveal_type(x + z)
    reveal_type(z @ x)
    reveal_type(nn.Linear(3, 4)(z))
    f()
    f(x, x)
    f(y=x)
    nn.Linear(3, 4)()
    x @ 3
    x + "a"
    nn.Linear("a", 3)
    undefined(x)
    nn.Conv2d(3, 16, undefined)
    Tensor(3)
    reveal_type(x.T)


@dataclass
class D:
    x: Tensor[2, 3]
    conv: nn.Conv2d[3, 16, 3]


class NT(NamedTuple):
    x: Tensor[B, "2*B"]


class P(Protocol):
    def __call__(self, x: Tensor[B, 3]) -> Tensor[B, 4]: ...


def usep(p: P, x: Tensor[7, 3], d: D) -> None:
    reveal_type(p(x))
    reveal_type(d.conv(x))
    reveal_type(D(x, nn.Conv2d(3, 16, 3)))
    reveal_type(d.x)


class My(nn.Conv2d[L[3], C, L[3]]):
    def __init__(self, c: C) -> None:
        super().__init__(3, c, 3)


class Mine(nn.Linear[L[3], L[4]]):
    def __call__(self, x: Tensor[*Batch, 3]) -> Tensor[*Batch, 4]:
        reveal_type(super().__call__(x))
        return super().__call__(x)


def sub(x: Tensor[B, 3, H, W], y: Tensor[B, 5]) -> None:
    reveal_type(My(8))
    reveal_type(My(8)(x))
    Mine()(y)


class R(Module):
    def __init__(self, inner: R | None = None) -> None:
        self.inner = inner

    def __call__(self, x: Tensor[B, N]) -> Tensor[B, N]:
        return self.inner(x) if self.inner else x

    @property
    def size(self) -> Tensor["2*B", B]: ...
    @classmethod
    def make(cls, x: Tensor[B, "B+1"]) -> Tensor["B+1"]: ...
    @staticmethod
    def st(x: Tensor[B, "B+1"]) -> Tensor["B+1"]: ...
    async def co(self, x: Tensor[B]) -> Tensor["B*B"]: ...
    def gen(self, x: Tensor[B]) -> Iterator[Tensor["B*B"]]: ...
    @overload
    def ov(self, x: Tensor[B]) -> Tensor["B*2"]: ...
    @overload
    def ov(self, x: int) -> int: ...
    def ov(self, x: Any) -> Any: ...


async def use(r: R, x: Tensor[3, 4], v: Tensor[3], t: type[R]) -> None:
    reveal_type(r(x))
    reveal_type(R.make(x))
    reveal_type(r.st(x))
    reveal_type(await r.co(v))
    reveal_type(r.gen(v))
    reveal_type(r.ov(v))
    reveal_type(r.ov(3))
    reveal_type(t())
    reveal_type(t()(x))
    reveal_type(R.__call__(r, x))
    r.ov(x)


x: Tensor[2, "3*"] = 3
y: Tensor[1.5]
z: Tensor[...]
w: Tensor[int, "N"]
m: Module[3]
n: nn.Conv2d[1, 2, 3, 4, 5, 6, 7, 8]
k: Tensor[()]
j: Tensor


def gg(t: Tensor[B, "Q+1"]) -> None: ...
def hh(t: Tensor["H//0"]) -> None: ...
def ii(t: Tensor["N//N", N]) -> Tensor["1//(N-3)"]: ...
def jj(a: Tensor[3, 3]) -> None:
    reveal_type(ii(shapenet.zeros(1, 3)))


T = TypeVar("T", bound=AnyTensor)


def bounded(x: T) -> T:
    reveal_type(x + x)
    return x


reveal_type(bounded(shapenet.zeros(3)))
Alias = Tensor[B, 3]


def al(x: Alias[B]) -> Alias[B]:
    return x


reveal_type(al(shapenet.zeros(2, 3)))
reveal_type(nn.Conv2d(3, 16, kernel_size=[3, 3]))
reveal_type(nn.Linear(in_features=3, out_features=bool(1)))
reveal_type(nn.MSELoss(*[1])(shapenet.zeros(3)))
reveal_type(nn.CrossEntropyLoss(3, reduction=None)(shapenet.zeros(3), None))
reveal_type(nn.L1Loss[3]()(shapenet.zeros(3), 5))
reveal_type(F.cross_entropy(shapenet.zeros(3)))
reveal_type(F.nll_loss(shapenet.zeros(2, 3), shapenet.zeros(2), weight=4, reduction=F))
reveal_type(F.cosine_embedding_loss(*[shapenet.zeros(3)] * 3))


def polynomial(x: Tensor[B, C, H, W, "(B+C+H+W)**10"]) -> Tensor["(B+C+H+W)**10"]:
    reveal_type(x)
    return x[0, 0, 0, 0]


reveal_type(polynomial(shapenet.zeros(1, 1, 1, 1, 4**10)))


def sequences(x: Tensor[B, 3], y: Any, z: Tensor[*Batch], many: list[Any], maybe: Tensor[B, 3] | None, n: int) -> None:
    nn.LSTM()(x)
    nn.LSTM(3)(x)
    nn.LSTM(*many)(x)
    nn.LSTM("3", 4)(x)
    nn.LSTM(3, 4)()
    nn.LSTM(3, 4)(*many)
    nn.LSTM(3, 4)(x, *many)
    nn.LSTM(3, 4)(hx=(x, x))
    nn.LSTM(3, 4)(x, (x,))
    nn.LSTM(3, 4)(x, (x, x, x))
    nn.LSTM(3, 4)(x, ((x, x), x))
    nn.LSTM(3, 4)(x, (y, maybe))
    nn.LSTM(3, 4, n, y, y, y, y)(y, y)
    nn.GRU(3, 4)(x, None)
    nn.GRU(3, 4)(x, 5)
    nn.GRU(3, 4)(z, z)
    nn.GRU(3, 4)(maybe, maybe)
    nn.GRUCell(3, 4)(z, z)
    nn.MultiheadAttention(0, 0)(x, x, x)
    nn.MultiheadAttention(n, n)(x, x)
    nn.MultiheadAttention(3, 1)(x, x, maybe, maybe, n, maybe, y)
    nn.MultiheadAttention(3, 1)(*many)
    nn.MultiheadAttention(3, 1)(value=x, key=x, query=x, attn_mask=(x, x))
    nn.MultiheadAttention(3, 1)(z, z, z, z)
    nn.Embedding(n, n)(maybe)
    nn.Embedding(3)(5)
    nn.Bilinear(3, 3, n)(x)
    nn.Bilinear(3, 3, n)(z, maybe)
    F.scaled_dot_product_attention(z, z, z, z)
    F.scaled_dot_product_attention(x, maybe, y, is_causal=n)
    F.embedding(maybe, z)
    F.bilinear(z, z, z, z)
    F.softmax(z, n)
    x.softmax("1")
    x[many]
    x.masked_fill(maybe, None)
    x.where(z > 0, maybe)
    shapenet.where(maybe, maybe, maybe)
    shapenet.where(*many)


Nest = Union[Tensor[B], list["Nest[B]"]]


def endless(nest: Nest[B], x: Tensor[2, 3]) -> Nest[B]:
    """Types that have themselves as a part."""
    is_one = isinstance
    reveal_type(is_one(x, Tensor))
    return endless(endless([x, [x]], x), x)


def what_is_no_size(x: Tensor[2, 3]) -> None:
    shapenet.arange()
    shapenet.arange(None, (2, 3))
    shapenet.arange(0, "x")
    shapenet.tensor()
    shapenet.eye()
    shapenet.eye((3, 4), [2])
    shapenet.zeros((2, (3, 4)), None)
    x.reshape(-1, 5, ())
    x.reshape(None)
    x.__getitem__()
