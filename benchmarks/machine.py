"""The machine, and the settings that a measurement depends on."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np

import shapenet
from shapenet.commands import doctor
from shapenet.kernels.parallel import usable_cores

_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
_TELLING = ("OMP_", "OPENBLAS_", "MKL_", "GOMP_", "KMP_", "DNNL_", "ONEDNN_", "TORCH_", "ATEN_", "SHAPENET_", "MALLOC_")


_KEEPING = {"MALLOC_MMAP_MAX_": "0", "MALLOC_TRIM_THRESHOLD_": str(2**40)}


def for_everyone(threads: int, *, keep_memory: bool) -> dict[str, str]:
    """The variables that give every library as many *threads*, and an allocator that keeps what is freed, or not.

    By default glibc gives large blocks back to the system, and the next ones cost page faults.
    """
    return dict.fromkeys(_THREADS, str(threads)) | (_KEEPING if keep_memory else {})


def threads_given() -> int:
    """The number of threads that this process was given."""
    return int(os.environ[_THREADS[0]])


def recommended() -> dict[str, str]:
    """The variables that the doctor would set here for OpenBLAS, which may be none."""
    advice = " ".join(finding.advice for finding in doctor.findings())
    return {name: value for name, value in re.findall(r"(OPENBLAS_\w+)=(\w+)", advice) if name not in _THREADS}


def facts() -> dict[str, str]:
    """When, where and with what is measured."""
    packages = {"python": platform.python_version(), "shapenet": shapenet.__version__, "numpy": np.__version__}
    packages["torch"] = _version("torch")
    blas = doctor.loaded_blas()
    return {
        "date": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        "cpu": f"{_cpu_model()}, {usable_cores()} cores",
        "load before": f"{os.getloadavg()[0]:.2f} processes, the mean of a minute",
        "system": f"{platform.system()} {platform.release()}",
        "versions": ", ".join(f"{name} {number}" for name, number in packages.items()),
        "blas": "unknown" if blas is None else f"{blas.name} {blas.version}, {blas.kernels} kernels",
        "environment": spelled({name: value for name, value in os.environ.items() if name.startswith(_TELLING)}),
    }


def spelled(variables: Mapping[str, str]) -> str:
    """Variables as a shell would set them."""
    return " ".join(f"{name}={value}" for name, value in sorted(variables.items())) or "nothing set"


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


def _cpu_model() -> str:
    information = Path("/proc/cpuinfo")
    names = re.findall(r"^model name\s*: (.*)$", information.read_text() if information.exists() else "", re.M)
    return f"{names[0]} ({platform.machine()})" if names else platform.machine()
