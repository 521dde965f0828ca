"""Memory of outputs and gradients, kept and used again.

A fresh large array costs a page fault for each 4 KiB when it is first written: often more than the computation. So the
large arrays that operations make are views of buffers that stay here. A buffer is free again when nothing else refers
to it: when the tape has let go, and the user too. Nobody has to give anything back, and nobody can too early.
"""

from __future__ import annotations

import functools
import math
import os
import sys
import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final

import numpy as np
from numpy.typing import DTypeLike

from shapenet.backend import Array

SMALL: Final = 2**15
"""Bytes below which an array is left to malloc, which keeps such memory itself."""

SPARE: Final = 64 * 2**20
"""Bytes of free buffers that are kept in any case."""

SLACK: Final = 1.5
"""Beyond, all buffers together may have so many times the bytes that were in use at most: not every size fits."""

_ALIGNMENT: Final = 64  # bytes: a cache line, and a vector of AVX-512


class Pool:
    """Buffers by size. Any thread may ask for one."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._buffers: dict[int, list[Array]] = {}
        self._offsets: dict[int, int] = {}  # by a buffer's id: where it is aligned
        self._most = 0  # bytes in use when a new buffer was needed, at most
        self._unreferenced = 0
        self._unreferenced = self._references([np.empty(1, np.uint8)], 0)

    def empty(self, shape: tuple[int, ...], dtype: DTypeLike) -> Array:
        """An array with arbitrary contents, C-contiguous."""
        kind: np.dtype[Any] = np.dtype(dtype)
        nbytes = math.prod(shape) * kind.itemsize
        if nbytes < SMALL:
            return np.empty(shape, kind)
        with self._lock:
            buffer = self._take(_rounded(nbytes))
            return np.ndarray(shape, kind, buffer, self._offsets[id(buffer)])

    @property
    def nbytes(self) -> tuple[int, int]:
        """The bytes that are in use, and those that are free."""
        with self._lock:
            return self._count()

    def renew_lock(self) -> None:
        """In a forked process: whoever held the lock is not there."""
        self._lock = threading.Lock()

    def release(self) -> None:
        """Give the free buffers back to the system."""
        with self._lock:
            self._most = 0
            self._trim(0)

    def _take(self, size: int) -> Array:
        buffers = self._buffers.setdefault(size, [])
        for i in reversed(range(len(buffers))):  # the last that was used may still be in the cache
            if self._references(buffers, i) == self._unreferenced:
                buffers.append(buffers.pop(i))
                return buffers[-1]
        used = self._count()[0] + size
        self._most = max(self._most, used)
        self._trim(max(SPARE, SLACK * self._most) - used)
        buffer = np.empty(size + _ALIGNMENT, np.uint8)
        self._offsets[id(buffer)] = -buffer.ctypes.data % _ALIGNMENT
        self._buffers.setdefault(size, []).append(buffer)
        return buffer

    @staticmethod
    def _references(buffers: list[Array], i: int) -> int:
        return sys.getrefcount(buffers[i])

    def _count(self) -> tuple[int, int]:
        used = free = 0
        for size, buffers in self._buffers.items():
            idle = sum(self._references(buffers, i) == self._unreferenced for i in range(len(buffers)))
            used, free = used + (len(buffers) - idle) * size, free + idle * size
        return used, free

    def _trim(self, limit: float) -> None:
        """Drop free buffers, the largest first, until they have no more than *limit* bytes."""
        _, free = self._count()
        for size in sorted(self._buffers, reverse=True):
            buffers = self._buffers[size]
            for i in reversed(range(len(buffers))):
                if free <= limit:
                    return
                if self._references(buffers, i) == self._unreferenced:
                    del self._offsets[id(buffers[i])], buffers[i]
                    free -= size
            if not buffers:
                del self._buffers[size]


def _rounded(nbytes: int) -> int:
    """Up to the next of eight sizes between two powers of two: arrays of nearly one size share buffers."""
    step = 1 << max(nbytes.bit_length() - 4, 0)
    return -(-nbytes // step) * step


class Meter:
    """Counts the bytes of the arrays that are asked for while it stands in for the pool, and are still alive."""

    def __init__(self) -> None:
        self.current = 0
        self.peak = 0

    def empty(self, shape: tuple[int, ...], dtype: DTypeLike) -> Array:
        """A fresh array; it counts until nothing refers to its memory any more."""
        kind: np.dtype[Any] = np.dtype(dtype)
        buffer = np.empty(math.prod(shape) * kind.itemsize, np.uint8)
        self._add(buffer.nbytes)
        weakref.finalize(buffer, self._add, -buffer.nbytes).atexit = False
        return np.ndarray(shape, kind, buffer)

    def _add(self, nbytes: int) -> None:
        self.current += nbytes
        self.peak = max(self.peak, self.current)


_pool = Pool()
_source: ContextVar[Pool | Meter] = ContextVar("source", default=_pool)

release = _pool.release

if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_pool.renew_lock)


@contextmanager
def metered() -> Iterator[Meter]:
    """Inside, this thread's arrays come from a meter, not from the pool."""
    meter = Meter()
    token = _source.set(meter)
    try:
        yield meter
    finally:
        _source.reset(token)


def empty(shape: tuple[int, ...], dtype: DTypeLike, like: Array | None = None) -> Array:
    """An array with arbitrary contents, C-contiguous, from the pool; on the device of *like*."""
    if like is None or isinstance(like, np.ndarray | np.generic):
        return _source.get().empty(shape, dtype)
    return np.empty(shape, dtype, like=like)


def empty_like(x: Array, dtype: DTypeLike | None = None) -> Array:
    """An array of the shape of *x*, and with its axes in the same order in memory."""
    return empty_in_order(x.shape, x, dtype)


def empty_in_order(shape: tuple[int, ...], like: Array, dtype: DTypeLike | None = None) -> Array:
    """An array of *shape* whose axes lie in memory in the order of those of *like*, which has as many."""
    kind = like.dtype if dtype is None else dtype
    if like.flags.c_contiguous:
        return empty(shape, kind, like)
    order, inverse = _orders(like.strides)
    return empty(tuple(map(shape.__getitem__, order)), kind, like).transpose(inverse)


def memory_order(x: Array) -> tuple[int, ...]:
    """The axes of *x* from the one with the largest steps in memory to that with the smallest."""
    return _orders(x.strides)[0]


@functools.lru_cache(maxsize=1024)
def _orders(strides: tuple[int, ...]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """That order, and its inverse."""
    order = tuple(sorted(range(len(strides)), key=lambda axis: -abs(strides[axis])))
    return order, tuple(sorted(range(len(order)), key=order.__getitem__))
