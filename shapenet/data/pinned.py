"""Batches in page-locked memory, from which a GPU copies faster, and while the program goes on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from shapenet.backend import Array, check_device
from shapenet.data.collate import like_sequence
from shapenet.errors import DeviceError
from shapenet.tensors import Tensor


def check_pinning() -> None:
    """Check that there can be page-locked memory.

    Raises:
        DeviceError: cupy or a CUDA device is missing; the text has the cure.
    """
    try:
        check_device("cuda")
    except DeviceError as error:
        raise DeviceError(
            f"DataLoader expects pin_memory to be False without a CUDA device, got True: {error}"
        ) from error


def pinned(batch: Any) -> Any:
    """*batch* with a copy of each of its tensors and arrays in page-locked memory; those on a GPU stay as they are."""
    if isinstance(batch, Tensor):
        return Tensor(_copied(batch.data)) if isinstance(batch.data, np.ndarray) else batch
    if isinstance(batch, np.ndarray):
        return _copied(batch)
    if isinstance(batch, Mapping):
        return {key: pinned(part) for key, part in batch.items()}
    if isinstance(batch, tuple | list):
        return like_sequence(batch, [pinned(part) for part in batch])
    return batch


def _copied(array: Array) -> Array:
    if not array.size or array.dtype.hasobject:
        return array
    import cupy

    locked = cupy.cuda.alloc_pinned_memory(array.nbytes)
    copy: Array = np.frombuffer(memoryview(locked), array.dtype, array.size).reshape(array.shape)
    np.copyto(copy, array)
    return copy
