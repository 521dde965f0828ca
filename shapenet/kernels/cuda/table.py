"""Rows of a table: looked up by their numbers, and added up by them in the order in which they are given."""

from __future__ import annotations

import math

import numpy as np

from shapenet.backend import Array
from shapenet.kernels import memory
from shapenet.kernels.convolution import contiguous
from shapenet.kernels.cuda import launch


def look_up(table: Array, rows: Array) -> Array:
    """``table[rows]``: ``[R, E], [M] -> [M, E]``; a number out of range has a row of NaN."""
    out = memory.empty((len(rows), table.shape[1]), table.dtype, table)
    numbers = contiguous(rows.astype(np.int64, copy=False))
    args = (contiguous(table), numbers, out, out.size, *table.shape, math.nan)
    launch.each("table", "look_up", table, out.size, *args)
    return out


def add_up(values: Array, rows: Array, count: int) -> Array:
    """The transpose: ``[M, E], [M] -> [count, E]``, values of one row added up; no atomics, one order of sums."""
    out = memory.empty((count, values.shape[1]), values.dtype, values)
    numbers = rows.astype(np.int64, copy=False)
    order = np.argsort(numbers, kind="stable")
    start = np.searchsorted(numbers[order], np.arange(count + 1, like=numbers))
    args = (contiguous(values), order, start, out, out.size, values.shape[1])
    launch.each("table", "add_up", values, max(out.size, values.size), *args)
    return out
