"""Sources in CUDA C, compiled once for each device, element type and set of parameters, when they are first needed."""

from __future__ import annotations

import functools
import re
from importlib import resources
from typing import Any, Final

import numpy as np

_INCLUDE: Final = re.compile(r'^#include "([a-z_0-9]+\.cuh)"\n', re.MULTILINE)

_TYPES: Final = {np.dtype(np.float32): "float", np.dtype(np.float64): "double"}
_INDICES: Final = {np.dtype(np.int32): "int", np.dtype(np.int64): "long long"}

Macros = tuple[tuple[str, str], ...]
"""Parameters of a source beside its types: names and what they stand for."""


@functools.cache
def text(source: str) -> str:
    """The file ``<source>.cu``, with what it includes in place: a compiler needs no directory, and no headers."""
    folder = resources.files(__package__)

    def included(match: re.Match[str]) -> str:
        return folder.joinpath(match[1]).read_text(encoding="utf-8")

    return _INCLUDE.sub(included, folder.joinpath(f"{source}.cu").read_text(encoding="utf-8"))


def options(dtype: np.dtype[Any], index: np.dtype[Any], macros: Macros = ()) -> tuple[str, ...]:
    """The options of the compiler for arrays of *dtype*, whose elements are counted by *index*."""
    defined = (("ELEMENT_TYPE", _TYPES[dtype]), ("INDEX_TYPE", _INDICES[index]), *macros)
    return "--std=c++17", *(f"-D{name}={value}" for name, value in defined)


def supports(dtype: np.dtype[Any]) -> bool:
    """Whether there are kernels for arrays of *dtype*; what there are none for is left to cupy's own functions."""
    return dtype in _TYPES


@functools.cache
def function(
    source: str, name: str, dtype: np.dtype[Any], index: np.dtype[Any], macros: Macros, device: int
) -> Any:  # as cupy types it
    """The kernel *name* of a source, loaded on *device*, which must be the current one."""
    return _loaded(source, dtype, index, macros, device).get_function(name)


@functools.cache
def _loaded(source: str, dtype: np.dtype[Any], index: np.dtype[Any], macros: Macros, device: int) -> Any:
    import cupy

    return cupy.RawModule(code=text(source), options=options(dtype, index, macros))


def forget() -> None:
    """Load everything anew when it is next needed."""
    function.cache_clear()
    _loaded.cache_clear()
