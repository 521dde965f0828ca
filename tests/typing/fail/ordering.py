"""Extremes, sorting and picking that do not fit."""

import shapenet
from shapenet import IntTensor, Tensor
from shapenet import functional as F
from shapenet.dims import B, C, H, N


def extremes(x: Tensor[B, C], none: Tensor[B, 0]) -> None:
    #: error: max got dimension 2, but [B, C] has 2 dimensions [shape]
    x.max(2)
    #: error: No overload variant of "max" of "Ordering" matches argument type "tuple[int, int]" [call-overload]
    #: note: Possible overload variants:
    #: note: def max(self) -> Tensor[()]
    #: note: def max(self, dim: int, keepdim: bool = ...) -> Found[Tensor[*tuple[Any, ...]], IntTensor[*tuple[Any, ...]]]
    x.max((0, 1))
    #: error: min got dimension -3, but [B, C] has 2 dimensions [shape]
    shapenet.min(x, -3)
    #: error: max expects at least one element along dimension 1, got [B, 0] [shape]
    none.max(1)
    #: error: min expects at least one element, got [B, 0] [shape]
    none.min()
    #: error: argmin got dimension 2, but [B, C] has 2 dimensions [shape]
    x.argmin(2)
    #: error: sort got dimension 2, but [B, C] has 2 dimensions [shape]
    x.sort(2)
    #: error: argsort got dimension -3, but [B, C] has 2 dimensions [shape]
    x.argsort(dim=-3)


def greatest(x: Tensor[B, 10]) -> None:
    #: error: topk expects k to be from 0 to 10, the size of dimension 1 of [B, 10], got 11 [shape]
    x.topk(11)
    #: error: topk expects k to be at least 0, got -1 [shape]
    x.topk(-1, 0)
    #: error: topk got dimension 2, but [B, 10] has 2 dimensions [shape]
    x.topk(3, 2)


def picked(x: Tensor[B, N, 5], i: IntTensor[B, H, 3], y: Tensor[B, N, 2], rows: IntTensor[H, H]) -> None:
    #: error: gather expects index to have N in dimension 1, got [B, H, 3] for [B, N, 5] [shape]
    x.gather(2, i)
    #: error: gather got dimension 3, but [B, N, 5] has 3 dimensions [shape]
    x.gather(3, i)
    #: error: gather expects index to be an integer tensor, got a floating one [shape]
    x.gather(2, y)
    #: error: gather expects index to have 3 dimensions for [B, N, 5], got 2: [H, H] [shape]
    shapenet.gather(x, 0, rows)
    #: error: index_select expects index to have 1 dimension, got 2: [H, H] [shape]
    x.index_select(1, rows)
    #: error: index_select got dimension 3, but [B, N, 5] has 3 dimensions [shape]
    x.index_select(3, rows[0])
    #: error: take_along_dim cannot broadcast [B, N, 5] and [B, H, 3]: dimension 1 is N against H [shape]
    x.take_along_dim(i, 2)
    #: error: take_along_dim expects indices to have 3 dimensions for [B, N, 5], got 2: [H, H] [shape]
    x.take_along_dim(rows, 2)
    #: error: scatter expects index to have N in dimension 1, got [B, H, 3] for [B, N, 5] [shape]
    x.scatter(2, i, 1)
    #: error: scatter_add expects index to be an integer tensor, got a floating one [shape]
    x.scatter_add(2, y, x)
    #: error: scatter expects index to have at most 2 in dimension 2, got [B, N, 5] for src [B, N, 2] [shape]
    shapenet.scatter(x, 2, x.argsort(2), y)


def labels(x: Tensor[B], i: IntTensor[B]) -> None:
    #: error: one_hot expects labels to be an integer tensor, got a floating one [shape]
    F.one_hot(x, 3)
    #: error: one_hot expects num_classes to be at least 1, or -1, got 0 [shape]
    F.one_hot(i, 0)


def values_alone(x: Tensor[B, C]) -> Tensor[B]:
    #: error: Incompatible return value type (got "Found[Tensor[B], IntTensor[B]]", expected "Tensor[B]") [return-value]
    return x.max(1)
