"""Python numbers and tensors of different types beside each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from numbers import Real
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import numpy as np
from numpy.typing import DTypeLike

from shapenet import rules
from shapenet.backend import beside

if TYPE_CHECKING:
    from shapenet.methods.core import AnyCore
    from shapenet.tensors import AnyTensor

Scalar: TypeAlias = int | float
NUMBERS: Final = (int, float, np.integer, np.floating)
"""What may stand for a ``Scalar`` while running."""
_KINDS: Final[Mapping[str, rules.Kind]] = {"f": rules.FLOAT, "b": rules.BOOL}


def constant(value: Scalar, like: AnyCore) -> AnyTensor:
    """A number takes the tensor's dtype, unless it is a float and the tensor is not, or an int and the tensor bool."""
    dtype = like.dtype
    if isinstance(value, float | np.floating) and not is_floating(like):
        dtype = np.dtype(np.float32)
    elif dtype == np.bool_ and not isinstance(value, bool):
        dtype = np.dtype(np.int64)
    with beside(like.data):
        return like._like(np.asarray(value, dtype=dtype, like=like.data))


def real(value: object) -> float | None:
    """*value* as Python's float; None if it is no real number, or larger than a float can be. A bool is none."""
    return as_float(value) if isinstance(value, Real) and not isinstance(value, bool) else None


def as_float(value: Any) -> float | None:
    """What ``float`` makes of *value*; None if that is nothing. A text is no number."""
    try:
        return None if isinstance(value, str | bytes) else float(value)
    except (TypeError, ValueError, OverflowError):
        return None


def checked_dtype(subject: str, target: str | DTypeLike) -> np.dtype[Any]:
    """*target* as a dtype.

    Raises:
        TypeError: it is neither that nor a device.
    """
    dtype = as_dtype(target)
    if dtype is None:
        raise TypeError(f"{subject} expects a device or a dtype, got {target!r}")
    return dtype


def as_dtype(target: str | DTypeLike) -> np.dtype[Any] | None:
    """*target* as a dtype; None if it is none, or one of objects."""
    try:
        dtype = np.dtype(target)
    except TypeError:
        return None
    return None if target is None or dtype.hasobject else dtype  # of None numpy makes float64


def floating(tensor: AnyCore) -> AnyCore:
    return tensor if is_floating(tensor) else tensor.to(np.float32)


def is_floating(tensor: AnyCore) -> bool:
    return tensor.data.dtype.kind == "f"


def matched(a: AnyCore, b: AnyCore) -> tuple[AnyCore, AnyCore]:
    """Beside a floating operand, an integer one takes its dtype: numpy would make float64 of int64 and float32."""
    first, second = all_matched(a, b)
    return first, second


def all_matched(*tensors: AnyCore) -> Sequence[AnyCore]:
    """The same for any number of operands."""
    floats = [tensor.dtype for tensor in tensors if is_floating(tensor)]
    if len(floats) in (0, len(tensors)):
        return tensors
    dtype = np.result_type(*floats)
    return [tensor if is_floating(tensor) else tensor.to(dtype) for tensor in tensors]


def check_kind(subject: str, name: str, tensor: AnyCore, *wanted: rules.Kind) -> None:
    """Check that the tensor *name* is of one of the kinds *wanted*.

    Raises:
        ShapeError: it is not.
    """
    rules.check_kind(subject, name, kind_of(tensor), *wanted)


def kind_of(tensor: AnyCore) -> rules.Kind:
    """The kind of its elements."""
    return _KINDS.get(tensor.data.dtype.kind, rules.INT)
