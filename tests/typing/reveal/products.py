"""Products of tensors."""

from typing import Any, Literal

from typing_extensions import Unpack

import shapenet
from shapenet import AnyTensor, IntTensor, Tensor
from shapenet.dims import B, Batch, C, H, K, M, N


def equations(a: Tensor[B, M, K], b: Tensor[B, K, N], i: IntTensor[M], square: Tensor[N, N]) -> None:
    #: note: Revealed type is "Tensor[B, M, N]"
    reveal_type(shapenet.einsum("bij,bjk->bik", a, b))
    #: note: Revealed type is "Tensor[M, N]"
    reveal_type(shapenet.einsum("bij,bjk", a, b))
    #: note: Revealed type is "Tensor[B, K, M]"
    reveal_type(shapenet.einsum("bij->bji", a))
    #: note: Revealed type is "Tensor[()]"
    reveal_type(shapenet.einsum("bij,bij->", a, a))
    #: note: Revealed type is "IntTensor[M, M]"
    reveal_type(shapenet.einsum("i,j->ij", i, i))
    #: note: Revealed type is "Tensor[B, K]"
    reveal_type(shapenet.einsum("bij,i->bj", a, i))
    #: note: Revealed type is "Tensor[N]"
    reveal_type(shapenet.einsum("ii->i", square))
    #: note: Revealed type is "Tensor[()]"
    reveal_type(shapenet.einsum("ii", square))
    #: note: Revealed type is "Tensor[B, M, N]"
    reveal_type(shapenet.einsum("...ij,...jk->...ik", a, b))
    #: note: Revealed type is "Tensor[B, M, Literal[5]]"
    reveal_type(shapenet.einsum("...i,ij->...j", a, shapenet.ones(1, 5)))


def attention(q: Tensor[B, H, N, 64], k: Tensor[B, H, M, 64], v: Tensor[B, H, M, 32]) -> None:
    weights = shapenet.einsum("bhnd,bhmd->bhnm", q, k)
    #: note: Revealed type is "Tensor[B, H, N, M]"
    reveal_type(weights)
    #: note: Revealed type is "Tensor[B, N, H, Literal[32]]"
    reveal_type(shapenet.einsum("bhnm,bhmd->bnhd", weights.softmax(-1), v))


def any_batch(x: Tensor[Unpack[Batch], M, K], w: Tensor[K, N], unknown: AnyTensor, part: Tensor[Any, 3]) -> None:
    #: note: Revealed type is "Tensor[*Batch, M, N]"
    reveal_type(shapenet.einsum("...mk,kn->...mn", x, w))
    #: note: Revealed type is "Tensor[M, N]"
    reveal_type(shapenet.einsum("mk,kn->mn", x, w))
    #: note: Revealed type is "Tensor[Any, Any]"
    reveal_type(shapenet.einsum("ij,jk->ik", part, unknown))
    #: note: Revealed type is "Tensor[Any, Literal[4]]"
    reveal_type(shapenet.einsum("ij,jk->ik", part, shapenet.ones(3, 4)))


def equation_not_known(a: Tensor[B, 3], text: str, fixed: Literal["bi->ib"], many: list[Tensor[B]]) -> None:
    #: note: Revealed type is "Tensor[*tuple[Any, ...]]"
    reveal_type(shapenet.einsum(text, a))
    #: note: Revealed type is "Tensor[Literal[3], B]"
    reveal_type(shapenet.einsum(fixed, a))
    #: note: Revealed type is "Tensor[*tuple[Any, ...]]"
    reveal_type(shapenet.einsum("i,i->", *many))


def products(a: Tensor[B, M, K], b: Tensor[B, K, 3], x: Tensor[M, K], v: Tensor[K], i: IntTensor[K]) -> None:
    #: note: Revealed type is "Tensor[B, M, Literal[3]]"
    reveal_type(a.bmm(b))
    #: note: Revealed type is "Tensor[B, M, Literal[3]]"
    reveal_type(a.matmul(b))
    #: note: Revealed type is "Tensor[M]"
    reveal_type(shapenet.matmul(x, v))
    #: note: Revealed type is "Tensor[B, M, Literal[3]]"
    reveal_type(shapenet.bmm(a, b))
    #: note: Revealed type is "Tensor[M, Literal[3]]"
    reveal_type(x.mm(b[0]))
    #: note: Revealed type is "Tensor[M]"
    reveal_type(x.mv(v))
    #: note: Revealed type is "Tensor[()]"
    reveal_type(v.dot(v))
    #: note: Revealed type is "IntTensor[()]"
    reveal_type(i.dot(i))
    #: note: Revealed type is "Tensor[K, K]"
    reveal_type(shapenet.outer(v, i))
    #: note: Revealed type is "IntTensor[K, K]"
    reveal_type(i.outer(i))
