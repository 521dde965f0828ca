"""numpy or cupy: the one place that knows which.

Everything above writes numpy calls only. numpy hands them to cupy when the arrays are cupy's (NEP 13 for ufuncs, NEP 18
for functions, NEP 35 for creation, ``like=``), so one program serves both. cupy is imported when a device is asked for,
never before.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from typing import Any, Final, TypeGuard, cast

import numpy as np
from numpy.typing import DTypeLike

from shapenet.errors import DeviceError
from shapenet.prerequisites import device_count

Array = np.ndarray[Any, np.dtype[Any]]
"""An array on some device. A cupy array has the same methods and is typed alike."""

_CUDA: Final = re.compile(r"cuda(?::(\d+))?")
_HERE: Final = nullcontext()
_DLPACK_HOST: Final = (1, 3)  # main memory, and that which is page-locked by CUDA
_DLPACK_CUDA: Final = (2, 13)  # a CUDA device, and memory that it shares with the host


class StandIn:
    """What takes the place of an array whose elements nobody needs: operations are told of it, none is computed."""

    __slots__ = ()


def as_array(value: Array | np.generic) -> Array:
    """*value* as an array: numpy's functions return a scalar where the result has no dimension."""
    return np.asarray(value) if isinstance(value, np.generic) else value


def filled(shape: int | tuple[int, ...], value: float, dtype: DTypeLike, like: Array | None) -> Array:
    """An array of one *value*, beside *like*."""
    # Not np.full or np.ones with like=: numpy hands cupy an argument `device` then, which it has not.
    array: Array = np.empty(shape, dtype, like=like)
    array[...] = value
    return array


def device_of(array: Array) -> str:
    """``"cpu"`` or ``"cuda:0"``."""
    if isinstance(array, np.ndarray | StandIn):
        return "cpu"
    import cupy

    assert isinstance(array, cupy.ndarray)
    return f"cuda:{array.device.id}"


def is_device(target: object) -> TypeGuard[str]:
    """Whether *target* is written as a device, not as an element type."""
    return isinstance(target, str) and (target == "cpu" or target.startswith("cuda"))


def check_device(device: str) -> str:
    """The full name of *device*, if it can be used; ``"cuda"`` is the thread's current one.

    Raises:
        DeviceError: no such device, or what it needs is missing; the text has the cure.
    """
    if device == "cpu":
        return device
    match = _CUDA.fullmatch(device) if isinstance(device, str) else None
    if match is None:
        raise DeviceError(f'device must be "cpu", "cuda" or "cuda:<number>", got {device!r}')
    count = device_count()
    number = _current() if match[1] is None else int(match[1])
    if number >= count:
        told = "one CUDA device, cuda:0" if count == 1 else f"{count} CUDA devices, cuda:0 to cuda:{count - 1}"
        raise DeviceError(f"device cuda:{number} does not exist: this machine has {told}")
    return f"cuda:{number}"


def _current() -> int:
    import cupy

    return cupy.cuda.runtime.getDevice()


def check_cuda(device: int | str) -> str:
    """The full name of the CUDA *device*, if it can be used: a number, or a name.

    Raises:
        DeviceError: no such device, or what it needs is missing; the text has the cure.
    """
    name = device if isinstance(device, str) else f"cuda:{device}"
    if not name.startswith("cuda"):
        raise DeviceError(f'device must be "cuda", "cuda:<number>" or a number, got {device!r}')
    return check_device(name)


def cuda_number(device: str) -> int:
    """The number of a CUDA device by its full name."""
    return int(device.removeprefix("cuda:"))


def to_device(array: Array, device: str) -> Array:
    """*array* on *device*: itself if it is there already, else a copy.

    Raises:
        DeviceError: the device cannot be used.
    """
    wanted, current = check_device(device), device_of(array)
    if wanted == current:
        return array
    import cupy

    if wanted == "cpu":
        with beside(array):
            return cupy.asnumpy(array)
    with cupy.cuda.Device(cuda_number(wanted)):
        if not isinstance(array, np.ndarray):
            return array.copy()  # cupy copies to the current device, whichever it comes from
        copy = cupy.array(array)
        _keep_while_copied(array)
        # A cupy array stands in for a numpy array from here on; see the module's docstring.
        return cast("Array", copy)


def to_numpy(array: Array) -> Array:
    """*array* in main memory."""
    return to_device(array, "cpu")


def same_device(*arrays: Array) -> None:
    """Check that all *arrays* are on one device.

    Raises:
        DeviceError: they are not; the text names both.
    """
    devices = {device_of(array) for array in arrays if not isinstance(array, StandIn)}
    if len(devices) > 1:
        raise DeviceError(f"tensors must be on one device, got {' and '.join(sorted(devices))}")


def beside(array: Array) -> AbstractContextManager[object]:
    """Inside, cupy works on the device of *array*, and makes new arrays there."""
    # cupy, unlike torch, makes arrays on the thread's current device, not on that of its operands.
    return (
        _HERE
        if isinstance(array, np.ndarray | np.generic | StandIn)
        else cast("AbstractContextManager[object]", array.device)
    )


@contextmanager
def creating(device: str) -> Iterator[Any]:
    """Inside, numpy's creating functions with ``like=`` what it gives make arrays on *device*.

    Raises:
        DeviceError: the device cannot be used.
    """
    wanted = check_device(device)
    if wanted == "cpu" or _stand_in.get() is not None:
        yield _stand_in.get()
        return
    import cupy

    with cupy.cuda.Device(cuda_number(wanted)):
        yield cupy.empty(0)


_stand_in: ContextVar[StandIn | None] = ContextVar("stand_in", default=None)


@contextmanager
def standing_in(like: StandIn) -> Iterator[None]:
    """Inside, the creating functions make what *like* makes of them, no arrays."""
    token = _stand_in.set(like)
    try:
        yield
    finally:
        _stand_in.reset(token)


def release(device: str) -> None:
    """Give the memory that cupy keeps for later, and nothing uses, back to the CUDA *device*; of the CPU nothing."""
    if device == "cpu":
        return
    import cupy

    with cupy.cuda.Device(cuda_number(device)):
        cupy.get_default_memory_pool().free_all_blocks()


def from_dlpack(source: Any) -> Array:
    """An array that shares the memory of *source*, which has DLPack's two methods.

    Raises:
        DeviceError: it lies on no CPU and no CUDA device, or that cannot be used.
        TypeError: it lacks the methods, or has elements of a kind that numpy lacks.
    """
    if not (hasattr(source, "__dlpack__") and hasattr(source, "__dlpack_device__")):
        told = f"{type(source).__name__} without __dlpack__ and __dlpack_device__"
        raise TypeError(f"from_dlpack expects an array of a library with DLPack, got {told}")
    kind, number = source.__dlpack_device__()
    if kind in _DLPACK_HOST:
        try:
            return np.from_dlpack(source)
        except RuntimeError as error:
            told = f"got dtype {getattr(source, 'dtype', 'unknown')}"
            raise TypeError(f"from_dlpack expects elements of a dtype that numpy has, {told}") from error
    if kind not in _DLPACK_CUDA:
        raise DeviceError(
            f"from_dlpack expects an array on a CPU or a CUDA device, got one on DLPack device {int(kind)}"
        )
    check_device(f"cuda:{number}")
    import cupy

    return cast("Array", cupy.from_dlpack(source))


def _keep_while_copied(array: Array) -> None:
    """Keep *array* until the copy that was just begun is done, if it lies in page-locked memory.

    From elsewhere cupy copies through a buffer of its own. But a page-locked array it reads while the program goes on,
    and its memory would be used again.
    """
    import cupy

    if array.size and cupy.cuda.pinned_memory.is_memory_pinned(array.ctypes.data):
        done = cupy.cuda.Event(disable_timing=True)
        done.record()
        cupy.cuda.pinned_memory._add_to_watch_list(done, array)  # what cupy keeps its own buffers with


_generator = np.random.default_rng()
_own: ContextVar[np.random.Generator | None] = ContextVar("own", default=None)


def manual_seed(seed: int) -> np.random.Generator:
    """Start the default random generator anew from *seed*; initialisation, dropout and ``rand`` draw from it."""
    global _generator  # noqa: PLW0603  (torch's default generator, which everyone expects)
    generator = np.random.default_rng(seed)
    if _own.get() is None:
        _generator = generator
    else:
        _own.set(generator)
    return generator


def default_generator() -> np.random.Generator:
    """The generator that is used where none is given. It lives in main memory; what it draws is moved to a device."""
    return _own.get() or _generator


def own_generator(generator: np.random.Generator) -> None:
    """Let *generator* be the default one in this thread alone: what others draw does not change what it draws."""
    _own.set(generator)
