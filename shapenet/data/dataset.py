"""Sets of items: those that can be counted and numbered, and those that come one after the other."""

from __future__ import annotations

import bisect
import itertools
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from typing import Generic, TypeVar

from shapenet import rules
from shapenet.data.checks import as_numbers
from shapenet.errors import ShapeError
from shapenet.tensors import AnyTensor, Tensor

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class Dataset(ABC, Generic[T_co]):
    """Items by number. ``one + other`` has the items of both."""

    @abstractmethod
    def __len__(self) -> int:
        """How many items there are."""

    @abstractmethod
    def __getitem__(self, number: int) -> T_co:
        """The item of that number, from 0."""

    def __iter__(self) -> Iterator[T_co]:
        return (self[number] for number in range(len(self)))

    def __add__(self, other: Dataset[T]) -> ConcatDataset[T_co | T]:
        both: list[Dataset[T_co | T]] = [self, other]
        return ConcatDataset(both)


class IterableDataset(ABC, Generic[T_co]):
    """Items one after the other, of which nobody may know how many there are.

    Each worker of a ``DataLoader`` goes through the whole of it, unless ``__iter__`` asks ``get_worker_info()`` and
    leaves out what is not its worker's part. If it has a ``__len__``, that is the number of items of all workers.
    """

    @abstractmethod
    def __iter__(self) -> Iterator[T_co]:
        """The items, from the first on."""


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
        check_number_of("TensorDataset", number, len(self))
        return tuple(tensor[number] for tensor in self.tensors)


class Subset(Dataset[T_co]):
    """The items of *dataset* whose numbers are *indices*, in their order; a number may come more than once.

    Raises:
        TypeError: *dataset* is no ``Dataset``, or *indices* are not ints.
        IndexError: there is no item of such a number.
    """

    def __init__(self, dataset: Dataset[T_co], indices: Iterable[int] | AnyTensor) -> None:
        check_dataset("Subset", dataset)
        self.dataset = dataset
        self.indices = as_numbers("Subset", "indices", indices, len(dataset))

    def __len__(self) -> int:
        return len(self.indices)

    def __getitem__(self, number: int) -> T_co:
        check_number_of("Subset", number, len(self))
        return self.dataset[self.indices[number]]


class ConcatDataset(Dataset[T_co]):
    """The items of all *datasets*, one dataset after the other.

    Raises:
        TypeError: one of *datasets* is no ``Dataset``.
        ValueError: there is none.
    """

    def __init__(self, datasets: Iterable[Dataset[T_co]]) -> None:
        self.datasets = list(datasets)
        if not self.datasets:
            raise ValueError("ConcatDataset expects datasets to be at least one, got none")
        for dataset in self.datasets:
            check_dataset("ConcatDataset", dataset)
        self.cumulative_sizes = list(itertools.accumulate(map(len, self.datasets)))

    def __len__(self) -> int:
        return self.cumulative_sizes[-1]

    def __getitem__(self, number: int) -> T_co:
        count = len(self)
        check_number_of("ConcatDataset", number, count)
        wanted = number + count if number < 0 else number
        place = bisect.bisect_right(self.cumulative_sizes, wanted)
        before = self.cumulative_sizes[place - 1] if place else 0
        return self.datasets[place][wanted - before]


def check_dataset(owner: str, dataset: object) -> None:
    """Check that *dataset* is a ``Dataset``.

    Raises:
        TypeError: it is not.
    """
    if not isinstance(dataset, Dataset):
        raise TypeError(f"{owner} expects a Dataset, got {type(dataset).__name__}")


def check_number_of(owner: str, number: int, count: int) -> None:
    """Check that *number* is that of one of *count* items; it may be counted from the end.

    Raises:
        IndexError: it is not. This error also ends a loop over a dataset.
    """
    if not -count <= number < count:
        raise IndexError(f"{owner} has {count} items, got number {number}")
