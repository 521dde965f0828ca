"""The device of a test: cuda:0 where there is one, and what stands in for it everywhere."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import numpy as np
import pytest

from shapenet.backend import Array, to_device, to_numpy
from shapenet.kernels.cuda import module
from tests.gpu.standin import Log, standin


class Gpu:
    """A device, and the way there and back. The *log* is that of a stand-in; a real device has none."""

    name = "cuda:0"

    def __init__(self, log: Log | None) -> None:
        self.log = log

    def to(self, array: Array) -> Array:
        """A copy on the device."""
        return to_device(array, self.name)

    def poisoned(self, shape: tuple[int, ...], dtype: object = np.float32) -> Array:
        """A new array on the device, full of what must not stay there."""
        kind = np.dtype(dtype)  # type: ignore[call-overload]  # what names a dtype
        return to_device(np.full(shape, np.nan if kind.kind == "f" else -77, kind), self.name)

    def back(self, array: Array) -> Array:
        """A copy in main memory."""
        assert not isinstance(array, np.ndarray)
        return to_numpy(array)

    def waits(self) -> int:
        """How often the program waited for the device so far; 0 where nobody counts."""
        return 0 if self.log is None else len(self.log.waits)

    def launches(self) -> int:
        """How many kernels were launched so far, by whomever; 0 where nobody counts."""
        if self.log is None:
            return 0
        return len(self.log.launched) + len(self.log.multiplied) + len(self.log.computed)

    def launched(self, *names: str) -> bool:
        """Whether these kernels were launched; true where nobody counts."""
        return self.log is None or set(names) <= set(self.log.launched)


def has_gpu() -> bool:
    import cupy

    return cupy.is_available()


@pytest.fixture(params=["host", pytest.param("cuda:0", marks=pytest.mark.gpu)])
def gpu(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Gpu]:
    module.forget()
    if request.param == "host":
        cupy, log = standin()
        monkeypatch.setitem(sys.modules, "cupy", cupy)
        monkeypatch.setattr("shapenet.backend.device_count", lambda: 1)
        monkeypatch.setitem(sys.modules, "cupy._core._routines_linalg", cupy._core._routines_linalg)
        monkeypatch.setitem(sys.modules, "cupy_backends.cuda.libs.cublas", cupy.cuda.cublas)
        yield Gpu(log)
    elif not has_gpu():
        pytest.skip("no CUDA device")
    else:
        yield Gpu(None)
    module.forget()
