from typing import Any

from cupy.cuda import runtime as runtime
from cupy.cuda.device import Device as Device
from typing_extensions import disjoint_base

@disjoint_base
class PinnedMemoryPointer:
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...

def alloc_pinned_memory(size: int) -> PinnedMemoryPointer: ...
