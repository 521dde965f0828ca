"""Reductions that do not fit."""

import shapenet
from shapenet import BoolTensor, IntTensor, Tensor
from shapenet.dims import B, C


def dims(x: Tensor[B, C]) -> None:
    #: error: var got dimension 2, but [B, C] has 2 dimensions [shape]
    x.var(2)
    #: error: std got dimension 0 of [B, C] twice, in [0, 0] [shape]
    x.std((0, 0))
    #: error: prod got dimension -3, but [B, C] has 2 dimensions [shape]
    x.prod(-3)
    #: error: Argument 1 to "prod" of "Reducing" has incompatible type "tuple[int, int]"; expected "int | None" [arg-type]
    x.prod((0, 1))
    #: error: norm got dimension 2, but [B, C] has 2 dimensions [shape]
    x.norm(2, 2)
    #: error: logsumexp got dimension 2, but [B, C] has 2 dimensions [shape]
    x.logsumexp(2)
    #: error: any got dimension 2, but [B, C] has 2 dimensions [shape]
    x.any(2)
    #: error: cumsum got dimension 2, but [B, C] has 2 dimensions [shape]
    x.cumsum(2)
    #: error: cumprod got dimension -3, but [B, C] has 2 dimensions [shape]
    shapenet.cumprod(x, -3)
    #: error: sum got dimension 2, but [B, C] has 2 dimensions [shape]
    shapenet.sum(x, 2)


def kinds(i: IntTensor[B], mask: BoolTensor[B]) -> None:
    #: error: var expects x to be a floating tensor, got an integer one [shape]
    i.var()
    #: error: std expects x to be a floating tensor, got a boolean one [shape]
    mask.std(0)
    #: error: norm expects x to be a floating tensor, got an integer one [shape]
    i.norm()
    #: error: norm expects x to be a floating tensor, got a boolean one [shape]
    shapenet.norm(mask)
