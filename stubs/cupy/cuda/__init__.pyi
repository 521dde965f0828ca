from cupy.cuda import device as device
from cupy.cuda import memory as memory
from cupy.cuda import pinned_memory as pinned_memory
from cupy.cuda import runtime as runtime
from cupy.cuda import stream as stream
from cupy.cuda.device import Device as Device
from cupy.cuda.memory import MemoryPointer as MemoryPointer
from cupy.cuda.memory import MemoryPool as MemoryPool
from cupy.cuda.memory import UnownedMemory as UnownedMemory
from cupy.cuda.pinned_memory import PinnedMemoryPointer as PinnedMemoryPointer
from cupy.cuda.pinned_memory import PinnedMemoryPool as PinnedMemoryPool
from cupy.cuda.pinned_memory import alloc_pinned_memory as alloc_pinned_memory
from cupy.cuda.stream import Event as Event
from cupy.cuda.stream import ExternalStream as ExternalStream
from cupy.cuda.stream import Stream as Stream
from cupy.cuda.stream import get_current_stream as get_current_stream
from cupy.cuda.stream import get_elapsed_time as get_elapsed_time
from cupy_backends.cuda.libs import nvrtc as nvrtc

def is_available() -> bool: ...
