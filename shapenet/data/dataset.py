"""Sets of items that can be counted and numbered."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Generic, TypeVar

from shapenet import rules
from shapenet.errors import ShapeError
from shapenet.tensors import AnyTensor, Tensor

T_co = TypeVar("T_co", covariant=True)


class Dataset(ABC, Generic[T_co]):
    """Items by number."""

    @abstractmethod
    def __len__(self) -> int:
        """How many items there are."""

    @abstractmethod
    def __getitem__(self, number: int) -> T_co:
        """The item of that number, from 0."""


class TensorDataset(Dataset[tuple[AnyTensor, ...]]):
    """Tensors of one first size; item *i* is the tuple of their parts *i*.

    Raises:
        TypeError: something is no tensor.
        ShapeError: there is no tensor, or the first sizes differ.
    """

    def __init__(self, *tensors: AnyTensor) -> None:
        for tensor in tensors:
            if not isinstance(tensor, Tensor):
                raise TypeError(f"TensorDataset expects tensors, got {type(tensor).__name__}")
        shapes = [tensor.data.shape for tensor in tensors]
        if len({shape[:1] for shape in shapes}) != 1 or not shapes[0]:
            listed = ", ".join(map(rules.show, shapes)) or "none"
            raise ShapeError("TensorDataset", f"expects tensors of one first size, got {listed}")
        self.tensors = tensors

    def __len__(self) -> int:
        return len(self.tensors[0])

    def __getitem__(self, number: int) -> tuple[AnyTensor, ...]:
        if not -len(self) <= number < len(self):  # an IndexError ends a loop over the dataset
            raise IndexError(f"TensorDataset has {len(self)} items, got number {number}")
        return tuple(tensor[number] for tensor in self.tensors)
