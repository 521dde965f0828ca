"""Sums, products, norms and the like along dimensions."""

from typing_extensions import Unpack

import shapenet
from shapenet import BoolTensor, IntTensor, Tensor
from shapenet.dims import B, Batch, C, H, W


def spread(x: Tensor[B, C, H, W], y: Tensor[Unpack[Batch], C]) -> None:
    #: note: Revealed type is "Tensor[B, H, W]"
    reveal_type(x.var(1))
    #: note: Revealed type is "Tensor[B, C, Literal[1], Literal[1]]"
    reveal_type(x.var((2, 3), keepdim=True))
    #: note: Revealed type is "Tensor[()]"
    reveal_type(x.std())
    #: note: Revealed type is "Tensor[B, C, H]"
    reveal_type(x.std(-1, False))
    #: note: Revealed type is "Tensor[B, H, W]"
    reveal_type(x.var(dim=1, correction=0))
    #: note: Revealed type is "Tensor[H, W]"
    reveal_type(shapenet.var(x, (0, 1)))
    #: note: Revealed type is "Tensor[*Batch, Literal[1]]"
    reveal_type(y.var(-1, keepdim=True))


def products(x: Tensor[B, C], i: IntTensor[B, C], mask: BoolTensor[B, C]) -> None:
    #: note: Revealed type is "Tensor[()]"
    reveal_type(x.prod())
    #: note: Revealed type is "IntTensor[B]"
    reveal_type(i.prod(1))
    #: note: Revealed type is "IntTensor[Literal[1], C]"
    reveal_type(mask.prod(0, keepdim=True))
    #: note: Revealed type is "Tensor[()]"
    reveal_type(x.norm())
    #: note: Revealed type is "Tensor[B]"
    reveal_type(x.norm(2, 1))
    #: note: Revealed type is "Tensor[B, Literal[1]]"
    reveal_type(x.norm(dim=1, keepdim=True))
    #: note: Revealed type is "Tensor[B]"
    reveal_type(x.logsumexp(1))
    #: note: Revealed type is "Tensor[Literal[1], Literal[1]]"
    reveal_type(i.logsumexp((0, 1), keepdim=True))
    #: note: Revealed type is "Tensor[C]"
    reveal_type(shapenet.norm(x, dim=0))


def truths(x: Tensor[B, C], mask: BoolTensor[B, C]) -> None:
    #: note: Revealed type is "BoolTensor[()]"
    reveal_type(mask.any())
    #: note: Revealed type is "BoolTensor[B]"
    reveal_type(mask.all(1))
    #: note: Revealed type is "BoolTensor[B, Literal[1]]"
    reveal_type((x > 0).any(-1, keepdim=True))
    #: note: Revealed type is "BoolTensor[C]"
    reveal_type(shapenet.all(mask, 0))
    #: note: Revealed type is "BoolTensor[()]"
    reveal_type(x.any())


def running(x: Tensor[B, C], i: IntTensor[B], mask: BoolTensor[B, C], y: Tensor[Unpack[Batch], C], dim: int) -> None:
    #: note: Revealed type is "Tensor[B, C]"
    reveal_type(x.cumsum(1))
    #: note: Revealed type is "IntTensor[B]"
    reveal_type(i.cumsum(0))
    #: note: Revealed type is "IntTensor[B, C]"
    reveal_type(mask.cumsum(-1))
    #: note: Revealed type is "Tensor[*Batch, C]"
    reveal_type(y.cumprod(0))
    #: note: Revealed type is "Tensor[B, C]"
    reveal_type(x.cumsum(dim))
    #: note: Revealed type is "IntTensor[B, C]"
    reveal_type(shapenet.cumsum(mask, 0))
    #: note: Revealed type is "IntTensor[B]"
    reveal_type(shapenet.cumprod(i, 0))


def functions(x: Tensor[B, C], i: IntTensor[B, C]) -> None:
    #: note: Revealed type is "IntTensor[B]"
    reveal_type(shapenet.sum(i, 1))
    #: note: Revealed type is "Tensor[B]"
    reveal_type(shapenet.mean(i, 1))
    #: note: Revealed type is "Tensor[()]"
    reveal_type(shapenet.amax(x, (0, 1)))
    #: note: Revealed type is "Tensor[Literal[1], C]"
    reveal_type(shapenet.amin(x, 0, keepdim=True))
