"""``Tensor[*Shape]``: an array whose type says its shape, with its gradient and its place on the tape."""

from __future__ import annotations

from typing import Any, NoReturn, TypeAlias

import numpy as np

from shapenet.backend import Array
from shapenet.methods.arithmetic import Arithmetic
from shapenet.methods.arranging import Arranging
from shapenet.methods.core import Shape
from shapenet.methods.dividing import Dividing
from shapenet.methods.elementwise import Elementwise
from shapenet.methods.logic import Logic
from shapenet.methods.numbers import Scalar
from shapenet.methods.ordering import Found, Ordering
from shapenet.methods.picking import Picking
from shapenet.methods.products import Products
from shapenet.methods.recording import apply, gate
from shapenet.methods.reducing import Reducing
from shapenet.methods.repeating import Repeating
from shapenet.methods.selecting import Selecting
from shapenet.methods.shaping import Shaping
from shapenet.methods.watching import as_one, followed, watched

__all__ = [
    "AnyBoolTensor",
    "AnyIntTensor",
    "AnyTensor",
    "BoolTensor",
    "Found",
    "IntTensor",
    "Scalar",
    "Shape",
    "Tensor",
    "apply",
    "as_one",
    "followed",
    "gate",
    "watched",
]


class Tensor(
    Arithmetic[*Shape],
    Arranging[*Shape],
    Dividing[*Shape],
    Elementwise[*Shape],
    Logic[*Shape],
    Ordering[*Shape],
    Picking[*Shape],
    Products[*Shape],
    Reducing[*Shape],
    Repeating[*Shape],
    Selecting[*Shape],
    Shaping[*Shape],
):
    """An array with a shape in its type: ``Tensor[B, 3, 32, 32]``.

    A dimension is an int, a TypeVar such as ``shapenet.dims.B``, a string expression of TypeVars (``"H//2"``), ``Any``,
    or ``*Batch`` for any number of them. ``AnyTensor`` is a tensor of unknown shape.

    Tensors are made by ``shapenet.tensor``, ``from_numpy``, ``zeros`` and their like; floats are float32 unless a
    ``dtype`` is given. The array is not copied: a tensor made from an array shares it.
    """

    __slots__ = ()

    def _like(self, data: Array) -> AnyTensor:
        return Tensor(data)


class _ByDtype(type):
    """The classes that say a kind of elements: a tensor is an instance if its array has such."""

    dtypes: type[np.generic]

    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, Tensor) and np.issubdtype(instance.data.dtype, cls.dtypes)

    def __call__(cls, *_: object, **__: object) -> NoReturn:
        raise TypeError(f"{cls.__name__} is for annotations: tensors are made by shapenet.tensor and its like")


class IntTensor(Tensor[*Shape], metaclass=_ByDtype):
    """A tensor of integers, such as labels or places: ``IntTensor[B]``.

    It is how annotations say the kind, which the checker follows. While running there is one class; ``isinstance``
    looks at the dtype.
    """

    __slots__ = ()
    dtypes = np.integer


class BoolTensor(Tensor[*Shape], metaclass=_ByDtype):
    """A tensor of truth values, such as a mask: ``BoolTensor[B, T]``. See ``IntTensor``."""

    __slots__ = ()
    dtypes = np.bool_


AnyTensor: TypeAlias = Tensor[*tuple[Any, ...]]
"""A tensor of unknown shape. The checker accepts it where any shape is wanted."""
AnyIntTensor: TypeAlias = IntTensor[*tuple[Any, ...]]
"""A tensor of integers, of unknown shape."""
AnyBoolTensor: TypeAlias = BoolTensor[*tuple[Any, ...]]
"""A tensor of truth values, of unknown shape."""
