"""Every source in CUDA C, compiled for real devices: NVRTC needs none."""

from __future__ import annotations

import itertools
import re
from importlib import import_module, resources
from typing import Any

import numpy as np
import pytest

from shapenet.kernels.cuda import module, winograd
from shapenet.kernels.winograd import Winograd2, Winograd4
from tests.gpu.host import kernels_of, library

SOURCES = sorted(
    file.name.removesuffix(".cu")
    for file in resources.files("shapenet.kernels.cuda").iterdir()
    if file.name.endswith(".cu")
)
FUNCTIONS = [
    name for name in re.findall(r"^OF\((\w+)\)", module.text("activation"), re.MULTILINE) if not name.endswith("_slope")
]


def _sides(*sizes: int) -> module.Macros:
    return tuple(zip(("MULTIPLIER", "HEIGHT", "WIDTH", "DOWN", "ACROSS"), map(str, sizes), strict=True))


MACROS: dict[str, list[module.Macros]] = {
    "columns": [(), (("RUNS", "1"),), (("STACKED", "1"),)],
    "softmax": [(), (("ALONE", "1"),)],
    "activation": [(("FUNCTION", name),) for name in FUNCTIONS],
    "winograd": [winograd.macros(kind) for kind in (Winograd2, Winograd4)],
    "depthwise": [_sides(1, 3, 3, 1, 1), _sides(2, 3, 5, 2, 3), _sides(1, 9, 8, 1, 1)],
}
DTYPES: list[np.dtype[Any]] = [np.dtype(np.float32), np.dtype(np.float64)]
INDICES: list[np.dtype[Any]] = [np.dtype(np.int32), np.dtype(np.int64)]
ADDED = ("-ftz=true", "--device-as-default-execution-space", "--diag-suppress=177")
"""Options that cupy adds; and no word about a helper that a source does not need."""

CURE = "NVRTC is missing: pip install 'shapenet[test]', or nvidia-cuda-nvrtc-cu12"


def compiled(text: str, options: tuple[str, ...]) -> bytes:
    nvrtc: Any = import_module("cupy_backends.cuda.libs.nvrtc")  # cupy.cuda.nvrtc

    try:
        nvrtc.getVersion()
    except RuntimeError as error:
        pytest.fail(f"{CURE} ({error})")
    program = nvrtc.createProgram(text, "kernels.cu", (), ())
    try:
        nvrtc.compileProgram(program, (*options, *ADDED))
    except nvrtc.NVRTCError:
        pytest.fail(nvrtc.getProgramLog(program))
    else:
        assert not nvrtc.getProgramLog(program).strip("\0\n")  # a warning is a defect, too
        return bytes(nvrtc.getCUBIN(program))
    finally:
        nvrtc.destroyProgram(program)


@pytest.mark.parametrize("architecture", ["sm_80", "sm_90"])
@pytest.mark.parametrize("source", SOURCES)
def test_sources_compile_for_devices(source: str, architecture: str) -> None:
    text = module.text(source)
    assert "#include" not in text
    first, *others = MACROS.get(source, [()])
    variants = [*itertools.product(DTYPES, INDICES, [first]), *itertools.product(DTYPES, INDICES[:1], others)]
    for dtype, index, macros in variants:
        cubin = compiled(text, (*module.options(dtype, index, macros), f"--gpu-architecture={architecture}"))
        for name in kernels_of(text):
            assert f".text.{name}".encode() in cubin


def test_what_does_not_compile_is_found() -> None:
    with pytest.raises(pytest.fail.Exception, match="undefined_thing"):
        compiled('extern "C" __global__ void f(float* x) { *x = undefined_thing; }', ("--gpu-architecture=sm_90",))


@pytest.mark.parametrize("source", SOURCES)
def test_sources_compile_for_the_host(source: str) -> None:
    """With all warnings, and in the index type that no test is large enough for."""
    for macros in MACROS.get(source, [()])[:2]:
        assert library(module.text(source), module.options(DTYPES[1], INDICES[1], macros)).exists()


def test_all_sources_are_found() -> None:
    """What the wheel must have: a list that does not grow by itself."""
    assert SOURCES == [
        "activation",
        "columns",
        "depthwise",
        "dropping",
        "groups",
        "im2col",
        "optimizer",
        "pool",
        "rows",
        "softmax",
        "table",
        "winograd",
    ]
