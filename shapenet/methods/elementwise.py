"""Functions of each element, and elements kept within bounds."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, cast

import numpy as np

from shapenet import rules
from shapenet.methods.checks import check_int
from shapenet.methods.core import AnyCore, Core, Shape
from shapenet.methods.numbers import NUMBERS, Scalar, all_matched, check_kind, constant, floating, matched
from shapenet.methods.recording import apply
from shapenet.ops import Result, bounds, functions

if TYPE_CHECKING:
    from shapenet.tensors import AnyTensor, BoolTensor, Tensor


class Elementwise(Core[*Shape]):
    """What functions make of each element, beside those of ``Arithmetic``."""

    __slots__ = ()

    def sin(self) -> Tensor[*Shape]:
        """The sine of each element."""
        return apply(functions.sin, floating(self))

    def cos(self) -> Tensor[*Shape]:
        """The cosine of each element."""
        return apply(functions.cos, floating(self))

    def tan(self) -> Tensor[*Shape]:
        """The tangent of each element."""
        return apply(functions.tan, floating(self))

    def erf(self) -> Tensor[*Shape]:
        """``2/sqrt(pi)`` times the integral of ``exp(-t**2)`` from 0 to each element."""
        return apply(functions.erf, floating(self))

    def log1p(self) -> Tensor[*Shape]:
        """``log(1 + x)`` of each element, exact where it is small."""
        return apply(functions.log1p, floating(self))

    def expm1(self) -> Tensor[*Shape]:
        """``exp(x) - 1`` of each element, exact where it is small."""
        return apply(functions.expm1, floating(self))

    def log2(self) -> Tensor[*Shape]:
        """The logarithm of each element to base 2."""
        return apply(functions.log2, floating(self))

    def log10(self) -> Tensor[*Shape]:
        """The logarithm of each element to base 10."""
        return apply(functions.log10, floating(self))

    def reciprocal(self) -> Tensor[*Shape]:
        """``1/x`` of each element."""
        return apply(functions.reciprocal, floating(self))

    def rsqrt(self) -> Tensor[*Shape]:
        """``1/sqrt(x)`` of each element."""
        return apply(functions.rsqrt, floating(self))

    def square(self) -> Tensor[*Shape]:
        """``x * x`` of each element.

        Raises:
            ShapeError: the tensor is boolean.
        """
        check_kind("square", "x", self, rules.FLOAT, rules.INT)
        return apply(functions.square, self)

    def floor(self) -> Tensor[*Shape]:
        """The greatest whole number that is not above each element. Its gradient is 0.

        Raises:
            ShapeError: the tensor is boolean.
        """
        return _stepped("floor", np.floor, self)

    def ceil(self) -> Tensor[*Shape]:
        """The smallest whole number that is not below each element. Its gradient is 0.

        Raises:
            ShapeError: the tensor is boolean.
        """
        return _stepped("ceil", np.ceil, self)

    def trunc(self) -> Tensor[*Shape]:
        """Each element without its fraction. Its gradient is 0.

        Raises:
            ShapeError: the tensor is boolean.
        """
        return _stepped("trunc", np.trunc, self)

    def sign(self) -> Tensor[*Shape]:
        """-1, 0 or 1, the sign of each element. Its gradient is 0.

        Raises:
            ShapeError: the tensor is boolean.
        """
        return _stepped("sign", np.sign, self)

    def round(self, *, decimals: int = 0) -> Tensor[*Shape]:
        """Each element rounded to so many *decimals*, halves to the even number. Its gradient is 0.

        Raises:
            ShapeError: the tensor is boolean.
            ValueError: *decimals* is no int.
        """
        check_int("round", "decimals", decimals)
        return _stepped("round", partial(np.round, decimals=decimals), self)

    def isnan(self) -> BoolTensor[*Shape]:
        """Whether each element is NaN."""
        return cast("BoolTensor[*Shape]", self._like(np.asarray(np.isnan(self.data), like=self.data)))

    def isinf(self) -> BoolTensor[*Shape]:
        """Whether each element is infinite."""
        return cast("BoolTensor[*Shape]", self._like(np.asarray(np.isinf(self.data), like=self.data)))

    def isfinite(self) -> BoolTensor[*Shape]:
        """Whether each element is finite."""
        return cast("BoolTensor[*Shape]", self._like(np.asarray(np.isfinite(self.data), like=self.data)))

    def pow(self, exponent: AnyTensor | Scalar) -> AnyTensor:
        """``self ** exponent``; both broadcast.

        Raises:
            ShapeError: the shapes do not broadcast.
            TypeError: *exponent* is neither a tensor nor a number.
        """
        result: AnyTensor = self**exponent  # type: ignore[operator]  # a tensor has the operator
        return result

    def maximum(self, other: AnyTensor) -> AnyTensor:
        """The greater one of each two elements; both broadcast, equal ones share the gradient.

        Raises:
            ShapeError: the shapes do not broadcast.
            TypeError: *other* is no tensor.
        """
        return _chosen("maximum", bounds.maximum, self, other)

    def minimum(self, other: AnyTensor) -> AnyTensor:
        """The smaller one of each two elements; both broadcast, equal ones share the gradient.

        Raises:
            ShapeError: the shapes do not broadcast.
            TypeError: *other* is no tensor.
        """
        return _chosen("minimum", bounds.minimum, self, other)

    def clamp(
        self,
        min: AnyTensor | Scalar | None = None,  # noqa: A002  (torch's names)
        max: AnyTensor | Scalar | None = None,  # noqa: A002
    ) -> AnyTensor:
        """Each element, or the bound that it crosses; where the bounds cross each other, *max*. All broadcast.

        Raises:
            ShapeError: the shapes do not broadcast.
            ValueError: there is no bound, or one is neither a tensor nor a number.
        """
        if min is None and max is None:
            raise ValueError("clamp expects min, max, or both, got neither")
        shape, given = self.data.shape, []
        for name, bound in (("min", min), ("max", max)):
            if isinstance(bound, Core):
                shape = rules.broadcast(shape, bound.data.shape, "clamp")
                given.append(bound)
            elif isinstance(bound, NUMBERS):
                given.append(constant(bound, self))
            elif bound is not None:
                raise ValueError(f"clamp expects {name} to be a number, a tensor or None, got {bound!r}")
        return apply(bounds.clamp, *all_matched(self, *given), low=min is not None, high=max is not None)


def _stepped(name: str, function: Callable[..., object], x: AnyCore) -> AnyTensor:
    check_kind(name, "x", x, rules.FLOAT, rules.INT)
    return apply(functions.stepped, x, function=function)


def _chosen(name: str, op: Callable[..., Result], x: AnyCore, y: AnyTensor) -> AnyTensor:
    if not isinstance(y, Core):
        raise TypeError(f"{name} expects other to be a tensor, got {y!r}")
    rules.broadcast(x.data.shape, y.data.shape, name)
    return apply(op, *matched(x, y))
