"""The part of cupy that shapenet uses. A cupy array answers numpy's functions, so little more than this is needed."""

from typing import Any, Self

import numpy as np
from cupy import cuda as cuda
from numpy.typing import NDArray
from typing_extensions import disjoint_base

__version__: str

class ndarray:
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...
    def __new__(cls, *args: Any, _obj: Any = None, _no_init: bool = False, **kwargs: Any) -> Self: ...
    @property
    def device(self) -> cuda.Device: ...

@disjoint_base
class RawModule:
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...
    def get_function(self, name: str) -> Any: ...

def array(
    obj: object,
    dtype: Any = None,
    copy: bool = True,
    order: str = "K",
    subok: bool = False,
    ndmin: int = 0,
    *,
    blocking: bool = False,
) -> ndarray: ...
def asnumpy(
    a: object,
    stream: Any = None,
    order: str = "C",
    out: np.ndarray[Any, Any] | None = None,
    *,
    blocking: bool = True,
) -> NDArray[Any]: ...
def is_available() -> bool: ...
