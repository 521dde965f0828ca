"""Strange programs, which the plugin must survive; what mypy says of them is its own affair."""

from __future__ import annotations
import functools
import math
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
from shapenet import AnyTensor, IntTensor, Module, Parameter, Tensor, nn
from shapenet import functional as F
from shapenet.dims import B, Batch, C, H, N, W, assert_divisible

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


def arranged(
    x: Tensor[B, 3],
    a: Any,
    u: AnyTensor,
    o: Tensor[2, 3] | None,
    e: Tensor[2, 3] | Tensor[4, 6],
    s: Tensor[()],
    z: Tensor[*Batch],
    m: Parameter[2, 3],
    n: int,
    l: list[int],
    t: tuple[int, ...],
    w: str,
    fl: float,
):
    x.reshape()
    reveal_type(s.reshape())
    reveal_type(s.expand())
    x.view
    x.size("a")
    x.size(None)
    x.size(a)
    x.size(*l)
    len()
    len(x, x)
    len(1)
    reveal_type(len(s))
    reveal_type(len(z))
    reveal_type(len(e))
    reveal_type(len(o))
    reveal_type(len(m))
    reveal_type(m.T)
    reveal_type(m.ndim)
    math.prod()
    math.prod(1)
    reveal_type(math.prod(x.shape, start=2))
    reveal_type(math.prod(u.shape))
    reveal_type(math.prod(z.shape))
    reveal_type(math.prod(s.shape))
    x.split()
    reveal_type(x.split(a))
    reveal_type(x.split(None))
    reveal_type(x.split(w))
    reveal_type(x.split(*l))
    reveal_type(x.split(l, *l))
    reveal_type(x.split([l], 1))
    reveal_type(x.split([*l, 2], 1))
    reveal_type(x.split(([1], 2), 1))
    reveal_type(x.split((1, 2) if n else 3, 1))
    reveal_type(x.split(e, 1))
    reveal_type(x.split(1, a))
    reveal_type(x.chunk(a, a))
    reveal_type(x.chunk(None))
    reveal_type(x.chunk(fl))
    reveal_type(x.tensor_split(a, 1))
    reveal_type(x.tensor_split((a, 1), 1))
    reveal_type(x.tensor_split((), 1))
    reveal_type(x.unbind("a"))
    reveal_type(e.unbind(0))
    reveal_type(e.T)
    reveal_type(o.T)
    reveal_type(o.reshape(3, 2))
    reveal_type(e.reshape(3, -1))
    reveal_type(a.reshape(3, -1))
    reveal_type(x.reshape(a))
    reveal_type(x.reshape(a, 3))
    reveal_type(x.reshape(*a))
    reveal_type(x.reshape(*t))
    reveal_type(x.reshape(*"ab"))
    reveal_type(x.reshape(*1))
    reveal_type(x.reshape(*l, *t, 3, -1))
    reveal_type(x.reshape(sizes=3))
    reveal_type(x.reshape(()))
    reveal_type(s.reshape(()))
    reveal_type(x.reshape((2, (3, 4))))
    reveal_type(x.reshape([]))
    reveal_type(x.reshape([[2]]))
    reveal_type(x.reshape(None))
    reveal_type(x.reshape(True, -1))
    reveal_type(x.reshape(undefined, -1))
    reveal_type(x.reshape(x.shape[5]))
    reveal_type(x.reshape(n if n else -1, 3))
    reveal_type(x.reshape((n, 3) if n else (3, n)))
    reveal_type(Tensor.reshape(x, 3, -1))
    reveal_type(Tensor.reshape)
    reveal_type(x.squeeze(None))
    reveal_type(x.squeeze(dim=()))
    reveal_type(x.squeeze(dim=l))
    reveal_type(x.squeeze(dim=w))
    reveal_type(x.unsqueeze())
    reveal_type(x.unsqueeze(w))
    reveal_type(x.unsqueeze(*l))
    reveal_type(x.flip())
    reveal_type(x.flip(l))
    reveal_type(x.flip(*l))
    reveal_type(x.flip(w))
    reveal_type(x.roll())
    reveal_type(x.roll(l, l))
    reveal_type(x.roll((1, 2), n))
    reveal_type(x.roll(n, ()))
    reveal_type(x.roll(l, 1))
    reveal_type(x.movedim())
    reveal_type(x.movedim(l, l))
    reveal_type(x.movedim(None, None))
    reveal_type(x.permute())
    reveal_type(s.permute())
    reveal_type(x.permute(l))
    reveal_type(x.permute(*l))
    reveal_type(x.transpose(0))
    reveal_type(x.transpose(0, w))
    reveal_type(x.tril(w))
    reveal_type(x.diagonal(w, n))
    reveal_type(x.diagonal(n))
    reveal_type(x.diag(n))
    reveal_type(x.narrow(0, n, n))
    reveal_type(x.narrow(n, n, n))
    reveal_type(x.narrow(1, 0, -n))
    reveal_type(x.select(1, n))
    reveal_type(x.repeat())
    reveal_type(x.repeat(l))
    reveal_type(x.repeat(n, n))
    reveal_type(x.tile(l))
    reveal_type(x.tile(*t, 2))
    reveal_type(x.repeat_interleave(IntTensor))
    reveal_type(x.repeat_interleave(n, n))
    reveal_type(x.repeat_interleave(l))
    reveal_type(x.expand(l))
    reveal_type(x.expand(*l, -1, 3))
    reveal_type(x.expand(x.shape))
    reveal_type(x.expand_as(1))
    reveal_type(x.expand_as(a))
    reveal_type(x.view_as(o))
    reveal_type(x.unflatten(1, n))
    reveal_type(x.unflatten(1, ()))
    reveal_type(x.unflatten(1, l))
    reveal_type(x.unflatten(n, (3, 1)))
    reveal_type(shapenet.stack())
    reveal_type(shapenet.stack(1))
    reveal_type(shapenet.stack([]))
    reveal_type(shapenet.stack(()))
    reveal_type(shapenet.stack([1, x]))
    reveal_type(shapenet.stack([x, a]))
    reveal_type(shapenet.stack(x))
    reveal_type(shapenet.stack(o))
    reveal_type(shapenet.stack([o, o]))
    reveal_type(shapenet.stack([e, e]))
    reveal_type(shapenet.stack({x, x}))
    reveal_type(shapenet.stack([x, x], n))
    reveal_type(shapenet.cat([e, e]))
    reveal_type(shapenet.cat(x.split(2, 1), 1))
    reveal_type(shapenet.cat(x.split(n, 1), 1))
    reveal_type(shapenet.zeros())
    reveal_type(shapenet.zeros(()))
    reveal_type(shapenet.zeros(x))
    reveal_type(shapenet.zeros(fl))
    reveal_type(shapenet.zeros(w))
    reveal_type(shapenet.zeros(*w))
    reveal_type(shapenet.zeros(n * 2, n + 1))
    reveal_type(shapenet.full(2, 3))
    reveal_type(shapenet.full((2, n), fl))
    reveal_type(shapenet.full(l, fl))
    reveal_type(shapenet.zeros_like(1))
    reveal_type(shapenet.zeros_like(o))
    reveal_type(shapenet.zeros_like(e))
    reveal_type(shapenet.zeros_like(m))
    reveal_type(shapenet.linspace(0, 1, fl))
    reveal_type(shapenet.reshape(x))
    reveal_type(shapenet.reshape(1, (2,)))
    reveal_type(shapenet.reshape(x, 3))
    reveal_type(shapenet.flip(x, 0))
    reveal_type(shapenet.split(x))
    reveal_type(shapenet.broadcast_to(x, x.shape))
    reveal_type(nn.LayerNorm((*x.shape[1:],))(x))
    reveal_type(nn.LayerNorm((*x.shape,))(x))
    reveal_type(F.layer_norm(x, (*x.shape[1:],)))
    reveal_type(F.layer_norm(x, x.shape[1:]))
    reveal_type(F.pad(x, (*t, 1)))
    reveal_type(F.layer_norm(z, z.shape))
    reveal_type(x.mean((*t,)))
    reveal_type(x.sum((*(0, 1),)))
    reveal_type(x.shape[n])
    reveal_type(x.shape[:n])
    reveal_type(x.shape[::-1])
    reveal_type(shapenet.zeros(x.shape[:n]))
    reveal_type(shapenet.zeros(x.shape + (2,)))
    reveal_type(shapenet.zeros(x.shape[:1] + (2, 3)))
    reveal_type(shapenet.zeros(tuple(x.shape)))
    reveal_type(shapenet.zeros(list(x.shape)))
    reveal_type(shapenet.zeros(z.shape + (2,)))
    reveal_type(shapenet.zeros(*z.shape, *z.shape))
    for dim in x.shape:
        reveal_type(dim)


def halved(x: Tensor[B, C], c: C):
    assert_divisible(c, 2)
    reveal_type(x.chunk(2, 1))
    reveal_type(x.unflatten(1, (2, -1)))


lam = lambda q: q.reshape(1, 2).split(3)
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


shapenet.assert_divisible(*[1, 2])
shapenet.assert_divisible()
shapenet.assert_divisible(1, 2, 3)
shapenet.assert_divisible(by=3)
shapenet.assert_divisible(**{"size": 3, "by": 2})


class Asserting:
    shapenet.assert_divisible(3, 3)
    w = 4
    layer = nn.Linear(w, w)

    def __init__(self, d: C, *args: N, h: int = 4):
        shapenet.assert_divisible(d, *args)
        shapenet.assert_divisible(undefined, h)
        self.x, *self.y = d, 2 * h
        self.z = self.z + 1
        self.q = self.r = 2 * self.x
        (self.t) = lambda: self.q
        self.arr[0] = 4

    def method(self, x: Tensor[B, C]):
        reveal_type(shapenet.zeros(self.q, self.z, self.t(), self.nope, self.y[0]))

        class Inner(Asserting):
            def n(selfish, x: Tensor[B]):
                reveal_type(shapenet.zeros(self.q, selfish.q))
                u = 3

                def deep():
                    return shapenet.zeros(u, self.z)

                return deep

        del self
        return Inner

    @staticmethod
    def static(n: int):
        k = n
        return shapenet.zeros(k, 2 * n)


async def binding(x: Tensor[B, C]) -> None:
    n = (await unknown()) * 2
    async for z in unknown():
        pass
    async with unknown() as z2:
        pass
    reveal_type(shapenet.zeros(n, z, z2, 2 * x.shape[1]))
    global gg
    gg = 5
    reveal_type(shapenet.zeros(gg))
    reveal_type([shapenet.zeros(y) for y in range(3) if (w := y)])
    reveal_type(shapenet.zeros(w))
    lam = lambda q, r=4: shapenet.zeros(q, r, n)
    reveal_type(lam(3))
    e = 2**100000
    reveal_type(shapenet.zeros(e**e, 1 // 0, 3 % (n - n)))


class Absurd(Module, Generic[C]):
    def __init__(self, c: C) -> None:
        self.a = self.b
        self.b = self.a
        shapenet.assert_divisible(self.a, self.b)
        shapenet.assert_divisible(c, 0)
        shapenet.assert_equal(c, c // c)
        shapenet.assert_equal(c, 0)

    def __call__(self, x: Tensor[B, C, "B//C"]) -> Tensor[B, C]:
        reveal_type(x.reshape(-1, self.a))
        reveal_type(x.reshape(-1))
        return x.sum(2)


Absurd(0)(shapenet.zeros(0, 0, 1))
match [1, 2]:
    case [one, *two]:
        reveal_type(shapenet.zeros(one))
    case {"a": three, **four}:
        reveal_type(shapenet.zeros(three))
    case int(five) | five:
        reveal_type(shapenet.zeros(five))
