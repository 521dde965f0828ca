"""``python -m shapenet doctor``: what this machine offers, what of it is used, and what would help."""

from __future__ import annotations

import argparse
import os
import platform
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from shapenet.commands.command import Command
from shapenet.kernels.parallel import get_num_threads, usable_cores
from shapenet.prerequisites import parts

_WITHOUT_AVX512: Final = frozenset({"Haswell", "Zen"})  # names of OpenBLAS's kernels
_GEMM: Final = 1024


@dataclass(frozen=True)
class Blas:
    """The BLAS library that numpy has loaded."""

    name: str
    version: str
    kernels: str
    threads: int


@dataclass(frozen=True)
class Finding:
    """One line of the report, and what to do about it, if anything."""

    topic: str
    text: str
    advice: str = ""


def findings() -> Iterator[Finding]:
    """Everything worth knowing, in the order of the report."""
    yield Finding("python", f"{platform.python_version()}, numpy {np.__version__}, {platform.machine()}")
    avx512 = has_avx512()
    said = {True: "AVX-512", False: "no AVX-512", None: "AVX-512 unknown"}[avx512]
    yield Finding("cpu", f"{usable_cores()} cores, {said}")
    yield from _blas(loaded_blas(), avx512)
    yield _threads(get_num_threads(), usable_cores())
    yield Finding("gemm", f"{gemm_speed():.0f} GFLOP/s, float32, {_GEMM}x{_GEMM}, all threads")
    yield from _gpu()


def report() -> str:
    """The findings as text."""
    lines = []
    for finding in findings():
        lines.append(f"{finding.topic:<9}{finding.text}")
        if finding.advice:
            lines.append(f"{'':<9}-> {finding.advice}")
    return "\n".join(lines)


def has_avx512() -> bool | None:
    """Whether the processor has the AVX-512 instructions that OpenBLAS uses; None where nobody says."""
    information = Path("/proc/cpuinfo")
    if not information.exists():
        return None
    flags = next((line for line in information.read_text().splitlines() if line.startswith("flags")), None)
    return None if flags is None else {"avx512f", "avx512dq", "avx512bw", "avx512vl"} <= set(flags.split())


def loaded_blas() -> Blas | None:
    """Numpy's BLAS, as threadpoolctl sees it; None where it sees none."""
    from threadpoolctl import threadpool_info

    np.ones((2, 2)) @ np.ones((2, 2))  # some libraries load with the first product
    for library in threadpool_info():
        if library["user_api"] == "blas":
            kernels = library.get("architecture") or "unknown"
            return Blas(library["internal_api"], library["version"] or "?", kernels, library["num_threads"])
    return None


def gemm_speed(rounds: int = 10) -> float:
    """The best speed of a float32 matrix product over some rounds, in GFLOP/s."""
    a: Any = np.random.default_rng(0).random((_GEMM, _GEMM), np.float32)
    out = np.empty_like(a)
    best = float("inf")
    for _ in range(rounds):
        start = time.perf_counter()
        np.matmul(a, a, out=out)
        best = min(best, time.perf_counter() - start)
    return 2 * _GEMM**3 / best / 1e9


def _blas(blas: Blas | None, avx512: bool | None) -> Iterator[Finding]:
    if blas is None:
        yield Finding("blas", "unknown: its threads cannot be held back while those of shapenet work")
        return
    slow = avx512 is True and blas.name == "openblas" and blas.kernels in _WITHOUT_AVX512
    forced = os.environ.get("OPENBLAS_CORETYPE")
    now = f" (it is {forced} now)" if forced else ""
    faster = (
        f"set OPENBLAS_CORETYPE=SkylakeX before Python starts{now}:"
        " its kernels use AVX-512 and may be twice as fast here"
    )
    text = f"{blas.name} {blas.version}, {blas.kernels} kernels, {blas.threads} threads"
    yield Finding("blas", text, faster if slow else "")


def _threads(used: int, cores: int) -> Finding:
    advice = "" if used == cores else f"SHAPENET_NUM_THREADS={cores} would use all cores"
    return Finding("threads", f"{used} for an operation", advice)


def _gpu() -> Iterator[Finding]:
    found = list(parts())
    missing = [part.name for part in found if part.problem]
    yield Finding("gpu", f"none is used: see {', '.join(missing)}" if missing else "can be used")
    yield from (Finding(part.name, part.found or "missing", part.problem) for part in found)


def _run(given: argparse.Namespace) -> int:
    print(report())
    return 0


COMMAND: Final = Command(
    name="doctor",
    help="what this machine offers, what of it is used, and what would help",
    description="Prints what this machine offers, what of it shapenet uses, and what would make it faster.",
    add_arguments=lambda parser: None,
    run=_run,
)
