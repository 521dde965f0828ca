"""CUDA C compiled by the C++ compiler, and launched as the CUDA driver would: by addresses of arguments."""

from __future__ import annotations

import ctypes
import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any, Final

import numpy as np

from shapenet.backend import Array

HEADER: Final = Path(__file__).with_name("cuda_on_host.h")
_KERNEL: Final = re.compile(r'extern "C" __global__ void (\w+)\(')
_KINDS: Final = {"f": "f", "i": "i", "u": "i", "b": "i"}


def kernels_of(source: str) -> list[str]:
    """The names of the kernels in a source."""
    return _KERNEL.findall(source)


def library(source: str, options: tuple[str, ...]) -> Path:
    """The shared library of a source; it is kept, by all that it depends on."""
    compiler = shutil.which("g++")
    assert compiler is not None, "the kernels are run on the CPU by g++: install it (apt install g++)"
    names = kernels_of(source)
    assert names, "the source has no kernels"
    launchers = "\n".join(
        f'extern "C" const char* run_{name}(const unsigned* sizes, void** args, const char** kinds, int count) '
        f"{{ return host::launch({name}, sizes, args, kinds, count); }}"
        for name in names
    )
    plain = () if "__syncthreads" in source else ("-DPLAIN",)
    flags = (
        "-O1",
        "-std=c++17",
        "-Wall",
        "-Wextra",
        "-Wno-unused-parameter",
        "-Wno-unused-function",
        "-Wno-unused-variable",
        "-fPIC",
    )
    chosen = [*flags, *plain, *(option for option in options if option.startswith("-D"))]
    text = f'#include "{HEADER}"\n{source}\n{launchers}\n'
    digest = hashlib.sha256("\0".join([HEADER.read_text(), text, *chosen]).encode()).hexdigest()[:24]
    folder = Path(tempfile.gettempdir()) / f"shapenet-kernels-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    target = folder / f"{digest}.so"
    if not target.exists():
        with tempfile.TemporaryDirectory(dir=folder) as own:
            file, made = Path(own, "kernels.cpp"), Path(own, "kernels.so")
            file.write_text(text)
            command = [compiler, *chosen, "-shared", "-o", str(made), str(file)]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stderr
            assert not done.stderr, done.stderr  # a warning is a defect, too
            made.rename(target)
    return target


class Function:
    """A kernel, called as cupy's are: with blocks, threads and arguments."""

    def __init__(self, function: Any) -> None:
        self._function = function

    def __call__(self, grid: tuple[int, ...], block: tuple[int, ...], args: tuple[Any, ...]) -> None:
        sizes = [*grid, *(1,) * (3 - len(grid)), *block, *(1,) * (3 - len(block))]
        assert all(size > 0 for size in sizes), "a launch has at least one block and one thread"
        assert sizes[0] < 2**31, "that many blocks do not fit"
        assert max(sizes[1:3]) < 2**16, "that many blocks do not fit"
        assert int(np.prod(sizes[3:])) <= 1024, "a block has at most 1024 threads"
        kinds, values = zip(*map(_argument, args), strict=True)
        assert sum(value.nbytes for value in values) <= 4096, "the arguments of a kernel have 4 KiB"
        addresses = (ctypes.c_void_p * len(values))(*(value.ctypes.data for value in values))
        names = (ctypes.c_char_p * len(kinds))(*(kind.encode() for kind in kinds))
        problem = self._function((ctypes.c_uint * 6)(*sizes), addresses, names, len(values))
        assert problem is None, problem.decode()


class Module:
    """What ``cupy.RawModule`` is there."""

    def __init__(self, *, code: str, options: tuple[str, ...]) -> None:
        self._library = ctypes.CDLL(str(library(code, options)))

    def get_function(self, name: str) -> Function:
        """The kernel of that name."""
        function = getattr(self._library, f"run_{name}")
        function.restype = ctypes.c_char_p
        return Function(function)


def _argument(value: Any) -> tuple[str, Array]:
    """What kind of argument cupy would make of *value*, and its bytes."""
    if isinstance(value, np.uintp) and not value:
        return "null", np.array(value)
    if isinstance(value, np.ndarray):  # a struct, by its value
        assert value.size == 1, "cupy passes arrays by value if they have one element"
        return f"s{value.nbytes}", np.ascontiguousarray(value)
    if isinstance(value, np.generic):
        return f"{_KINDS[value.dtype.kind]}{value.itemsize}", np.array(value)
    return f"p{_KINDS[value.dtype.kind]}{value.dtype.itemsize}", np.array(value.data.ptr, np.uint64)
