"""numpy or cupy: the one place that knows which.

Everything above writes numpy calls only. numpy hands them to cupy when the arrays are cupy's (NEP 13 for ufuncs, NEP 18
for functions, NEP 35 for creation, ``like=``), so one program serves both. cupy is imported when a device is asked for,
never before.
"""

from __future__ import annotations

import re
from contextvars import ContextVar
from typing import Any, Final, TypeGuard, cast

import numpy as np
from numpy.typing import DTypeLike

from shapenet.errors import DeviceError

Array = np.ndarray[Any, np.dtype[Any]]
"""An array on some device. A cupy array has the same methods and is typed alike."""

_CUDA: Final = re.compile(r"cuda(?::(\d+))?")


def as_array(value: Array | np.generic) -> Array:
    """*value* as an array: numpy's functions return a scalar where the result has no dimension."""
    return np.asarray(value) if isinstance(value, np.generic) else value


def ones(shape: int | tuple[int, ...], dtype: DTypeLike, like: Array) -> Array:
    """An array of ones on the device of *like*: ``np.ones`` passes arguments on that cupy does not know."""
    made: Array = np.empty(shape, dtype, like=like)
    made[...] = 1
    return made


def device_of(array: Array) -> str:
    """``"cpu"`` or ``"cuda:0"``."""
    if isinstance(array, np.ndarray):
        return "cpu"
    import cupy

    assert isinstance(array, cupy.ndarray)
    return f"cuda:{array.device.id}"


def is_device(target: object) -> TypeGuard[str]:
    """Whether *target* is written as a device, not as an element type."""
    return isinstance(target, str) and (target == "cpu" or target.startswith("cuda"))


def check_device(device: str) -> str:
    """The full name of *device*, if it can be used.

    Raises:
        DeviceError: no such device, or what it needs is missing; the text has the cure.
    """
    if device == "cpu":
        return device
    match = _CUDA.fullmatch(device)
    if match is None:
        raise DeviceError(f'device must be "cpu", "cuda" or "cuda:<number>", got {device!r}')
    _require_cuda()
    import cupy

    number, count = int(match[1] or 0), cupy.cuda.runtime.getDeviceCount()
    if number >= count:
        raise DeviceError(f"device cuda:{number} does not exist: this machine has {count} CUDA devices")
    return f"cuda:{number}"


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
        return cupy.asnumpy(array)
    with cupy.cuda.Device(int(wanted.removeprefix("cuda:"))):
        # A cupy array stands in for a numpy array from here on; see the module's docstring.
        return cast("Array", cupy.array(array))


def to_numpy(array: Array) -> Array:
    """*array* in main memory."""
    return to_device(array, "cpu")


def same_device(*arrays: Array) -> None:
    """Check that all *arrays* are on one device.

    Raises:
        DeviceError: they are not; the text names both.
    """
    devices = {device_of(array) for array in arrays}
    if len(devices) > 1:
        raise DeviceError(f"tensors must be on one device, got {' and '.join(sorted(devices))}")


def _require_cuda() -> None:
    try:
        import cupy
    except ImportError as error:
        raise DeviceError("CUDA devices need cupy: pip install 'shapenet[cuda]'") from error
    if not cupy.is_available():
        raise DeviceError("cupy finds no CUDA device: check that `nvidia-smi` shows the GPU and its driver")


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
    """The generator that is used where none is given. It lives in main memory; draws are moved to their device."""
    return _own.get() or _generator


def own_generator(generator: np.random.Generator) -> None:
    """Let *generator* be the default one in this thread alone: what others draw does not change what it draws."""
    _own.set(generator)
