"""CUDA devices and their memory, under torch's names. A device is a number or a name; the current one, unless given."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from shapenet.backend import check_cuda, cuda_number
from shapenet.backend import release as _release
from shapenet.errors import DeviceError
from shapenet.prerequisites import device_count as _device_count

__all__ = [
    "current_device",
    "device",
    "device_count",
    "empty_cache",
    "get_device_name",
    "is_available",
    "memory_allocated",
    "memory_reserved",
    "synchronize",
]


def is_available() -> bool:
    """Whether there is a CUDA device, with all it needs. ``python -m shapenet doctor`` tells what is missing."""
    return device_count() > 0


def device_count() -> int:
    """How many CUDA devices can be used."""
    try:
        return _device_count()
    except DeviceError:
        return 0


def current_device() -> int:
    """The number of the device that ``"cuda"`` means in this thread: the first, unless ``device`` says otherwise.

    Raises:
        DeviceError: no CUDA device can be used.
    """
    return cuda_number(check_cuda("cuda"))


@contextmanager
def device(device: int | str) -> Iterator[None]:
    """Inside, *device* is the current one in this thread: ``"cuda"`` means it.

    Raises:
        DeviceError: the device cannot be used.
    """
    number = cuda_number(check_cuda(device))
    import cupy

    with cupy.cuda.Device(number):
        yield


def get_device_name(device: int | str = "cuda") -> str:
    """What the driver calls the *device*.

    Raises:
        DeviceError: the device cannot be used.
    """
    number = cuda_number(check_cuda(device))
    from cupy.cuda import runtime

    return runtime.getDeviceProperties(number)["name"].decode()


def synchronize(device: int | str = "cuda") -> None:
    """Wait until the *device* has done all that it was given: operations return before they are done.

    Raises:
        DeviceError: the device cannot be used.
    """
    number = cuda_number(check_cuda(device))
    import cupy

    cupy.cuda.Device(number).synchronize()


def memory_allocated(device: int | str = "cuda") -> int:
    """The bytes of *device* that tensors and other arrays take now; none without a device.

    Raises:
        DeviceError: there are CUDA devices, but not this one.
    """
    return _bytes(device)[0]


def memory_reserved(device: int | str = "cuda") -> int:
    """The bytes of *device* that this program holds, with those that are free for its next arrays.

    Raises:
        DeviceError: there are CUDA devices, but not this one.
    """
    return _bytes(device)[1]


def empty_cache() -> None:
    """Give the memory of all CUDA devices that nothing uses back to them, for other programs."""
    for number in range(device_count()):
        _release(f"cuda:{number}")


def _bytes(device: int | str) -> tuple[int, int]:
    if not is_available():
        return 0, 0
    number = cuda_number(check_cuda(device))
    import cupy

    with cupy.cuda.Device(number):
        pool = cupy.get_default_memory_pool()
        return pool.used_bytes(), pool.total_bytes()
