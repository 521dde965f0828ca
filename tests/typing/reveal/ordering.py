"""Extremes, sorting, and elements picked by their places."""

from typing_extensions import Unpack

import shapenet
from shapenet import AnyTensor, BoolTensor, IntTensor, Tensor
from shapenet import functional as F
from shapenet.dims import B, Batch, C, H, K, N


def extremes(x: Tensor[B, C, 5], i: IntTensor[B, N], dim: int, keep: bool) -> None:
    #: note: Revealed type is "Tensor[()]"
    reveal_type(x.max())
    #: note: Revealed type is "IntTensor[()]"
    reveal_type(i.max())
    #: note: Revealed type is "tuple[Tensor[B, Literal[5]], IntTensor[B, Literal[5]], fallback=shapenet.methods.ordering.Found[Tensor[B, Literal[5]], IntTensor[B, Literal[5]]]]"
    reveal_type(x.max(1))
    #: note: Revealed type is "tuple[Tensor[B, C, Literal[1]], IntTensor[B, C, Literal[1]], fallback=shapenet.methods.ordering.Found[Tensor[B, C, Literal[1]], IntTensor[B, C, Literal[1]]]]"
    reveal_type(x.max(dim=-1, keepdim=True))
    #: note: Revealed type is "tuple[IntTensor[B], IntTensor[B], fallback=shapenet.methods.ordering.Found[IntTensor[B], IntTensor[B]]]"
    reveal_type(i.min(1))
    #: note: Revealed type is "Tensor[B, Literal[5]]"
    reveal_type(x.max(1).values)
    #: note: Revealed type is "IntTensor[B, Literal[5]]"
    reveal_type(x.max(1).indices)
    #: note: Revealed type is "IntTensor[B, Literal[5]]"
    reveal_type(x.max(1)[1])
    values, places = x.min(0)
    #: note: Revealed type is "Tensor[C, Literal[5]]"
    reveal_type(values)
    #: note: Revealed type is "IntTensor[C, Literal[5]]"
    reveal_type(places)
    #: note: Revealed type is "Tensor[()]"
    reveal_type(shapenet.max(x))
    #: note: Revealed type is "IntTensor[N]"
    reveal_type(shapenet.min(i, 0).values)
    #: note: Revealed type is "Tensor[Literal[5]]"
    reveal_type(x.amin((0, 1)))
    #: note: Revealed type is "Tensor[B, Literal[1], Literal[5]]"
    reveal_type(x.amin(1, keepdim=True))
    #: note: Revealed type is "Tensor[Any, Any]"
    reveal_type(x.max(dim).values)
    #: note: Revealed type is "Tensor[*tuple[Any, ...]]"
    reveal_type(x.max(1, keep).values)


def places(x: Tensor[B, C], dim: int) -> None:
    #: note: Revealed type is "IntTensor[()]"
    reveal_type(x.argmax())
    #: note: Revealed type is "IntTensor[B]"
    reveal_type(x.argmin(1))
    #: note: Revealed type is "IntTensor[Literal[1], C]"
    reveal_type(x.argmin(dim=0, keepdim=True))
    #: note: Revealed type is "IntTensor[B]"
    reveal_type(shapenet.argmax(x, -1))
    #: note: Revealed type is "IntTensor[Any]"
    reveal_type(x.argmax(dim))


def passed_on(x: Tensor[B, C]) -> tuple[Tensor[B], IntTensor[B]]:
    return x.max(1)


def ordered(x: Tensor[B, C], mask: BoolTensor[B, C], any_batch: Tensor[Unpack[Batch], C], k: int) -> None:
    values, order = x.sort(descending=True)
    #: note: Revealed type is "Tensor[B, C]"
    reveal_type(values)
    #: note: Revealed type is "IntTensor[B, C]"
    reveal_type(order)
    #: note: Revealed type is "BoolTensor[B, C]"
    reveal_type(shapenet.sort(mask, 0).values)
    #: note: Revealed type is "IntTensor[B, C]"
    reveal_type(x.argsort(0))
    #: note: Revealed type is "Tensor[*Batch, C]"
    reveal_type(any_batch.sort(0).values)
    #: note: Revealed type is "tuple[Tensor[B, Literal[3]], IntTensor[B, Literal[3]], fallback=shapenet.methods.ordering.Found[Tensor[B, Literal[3]], IntTensor[B, Literal[3]]]]"
    reveal_type(x.topk(3))
    #: note: Revealed type is "IntTensor[Literal[3], C]"
    reveal_type(x.topk(3, 0).indices)
    #: note: Revealed type is "Tensor[Any, C]"
    reveal_type(x.topk(k, dim=0).values)
    #: note: Revealed type is "IntTensor[*Batch, Literal[2]]"
    reveal_type(any_batch.topk(2).indices)
    #: note: Revealed type is "Tensor[B, Size[Literal['C//2'], C]]"
    reveal_type(shapenet.topk(x, x.shape[1] // 2).values)


def picked(x: Tensor[B, N, 5], i: IntTensor[B, N, K], rows: IntTensor[H], unknown: AnyTensor, dim: int) -> None:
    #: note: Revealed type is "Tensor[B, N, K]"
    reveal_type(x.gather(2, i))
    #: note: Revealed type is "Tensor[B, N, Literal[1]]"
    reveal_type(shapenet.gather(x, -1, x.argmax(2, keepdim=True)))
    #: note: Revealed type is "IntTensor[B, N, K]"
    reveal_type(i.gather(2, i))
    #: note: Revealed type is "Tensor[*tuple[Any, ...]]"
    reveal_type(x.gather(2, unknown))
    #: note: Revealed type is "Tensor[B, H, Literal[5]]"
    reveal_type(x.index_select(1, rows))
    #: note: Revealed type is "Tensor[Any, Any, Any]"
    reveal_type(x.index_select(dim, rows))
    #: note: Revealed type is "Tensor[B, N, Literal[2]]"
    reveal_type(shapenet.index_select(x, -1, shapenet.tensor([0, 2])))
    #: note: Revealed type is "Tensor[B, N, H]"
    reveal_type(x.take_along_dim(rows.reshape(1, 1, -1), 2))
    #: note: Revealed type is "Tensor[B, N, Literal[5]]"
    reveal_type(x.take_along_dim(x.argsort(1), 1))


def labels(i: IntTensor[B], image: IntTensor[B, H, N], classes: int) -> None:
    #: note: Revealed type is "IntTensor[B, Literal[10]]"
    reveal_type(F.one_hot(i, 10))
    #: note: Revealed type is "IntTensor[B, H, N, Literal[3]]"
    reveal_type(F.one_hot(image, num_classes=3))
    #: note: Revealed type is "IntTensor[B, Any]"
    reveal_type(F.one_hot(i, classes))
    #: note: Revealed type is "IntTensor[B, Any]"
    reveal_type(F.one_hot(i))


def put(x: Tensor[B, N], i: IntTensor[B, K], y: Tensor[B, K], labels: IntTensor[B, 1], dim: int) -> None:
    #: note: Revealed type is "Tensor[B, N]"
    reveal_type(x.scatter(1, i, y))
    #: note: Revealed type is "Tensor[B, N]"
    reveal_type(x.scatter(1, labels, 1.0))
    #: note: Revealed type is "Tensor[B, N]"
    reveal_type(shapenet.scatter_add(x, -1, i, y))
    #: note: Revealed type is "IntTensor[B, Literal[1]]"
    reveal_type(labels.scatter(1, labels, 5))
    #: note: Revealed type is "Tensor[B, N]"
    reveal_type(x.scatter_add(dim, i, y))
