"""Truth values, and the bits of integers."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, cast

import numpy as np

from shapenet import rules
from shapenet.backend import Array, same_device
from shapenet.methods.core import AnyCore, Core, Shape
from shapenet.methods.numbers import NUMBERS, Scalar, check_kind, constant
from shapenet.methods.watching import as_one

if TYPE_CHECKING:
    from shapenet.tensors import AnyBoolTensor, AnyTensor, BoolTensor, Tensor


class Logic(Core[*Shape]):
    """What is and, or and not; all of it is off the tape."""

    __slots__ = ()

    def __and__(self, other: AnyTensor | Scalar) -> AnyTensor:
        return _bitwise("and", np.bitwise_and, self, other)

    def __or__(self, other: AnyTensor | Scalar) -> AnyTensor:
        return _bitwise("or", np.bitwise_or, self, other)

    def __xor__(self, other: AnyTensor | Scalar) -> AnyTensor:
        return _bitwise("xor", np.bitwise_xor, self, other)

    def __rand__(self, other: Scalar) -> Tensor[*Shape]:
        return _bitwise("and", np.bitwise_and, self, other)

    def __ror__(self, other: Scalar) -> Tensor[*Shape]:
        return _bitwise("or", np.bitwise_or, self, other)

    def __rxor__(self, other: Scalar) -> Tensor[*Shape]:
        return _bitwise("xor", np.bitwise_xor, self, other)

    def __invert__(self) -> Tensor[*Shape]:
        check_kind("invert", "x", self, rules.BOOL, rules.INT)
        return negated(np.invert, self)

    def logical_not(self) -> BoolTensor[*Shape]:
        """Whether each element is false, or 0."""
        return cast("BoolTensor[*Shape]", negated(np.logical_not, self))

    def logical_and(self, other: AnyTensor) -> AnyBoolTensor:
        """Whether both elements are true, or not 0; both broadcast.

        Raises:
            ShapeError: the shapes do not broadcast.
            TypeError: *other* is no tensor.
        """
        return _logical("logical_and", np.logical_and, self, other)

    def logical_or(self, other: AnyTensor) -> AnyBoolTensor:
        """Whether one element, or both, are true, or not 0; both broadcast.

        Raises:
            ShapeError: the shapes do not broadcast.
            TypeError: *other* is no tensor.
        """
        return _logical("logical_or", np.logical_or, self, other)

    def logical_xor(self, other: AnyTensor) -> AnyBoolTensor:
        """Whether one element is true, or not 0, and not the other; both broadcast.

        Raises:
            ShapeError: the shapes do not broadcast.
            TypeError: *other* is no tensor.
        """
        return _logical("logical_xor", np.logical_xor, self, other)


def _bitwise(name: str, function: Callable[[Array, Array], Array], x: AnyCore, other: object) -> AnyTensor:
    y = constant(other, x) if isinstance(other, NUMBERS) else other  # type: ignore[arg-type]  # numpy's, too
    if not isinstance(y, Core):
        return NotImplemented  # type: ignore[no-any-return]  # Python then asks the other operand
    for side, tensor in (("x", x), ("other", y)):
        check_kind(name, side, tensor, rules.BOOL, rules.INT)
    return computed(name, function, x, y)


def _logical(name: str, function: Callable[[Array, Array], Array], x: AnyCore, other: AnyTensor) -> AnyBoolTensor:
    if not isinstance(other, Core):
        raise TypeError(f"{name} expects other to be a tensor, got {other!r}")
    return cast("AnyBoolTensor", computed(name, function, x, other))


@as_one
def negated(function: Callable[[Array], Array], x: AnyCore) -> AnyTensor:
    """What *function*, ``invert`` or ``logical_not``, makes of *x*."""
    return x._like(np.asarray(function(x.data), like=x.data))


@as_one
def computed(name: str, function: Callable[[Array, Array], Array], x: AnyCore, y: AnyCore) -> AnyTensor:
    """What *function* makes of both, which broadcast."""
    rules.broadcast(x.data.shape, y.data.shape, name)
    same_device(x.data, y.data)
    return x._like(np.asarray(function(x.data, y.data), like=x.data))
