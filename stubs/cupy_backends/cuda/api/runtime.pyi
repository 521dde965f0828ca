from typing import TypedDict

from typing_extensions import disjoint_base

class _DeviceProperties(TypedDict):  # the part of it that is used, or printed in benchmarks
    name: bytes
    major: int
    minor: int
    totalGlobalMem: int
    sharedMemPerBlock: int
    multiProcessorCount: int
    clockRate: int
    memoryClockRate: int
    memoryBusWidth: int
    warpSize: int

class CUDARuntimeError(RuntimeError):
    status: int
    def __init__(self, status: int) -> None: ...

@disjoint_base
class PointerAttributes:
    device: int
    devicePointer: int
    hostPointer: int
    type: int
    def __init__(self, device: int, devicePointer: int, hostPointer: int, type: int = -1) -> None: ...

def driverGetVersion() -> int: ...
def runtimeGetVersion() -> int: ...
def getDevice() -> int: ...
def getDeviceCount() -> int: ...
def getDeviceProperties(device: int) -> _DeviceProperties: ...
def deviceSynchronize() -> None: ...
def memGetInfo() -> tuple[int, int]: ...
def pointerGetAttributes(ptr: int) -> PointerAttributes: ...
