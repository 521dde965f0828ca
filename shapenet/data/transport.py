"""Values through a pipe from process to process.

Large arrays are not pickled: their memory is written to the pipe as it is, and read into buffers of the pool (pickle
protocol 5, PEP 574). Nothing lies in shared memory, so nothing is left behind, however a process ends.
"""

from __future__ import annotations

import pickle
from multiprocessing.connection import Connection
from typing import Any, Final

import numpy as np

from shapenet.kernels import memory

_LARGE: Final = 2**14  # bytes from which memory is sent by itself

Frames = tuple[bytes, list[memoryview]]
"""A value as it is sent: the pickle, and the memory it refers to."""


def pack(value: object) -> Frames:
    """*value*, to be sent.

    Raises:
        Exception: it cannot be pickled; the kind of exception is up to its class.
    """
    buffers: list[memoryview] = []

    def is_small(buffer: pickle.PickleBuffer) -> bool:
        raw = buffer.raw()
        if raw.nbytes >= _LARGE:
            buffers.append(raw)
        return raw.nbytes < _LARGE

    return pickle.dumps(value, protocol=5, buffer_callback=is_small), buffers


def unpack(frames: Frames) -> Any:
    """The value.

    Raises:
        Exception: it cannot be made here.
    """
    pickled, buffers = frames
    return pickle.loads(pickled, buffers=buffers)


def send(connection: Connection, frames: Frames) -> None:
    """Write *frames* to *connection*.

    Raises:
        OSError: nobody reads it any more.
    """
    pickled, buffers = frames
    connection.send([buffer.nbytes for buffer in buffers])
    connection.send_bytes(pickled)
    for buffer in buffers:
        connection.send_bytes(buffer)


def receive(connection: Connection) -> Frames:
    """Read what was sent, as soon as it has come.

    Raises:
        EOFError: nobody writes to *connection* any more.
        OSError: nor can it be read.
    """
    sizes: list[int] = connection.recv()
    pickled = connection.recv_bytes()
    buffers = [memory.empty((size,), np.uint8).data for size in sizes]
    for buffer in buffers:
        connection.recv_bytes_into(buffer)
    return pickled, buffers
