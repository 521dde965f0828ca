"""Products of matrices and vectors, by their names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapenet import rules
from shapenet.methods.core import AnyCore, Core, Shape
from shapenet.methods.numbers import matched
from shapenet.methods.recording import apply
from shapenet.ops import elementwise, shaping
from shapenet.ops import matmul as matrix

if TYPE_CHECKING:
    from shapenet.tensors import AnyTensor, Tensor


class Products(Core[*Shape]):
    """What is multiplied as matrices and vectors are."""

    __slots__ = ()

    def matmul(self, other: AnyTensor) -> AnyTensor:
        """``self @ other``: ``[*, M, K], [*, K, N] -> [*, M, N]``; all but the last two dimensions broadcast.

        Raises:
            ShapeError: the tensors do not fit.
        """
        rules.matmul(self.data.shape, other.data.shape)
        return apply(matrix.matmul, *matched(self, other))

    def mm(self, mat2: AnyTensor) -> AnyTensor:
        """The product of two matrices: ``[M, K], [K, N] -> [M, N]``.

        Raises:
            ShapeError: the tensors are no matrices, or do not fit.
        """
        return _product("mm", self, mat2)

    def bmm(self, mat2: AnyTensor) -> AnyTensor:
        """The products of as many matrices: ``[B, M, K], [B, K, N] -> [B, M, N]``.

        Raises:
            ShapeError: the tensors do not have 3 dimensions, or do not fit.
        """
        return _product("bmm", self, mat2)

    def mv(self, vec: AnyTensor) -> AnyTensor:
        """The product of a matrix and a vector: ``[M, K], [K] -> [M]``.

        Raises:
            ShapeError: the tensors are others, or do not fit.
        """
        return _product("mv", self, vec)

    def dot(self, other: AnyTensor) -> Tensor[()]:
        """The sum of the products of the elements of two vectors: ``[K], [K] -> []``.

        Raises:
            ShapeError: the tensors are no vectors, or of two lengths.
        """
        return _product("dot", self, other)

    def outer(self, vec2: AnyTensor) -> AnyTensor:
        """The product of each element with each one of *vec2*: ``[M], [N] -> [M, N]``.

        Raises:
            ShapeError: the tensors are no vectors.
        """
        rules.product(self.data.shape, vec2.data.shape, "outer")
        column = apply(shaping.reshape, self, sizes=(-1, 1))
        return apply(elementwise.multiply, *matched(column, vec2))


def _product(name: str, a: AnyCore, b: AnyCore) -> AnyTensor:
    rules.product(a.data.shape, b.data.shape, name)
    return apply(matrix.matmul, *matched(a, b))
