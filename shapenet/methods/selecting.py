"""Elements chosen by indices and masks."""

from __future__ import annotations

from collections.abc import Iterator
from types import EllipsisType
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from shapenet import rules
from shapenet.backend import Array, same_device
from shapenet.methods.core import AnyCore, Core, Shape
from shapenet.methods.numbers import NUMBERS, Scalar, constant, matched
from shapenet.methods.recording import apply
from shapenet.ops import elementwise, shaping

if TYPE_CHECKING:
    from shapenet.tensors import AnyTensor

Key: TypeAlias = "int | slice | EllipsisType | AnyTensor | None"


class Selecting(Core[*Shape]):
    """What chooses among the elements."""

    __slots__ = ()

    def __getitem__(self, key: Key | tuple[Key, ...]) -> AnyTensor:
        """A selection by integers, slices, None, Ellipsis and integer tensors, as in numpy.

        Raises:
            ShapeError: there are more indices than dimensions, or an integer lies outside.
            DeviceError: an index tensor is on another device.
        """
        keys = key if isinstance(key, tuple) else (key,)
        arrays = [item.data if isinstance(item, Core) else item for item in keys]
        rules.index(self.data.shape, [_as_index(item) for item in arrays])
        same_device(self.data, *(item.data for item in keys if isinstance(item, Core)))
        return apply(shaping.index, self, key=tuple(arrays))

    def __iter__(self) -> Iterator[AnyTensor]:
        return (self[i] for i in range(len(self)))

    def where(self, condition: AnyTensor, other: AnyTensor | Scalar) -> AnyTensor:
        """These elements where the boolean *condition* holds, else those of *other*; all broadcast.

        Raises:
            ShapeError: the shapes do not broadcast.
            ValueError: *condition* is not boolean.
            DeviceError: the tensors are on different devices.
        """
        y = other if isinstance(other, Core) else constant(other, self)
        rules.where(condition.data.shape, self.data.shape, y.data.shape)
        return apply(elementwise.where, *matched(self, y), condition=_boolean("where", "condition", condition, self))

    def masked_fill(self, mask: AnyTensor, value: Scalar) -> AnyTensor:
        """*value* where the boolean *mask* holds, else these elements; both broadcast.

        Raises:
            ShapeError: the shapes do not broadcast.
            ValueError: *mask* is not boolean, or *value* is no number of this dtype.
            DeviceError: the tensors are on different devices.
        """
        rules.broadcast(mask.data.shape, self.data.shape, "masked_fill")
        if not isinstance(value, NUMBERS) or (filler := constant(value, self)).dtype != self.dtype:
            raise ValueError(f"masked_fill expects value to be a number of dtype {self.dtype}, got {value!r}")
        return apply(elementwise.where, filler, self, condition=_boolean("masked_fill", "mask", mask, self))


def _boolean(subject: str, name: str, tensor: AnyCore, like: AnyCore) -> Array:
    if tensor.dtype != np.bool_:
        raise ValueError(f"{subject} expects {name} to be bool, got dtype {tensor.dtype}")
    same_device(tensor.data, like.data)
    return tensor.data


def _as_index(item: Any) -> rules.Index:
    if hasattr(item, "dtype"):
        if not np.issubdtype(item.dtype, np.integer):
            raise TypeError(f"an index tensor must hold integers, got dtype {item.dtype}")
        return rules.IndexArray(item.shape)
    if isinstance(item, bool) or not (item is None or item is Ellipsis or isinstance(item, int | slice)):
        raise TypeError(f"an index must be an int, a slice, None, Ellipsis or an integer tensor, got {item!r}")
    return item
