"""Functions of each element, bounds and logic."""

from typing import Any

import shapenet
from shapenet import AnyTensor, BoolTensor, IntTensor, Tensor
from shapenet.dims import B, C, H


def functions(x: Tensor[B, C], i: IntTensor[B], mask: BoolTensor[B]) -> None:
    #: note: Revealed type is "Tensor[B, C]"
    reveal_type(x.sin())
    #: note: Revealed type is "Tensor[B]"
    reveal_type(i.cos())
    #: note: Revealed type is "Tensor[B]"
    reveal_type(i.rsqrt())
    #: note: Revealed type is "IntTensor[B]"
    reveal_type(i.floor())
    #: note: Revealed type is "IntTensor[B]"
    reveal_type(i.square())
    #: note: Revealed type is "Tensor[B, C]"
    reveal_type(x.round(decimals=2))
    #: note: Revealed type is "BoolTensor[B, C]"
    reveal_type(x.isnan())
    #: note: Revealed type is "Tensor[B]"
    reveal_type(mask.erf())
    #: note: Revealed type is "Tensor[B]"
    reveal_type(shapenet.exp(i))
    #: note: Revealed type is "IntTensor[B]"
    reveal_type(shapenet.abs(i))
    #: note: Revealed type is "IntTensor[B]"
    reveal_type(shapenet.sign(i))
    #: note: Revealed type is "BoolTensor[B, C]"
    reveal_type(shapenet.isfinite(x))
    #: note: Revealed type is "Tensor[B, C]"
    reveal_type(shapenet.sigmoid(x))


def bounds(x: Tensor[B, C], y: Tensor[C], i: IntTensor[B, C], mask: BoolTensor[B, C], some: Any) -> None:
    #: note: Revealed type is "Tensor[B, C]"
    reveal_type(x.clamp(0, 1))
    #: note: Revealed type is "Tensor[B, C]"
    reveal_type(x.clamp(min=y))
    #: note: Revealed type is "IntTensor[B, C]"
    reveal_type(i.clamp(max=3))
    #: note: Revealed type is "Tensor[B, C]"
    reveal_type(i.clamp(0, 3.5))
    #: note: Revealed type is "Tensor[B, C]"
    reveal_type(i.clamp(None, y))
    #: note: Revealed type is "IntTensor[B, C]"
    reveal_type(mask.clamp(0))
    #: note: Revealed type is "Tensor[B, C]"
    reveal_type(y.clamp(i, None))
    #: note: Revealed type is "Tensor[B, C]"
    reveal_type(shapenet.clamp(x, -1, 1))
    #: note: Revealed type is "Tensor[B, C]"
    reveal_type(x.maximum(y))
    #: note: Revealed type is "IntTensor[B, C]"
    reveal_type(i.minimum(i))
    #: note: Revealed type is "Tensor[B, C]"
    reveal_type(shapenet.maximum(i, y))
    #: note: Revealed type is "Tensor[B, C]"
    reveal_type(x.pow(2))
    #: note: Revealed type is "IntTensor[B, C]"
    reveal_type(i.pow(2))
    #: note: Revealed type is "Tensor[B, C]"
    reveal_type(y.pow(x))
    #: note: Revealed type is "Tensor[B, C]"
    reveal_type(shapenet.pow(i, 0.5))


def division(x: Tensor[B, C], i: IntTensor[C], mask: BoolTensor[C]) -> None:
    #: note: Revealed type is "Tensor[B, C]"
    reveal_type(x // 2)
    #: note: Revealed type is "IntTensor[C]"
    reveal_type(i // 2)
    #: note: Revealed type is "IntTensor[C]"
    reveal_type(i % 2)
    #: note: Revealed type is "IntTensor[C]"
    reveal_type(mask % 2)
    #: note: Revealed type is "IntTensor[C]"
    reveal_type(7 // i)
    #: note: Revealed type is "Tensor[C]"
    reveal_type(1.5 % i)
    #: note: Revealed type is "Tensor[B, C]"
    reveal_type(x % i)


def logic(x: Tensor[B, C], mask: BoolTensor[B, C], part: BoolTensor[C], i: IntTensor[C], unknown: AnyTensor) -> None:
    #: note: Revealed type is "BoolTensor[B, C]"
    reveal_type(mask & part)
    #: note: Revealed type is "BoolTensor[B, C]"
    reveal_type((x > 0) | (x < 1))
    #: note: Revealed type is "BoolTensor[B, C]"
    reveal_type(mask ^ True)
    #: note: Revealed type is "BoolTensor[B, C]"
    reveal_type(True & mask)
    #: note: Revealed type is "IntTensor[B, C]"
    reveal_type(mask & 1)
    #: note: Revealed type is "IntTensor[C]"
    reveal_type(i & 3)
    #: note: Revealed type is "IntTensor[B, C]"
    reveal_type(i | mask)
    #: note: Revealed type is "BoolTensor[B, C]"
    reveal_type(~mask)
    #: note: Revealed type is "IntTensor[C]"
    reveal_type(~i)
    #: note: Revealed type is "Tensor[*tuple[Any, ...]]"
    reveal_type(~unknown)
    #: note: Revealed type is "BoolTensor[B, C]"
    reveal_type(mask.logical_and(part))
    #: note: Revealed type is "BoolTensor[B, C]"
    reveal_type(x.logical_or(i))
    #: note: Revealed type is "BoolTensor[B, C]"
    reveal_type(x.logical_not())
    #: note: Revealed type is "BoolTensor[B, C]"
    reveal_type(shapenet.logical_xor(x, x))
    #: note: Revealed type is "BoolTensor[B, C]"
    reveal_type(shapenet.logical_not(x))


def classes(x: object) -> None:
    if isinstance(x, Tensor | int):
        #: note: Revealed type is "Tensor[*tuple[Any, ...]] | int"
        reveal_type(x)
