"""Arrays written to safetensors files, and read from them.

The format is that of the package ``safetensors``, which is not used for it: it would write arrays that are not
contiguous wrongly, through a temporary file that a kill leaves behind, and read by name a file that was checked under
another, where savers replace it meanwhile.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO

import numpy as np

from shapenet.backend import Array, to_numpy
from shapenet.checkpoint.atomic import replacing
from shapenet.checkpoint.header import Entry, header_of
from shapenet.checkpoint.problems import MalformedError, PathLike, named


def write(path: PathLike, arrays: Mapping[str, Array], metadata: Mapping[str, str]) -> None:
    """Write a file of *arrays*, in place of that at *path*, if there is one.

    Raises:
        ValueError: a name or the metadata cannot be written.
        TypeError: an array has a dtype that a file cannot have.
        OSError: it cannot be written; what was at *path* is still there.
    """
    head, order = header_of(arrays, metadata)
    with replacing(Path(path)) as file:
        file.write(head)
        for name in order:
            file.write(_bytes(_little(to_numpy(arrays[name]))).data)


def read(file: BinaryIO, name: str, entry: Entry) -> Array:
    """The array *name* of *file*, in main memory.

    Raises:
        MalformedError: its bytes are not there, or are none of its dtype.
    """
    array = np.empty(entry.shape, entry.dtype)
    file.seek(entry.start)
    got = file.readinto(_bytes(array).data)  # type: ignore[attr-defined]  # typeshed gives BinaryIO no readinto
    if got != entry.nbytes:
        raise MalformedError(f"{named(name)} has {got} bytes, expected {entry.nbytes}")
    if array.dtype.kind == "b" and array.size and _bytes(array).max() > 1:
        raise MalformedError(f"{named(name)} has the byte {_bytes(array).max()}, expected 0 or 1, as its dtype is BOOL")
    return array.astype(entry.dtype.newbyteorder("="), copy=False)


def _little(array: Array) -> Array:
    """*array* as it lies in a file: in C order, the lowest byte of each number first."""
    return np.asarray(array, array.dtype.newbyteorder("<"), order="C")


def _bytes(array: Array) -> Array:
    return array.reshape(-1).view(np.uint8)
