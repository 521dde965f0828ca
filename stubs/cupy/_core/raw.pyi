from collections.abc import Sequence
from typing import Any

from cupy.cuda.memory import MemoryPointer
from typing_extensions import disjoint_base

@disjoint_base
class RawKernel:
    def __init__(
        self,
        code: str,
        name: str,
        options: tuple[str, ...] = (),
        backend: str = "nvrtc",
        translate_cucomplex: bool = False,
        *,
        enable_cooperative_groups: bool = False,
        jitify: bool | None = None,
    ) -> None: ...
    def __call__(
        self,
        grid: tuple[int, ...],
        block: tuple[int, ...],
        args: tuple[Any, ...],
        *,
        shared_mem: int = 0,
    ) -> None: ...
    def compile(self, log_stream: Any = None) -> None: ...
    @property
    def name(self) -> str: ...
    @property
    def attributes(self) -> dict[str, int]: ...
    @property
    def num_regs(self) -> int: ...
    @property
    def local_size_bytes(self) -> int: ...
    @property
    def shared_size_bytes(self) -> int: ...
    @property
    def max_threads_per_block(self) -> int: ...
    max_dynamic_shared_size_bytes: int

@disjoint_base
class RawModule:
    def __init__(
        self,
        code: str | None = None,
        *,
        path: str | None = None,
        options: tuple[str, ...] = (),
        backend: str = "nvrtc",
        translate_cucomplex: bool = False,
        enable_cooperative_groups: bool = False,
        name_expressions: Sequence[str] | None = None,
        jitify: bool | None = None,
    ) -> None: ...
    def compile(self, log_stream: Any = None) -> None: ...
    def get_function(self, name: str) -> RawKernel: ...
    def get_global(self, name: str) -> MemoryPointer: ...
