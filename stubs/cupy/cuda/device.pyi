from types import TracebackType

from typing_extensions import disjoint_base

@disjoint_base
class Device:
    id: int
    def __init__(self, device: int | None = None) -> None: ...
    def __enter__(self) -> Device: ...
    def __exit__(self, t: type[BaseException] | None, v: BaseException | None, tb: TracebackType | None) -> None: ...
