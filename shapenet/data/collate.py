"""``default_collate``: one batch of many items."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from shapenet import rules
from shapenet.backend import Array, same_device
from shapenet.data.dataset import Dataset, Subset, TensorDataset
from shapenet.errors import ShapeError
from shapenet.kernels import memory
from shapenet.tensors import AnyTensor, Tensor


def default_collate(batch: Sequence[Any]) -> Any:
    """One batch of items: tensors and arrays are stacked, numbers become tensors, strings a list.

    Items that are tuples, lists or mappings make one tuple, list or dict, each part of it a batch. Python floats become
    float32. A batch is off the tape.

    Raises:
        TypeError: the items are something else, or not of one kind.
        ShapeError: they are not of one shape.
        DeviceError: they are not on one device.
        IndexError: there is no item.
    """
    first = batch[0]
    if isinstance(first, Mapping):
        if not all(isinstance(item, Mapping) and item.keys() == first.keys() for item in batch):
            raise TypeError(f"DataLoader expects all items to have the keys {list(first)}, as the first of the batch")
        return {key: default_collate([item[key] for item in batch]) for key in first}
    if isinstance(first, tuple | list):
        if not all(isinstance(item, type(first)) and len(item) == len(first) for item in batch):
            kind = f"{'tuples' if isinstance(first, tuple) else 'lists'} of {len(first)}"
            raise TypeError(f"DataLoader expects all items to be {kind}, as the first of the batch")
        return like_sequence(first, [default_collate(column) for column in zip(*batch, strict=True)])
    if isinstance(first, str | bytes) and all(isinstance(item, type(first)) for item in batch):
        return list(batch)
    return _stacked(batch)


def like_sequence(sequence: Sequence[Any], parts: list[Any]) -> Any:
    """*parts* in a tuple, named tuple or list, as *sequence* is one."""
    if isinstance(sequence, tuple):
        return type(sequence)(*parts) if hasattr(sequence, "_fields") else tuple(parts)
    return parts


def gathered(dataset: Dataset[Any], numbers: list[int], in_order: bool) -> tuple[AnyTensor, ...] | None:
    """The batch of the items of those *numbers*, by one selection from each tensor; None if *dataset* has no tensors.

    If *in_order*, the numbers follow each other, and the batch shares the memory of the dataset.

    Raises:
        IndexError: there is no item of such a number. Numpy would say so, but a GPU would not.
    """
    if isinstance(dataset, Subset):
        return gathered(dataset.dataset, [dataset.indices[number] for number in numbers], in_order=False)
    if type(dataset) is not TensorDataset:  # a subclass may make items of its own
        return None
    count = len(dataset)
    for number in (min(numbers), max(numbers)):
        if not -count <= number < count:
            raise IndexError(f"TensorDataset has {count} items, got number {number}")
    if in_order:
        return tuple(Tensor(tensor.data[numbers[0] : numbers[-1] + 1]) for tensor in dataset.tensors)
    return tuple(Tensor(_selected(tensor.data, numbers)) for tensor in dataset.tensors)


def _selected(array: Array, numbers: list[int]) -> Array:
    if not isinstance(array, np.ndarray):
        return array[np.asarray(numbers, like=array)]
    batch = memory.empty((len(numbers), *array.shape[1:]), array.dtype)
    return np.take(array, numbers, axis=0, out=batch, mode="wrap")  # the mode "raise" would copy twice


def _stacked(items: Sequence[Any]) -> AnyTensor:
    for item in items:
        if not isinstance(item, Tensor | np.ndarray | np.generic | int | float):
            raise TypeError(
                f"DataLoader expects items of tensors, arrays, numbers or strings, or tuples, lists or dicts of them, "
                f"got {type(item).__name__}"
            )
    # A Python float, though not numpy's float64, which is one too, becomes float32.
    arrays = [item.data if isinstance(item, Tensor) else np.asarray(item) for item in items]
    shapes = {array.shape: None for array in arrays}
    if len(shapes) > 1:
        raise ShapeError("DataLoader", f"expects items of one shape, got {' and '.join(map(rules.show, shapes))}")
    same_device(*arrays)
    dtype = np.result_type(*{array.dtype for array in arrays})
    if dtype.kind not in "biufc":
        raise TypeError(f"DataLoader expects items of numbers, got dtype {dtype}")
    if dtype == np.float64 and any(type(item) is float for item in items):
        dtype = np.dtype(np.float32)
    out = memory.empty((len(arrays), *arrays[0].shape), dtype, arrays[0])
    return Tensor(np.stack(arrays, out=out, casting="same_kind"))
