"""Functions of each element."""

from __future__ import annotations

from shapenet.tensors import AnyBoolTensor, AnyTensor, BoolTensor, Scalar, Shape, Tensor


def abs(x: Tensor[*Shape]) -> Tensor[*Shape]:
    """The absolute value of each element."""
    return x.abs()


def exp(x: Tensor[*Shape]) -> Tensor[*Shape]:
    """``e`` to the power of each element."""
    return x.exp()


def log(x: Tensor[*Shape]) -> Tensor[*Shape]:
    """The natural logarithm of each element."""
    return x.log()


def sqrt(x: Tensor[*Shape]) -> Tensor[*Shape]:
    """The square root of each element."""
    return x.sqrt()


def sin(x: Tensor[*Shape]) -> Tensor[*Shape]:
    """The sine of each element."""
    return x.sin()


def cos(x: Tensor[*Shape]) -> Tensor[*Shape]:
    """The cosine of each element."""
    return x.cos()


def tan(x: Tensor[*Shape]) -> Tensor[*Shape]:
    """The tangent of each element."""
    return x.tan()


def erf(x: Tensor[*Shape]) -> Tensor[*Shape]:
    """``2/sqrt(pi)`` times the integral of ``exp(-t**2)`` from 0 to each element."""
    return x.erf()


def log1p(x: Tensor[*Shape]) -> Tensor[*Shape]:
    """``log(1 + x)`` of each element, exact where it is small."""
    return x.log1p()


def expm1(x: Tensor[*Shape]) -> Tensor[*Shape]:
    """``exp(x) - 1`` of each element, exact where it is small."""
    return x.expm1()


def log2(x: Tensor[*Shape]) -> Tensor[*Shape]:
    """The logarithm of each element to base 2."""
    return x.log2()


def log10(x: Tensor[*Shape]) -> Tensor[*Shape]:
    """The logarithm of each element to base 10."""
    return x.log10()


def reciprocal(x: Tensor[*Shape]) -> Tensor[*Shape]:
    """``1/x`` of each element."""
    return x.reciprocal()


def rsqrt(x: Tensor[*Shape]) -> Tensor[*Shape]:
    """``1/sqrt(x)`` of each element."""
    return x.rsqrt()


def square(x: Tensor[*Shape]) -> Tensor[*Shape]:
    """``x * x`` of each element.

    Raises:
        ShapeError: *x* is boolean.
    """
    return x.square()


def floor(x: Tensor[*Shape]) -> Tensor[*Shape]:
    """The greatest whole number that is not above each element. Its gradient is 0.

    Raises:
        ShapeError: *x* is boolean.
    """
    return x.floor()


def ceil(x: Tensor[*Shape]) -> Tensor[*Shape]:
    """The smallest whole number that is not below each element. Its gradient is 0.

    Raises:
        ShapeError: *x* is boolean.
    """
    return x.ceil()


def trunc(x: Tensor[*Shape]) -> Tensor[*Shape]:
    """Each element without its fraction. Its gradient is 0.

    Raises:
        ShapeError: *x* is boolean.
    """
    return x.trunc()


def sign(x: Tensor[*Shape]) -> Tensor[*Shape]:
    """-1, 0 or 1, the sign of each element. Its gradient is 0.

    Raises:
        ShapeError: *x* is boolean.
    """
    return x.sign()


def round(x: Tensor[*Shape], *, decimals: int = 0) -> Tensor[*Shape]:
    """Each element rounded to so many *decimals*, halves to the even number. Its gradient is 0.

    Raises:
        ShapeError: *x* is boolean.
        ValueError: *decimals* is no int.
    """
    return x.round(decimals=decimals)


def isnan(x: Tensor[*Shape]) -> BoolTensor[*Shape]:
    """Whether each element is NaN."""
    return x.isnan()


def isinf(x: Tensor[*Shape]) -> BoolTensor[*Shape]:
    """Whether each element is infinite."""
    return x.isinf()


def isfinite(x: Tensor[*Shape]) -> BoolTensor[*Shape]:
    """Whether each element is finite."""
    return x.isfinite()


def logical_not(x: Tensor[*Shape]) -> BoolTensor[*Shape]:
    """Whether each element is false, or 0."""
    return x.logical_not()


def pow(x: AnyTensor, exponent: AnyTensor | Scalar) -> AnyTensor:
    """``x ** exponent``; both broadcast.

    Raises:
        ShapeError: the shapes do not broadcast.
        TypeError: *exponent* is neither a tensor nor a number.
    """
    return x.pow(exponent)


def maximum(x: AnyTensor, other: AnyTensor) -> AnyTensor:
    """The greater one of each two elements; both broadcast, equal ones share the gradient.

    Raises:
        ShapeError: the shapes do not broadcast.
        TypeError: *other* is no tensor.
    """
    return x.maximum(other)


def minimum(x: AnyTensor, other: AnyTensor) -> AnyTensor:
    """The smaller one of each two elements; both broadcast, equal ones share the gradient.

    Raises:
        ShapeError: the shapes do not broadcast.
        TypeError: *other* is no tensor.
    """
    return x.minimum(other)


def logical_and(x: AnyTensor, other: AnyTensor) -> AnyBoolTensor:
    """Whether both elements are true, or not 0; both broadcast.

    Raises:
        ShapeError: the shapes do not broadcast.
        TypeError: *other* is no tensor.
    """
    return x.logical_and(other)


def logical_or(x: AnyTensor, other: AnyTensor) -> AnyBoolTensor:
    """Whether one element, or both, are true, or not 0; both broadcast.

    Raises:
        ShapeError: the shapes do not broadcast.
        TypeError: *other* is no tensor.
    """
    return x.logical_or(other)


def logical_xor(x: AnyTensor, other: AnyTensor) -> AnyBoolTensor:
    """Whether one element is true, or not 0, and not the other; both broadcast.

    Raises:
        ShapeError: the shapes do not broadcast.
        TypeError: *other* is no tensor.
    """
    return x.logical_xor(other)


def clamp(x: AnyTensor, min: AnyTensor | Scalar | None = None, max: AnyTensor | Scalar | None = None) -> AnyTensor:
    """Each element, or the bound that it crosses; where the bounds cross each other, *max*. All broadcast.

    Raises:
        ShapeError: the shapes do not broadcast.
        ValueError: there is no bound, or one is neither a tensor nor a number.
    """
    return x.clamp(min, max)
