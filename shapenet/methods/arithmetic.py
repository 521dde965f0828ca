"""Operators, comparisons and functions of each element."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from shapenet import rules
from shapenet.backend import Array, beside, same_device
from shapenet.methods.core import AnyCore, Core, Shape
from shapenet.methods.numbers import NUMBERS, Scalar, check_kind, constant, floating, kind_of, matched
from shapenet.methods.recording import apply
from shapenet.methods.watching import as_one
from shapenet.ops import Result, activation, elementwise
from shapenet.ops import matmul as matrix

if TYPE_CHECKING:
    from shapenet.tensors import AnyBoolTensor, AnyTensor, Tensor


class Arithmetic(Core[*Shape]):
    """What operators and functions make of each element."""

    __slots__ = ()

    def __add__(self, other: AnyTensor | Scalar) -> AnyTensor:
        return _binary("add", elementwise.add, self, other)

    def __sub__(self, other: AnyTensor | Scalar) -> AnyTensor:
        return _numeric("subtract", elementwise.subtract, self, other)

    def __mul__(self, other: AnyTensor | Scalar) -> AnyTensor:
        return _binary("multiply", elementwise.multiply, self, other)

    def __truediv__(self, other: AnyTensor | Scalar) -> AnyTensor:
        return _binary("divide", elementwise.divide, floating(self), other)

    def __floordiv__(self, other: AnyTensor | Scalar) -> AnyTensor:
        return _divided("floor_divide", elementwise.floor_divide, self, other)

    def __mod__(self, other: AnyTensor | Scalar) -> AnyTensor:
        return _divided("remainder", elementwise.remainder, self, other)

    def __pow__(self, other: AnyTensor | Scalar) -> AnyTensor:
        return _numeric("power", elementwise.power, self, other)

    def __radd__(self, other: Scalar) -> Tensor[*Shape]:
        return _reflected("add", elementwise.add, self, other)

    def __rsub__(self, other: Scalar) -> Tensor[*Shape]:
        return _reflected("subtract", elementwise.subtract, self, other, _numeric)

    def __rmul__(self, other: Scalar) -> Tensor[*Shape]:
        return _reflected("multiply", elementwise.multiply, self, other)

    def __rtruediv__(self, other: Scalar) -> Tensor[*Shape]:
        return _reflected("divide", elementwise.divide, floating(self), other)

    def __rfloordiv__(self, other: Scalar) -> Tensor[*Shape]:
        return _reflected("floor_divide", elementwise.floor_divide, self, other, _divided)

    def __rmod__(self, other: Scalar) -> Tensor[*Shape]:
        return _reflected("remainder", elementwise.remainder, self, other, _divided)

    def __rpow__(self, other: Scalar) -> Tensor[*Shape]:
        return _reflected("power", elementwise.power, self, other, _numeric)

    def __matmul__(self, other: AnyTensor) -> AnyTensor:
        if not isinstance(other, Core):
            return NotImplemented
        rules.matmul(self.data.shape, other.data.shape)
        return apply(matrix.matmul, *matched(self, other))

    def __neg__(self) -> Tensor[*Shape]:
        check_kind("negative", "x", self, rules.FLOAT, rules.INT)
        return apply(elementwise.negative, self)

    def exp(self) -> Tensor[*Shape]:
        """``e`` to the power of each element."""
        return apply(elementwise.exp, floating(self))

    def log(self) -> Tensor[*Shape]:
        """The natural logarithm of each element."""
        return apply(elementwise.log, floating(self))

    def sqrt(self) -> Tensor[*Shape]:
        """The square root of each element."""
        return apply(elementwise.sqrt, floating(self))

    def abs(self) -> Tensor[*Shape]:
        """The absolute value of each element."""
        return apply(elementwise.absolute, self)

    def relu(self) -> Tensor[*Shape]:
        """``max(x, 0)`` of each element."""
        return apply(activation.relu, self)

    def sigmoid(self) -> Tensor[*Shape]:
        """``1/(1 + exp(-x))`` of each element."""
        return apply(activation.sigmoid, floating(self))

    def tanh(self) -> Tensor[*Shape]:
        """The hyperbolic tangent of each element."""
        return apply(activation.tanh, floating(self))

    # --- comparison: boolean tensors, off the tape ---

    def __eq__(self, other: object) -> AnyBoolTensor:  # type: ignore[override]  # elementwise, as in numpy and torch
        return _compare("eq", np.equal, self, other)

    def __ne__(self, other: object) -> AnyBoolTensor:  # type: ignore[override]
        return _compare("ne", np.not_equal, self, other)

    def __lt__(self, other: AnyTensor | Scalar) -> AnyBoolTensor:
        return _compare("lt", np.less, self, other)

    def __le__(self, other: AnyTensor | Scalar) -> AnyBoolTensor:
        return _compare("le", np.less_equal, self, other)

    def __gt__(self, other: AnyTensor | Scalar) -> AnyBoolTensor:
        return _compare("gt", np.greater, self, other)

    def __ge__(self, other: AnyTensor | Scalar) -> AnyBoolTensor:
        return _compare("ge", np.greater_equal, self, other)

    __hash__ = object.__hash__


def _binary(name: str, op: Callable[..., Result], a: AnyCore, b: AnyCore | Scalar) -> AnyTensor:
    if isinstance(b, Core):
        rules.broadcast(a.data.shape, b.data.shape, name)
    elif isinstance(b, NUMBERS):
        b = constant(b, a)
    else:
        return NotImplemented
    return apply(op, *matched(a, b))


def _numeric(name: str, op: Callable[..., Result], a: AnyCore, b: AnyCore | Scalar) -> AnyTensor:
    """Of truth values alone there is none."""
    operand = constant(b, a) if isinstance(b, NUMBERS) else b
    if isinstance(operand, Core):
        rules.check_kind(name, "x", rules.joined(kind_of(a), kind_of(operand)), rules.FLOAT, rules.INT)
    return _binary(name, op, a, operand)


def _divided(name: str, op: Callable[..., Result], a: AnyCore, b: AnyCore | Scalar) -> AnyTensor:
    divisor = constant(b, a) if isinstance(b, NUMBERS) else b
    of_integers = isinstance(divisor, Core) and rules.joined(kind_of(a), kind_of(divisor)) is rules.INT
    if of_integers and not divisor.data.all():
        raise ZeroDivisionError(f"{name} of integers by 0")  # numpy would say 0
    return _numeric(name, op, a, divisor)


def _reflected(
    name: str, op: Callable[..., Result], a: AnyCore, b: Scalar, operator: Callable[..., AnyTensor] = _binary
) -> AnyTensor:
    return operator(name, op, constant(b, a), a) if isinstance(b, NUMBERS) else NotImplemented


def _compare(name: str, function: Callable[[Array, Any], Array], a: AnyCore, b: object) -> AnyBoolTensor:
    if isinstance(b, Core):
        rules.broadcast(a.data.shape, b.data.shape, name)
        same_device(a.data, b.data)
        return compared(function, a, b.data)
    if isinstance(b, NUMBERS):
        return compared(function, a, b)
    if hasattr(b, "__array_ufunc__"):  # Python would compare identities, and say False
        raise TypeError(f"{name} expects a tensor or a number, got {type(b).__name__}")
    return NotImplemented  # type: ignore[no-any-return]  # Python then asks the other operand


@as_one
def compared(function: Callable[[Array, Any], Array], a: AnyCore, b: Any) -> AnyBoolTensor:
    """What the comparison *function* says of *a*, and of a number or the array of a tensor."""
    with beside(a.data):
        return cast("AnyBoolTensor", a._like(np.asarray(function(a.data, b), like=a.data)))
