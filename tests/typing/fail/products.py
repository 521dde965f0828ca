"""Products of tensors that do not fit."""

import shapenet
from shapenet import Tensor
from shapenet.dims import B, H, K, M, N


def equations(a: Tensor[B, M, K], b: Tensor[B, N, K], x: Tensor[2, 3]) -> None:
    #: error: einsum "bij,bjk->bik": j is K in tensor 0 [B, M, K] and N in tensor 1 [B, N, K] [shape]
    shapenet.einsum("bij,bjk->bik", a, b)
    #: error: einsum "bij,bjk->bik" is for 2 tensors, got 1 [shape]
    shapenet.einsum("bij,bjk->bik", a)
    #: error: einsum "ij->ji" has "ij" for 2 dimensions, got [B, M, K] [shape]
    shapenet.einsum("ij->ji", a)
    #: error: einsum "ii": i is 2 and 3 in [2, 3] [shape]
    shapenet.einsum("ii", x)
    #: error: einsum "ij->ik" has k in the result, but in no tensor [shape]
    shapenet.einsum("ij->ik", x)
    #: error: einsum expects an equation such as "bij,bjk->bik" or "...i,i->...", got "i1->i" [shape]
    shapenet.einsum("i1->i", x)
    #: error: einsum "...ij,...i->...j": i is M in tensor 0 [B, M, K] and 2 in tensor 1 [4, 2] [shape]
    shapenet.einsum("...ij,...i->...j", a, shapenet.ones(4, 2))
    #: error: Argument 3 to "einsum" has incompatible type "int"; expected "Tensor[*tuple[Any, ...]]" [arg-type]
    shapenet.einsum("ij,ij->j", x, 3)


def products(a: Tensor[B, M, K], b: Tensor[B, K, N], x: Tensor[M, K], v: Tensor[H]) -> None:
    #: error: bmm expects tensors of 3 and 3 dimensions, got [B, M, K] and [M, K] [shape]
    a.bmm(x)
    #: error: bmm cannot multiply [B, K, N] @ [B, K, N]: dimension -1 of the first is N, dimension -2 of the second is K [shape]
    b.bmm(b)
    #: error: bmm expects as many matrices in both tensors, got [B, M, K] and [1, 4, 3]: dimension 0 is B against 1 [shape]
    shapenet.bmm(a, shapenet.ones(1, 4, 3))
    #: error: mm cannot multiply [M, K] @ [M, K]: dimension -1 of the first is K, dimension -2 of the second is M [shape]
    x.mm(x)
    #: error: mv cannot multiply [M, K] @ [H]: dimension -1 of the first is K, dimension -1 of the second is H [shape]
    x.mv(v)
    #: error: dot expects tensors of 1 and 1 dimension, got [M, K] and [H] [shape]
    x.dot(v)
    #: error: outer expects tensors of 1 and 1 dimension, got [M, K] and [H] [shape]
    shapenet.outer(x, v)
    #: error: matmul cannot multiply [B, M, K] @ [B, M, K]: dimension -1 of the first is K, dimension -2 of the second is M [shape]
    a.matmul(a)
