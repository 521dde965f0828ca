"""Batches of items."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Generic, TypeVar

import numpy as np

from shapenet import rules
from shapenet.backend import Array, default_generator
from shapenet.data.dataset import Dataset, TensorDataset
from shapenet.errors import ShapeError
from shapenet.tensors import AnyTensor, Tensor

T = TypeVar("T")


class DataLoader(Generic[T]):
    """Iterates over the items of *dataset* in batches: tensors are stacked, numbers become tensors, tuples stay tuples.

    Batches of a ``TensorDataset`` that is not shuffled share its memory.

    Args:
        dataset: the items.
        batch_size: items in a batch.
        shuffle: whether each pass has an order of its own.
        drop_last: whether to leave out a last batch that is not full.
        seed: where the orders start from; passes differ, loaders of one seed agree. The default generator if None.
        transform: applied to each batch.

    Raises:
        TypeError: *dataset* is no ``Dataset``, a flag no bool, or *transform* cannot be called.
        ValueError: *batch_size* is no int of at least 1, or *seed* no int of at least 0.
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
        _check_int("batch_size", batch_size, 1)
        for name, flag in (("shuffle", shuffle), ("drop_last", drop_last)):
            if not isinstance(flag, bool):
                raise TypeError(f"DataLoader expects {name} to be a bool, got {flag!r}")
        if seed is not None:
            _check_int("seed", seed, 0)
        if transform is not None and not callable(transform):
            raise TypeError(f"DataLoader expects transform to be callable, got {transform!r}")
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
        count = len(self.dataset)
        order = (self._generator or default_generator()).permutation(count) if self.shuffle else None
        return self._batches(order, count)  # the order is drawn now, not when the first batch is asked for

    def _batches(self, order: Array | None, count: int) -> Iterator[T]:
        for number in range(len(self)):
            part = slice(number * self.batch_size, min((number + 1) * self.batch_size, count))
            batch = self._picked(part if order is None else order[part])
            yield batch if self.transform is None else self.transform(batch)

    def _picked(self, numbers: slice | Array) -> T:
        batch: Any
        if isinstance(self.dataset, TensorDataset):  # one selection for the whole batch
            batch = tuple(_selected(tensor.data, numbers) for tensor in self.dataset.tensors)
        else:
            each = range(numbers.start, numbers.stop) if isinstance(numbers, slice) else numbers
            batch = _collate([self.dataset[int(number)] for number in each])
        return batch  # type: ignore[no-any-return]  # collating turns a T of one item into a T of many


def _check_int(name: str, value: object, minimum: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or value < minimum:
        raise ValueError(f"DataLoader expects {name} to be an int, at least {minimum}, got {value!r}")


def _selected(array: Array, numbers: slice | Array) -> AnyTensor:
    key = numbers if isinstance(numbers, slice) else np.asarray(numbers, like=array)
    return Tensor(array[key])


def _collate(items: Sequence[Any]) -> Any:
    """One batch of *items*, which are tensors, arrays, numbers, or tuples of those.

    Raises:
        TypeError: they are something else, or not of one kind.
        ShapeError: they are not of one shape.
    """
    first = items[0]
    if isinstance(first, tuple):
        if not all(isinstance(item, tuple) and len(item) == len(first) for item in items):
            raise TypeError(f"DataLoader expects all items to be tuples of {len(first)}, as the first of the batch")
        return tuple(_collate(column) for column in zip(*items, strict=True))
    for item in items:
        if not isinstance(item, Tensor | np.ndarray | np.generic | int | float):
            kind = type(item).__name__
            raise TypeError(f"DataLoader expects items of tensors, arrays, numbers or tuples of them, got {kind}")
    return _stacked(items)


def _stacked(items: Sequence[Any]) -> AnyTensor:
    # A Python float, though not numpy's float64, which is one too, becomes float32.
    arrays = [item.data if isinstance(item, Tensor) else np.asarray(item) for item in items]
    shapes = {array.shape: None for array in arrays}
    if len(shapes) > 1:
        raise ShapeError("DataLoader", f"expects items of one shape, got {' and '.join(map(rules.show, shapes))}")
    batch = np.stack(arrays)
    plain = any(type(item) is float for item in items)
    return Tensor(batch.astype(np.float32) if plain and batch.dtype == np.float64 else batch)
