"""Batches of items."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Generic, TypeVar

import numpy as np

from shapenet.backend import Array, default_generator
from shapenet.data.dataset import Dataset, TensorDataset
from shapenet.tensors import AnyTensor, Tensor

T = TypeVar("T")


class DataLoader(Generic[T]):
    """Iterates over the items of *dataset* in batches: tensors are stacked, numbers become tensors, tuples stay tuples.

    Args:
        dataset: the items.
        batch_size: items in a batch.
        shuffle: whether each pass has an order of its own.
        drop_last: whether to leave out a last batch that is not full.
        seed: where the orders start from; passes differ, loaders of one seed agree. The default generator if None.
        transform: applied to each batch.

    Raises:
        TypeError: *dataset* is no ``Dataset``.
        ValueError: *batch_size* is no int of at least 1.
    """

    def __init__(
        self,
        dataset: Dataset[T],
        batch_size: int = 1,
        shuffle: bool = False,
        drop_last: bool = False,
        seed: int | None = None,
        transform: Callable[[T], T] | None = None,
    ) -> None:
        if not isinstance(dataset, Dataset):
            raise TypeError(f"DataLoader expects a Dataset, got {type(dataset).__name__}")
        if isinstance(batch_size, bool) or not isinstance(batch_size, int) or batch_size < 1:
            raise ValueError(f"DataLoader expects batch_size to be an int, at least 1, got {batch_size!r}")
        self.dataset = dataset
        self.batch_size = batch_size
        self.shuffle = shuffle
        self.drop_last = drop_last
        self.transform = transform
        self._generator = None if seed is None else np.random.default_rng(seed)

    def __len__(self) -> int:
        """How many batches a pass has."""
        whole, rest = divmod(len(self.dataset), self.batch_size)
        return whole if self.drop_last or not rest else whole + 1

    def __iter__(self) -> Iterator[T]:
        order = np.arange(len(self.dataset))
        if self.shuffle:
            (self._generator or default_generator()).shuffle(order)
        for number in range(len(self)):
            batch = self._batch(order[number * self.batch_size : (number + 1) * self.batch_size])
            yield batch if self.transform is None else self.transform(batch)

    def _batch(self, numbers: Array) -> T:
        if isinstance(self.dataset, TensorDataset):  # one selection for the whole batch
            picked: Any = tuple(tensor[Tensor(numbers)] for tensor in self.dataset.tensors)
            return picked  # type: ignore[no-any-return]  # T is the dataset's tuple of tensors
        return _collate([self.dataset[int(number)] for number in numbers])  # type: ignore[no-any-return]


def _collate(items: Sequence[Any]) -> Any:
    """One batch of *items*, which are tensors, arrays, numbers, or tuples of those.

    Raises:
        TypeError: they are something else.
    """
    first = items[0]
    if isinstance(first, tuple):
        return tuple(_collate(column) for column in zip(*items, strict=True))
    if isinstance(first, Tensor):
        return _stacked([item.data for item in items])
    if isinstance(first, np.ndarray | np.generic | int | float):
        dtype = np.float32 if isinstance(first, float) else None
        return _stacked([np.asarray(item, dtype) for item in items])
    kind = type(first).__name__
    raise TypeError(f"DataLoader expects items of tensors, arrays, numbers or tuples of them, got {kind}")


def _stacked(arrays: Sequence[Array]) -> AnyTensor:
    return Tensor(np.stack(arrays))
