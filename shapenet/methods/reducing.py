"""Sums, means, extremes and softmax along dimensions."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, cast

import numpy as np

from shapenet import rules
from shapenet.backend import Array
from shapenet.methods.checks import check_flag, check_int, dims_of
from shapenet.methods.core import AnyCore, Core, Shape
from shapenet.methods.numbers import NUMBERS, check_kind, floating
from shapenet.methods.recording import apply
from shapenet.ops import Result, reduction, softmax, statistics

if TYPE_CHECKING:
    from shapenet.tensors import AnyBoolTensor, AnyTensor, Tensor


class Reducing(Core[*Shape]):
    """What is computed along dimensions."""

    __slots__ = ()

    def sum(self, dim: int | tuple[int, ...] | None = None, keepdim: bool = False) -> AnyTensor:
        """The sum over *dim*, or over all dimensions."""
        return _reduced("sum", reduction.sum, self, dim, keepdim)

    def mean(self, dim: int | tuple[int, ...] | None = None, keepdim: bool = False) -> AnyTensor:
        """The mean over *dim*, or over all dimensions."""
        return _reduced("mean", reduction.mean, floating(self), dim, keepdim)

    def amax(self, dim: int | tuple[int, ...] | None = None, keepdim: bool = False) -> AnyTensor:
        """The maximum over *dim*, or over all dimensions; equal maxima share the gradient."""
        return _reduced("amax", reduction.amax, self, dim, keepdim)

    def amin(self, dim: int | tuple[int, ...] | None = None, keepdim: bool = False) -> AnyTensor:
        """The minimum over *dim*, or over all dimensions; equal minima share the gradient."""
        return _reduced("amin", reduction.amin, self, dim, keepdim)

    def prod(self, dim: int | None = None, keepdim: bool = False) -> AnyTensor:
        """The product along *dim*, or of all elements.

        Raises:
            ShapeError: there is no such dimension.
            ValueError: *dim* is no int.
        """
        if dim is not None:
            check_int("prod", "dim", dim)
        rules.reduce(self.data.shape, dim, keepdim, "prod")
        return apply(statistics.prod, self, dim=dim, keepdim=keepdim)

    def var(
        self,
        dim: int | tuple[int, ...] | None = None,
        unbiased: bool | None = None,
        keepdim: bool = False,
        *,
        correction: float | None = None,
    ) -> AnyTensor:
        """The variance over *dim*, or over all dimensions.

        The sum of the squared distances to the mean is divided by the number of elements less *correction*, which is
        1 if *unbiased*, as it is if neither is given, and else 0.

        Raises:
            ShapeError: there is no such dimension, or the tensor is not floating.
            ValueError: an option is wrong, or both *unbiased* and *correction* are given.
        """
        return _spread("var", statistics.var, self, dim, unbiased, keepdim, correction)

    def std(
        self,
        dim: int | tuple[int, ...] | None = None,
        unbiased: bool | None = None,
        keepdim: bool = False,
        *,
        correction: float | None = None,
    ) -> AnyTensor:
        """The standard deviation over *dim*: the square root of ``var``, with the same options.

        Raises:
            ShapeError: there is no such dimension, or the tensor is not floating.
            ValueError: an option is wrong, or both *unbiased* and *correction* are given.
        """
        return _spread("std", statistics.std, self, dim, unbiased, keepdim, correction)

    def norm(
        self, p: float | str = "fro", dim: int | tuple[int, ...] | None = None, keepdim: bool = False
    ) -> AnyTensor:
        """The *p*-norm of the elements over *dim*: ``sum(|x|**p)**(1/p)``; ``"fro"`` means 2.

        With *p* ``inf`` or ``-inf`` it is the greatest or smallest size, with 0 the number of elements that are not 0.

        Raises:
            ShapeError: there is no such dimension, or the tensor is not floating.
            ValueError: *p* is something else.
        """
        check_kind("norm", "x", self, rules.FLOAT)
        power = 2 if isinstance(p, str) and p == "fro" else p
        if not isinstance(power, NUMBERS) or isinstance(power, bool) or not (power >= 0 or power == -math.inf):
            raise ValueError(f'norm expects p to be "fro", inf, -inf or a number of at least 0, got {p!r}')
        return _reduced("norm", partial(statistics.norm, p=float(power)), self, dims_of("norm", dim), keepdim)

    def logsumexp(self, dim: int | tuple[int, ...], keepdim: bool = False) -> AnyTensor:
        """``log(sum(exp(x)))`` over *dim*; no finite input overflows.

        Raises:
            ShapeError: there is no such dimension.
        """
        return _reduced("logsumexp", statistics.logsumexp, floating(self), dims_of("logsumexp", dim), keepdim)

    def any(self, dim: int | tuple[int, ...] | None = None, keepdim: bool = False) -> AnyBoolTensor:
        """Whether an element is true, or not 0, over *dim*, or over all dimensions.

        Raises:
            ShapeError: there is no such dimension.
        """
        return _told("any", np.any, self, dim, keepdim)

    def all(self, dim: int | tuple[int, ...] | None = None, keepdim: bool = False) -> AnyBoolTensor:
        """Whether all elements are true, or not 0, over *dim*, or over all dimensions.

        Raises:
            ShapeError: there is no such dimension.
        """
        return _told("all", np.all, self, dim, keepdim)

    def cumsum(self, dim: int) -> Tensor[*Shape]:
        """The sums of the elements along *dim* up to each one.

        Raises:
            ShapeError: there is no such dimension.
        """
        return _running("cumsum", statistics.cumsum, self, dim)

    def cumprod(self, dim: int) -> Tensor[*Shape]:
        """The products of the elements along *dim* up to each one.

        Raises:
            ShapeError: there is no such dimension.
        """
        return _running("cumprod", statistics.cumprod, self, dim)

    def log_softmax(self, dim: int) -> Tensor[*Shape]:
        """The logarithm of the softmax along *dim*; finite for any finite input."""
        rules.reduce(self.data.shape, dim, keepdim=True, subject="log_softmax")
        return apply(softmax.log_softmax, floating(self), dim=dim)

    def softmax(self, dim: int) -> Tensor[*Shape]:
        """``exp(x) / sum(exp(x))`` along *dim*; no finite input overflows."""
        rules.reduce(self.data.shape, dim, keepdim=True, subject="softmax")
        return apply(softmax.softmax, floating(self), dim=dim)


def _reduced(
    name: str, op: Callable[..., Result], x: AnyCore, dim: int | tuple[int, ...] | None, keepdim: bool
) -> AnyTensor:
    rules.reduce(x.data.shape, dim, keepdim, name)
    return apply(op, x, dim=(dim,) if isinstance(dim, int) else dim, keepdim=keepdim)


def _spread(
    name: str,
    op: Callable[..., Result],
    x: AnyCore,
    dim: int | tuple[int, ...] | None,
    unbiased: bool | None,
    keepdim: bool,
    correction: float | None,
) -> AnyTensor:
    check_kind(name, "x", x, rules.FLOAT)
    if unbiased is not None:
        check_flag(name, "unbiased", unbiased)
        if correction is not None:
            raise ValueError(f"{name} expects unbiased or correction, got both: {unbiased!r} and {correction!r}")
    less = (1.0 if unbiased is not False else 0.0) if correction is None else correction
    if not isinstance(less, NUMBERS) or isinstance(less, bool):
        raise ValueError(f"{name} expects correction to be a number, got {correction!r}")
    return _reduced(name, partial(op, correction=less), x, dims_of(name, dim), keepdim)


def _told(
    name: str, function: Callable[..., Array], x: AnyCore, dim: int | tuple[int, ...] | None, keepdim: bool
) -> AnyBoolTensor:
    dims = dims_of(name, dim)
    rules.reduce(x.data.shape, dims, keepdim, name)
    return cast("AnyBoolTensor", x._like(np.asarray(function(x.data, axis=dims, keepdims=keepdim), like=x.data)))


def _running(name: str, op: Callable[..., Result], x: AnyCore, dim: int) -> AnyTensor:
    check_int(name, "dim", dim)
    rules.along(x.data.shape, dim, name)
    return apply(op, x, dim=dim)
