"""cupy itself, called as far as it goes without a GPU: it checks arguments before it asks for the device.

Its arrays are made over main memory. Where there is a device nothing is rehearsed: it would read that memory.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any

import cupy
import numpy as np

from shapenet.backend import Array


def mirrored(array: Array) -> Any:
    """A real cupy array over the memory of *array*."""
    cuda: Any = cupy.cuda
    memory = cuda.UnownedMemory(array.ctypes.data, max(array.nbytes, 1), array, 0)
    real: Any = cupy.ndarray
    return real(array.shape, array.dtype, cuda.MemoryPointer(memory, 0), strides=array.strides)


class Rehearsal:
    """Calls of cupy up to the point at which it needs a device."""

    def __init__(self) -> None:
        self._needs: tuple[type[BaseException], ...] = ()
        if not cupy.is_available():
            runtime: Any = import_module("cupy_backends.cuda.api.runtime")
            self._needs = (runtime.CUDARuntimeError,)

    def __call__(self, name: str, call: Callable[[], Any], result: Any, *given: Any) -> None:
        """Find out whether cupy takes *call*, for which numpy gave *result* of the *given* arrays."""
        if not self._needs:
            return
        standing_in = sys.modules["cupy"]
        sys.modules["cupy"] = cupy  # which its own parts import as they run
        try:
            call()
        except self._needs:
            # What numpy answers with a view, cupy must not copy: what is written into it would be lost.
            shared = isinstance(result, np.ndarray) and any(
                isinstance(x, np.ndarray) and result.size and x is not result and np.may_share_memory(result, x)
                for x in given
            )
            assert not (shared and name in VIEWS), f"cupy copies where numpy's {name} gives a view"
        except ImportError as error:
            if "libcu" not in str(error):  # cuBLAS and its like need more than the driver
                raise
        finally:
            sys.modules["cupy"] = standing_in


VIEWS = {"reshape", "transpose", "swapaxes", "squeeze", "ravel", "view", "broadcast_to", "moveaxis", "expand_dims"}
