"""Launches of kernels: on the device of their arrays, on cupy's current stream. None waits for its end."""

from __future__ import annotations

import functools
import math
from typing import Any, Final

import numpy as np

from shapenet.backend import Array
from shapenet.kernels.cuda import module

THREADS: Final = 256
"""Threads of a block, where it does not matter much."""

BLOCKS: Final = 2**16
"""The most blocks of a launch whose threads have several elements each."""

PACK: Final = 16
"""Bytes of a pack, the most that a thread reads at once."""

NARROW: Final = 2**30
"""Elements that 32 bits count, with room for a step beyond the last; dividing such numbers is several times faster."""

Argument = Array | np.generic | tuple[int, ...] | int | float | None
"""An array is its address and None a null pointer; an int is an INDEX, a float a T, a tuple a struct of INDEX; numpy's
scalars have the type they say, and numpy's arrays are structs, whatever is in them."""


def takes(*arrays: Array | None) -> bool:
    """Whether there are kernels for these: arrays on a device, of one floating type that is supported."""
    given = [x for x in arrays if x is not None]
    kind = given[0].dtype
    return module.supports(kind) and all(x.dtype == kind and not isinstance(x, np.ndarray | np.generic) for x in given)


def each(
    source: str,
    name: str,
    like: Array,
    size: int,
    *args: Argument,
    reach: int = 0,
    macros: module.Macros = (),
    packed: bool = False,
) -> None:
    """Launch a kernel whose threads share *size* elements; *like* tells the device, and what T is.

    *reach* is the size of the largest of its arrays, if that is more. Where elements are *packed*, as in
    ``common.cuh``, a thread has as many as a pack.
    """
    together = THREADS * (PACK // like.itemsize if packed else 1)
    blocks = min(-(-size // together), BLOCKS)
    start(source, name, like, (blocks,), (THREADS,), *args, size=max(size, reach), macros=macros)


def start(
    source: str,
    name: str,
    like: Array,
    blocks: tuple[int, ...],
    threads: tuple[int, ...],
    *args: Argument,
    size: int = 0,
    macros: module.Macros = (),
) -> None:
    """Launch a kernel on so many *blocks* of so many *threads*; it counts to *size*, and to no more than its ints."""
    if not math.prod(blocks):
        return
    import cupy

    index = np.dtype(np.int32 if max(size, _largest(args)) < NARROW else np.int64)
    values = [_argument(value, like.dtype, index) for value in args]
    device: int = like.device.id  # type: ignore[attr-defined]  # a cupy array, typed as one of numpy
    with cupy.cuda.Device(device):
        module.function(source, name, like.dtype, index, macros, device)(blocks, threads, tuple(values))


def rows(count: int, columns: int) -> tuple[tuple[int], tuple[int]]:
    """Blocks and threads for a kernel in which a block has one row after the other."""
    threads = 32
    while threads < min(columns, THREADS):
        threads *= 2
    return (min(count, BLOCKS),), (threads,)


def _largest(args: tuple[Argument, ...]) -> int:
    largest = 0
    for value in args:
        if isinstance(value, tuple):
            largest = max(largest, *map(abs, value))
        elif type(value) is int:
            largest = max(largest, value)
    return largest


def _argument(value: Argument, dtype: np.dtype[Any], index: np.dtype[Any]) -> object:
    if value is None:
        return np.uintp(0)
    if isinstance(value, tuple):
        return np.array(value, index).view(_struct(index, len(value)))  # one element
    if type(value) is int:
        return index.type(value)
    return dtype.type(value) if type(value) is float else value


@functools.cache
def _struct(index: np.dtype[Any], size: int) -> np.dtype[Any]:
    return np.dtype([("", index, size)])
