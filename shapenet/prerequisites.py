"""What CUDA devices need, from cupy to the GPU: what there is of it, and the cure for what is missing."""

from __future__ import annotations

import functools
import importlib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from shapenet.errors import DeviceError

_INSTALL = "pip install 'shapenet[cuda]'"


@dataclass(frozen=True)
class Part:
    """Something that CUDA devices need: what was found of it, or what is wrong, with the cure."""

    name: str
    found: str = ""
    problem: str = ""


def parts() -> Iterator[Part]:
    """What is needed, in the order in which it is to be mended; not what cannot be told before that."""
    yield (cupy := _cupy())
    if cupy.problem:
        return
    yield (driver := _driver())
    if not driver.problem:
        yield _devices()
    yield _library("nvrtc", _nvrtc)
    yield _library("cublas", _cublas)


@functools.cache
def device_count() -> int:
    """How many CUDA devices there are; nothing that they need is missing.

    Raises:
        DeviceError: something is missing; the text has the cure.
    """
    for part in parts():
        if part.problem:
            raise DeviceError(part.problem)
    from cupy.cuda import runtime

    return runtime.getDeviceCount()


def _cupy() -> Part:
    try:
        import cupy
    except ModuleNotFoundError as error:
        if error.name != "cupy":
            return Part("cupy", problem=_broken(error))
        return Part("cupy", problem=f"CUDA devices need cupy: {_INSTALL}")
    except ImportError as error:
        return Part("cupy", problem=_broken(error))
    return Part("cupy", cupy.__version__)


def _broken(error: ImportError) -> str:
    text = str(error)
    lines = (text.partition("Original error:")[2] or text).splitlines()  # cupy wraps what went wrong in advice
    why = next((line.strip() for line in lines if line.strip(" =")), type(error).__name__)
    return f"CUDA devices need cupy, whose import fails ({why}): pip install --force-reinstall 'shapenet[cuda]'"


def _driver() -> Part:
    from cupy.cuda import runtime

    offered, wanted = runtime.driverGetVersion(), runtime.runtimeGetVersion()
    if offered == 0:
        text = "CUDA devices need the NVIDIA driver, and there is none: install it, until `nvidia-smi` shows the GPU"
        return Part("driver", problem=text)
    if offered // 1000 < wanted // 1000:
        needed = f"cupy needs CUDA {wanted // 1000}, the NVIDIA driver offers CUDA {_version(offered)}"
        return Part("driver", problem=f"{needed}: update the driver")
    return Part("driver", f"CUDA {_version(offered)}")


def _devices() -> Part:
    from cupy.cuda import runtime

    try:
        count = runtime.getDeviceCount()
        names = [runtime.getDeviceProperties(number)["name"].decode() for number in range(count)]
    except runtime.CUDARuntimeError as error:
        return Part("devices", problem=f"CUDA finds no device ({str(error).partition(':')[0]}): {_visible()}")
    if not names:
        return Part("devices", problem=f"CUDA finds no device: {_visible()}")
    return Part("devices", ", ".join(f"cuda:{number} {name}" for number, name in enumerate(names)))


def _visible() -> str:
    chosen = os.environ.get("CUDA_VISIBLE_DEVICES")
    hidden = "" if chosen is None else f", and mend CUDA_VISIBLE_DEVICES, which is {chosen!r}"
    return f"check that `nvidia-smi` shows the GPU{hidden}"


def _library(name: str, version: Callable[[], str]) -> Part:
    try:
        return Part(name, version())
    except (ImportError, RuntimeError) as error:  # cupy raises either where a shared library is not found
        why = str(error).partition(": No such file")[0].partition("\n")[0] or type(error).__name__
        return Part(name, problem=f"cupy cannot load the library {name} ({why}): {_INSTALL} brings it")


def _nvrtc() -> str:
    from cupy.cuda import nvrtc

    return ".".join(map(str, nvrtc.getVersion()))


def _cublas() -> str:
    importlib.import_module("cupy_backends.cuda.libs.cublas")
    return "loaded"


def _version(number: int) -> str:
    return f"{number // 1000}.{number % 1000 // 10}"
