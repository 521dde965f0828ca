"""Sums, products, norms and the like along dimensions."""

from __future__ import annotations

from shapenet.tensors import AnyBoolTensor, AnyTensor, Shape, Tensor


def sum(x: AnyTensor, dim: int | tuple[int, ...] | None = None, keepdim: bool = False) -> AnyTensor:
    """The sum over *dim*, or over all dimensions.

    Raises:
        ShapeError: there is no such dimension.
    """
    return x.sum(dim, keepdim)


def mean(x: AnyTensor, dim: int | tuple[int, ...] | None = None, keepdim: bool = False) -> AnyTensor:
    """The mean over *dim*, or over all dimensions.

    Raises:
        ShapeError: there is no such dimension.
    """
    return x.mean(dim, keepdim)


def amax(x: AnyTensor, dim: int | tuple[int, ...] | None = None, keepdim: bool = False) -> AnyTensor:
    """The maximum over *dim*, or over all dimensions; equal maxima share the gradient.

    Raises:
        ShapeError: there is no such dimension.
    """
    return x.amax(dim, keepdim)


def amin(x: AnyTensor, dim: int | tuple[int, ...] | None = None, keepdim: bool = False) -> AnyTensor:
    """The minimum over *dim*, or over all dimensions; equal minima share the gradient.

    Raises:
        ShapeError: there is no such dimension.
    """
    return x.amin(dim, keepdim)


def prod(x: AnyTensor, dim: int | None = None, keepdim: bool = False) -> AnyTensor:
    """The product along *dim*, or of all elements.

    Raises:
        ShapeError: there is no such dimension.
    """
    return x.prod(dim, keepdim)


def var(
    x: AnyTensor,
    dim: int | tuple[int, ...] | None = None,
    unbiased: bool | None = None,
    keepdim: bool = False,
    *,
    correction: float | None = None,
) -> AnyTensor:
    """The variance over *dim*, or over all dimensions, with the options of ``Tensor.var``.

    Raises:
        ShapeError: there is no such dimension, or *x* is not floating.
        ValueError: an option is wrong.
    """
    return x.var(dim, unbiased, keepdim, correction=correction)


def std(
    x: AnyTensor,
    dim: int | tuple[int, ...] | None = None,
    unbiased: bool | None = None,
    keepdim: bool = False,
    *,
    correction: float | None = None,
) -> AnyTensor:
    """The standard deviation over *dim*, or over all dimensions, with the options of ``Tensor.std``.

    Raises:
        ShapeError: there is no such dimension, or *x* is not floating.
        ValueError: an option is wrong.
    """
    return x.std(dim, unbiased, keepdim, correction=correction)


def norm(
    x: AnyTensor, p: float | str = "fro", dim: int | tuple[int, ...] | None = None, keepdim: bool = False
) -> AnyTensor:
    """The *p*-norm over *dim*, or of all elements: ``sum(|x|**p)**(1/p)``; ``"fro"`` means 2.

    Raises:
        ShapeError: there is no such dimension, or *x* is not floating.
        ValueError: an option is wrong.
    """
    return x.norm(p, dim, keepdim)


def logsumexp(x: AnyTensor, dim: int | tuple[int, ...], keepdim: bool = False) -> AnyTensor:
    """``log(sum(exp(x)))`` over *dim*; no finite input overflows.

    Raises:
        ShapeError: there is no such dimension.
    """
    return x.logsumexp(dim, keepdim)


def any(x: AnyTensor, dim: int | tuple[int, ...] | None = None, keepdim: bool = False) -> AnyBoolTensor:
    """Whether an element is true, or not 0, over *dim*, or over all dimensions.

    Raises:
        ShapeError: there is no such dimension.
    """
    return x.any(dim, keepdim)


def all(x: AnyTensor, dim: int | tuple[int, ...] | None = None, keepdim: bool = False) -> AnyBoolTensor:
    """Whether all elements are true, or not 0, over *dim*, or over all dimensions.

    Raises:
        ShapeError: there is no such dimension.
    """
    return x.all(dim, keepdim)


def cumsum(x: Tensor[*Shape], dim: int) -> Tensor[*Shape]:
    """The sums of the elements along *dim* up to each one.

    Raises:
        ShapeError: there is no such dimension.
    """
    return x.cumsum(dim)


def cumprod(x: Tensor[*Shape], dim: int) -> Tensor[*Shape]:
    """The products of the elements along *dim* up to each one.

    Raises:
        ShapeError: there is no such dimension.
    """
    return x.cumprod(dim)
