"""Scratch memory that is kept and lent again, so that a step in steady state allocates nothing large."""

from __future__ import annotations

import math
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import numpy as np

from shapenet.backend import Array, device_of

_ALIGNMENT: Final = 64  # bytes: a cache line, and a vector of AVX-512


class Workspace:
    """One scratch buffer, lent for the length of a ``with`` block and never handed out.

    The buffer grows to the largest size ever asked for. It is safe to use from several threads and from inside its own
    ``with`` block: whoever finds it lent gets a buffer of their own, and of the buffers that come back the largest is
    kept. A copied or pickled workspace starts empty.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: Array | None = None  # None while it is lent

    @contextmanager
    def borrow(self, shape: tuple[int, ...], like: Array) -> Iterator[Array]:
        """An array of *shape*, with the dtype and the device of *like* and arbitrary contents."""
        size = math.prod(shape) * like.itemsize
        buffer = self._take(size, like)
        try:
            yield buffer[:size].view(like.dtype).reshape(shape)
        finally:
            self._give_back(buffer)

    def renew_lock(self) -> None:
        """In a forked process: whoever held the lock is not there."""
        self._lock = threading.Lock()

    @property
    def nbytes(self) -> int:
        """The size of the buffer that is kept, in bytes; 0 while it is lent."""
        kept = self._kept
        return 0 if kept is None else kept.nbytes

    def _take(self, size: int, like: Array) -> Array:
        with self._lock:
            kept, self._kept = self._kept, None
        if kept is not None and device_of(kept) == device_of(like) and kept.nbytes >= size:
            return kept
        return np.empty(size, np.uint8, like=like)

    def _give_back(self, buffer: Array) -> None:
        with self._lock:
            other = self._kept
            if other is None or device_of(other) != device_of(buffer) or other.nbytes < buffer.nbytes:
                self._kept = buffer

    def __reduce__(self) -> tuple[type[Workspace], tuple[Any, ...]]:
        return Workspace, ()


shared: Final = Workspace()
"""The scratch memory of all layers: as they compute one after the other, it is the largest need, not the sum."""

if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=shared.renew_lock)


class Layout:
    """Arrays side by side in one buffer. Without a buffer it only adds up their sizes, in ``nbytes``.

    One function that takes its arrays from a layout thus tells the size of the buffer, and divides it.
    """

    def __init__(self, buffer: Array | None = None) -> None:
        self._buffer = buffer
        self.nbytes = 0

    def take(self, shape: tuple[int, ...], dtype: np.dtype[Any]) -> Array:
        """The next array, with arbitrary contents. Without a buffer it has no memory to be written to."""
        start = self.nbytes
        self.nbytes += -(-math.prod(shape) * dtype.itemsize // _ALIGNMENT) * _ALIGNMENT
        if self._buffer is None:
            return np.broadcast_to(np.empty((), dtype), shape)
        return np.ndarray(shape, dtype, self._buffer, start)
