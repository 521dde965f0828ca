"""``Parameter`` and ``Buffer``: tensors that belong to a module."""

from __future__ import annotations

from shapenet.backend import Array
from shapenet.tensors import Shape, Tensor


class Parameter(Tensor[*Shape]):
    """A tensor that training changes."""

    __slots__ = ()

    def __init__(self, data: Array, *, requires_grad: bool = True) -> None:
        super().__init__(data, requires_grad=requires_grad)


class Buffer(Tensor[*Shape]):
    """A tensor that belongs to a module's state but is no parameter, such as a running mean."""

    __slots__ = ()
