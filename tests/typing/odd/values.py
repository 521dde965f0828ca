"""Strange calls of what computes."""

from __future__ import annotations

from typing import Any, Callable
import shapenet
from shapenet import Tensor, IntTensor, BoolTensor, AnyTensor
from shapenet import functional as F
from shapenet.dims import B, C


def odd(
    x: Tensor[B, C],
    i: IntTensor[B],
    args: list[int],
    kw: dict[str, Any],
    a: Any,
    u: Tensor[B] | IntTensor[B, C],
    n: Tensor[B] | None,
    texts: list[str],
) -> None:
    shapenet.einsum()
    shapenet.einsum("i")
    shapenet.einsum(a, a)
    shapenet.einsum("ij", a)
    shapenet.einsum(*texts, x)
    shapenet.einsum("ij->ji", *[x])
    shapenet.einsum("ij->ji", operands=x)
    shapenet.einsum("ij", u)
    shapenet.einsum("i", n)
    shapenet.einsum("ij,jk", x, 3)
    shapenet.einsum(x, "ij")
    x.max(*args)
    x.max(**kw)
    x.max(dim="a")
    x.max(a)
    x.max(True)
    x.max(1, 1)
    x.max(nothing)
    u.max(0)
    n.max(0)
    shapenet.max()
    shapenet.max(x, *args)
    shapenet.max(3)
    shapenet.max(u, 0)
    Tensor.max(x)
    Tensor.max
    x.max
    x.topk()
    x.topk(*args)
    x.topk("3")
    x.topk(3, "a")
    x.topk(k=a, dim=a)
    x.topk(2.5)
    x.sort(**kw)
    x.sort(*args)
    x.sort("a")
    x.argsort(a)
    x.gather()
    x.gather(0)
    x.gather(*args)
    x.gather(0, 3)
    x.gather(index=i, dim=a)
    x.gather("a", i)
    shapenet.gather(x)
    shapenet.gather(x, 0, u)
    x.index_select(0, u)
    x.take_along_dim(a, 0)
    x.scatter(1)
    x.scatter(1, i, "a")
    x.scatter(1, i, u)
    shapenet.scatter_add()
    F.one_hot()
    F.one_hot(a)
    F.one_hot(u, 3)
    F.one_hot(i, "3")
    F.one_hot(i, *args)
    x.clamp(*args)
    x.clamp(**kw)
    x.clamp("a", u)
    x.clamp(a)
    x.clamp(n, n)
    shapenet.clamp()
    x & "a"
    x & a
    a & x
    x & u
    u & u
    "a" | i
    ~u
    ~n
    x // "a"
    x % a
    x**None
    x.pow()
    x.pow("a")
    x.pow(u)
    shapenet.pow(x)
    x.maximum()
    x.maximum(u)
    shapenet.maximum(u, u)
    x.var("a")
    x.var([0, 1])
    x.var(dim=a, keepdim=a)
    x.std(*args)
    x.norm("fro", (0, "a"))
    x.prod((0,))
    x.logsumexp()
    x.cumsum()
    x.cumsum("a")
    shapenet.cumsum(u, 0)
    shapenet.any()
    shapenet.all(a)
    x.mm()
    x.mm(3)
    x.bmm(a)
    x.dot(u)
    shapenet.outer(x)
    shapenet.matmul(a, a)
    shapenet.matmul(x, n)
    x.floor(3)
    shapenet.abs()
    shapenet.abs(3)
    shapenet.logical_and(x)
    f: Callable[..., Any] = shapenet.einsum
    map(Tensor.sort, [x])
    sorted([x.max(0)])
    x.max(0)()
    x.max(0).nothing
    x.max(0)[2]
    p, q, r = x.max(0)
