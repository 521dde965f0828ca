"""Sums, means, extremes and softmax along dimensions."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, cast

import numpy as np

from shapenet import rules
from shapenet.methods.core import AnyCore, Core, Shape
from shapenet.methods.numbers import floating
from shapenet.methods.recording import apply
from shapenet.ops import Result, reduction, softmax

if TYPE_CHECKING:
    from shapenet.tensors import AnyIntTensor, AnyTensor, Tensor


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

    def max(self) -> Tensor[()]:
        """The greatest element. Over one dimension: ``amax(dim)``, and ``argmax(dim)`` for its place."""
        return self.amax()

    def argmax(self, dim: int | None = None, keepdim: bool = False) -> AnyIntTensor:
        """The place of the first maximum along *dim*, or in the flattened tensor; int64."""
        rules.reduce(self.data.shape, dim, keepdim, subject="argmax")
        places = np.argmax(self.data, axis=dim, keepdims=keepdim)
        return cast("AnyIntTensor", self._like(np.asarray(places, like=self.data)))

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
