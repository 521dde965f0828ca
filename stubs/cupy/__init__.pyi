"""The part of cupy that shapenet uses. A cupy array answers numpy's functions, so little more than this is needed."""

from collections.abc import Sequence
from typing import Any, Literal, Self

import numpy as np
from cupy import cuda as cuda
from cupy._core._kernel import ElementwiseKernel as ElementwiseKernel
from cupy._core.raw import RawKernel as RawKernel
from cupy._core.raw import RawModule as RawModule
from cupy.cuda.memory import MemoryPointer, MemoryPool
from cupy.cuda.pinned_memory import PinnedMemoryPool
from cupy.cuda.stream import Stream
from numpy.typing import DTypeLike, NDArray

__version__: str

class ndarray:
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...
    def __new__(cls, *args: Any, _obj: Any = None, _no_init: bool = False, **kwargs: Any) -> Self: ...
    @property
    def device(self) -> cuda.Device: ...
    @property
    def data(self) -> MemoryPointer: ...
    @property
    def shape(self) -> tuple[int, ...]: ...
    @property
    def strides(self) -> tuple[int, ...]: ...
    @property
    def dtype(self) -> np.dtype[Any]: ...
    @property
    def ndim(self) -> int: ...
    @property
    def size(self) -> int: ...
    @property
    def nbytes(self) -> int: ...
    def copy(self, order: Literal["C", "F", "A", "K"] = "C") -> ndarray: ...
    def get(
        self,
        stream: Stream | None = None,
        order: Literal["C", "F", "A"] = "C",
        out: NDArray[Any] | None = None,
        blocking: bool = True,
    ) -> NDArray[Any]: ...
    def __dlpack__(
        self,
        *,
        stream: int | None = None,
        max_version: tuple[int, int] | None = None,
        dl_device: tuple[int, int] | None = None,
        copy: bool | None = None,
    ) -> object: ...
    def __dlpack_device__(self) -> tuple[int, int]: ...

def array(
    obj: object,
    dtype: DTypeLike | None = None,
    copy: bool = True,
    order: Literal["C", "F", "A", "K"] = "K",
    subok: bool = False,
    ndmin: int = 0,
    *,
    blocking: bool = False,
) -> ndarray: ...
def asnumpy(
    a: object,
    stream: Stream | None = None,
    order: Literal["C", "F", "A", "K"] = "C",
    out: NDArray[Any] | None = None,
    *,
    blocking: bool = True,
) -> NDArray[Any]: ...
def empty(shape: int | Sequence[int], dtype: DTypeLike = float, order: Literal["C", "F"] = "C") -> ndarray: ...
def from_dlpack(array: object, *, device: object = None, copy: bool | None = None) -> ndarray: ...
def get_default_memory_pool() -> MemoryPool: ...
def get_default_pinned_memory_pool() -> PinnedMemoryPool: ...
def is_available() -> bool: ...

matmul: Any
