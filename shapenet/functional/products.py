"""Products of tensors: of matrices, of vectors, and by an equation."""

from __future__ import annotations

from shapenet import rules
from shapenet.methods.numbers import all_matched
from shapenet.ops import einsum as equations
from shapenet.tensors import AnyTensor, Tensor, apply


def einsum(equation: str, *operands: AnyTensor) -> AnyTensor:
    """The sums of products that *equation* says: ``einsum("bij,bjk->bik", a, b)``.

    Each tensor has a term with a letter for each dimension. Sizes of one letter are equal, or 1. A letter that the
    result lacks is summed over; one that a tensor has twice takes its diagonal. ``...`` stands for any dimensions,
    which broadcast. Without ``->``, the result has the ``...``, and then the letters that stand there once, sorted.

    Raises:
        ShapeError: the equation cannot be read, is for other tensors, or one of its letters has two sizes.
        TypeError: *equation* is no text, or something else than a tensor is among the *operands*.
        DeviceError: the tensors are on different devices.
    """
    if not isinstance(equation, str):
        raise TypeError(f"einsum expects equation to be text, got {equation!r}")
    for tensor in operands:
        if not isinstance(tensor, Tensor):
            raise TypeError(f"einsum expects tensors, got {type(tensor).__name__}")
    rules.einsum(equation, [tensor.data.shape for tensor in operands])
    inputs, output = rules.equation(equation).without_ellipsis([tensor.ndim for tensor in operands])
    return apply(equations.einsum, *all_matched(*operands), inputs=inputs, output=output)


def matmul(x: AnyTensor, other: AnyTensor) -> AnyTensor:
    """``x @ other``: ``[*, M, K], [*, K, N] -> [*, M, N]``; all but the last two dimensions broadcast.

    Raises:
        ShapeError: the tensors do not fit.
    """
    return x.matmul(other)


def mm(x: AnyTensor, mat2: AnyTensor) -> AnyTensor:
    """The product of two matrices: ``[M, K], [K, N] -> [M, N]``.

    Raises:
        ShapeError: the tensors are no matrices, or do not fit.
    """
    return x.mm(mat2)


def bmm(x: AnyTensor, mat2: AnyTensor) -> AnyTensor:
    """The products of as many matrices: ``[B, M, K], [B, K, N] -> [B, M, N]``.

    Raises:
        ShapeError: the tensors do not have 3 dimensions, or do not fit.
    """
    return x.bmm(mat2)


def mv(x: AnyTensor, vec: AnyTensor) -> AnyTensor:
    """The product of a matrix and a vector: ``[M, K], [K] -> [M]``.

    Raises:
        ShapeError: the tensors are others, or do not fit.
    """
    return x.mv(vec)


def dot(x: AnyTensor, other: AnyTensor) -> Tensor[()]:
    """The sum of the products of the elements of two vectors: ``[K], [K] -> []``.

    Raises:
        ShapeError: the tensors are no vectors, or of two lengths.
    """
    return x.dot(other)


def outer(x: AnyTensor, vec2: AnyTensor) -> AnyTensor:
    """The product of each element of *x* with each one of *vec2*: ``[M], [N] -> [M, N]``.

    Raises:
        ShapeError: the tensors are no vectors.
    """
    return x.outer(vec2)
