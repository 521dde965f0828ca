"""Rows of a table: looked up by their numbers, and added up by them."""

from __future__ import annotations

from typing import Final

import numpy as np

from shapenet.backend import Array
from shapenet.kernels import memory, parallel
from shapenet.kernels.cuda import launch
from shapenet.kernels.cuda import table as cuda

COPIED: Final = 0.5e-9
"""Seconds for each element of a row that is looked up; an estimate."""


def look_up(table: Array, rows: Array) -> Array:
    """``table[rows]``: ``[R, E], [M] -> [M, E]``; the numbers are in range."""
    if not isinstance(table, np.ndarray) and launch.takes(table):
        return cuda.look_up(table, rows)
    out = memory.empty((len(rows), table.shape[1]), table.dtype, table)
    if not isinstance(table, np.ndarray):
        out[...] = table[rows]
        return out

    def share(_: int, start: int, stop: int) -> None:
        # With "raise" numpy would write into a buffer first; nothing is out of range here.
        np.take(table, rows[start:stop], axis=0, out=out[start:stop], mode="clip")

    parallel.run(share, len(rows), COPIED * out.size)
    return out


def add_up(values: Array, rows: Array, count: int) -> Array:
    """The transpose of ``look_up``: ``[M, E], [M] -> [count, E]``, values of one row added up."""
    if not isinstance(values, np.ndarray) and launch.takes(values):
        return cuda.add_up(values, rows, count)
    out = np.zeros((count, values.shape[1]), values.dtype, like=values)
    if not isinstance(values, np.ndarray):
        np.add.at(out, rows, values)
        return out
    order = np.argsort(rows, kind="stable")
    arranged = rows[order]
    first = np.flatnonzero(np.concatenate(([True], arranged[1:] != arranged[:-1]))[: len(rows)])
    if len(first):  # runs of one row each: far quicker than np.add.at
        out[arranged[first]] = np.add.reduceat(values[order], first, axis=0)
    return out
