"""Types of what arranges the elements of tensors, and of what reads their sizes."""

import math
from typing import Any

import shapenet
from shapenet import AnyTensor, BoolTensor, IntTensor, Tensor
from shapenet.dims import B, Batch, C, H, K, M, N, W


def sizes(x: Tensor[B, C, H, W], y: Tensor[2, 6], z: Tensor[*Batch, N], u: AnyTensor, d: int) -> None:
    """What the shape says goes where sizes are wanted."""
    #: note: Revealed type is "B"
    reveal_type(x.shape[0])
    #: note: Revealed type is "W"
    reveal_type(x.shape[-1])
    #: note: Revealed type is "tuple[C, H, W]"
    reveal_type(x.shape[1:])
    #: note: Revealed type is "tuple[*Batch, N]"
    reveal_type(z.shape)
    #: note: Revealed type is "N"
    reveal_type(z.shape[-1])
    #: note: Revealed type is "tuple[*Batch]"
    reveal_type(z.shape[:-1])
    #: note: Revealed type is "tuple[B, C, H, W]"
    reveal_type(x.size())
    #: note: Revealed type is "B"
    reveal_type(x.size(0))
    #: note: Revealed type is "W"
    reveal_type(x.size(-1))
    #: note: Revealed type is "C"
    reveal_type(x.size(dim=1))
    #: note: Revealed type is "Literal[6]"
    reveal_type(y.size(1))
    #: note: Revealed type is "int"
    reveal_type(x.size(d))
    #: note: Revealed type is "N"
    reveal_type(z.size(-1))
    #: note: Revealed type is "tuple[*Batch, N]"
    reveal_type(z.size())
    #: note: Revealed type is "tuple[*tuple[Any, ...]]"
    reveal_type(u.size())
    #: note: Revealed type is "int"
    reveal_type(u.size(0))
    #: note: Revealed type is "B"
    reveal_type(len(x))
    #: note: Revealed type is "Literal[2]"
    reveal_type(len(y))
    #: note: Revealed type is "int"
    reveal_type(len("text"))
    #: note: Revealed type is "Literal[4]?"
    reveal_type(x.ndim)
    #: note: Revealed type is "Literal[4]?"
    reveal_type(x.dim())
    #: note: Revealed type is "int"
    reveal_type(z.dim())
    #: note: Revealed type is "Size[Literal['B*C*H*W'], B, C, H, W]"
    reveal_type(x.numel())
    #: note: Revealed type is "Literal[12]"
    reveal_type(y.numel())
    #: note: Revealed type is "Size[Literal['B*C*H*W'], B, C, H, W]"
    reveal_type(math.prod(x.shape))
    #: note: Revealed type is "Size[Literal['C*H*W'], C, H, W]"
    reveal_type(math.prod(x.shape[1:]))
    #: note: Revealed type is "int"
    reveal_type(math.prod([1, 2]))
    #: note: Revealed type is "int"
    reveal_type(math.prod((1, 2)))
    b, c, h, w = x.shape
    #: note: Revealed type is "Tensor[B, Size[Literal['H*W'], H, W], C]"
    reveal_type(shapenet.zeros(b, h * w, c))
    rows = y.ndim
    rows = rows + 1
    #: note: Revealed type is "int"
    reveal_type(rows)


def sizes_in_calls(x: Tensor[B, C, H, W], z: Tensor[*Batch, N], heads: K, many: list[int], d: int) -> None:
    b, c, h, w = x.shape
    #: note: Revealed type is "Tensor[B, Size[Literal['C*H*W'], C, H, W]]"
    reveal_type(x.reshape(b, -1))
    #: note: Revealed type is "Tensor[B, C, Size[Literal['H*W'], H, W]]"
    reveal_type(x.reshape(b, c, h * w))
    #: note: Revealed type is "Tensor[B, Size[Literal['C*H'], C, H], W]"
    reveal_type(x.reshape(x.size(0), x.size(1) * x.size(2), -1))
    #: note: Revealed type is "Tensor[B, C, H, W]"
    reveal_type(x.reshape(*x.shape))
    #: note: Revealed type is "Tensor[B, C, Size[Literal['H*W'], H, W]]"
    reveal_type(x.reshape(*x.shape[:2], -1))
    #: note: Revealed type is "Tensor[B, C, Size[Literal['H*W'], H, W]]"
    reveal_type(x.reshape((*x.shape[:2], -1)))
    #: note: Revealed type is "Tensor[B, Size[Literal['C*H*W'], C, H, W]]"
    reveal_type(x.reshape([b, -1]))
    #: note: Revealed type is "Tensor[B, C, H, K, Size[Literal['W//K'], K, W]]"
    reveal_type(x.reshape(*x.shape[:-1], heads, -1))
    #: note: Revealed type is "Tensor[Size[Literal['B*C'], B, C], H, W]"
    reveal_type(x.reshape(-1, *x.shape[2:]))
    #: note: Revealed type is "Tensor[B, Size[Literal['C*H*W'], C, H, W]]"
    reveal_type(x.reshape(b, math.prod(x.shape[1:])))
    #: note: Revealed type is "Tensor[*Batch, K, Size[Literal['N//K'], K, N]]"
    reveal_type(z.reshape(*z.shape[:-1], heads, -1))
    #: note: Revealed type is "Tensor[*Batch, N, Literal[1]]"
    reveal_type(z.reshape(*z.shape, 1))
    #: note: Revealed type is "Tensor[*Batch, Size[Literal['N//K'], K, N], K]"
    reveal_type(z.reshape((*z.shape[:-1], -1, heads)))
    #: note: Revealed type is "Tensor[Any, N]"
    reveal_type(z.reshape(-1, z.shape[-1]))
    #: note: Revealed type is "Tensor[*tuple[Any, ...]]"
    reveal_type(x.reshape(*many))
    #: note: Revealed type is "Tensor[*tuple[Any, ...]]"
    reveal_type(x.reshape(many))
    #: note: Revealed type is "Tensor[*tuple[Any, ...], Literal[3]]"
    reveal_type(x.reshape(*many, 3))
    #: note: Revealed type is "Tensor[*tuple[Any, ...], Any]"
    reveal_type(x.reshape(*many, -1))
    #: note: Revealed type is "Tensor[Any, Any]"
    reveal_type(x.reshape(d, d))
    #: note: Revealed type is "Tensor[B, Size[Literal['C*H*W'], C, H, W]]"
    reveal_type(x.reshape(b, d))
    #: note: Revealed type is "Tensor[B, C, H, W]"
    reveal_type(shapenet.zeros(x.shape))
    #: note: Revealed type is "Tensor[B, C, H, W]"
    reveal_type(shapenet.zeros(*x.shape))
    #: note: Revealed type is "Tensor[B, C, Literal[5]]"
    reveal_type(shapenet.zeros(*x.shape[:2], 5))
    #: note: Revealed type is "Tensor[B, C, Literal[5]]"
    reveal_type(shapenet.ones((*x.shape[:2], 5)))
    #: note: Revealed type is "Tensor[C, H, W, B]"
    reveal_type(shapenet.randn(*x.shape[1:], *x.shape[:1]))
    #: note: Revealed type is "Tensor[*Batch, N]"
    reveal_type(shapenet.full(z.shape, 1.0))
    #: note: Revealed type is "Tensor[*Batch, Literal[2], Any]"
    reveal_type(shapenet.empty(*z.shape[:-1], 2, d))
    #: note: Revealed type is "Tensor[*Batch, N, Literal[2]]"
    reveal_type(shapenet.zeros(z.shape + (2,)))
    #: note: Revealed type is "Tensor[B, Literal[2], Any]"
    reveal_type(shapenet.zeros(x.shape[:1] + (2, d)))
    #: note: Revealed type is "Tensor[*tuple[Any, ...]]"
    reveal_type(shapenet.rand(many))
    #: note: Revealed type is "Tensor[Literal[5]]"
    reveal_type(shapenet.linspace(0, 1, 5))
    #: note: Revealed type is "Tensor[B]"
    reveal_type(shapenet.linspace(0, 1, steps=b))
    #: note: Revealed type is "Tensor[B, C, H, W]"
    reveal_type(shapenet.zeros_like(x))
    #: note: Revealed type is "Tensor[*Batch, N]"
    reveal_type(shapenet.full_like(z, 2.0))
    #: note: Revealed type is "Tensor[B, C, H, W]"
    reveal_type(shapenet.randn_like(x, dtype="float64"))


def views(x: Tensor[B, C, H, W], y: Tensor[2, 6], z: Tensor[*Batch, N], u: AnyTensor, d: int) -> None:
    #: note: Revealed type is "Tensor[Literal[3], Literal[4]]"
    reveal_type(y.view(3, -1))
    #: note: Revealed type is "Tensor[B, Size[Literal['C*H*W'], C, H, W]]"
    reveal_type(x.view(x.shape[0], -1))
    #: note: Revealed type is "Tensor[Literal[3], Literal[4]]"
    reveal_type(y.view_as(shapenet.zeros(3, 4)))
    #: note: Revealed type is "Tensor[*tuple[Any, ...]]"
    reveal_type(x.reshape_as(u))
    #: note: Revealed type is "Tensor[Literal[2], Literal[2], Literal[3]]"
    reveal_type(y.unflatten(1, (2, -1)))
    #: note: Revealed type is "Tensor[B, Size[Literal['C//2'], C], Literal[2], H, W]"
    reveal_type(x.unflatten(1, [-1, 2]))
    #: note: Revealed type is "Tensor[*Batch, Size[Literal['N//3'], N], Literal[3]]"
    reveal_type(z.unflatten(-1, (d, 3)))
    #: note: Revealed type is "Tensor[*Batch, Literal[3], Literal[2], Size[Literal['N//6'], N]]"
    reveal_type(z.unflatten(-1, (3, 2, d)))
    #: note: Revealed type is "Tensor[*Batch, Literal[4], Size[Literal['N//4'], N]]"
    reveal_type(shapenet.unflatten(z, -1, (4, -1)))
    #: note: Revealed type is "Tensor[B, Size[Literal['C*H*W'], C, H, W]]"
    reveal_type(shapenet.flatten(x, 1))
    #: note: Revealed type is "Tensor[B, Size[Literal['C*H*W'], C, H, W]]"
    reveal_type(shapenet.reshape(x, (x.shape[0], -1)))
    #: note: Revealed type is "Tensor[Literal[6], Literal[2]]"
    reveal_type(shapenet.reshape(y, y.shape[::-1]))


def squeezed(x: Tensor[B, 1, H, 1], y: Tensor[1, 2], z: Tensor[*Batch, 1], u: Tensor[Any, 1], d: int) -> None:
    #: note: Revealed type is "Tensor[Literal[2]]"
    reveal_type(y.squeeze())
    #: note: Revealed type is "Tensor[*tuple[Any, ...]]"
    reveal_type(x.squeeze())
    #: note: Revealed type is "Tensor[B, H, Literal[1]]"
    reveal_type(x.squeeze(1))
    #: note: Revealed type is "Tensor[B, H]"
    reveal_type(x.squeeze((1, -1)))
    #: note: Revealed type is "Tensor[B, H]"
    reveal_type(x.squeeze([1, 3]))
    #: note: Revealed type is "Tensor[*tuple[Any, ...], Literal[1], H, Literal[1]]"
    reveal_type(x.squeeze(0))
    #: note: Revealed type is "Tensor[Literal[1], Literal[2]]"
    reveal_type(y.squeeze(1))
    #: note: Revealed type is "Tensor[*tuple[Any, ...], Literal[1]]"
    reveal_type(u.squeeze(0))
    #: note: Revealed type is "Tensor[*Batch]"
    reveal_type(z.squeeze(-1))
    #: note: Revealed type is "Tensor[*tuple[Any, ...]]"
    reveal_type(z.squeeze())
    #: note: Revealed type is "Tensor[*tuple[Any, ...]]"
    reveal_type(x.squeeze(d))
    #: note: Revealed type is "Tensor[B, H, Literal[1]]"
    reveal_type(shapenet.squeeze(x, 1))
    #: note: Revealed type is "Tensor[Literal[1], B, Literal[1], H, Literal[1]]"
    reveal_type(x.unsqueeze(0))
    #: note: Revealed type is "Tensor[B, Literal[1], H, Literal[1], Literal[1]]"
    reveal_type(x.unsqueeze(-1))
    #: note: Revealed type is "Tensor[*Batch, Literal[1], Literal[1]]"
    reveal_type(z.unsqueeze(-2))
    #: note: Revealed type is "Tensor[Literal[1], *Batch, Literal[1]]"
    reveal_type(z.unsqueeze(0))
    #: note: Revealed type is "Tensor[*tuple[Any, ...]]"
    reveal_type(z.unsqueeze(1))
    #: note: Revealed type is "Tensor[Literal[1], Any, Any]"
    reveal_type(y.unsqueeze(d))
    #: note: Revealed type is "Tensor[B, Literal[1], Literal[1], H, Literal[1]]"
    reveal_type(shapenet.unsqueeze(x, dim=1))


def repeated(x: Tensor[B, 1, H], y: Tensor[1, 2], z: Tensor[*Batch, 1], u: AnyTensor, n: N, d: int) -> None:
    #: note: Revealed type is "Tensor[B, Literal[4], H]"
    reveal_type(x.expand(-1, 4, -1))
    #: note: Revealed type is "Tensor[Literal[5], B, Literal[1], H]"
    reveal_type(x.expand(5, *x.shape))
    #: note: Revealed type is "Tensor[Literal[3], B, N, H]"
    reveal_type(x.expand((3, -1, n, -1)))
    #: note: Revealed type is "Tensor[Any, Literal[2]]"
    reveal_type(y.expand(d, 2))
    #: note: Revealed type is "Tensor[Literal[3], Literal[2]]"
    reveal_type(y.expand(3, d))
    #: note: Revealed type is "Tensor[Any, Literal[1], H]"
    reveal_type(x.expand(d, 1, -1))
    #: note: Revealed type is "Tensor[*Batch, Literal[7]]"
    reveal_type(z.expand(*z.shape[:-1], 7))
    #: note: Revealed type is "Tensor[*Batch, Literal[1], Literal[1], Literal[2]]"
    reveal_type(y.expand(*z.shape, 1, 2))
    #: note: Revealed type is "Tensor[Literal[4], Literal[3], Literal[2]]"
    reveal_type(y.expand_as(shapenet.zeros(4, 3, 2)))
    #: note: Revealed type is "Tensor[*tuple[Any, ...]]"
    reveal_type(y.expand_as(u))
    #: note: Revealed type is "Tensor[N, B, Literal[1], H]"
    reveal_type(x.broadcast_to((n, *x.shape)))
    #: note: Revealed type is "Tensor[Literal[3], Literal[2]]"
    reveal_type(shapenet.broadcast_to(y, [3, 2]))
    #: note: Revealed type is "Tensor[B, Literal[2], Size[Literal['3*H'], H]]"
    reveal_type(x.repeat(1, 2, 3))
    #: note: Revealed type is "Tensor[Literal[4], B, N, H]"
    reveal_type(x.repeat(4, 1, n, 1))
    #: note: Revealed type is "Tensor[Any, Literal[1], H]"
    reveal_type(x.repeat((d, 1, 1)))
    #: note: Revealed type is "Tensor[*tuple[Any, ...], Literal[2]]"
    reveal_type(z.repeat(1, 2))
    #: note: Revealed type is "Tensor[B, Literal[1], Size[Literal['2*H'], H]]"
    reveal_type(x.tile(2))
    #: note: Revealed type is "Tensor[*Batch, Literal[2]]"
    reveal_type(z.tile(2))
    #: note: Revealed type is "Tensor[Literal[2], Literal[1], Literal[6]]"
    reveal_type(shapenet.tile(y, (2, 1, 3)))
    #: note: Revealed type is "Tensor[Size[Literal['2*B*H'], B, H]]"
    reveal_type(x.repeat_interleave(2))
    #: note: Revealed type is "Tensor[B, Literal[1], Size[Literal['3*H'], H]]"
    reveal_type(x.repeat_interleave(3, 2))
    #: note: Revealed type is "Tensor[B, N, H]"
    reveal_type(shapenet.repeat_interleave(x, n, dim=1))
    #: note: Revealed type is "Tensor[Any, Any, Any]"
    reveal_type(x.repeat_interleave(2, d))


def ordered(
    x: Tensor[B, C, H, W],
    y: Tensor[2, 6],
    z: Tensor[*Batch, N, M],
    u: AnyTensor,
    d: int,
    e: Tensor[2, 3] | Tensor[B, 1],
) -> None:
    #: note: Revealed type is "Tensor[B, H, W, C]"
    reveal_type(x.movedim(1, -1))
    #: note: Revealed type is "Tensor[H, W, C, B]"
    reveal_type(x.movedim((0, 1), (-1, -2)))
    #: note: Revealed type is "Tensor[B, W, C, H]"
    reveal_type(shapenet.movedim(x, -1, 1))
    #: note: Revealed type is "Tensor[B, H, C, W]"
    reveal_type(x.swapaxes(1, 2))
    #: note: Revealed type is "Tensor[W, C, H, B]"
    reveal_type(x.swapdims(0, -1))
    #: note: Revealed type is "Tensor[C, B, H, W]"
    reveal_type(shapenet.transpose(x, 0, 1))
    #: note: Revealed type is "Tensor[Any, Any, Any, Any]"
    reveal_type(x.transpose(0, d))
    #: note: Revealed type is "Tensor[Any, Any, Any, Any]"
    reveal_type(x.permute(0, d, 2, 3))
    #: note: Revealed type is "Tensor[B, H, W, C]"
    reveal_type(shapenet.permute(x, (0, 2, 3, 1)))
    #: note: Revealed type is "Tensor[W, H, C, B]"
    reveal_type(x.permute([3, 2, 1, 0]))
    #: note: Revealed type is "Tensor[Literal[6], Literal[2]]"
    reveal_type(y.T)
    #: note: Revealed type is "Tensor[Literal[6], Literal[6]]"
    reveal_type(y.T @ y)
    #: note: Revealed type is "Tensor[*tuple[Any, ...]]"
    reveal_type(u.T)
    #: note: Revealed type is "Tensor[Literal[3], Literal[2]] | Tensor[Literal[1], B]"
    reveal_type(e.T)
    #: note: Revealed type is "Tensor[B, C, W, H]"
    reveal_type(x.mT)
    #: note: Revealed type is "Tensor[*Batch, M, N]"
    reveal_type(z.mT)
    #: note: Revealed type is "Tensor[*tuple[Any, ...]]"
    reveal_type(u.mT)
    #: note: Revealed type is "Tensor[*Batch, N, M]"
    reveal_type(z.flip(-1))
    #: note: Revealed type is "Tensor[B, C, H, W]"
    reveal_type(x.flip(0, 1))
    #: note: Revealed type is "Tensor[B, C, H, W]"
    reveal_type(shapenet.flip(x, [d]))
    #: note: Revealed type is "Tensor[B, C, H, W]"
    reveal_type(x.roll(1))
    #: note: Revealed type is "Tensor[B, C, H, W]"
    reveal_type(x.roll((1, d), (0, 1)))
    #: note: Revealed type is "Tensor[*Batch, N, M]"
    reveal_type(shapenet.roll(z, d, -1))
    #: note: Revealed type is "Tensor[*Batch, N, M]"
    reveal_type(z.tril())
    #: note: Revealed type is "Tensor[Literal[2], Literal[6]]"
    reveal_type(shapenet.triu(y, diagonal=1))
    #: note: Revealed type is "Tensor[Literal[2]]"
    reveal_type(y.diagonal())
    #: note: Revealed type is "Tensor[Literal[1]]"
    reveal_type(y.diagonal(-1))
    #: note: Revealed type is "Tensor[*Batch, Any]"
    reveal_type(z.diagonal(dim1=-1, dim2=-2))
    #: note: Revealed type is "Tensor[*Batch, N]"
    reveal_type((z @ z.mT).diagonal(0, -2, -1))
    #: note: Revealed type is "Tensor[Literal[2]]"
    reveal_type(y.diag(1))
    #: note: Revealed type is "Tensor[Literal[5], Literal[5]]"
    reveal_type(shapenet.diag(shapenet.zeros(3), -2))


def divided(x: Tensor[B, "3*C"], y: Tensor[7, 2], z: Tensor[*Batch, N], c: C, d: int, some: list[int]) -> None:
    #: note: Revealed type is "tuple[Tensor[Literal[3], Literal[2]], Tensor[Literal[3], Literal[2]], Tensor[Literal[1], Literal[2]]]"
    reveal_type(y.split(3))
    #: note: Revealed type is "tuple[Tensor[Literal[3], Literal[2]], Tensor[Literal[4], Literal[2]]]"
    reveal_type(y.split([3, 4]))
    #: note: Revealed type is "tuple[Tensor[Literal[7], Literal[1]], Tensor[Literal[7], Literal[1]]]"
    reveal_type(y.split((1, 1), dim=1))
    q, k, v = x.split(c, dim=-1)
    #: note: Revealed type is "Tensor[B, C]"
    reveal_type(q)
    #: note: Revealed type is "tuple[Tensor[B, C], Tensor[B, Size[Literal['2*C'], C]]]"
    reveal_type(x.split([c, 2 * c], 1))
    #: note: Revealed type is "tuple[Tensor[B, Any], ...]"
    reveal_type(x.split(d, 1))
    #: note: Revealed type is "tuple[Tensor[B, Any], ...]"
    reveal_type(x.split(some, 1))
    #: note: Revealed type is "tuple[Tensor[*Batch, Any], ...]"
    reveal_type(z.split(2, -1))
    #: note: Revealed type is "tuple[Tensor[Literal[4], Literal[2]], Tensor[Literal[3], Literal[2]]]"
    reveal_type(shapenet.split(y, 4))
    #: note: Revealed type is "tuple[Tensor[B, C], Tensor[B, C], Tensor[B, C]]"
    reveal_type(shapenet.split(x, [c, c, c], 1))
    #: note: Revealed type is "tuple[Tensor[Literal[3], Literal[2]], Tensor[Literal[3], Literal[2]], Tensor[Literal[1], Literal[2]]]"
    reveal_type(y.chunk(3))
    #: note: Revealed type is "tuple[Tensor[B, C], Tensor[B, C], Tensor[B, C]]"
    reveal_type(x.chunk(3, dim=1))
    #: note: Revealed type is "tuple[Tensor[B, Any], ...]"
    reveal_type(x.chunk(2, 1))
    #: note: Revealed type is "tuple[Tensor[B, Any], ...]"
    reveal_type(x.chunk(d, 1))
    #: note: Revealed type is "tuple[Tensor[Literal[7], Literal[1]], Tensor[Literal[7], Literal[1]]]"
    reveal_type(shapenet.chunk(y, 2, -1))
    #: note: Revealed type is "tuple[Tensor[Literal[3], Literal[2]], Tensor[Literal[2], Literal[2]], Tensor[Literal[2], Literal[2]]]"
    reveal_type(y.tensor_split(3))
    #: note: Revealed type is "tuple[Tensor[*Batch, Size[Literal['(N+1)//2'], N]], Tensor[*Batch, Size[Literal['N//2'], N]]]"
    reveal_type(z.tensor_split(2, -1))
    #: note: Revealed type is "tuple[Tensor[Literal[1], Literal[2]], Tensor[Literal[4], Literal[2]], Tensor[Literal[2], Literal[2]]]"
    reveal_type(y.tensor_split((1, 5)))
    #: note: Revealed type is "tuple[Tensor[B, Any], ...]"
    reveal_type(x.tensor_split(some, 1))
    #: note: Revealed type is "tuple[Tensor[Literal[7]], Tensor[Literal[7]]]"
    reveal_type(y.unbind(1))
    #: note: Revealed type is "tuple[Tensor[Size[Literal['3*C'], C]], ...]"
    reveal_type(x.unbind())
    #: note: Revealed type is "tuple[Tensor[*Batch], ...]"
    reveal_type(shapenet.unbind(z, -1))
    #: note: Revealed type is "tuple[Tensor[Literal[2]], ...]"
    reveal_type(shapenet.zeros(100, 2).unbind())
    #: note: Revealed type is "tuple[Tensor[Any, Literal[2]], ...]"
    reveal_type(shapenet.zeros(101, 2).split(2))
    #: note: Revealed type is "Tensor[B, C]"
    reveal_type(x.narrow(1, 0, c))
    #: note: Revealed type is "Tensor[Literal[2], Literal[2]]"
    reveal_type(y.narrow(0, -3, 2))
    #: note: Revealed type is "Tensor[Any, Literal[2]]"
    reveal_type(shapenet.narrow(y, d, 0, 2))
    #: note: Revealed type is "Tensor[*Batch]"
    reveal_type(z.select(-1, 0))
    #: note: Revealed type is "Tensor[Literal[2]]"
    reveal_type(shapenet.select(y, 0, d))
    #: note: Revealed type is "Tensor[Any]"
    reveal_type(y.select(d, 0))
    for part in x.unbind():
        #: note: Revealed type is "Tensor[Size[Literal['3*C'], C]]"
        reveal_type(part)


def joined(x: Tensor[B, 3], y: Tensor[B, Any], z: Tensor[*Batch, N], many: list[Tensor[B, C]], d: int) -> None:
    #: note: Revealed type is "Tensor[Literal[2], B, Literal[3]]"
    reveal_type(shapenet.stack([x, x]))
    #: note: Revealed type is "Tensor[B, Literal[3], Literal[3]]"
    reveal_type(shapenet.stack((x, y, x), -1))
    #: note: Revealed type is "Tensor[*Batch, Literal[2], N]"
    reveal_type(shapenet.stack([z, z], dim=-2))
    #: note: Revealed type is "Tensor[B, Any, C]"
    reveal_type(shapenet.stack(many, 1))
    #: note: Revealed type is "Tensor[Any, B, Literal[3]]"
    reveal_type(shapenet.stack([x * number for number in range(5)]))
    #: note: Revealed type is "Tensor[B, Literal[3]]"
    reveal_type(shapenet.stack(x.unbind(1), 1))
    #: note: Revealed type is "Tensor[B, Any]"
    reveal_type(shapenet.cat(many, 1))
    #: note: Revealed type is "Tensor[Any, C]"
    reveal_type(shapenet.cat(many))
    #: note: Revealed type is "Tensor[Any, B, Any]"
    reveal_type(shapenet.stack([x, *many]))


def kinds(i: IntTensor[B, 6], m: BoolTensor[2, 3], x: Tensor[2, 3], a: IntTensor) -> None:
    """They stay."""
    #: note: Revealed type is "IntTensor[Size[Literal['2*B'], B], Literal[3]]"
    reveal_type(i.view(-1, 3))
    #: note: Revealed type is "BoolTensor[Literal[3], Literal[2]]"
    reveal_type(m.T)
    #: note: Revealed type is "BoolTensor[Literal[3], Literal[2]]"
    reveal_type(m.mT)
    #: note: Revealed type is "IntTensor[*tuple[Any, ...]]"
    reveal_type(a.mT)
    #: note: Revealed type is "tuple[IntTensor[B, Literal[3]], IntTensor[B, Literal[3]]]"
    reveal_type(i.chunk(2, 1))
    #: note: Revealed type is "tuple[IntTensor[Literal[6]], ...]"
    reveal_type(i.unbind())
    #: note: Revealed type is "BoolTensor[Literal[2], Literal[3]]"
    reveal_type(m.triu())
    #: note: Revealed type is "IntTensor[B, Literal[6]]"
    reveal_type(i.flip(1))
    #: note: Revealed type is "BoolTensor[Literal[4], Literal[2], Literal[3]]"
    reveal_type(m.expand(4, -1, -1))
    #: note: Revealed type is "IntTensor[Literal[1], *tuple[Any, ...]]"
    reveal_type(a.unsqueeze(0))
    #: note: Revealed type is "BoolTensor[Literal[2], Literal[2], Literal[3]]"
    reveal_type(shapenet.stack([m, m]))
    #: note: Revealed type is "Tensor[Literal[2], Literal[2], Literal[3]]"
    reveal_type(shapenet.stack([x, m]))
    #: note: Revealed type is "IntTensor[Any, Literal[6]]"
    reveal_type(shapenet.stack([i[0] for _ in range(3)]))
    #: note: Revealed type is "IntTensor[B, Literal[6]]"
    reveal_type(shapenet.zeros_like(i))
    #: note: Revealed type is "Tensor[B, Literal[6]]"
    reveal_type(shapenet.zeros_like(i, dtype="float32"))
    #: note: Revealed type is "IntTensor[Literal[2]]"
    reveal_type(shapenet.empty(2, dtype="int64"))
    #: note: Revealed type is "BoolTensor[Literal[2], Literal[3]]"
    reveal_type(shapenet.full(m.shape, True))
    #: note: Revealed type is "Tensor[Literal[3]]"
    reveal_type(shapenet.linspace(0, 1, 3))


def rests(x: Tensor[B, C, H, W], z: Tensor[*Batch, H, W], n: int) -> None:
    """What is left of a shape keeps its sizes, if nothing changes the list."""
    b, *rest = x.shape
    #: note: Revealed type is "Tensor[B, C, H, W]"
    reveal_type(x.reshape(b, *rest))
    #: note: Revealed type is "Tensor[B, Literal[1], C, H, W]"
    reveal_type(x.reshape((b, 1, *rest)))
    #: note: Revealed type is "Tensor[C, H, W, B]"
    reveal_type(x.reshape(*rest, -1))
    first, second, *last = x.shape
    #: note: Revealed type is "Tensor[C, H, W, B]"
    reveal_type(shapenet.ones(second, *last, first))
    *batch, h, w = z.shape
    #: note: Revealed type is "Tensor[*Batch, Size[Literal['H*W'], H, W]]"
    reveal_type(z.reshape(*batch, -1))
    #: note: Revealed type is "Tensor[*Batch, Literal[1], H, W]"
    reveal_type(z.reshape((*batch, 1, h, w)))
    #: note: Revealed type is "Tensor[*Batch]"
    reveal_type(shapenet.zeros(*batch))


def changed_rests(x: Tensor[B, C, H]) -> None:
    """What is left is then an unknown number of sizes."""
    b, *rest = x.shape
    rest.append(1)
    #: note: Revealed type is "Tensor[B, *tuple[Any, ...]]"
    reveal_type(x.reshape(b, *rest))
    _, *other = x.shape
    other[0] = 3
    #: note: Revealed type is "Tensor[B, *tuple[Any, ...]]"
    reveal_type(shapenet.ones(b, *other))
    _, *twice = x.shape
    _, *twice = shapenet.ones(3, 4, 5).shape
    #: note: Revealed type is "Tensor[*tuple[Any, ...]]"
    reveal_type(shapenet.ones(*twice))


def first_of_any(z: Tensor[*Batch, H, W]) -> None:
    """Nobody knows the first size, but that it is one."""
    #: note: Revealed type is "Tensor[Any, Literal[3]]"
    reveal_type(shapenet.ones(z.shape[0], 3))
    #: note: Revealed type is "Tensor[Any, Any]"
    reveal_type(z.reshape((z.shape[0], -1)))
    #: note: Revealed type is "Tensor[W, Any]"
    reveal_type(z.reshape(z.shape[-1], -1))


def never_one(x: Tensor["H + 1", "2*C", B], y: AnyTensor) -> None:
    """A name is at least 1, so what is larger is no 1 that could go, or be repeated."""
    #: note: Revealed type is "Tensor[Size[Literal['H + 1'], H], Size[Literal['2*C'], C], B]"
    reveal_type(x.squeeze(0))
    #: note: Revealed type is "Tensor[Size[Literal['H + 1'], H], Size[Literal['2*C'], C], B]"
    reveal_type(x.squeeze((0, 1)))
    #: note: Revealed type is "Tensor[Size[Literal['H + 1'], H], Size[Literal['2*C'], C], *tuple[Any, ...]]"
    reveal_type(x.squeeze(-1))
    z = shapenet.ones(y.shape[0], 1, y.shape[0])
    #: note: Revealed type is "Tensor[Size[Literal['H + 1'], H], Size[Literal['2*C'], C], Any]"
    reveal_type(x + z)
