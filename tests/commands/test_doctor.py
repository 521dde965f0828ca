"""The doctor: what it sees, and what it advises."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from shapenet.__main__ import main
from shapenet.commands import doctor
from shapenet.commands.doctor import Blas
from shapenet.prerequisites import parts
from tests.children import run


def advice(monkeypatch: pytest.MonkeyPatch, blas: Blas | None, avx512: bool | None, threads: int = 2) -> dict[str, str]:
    monkeypatch.setattr(doctor, "loaded_blas", lambda: blas)
    monkeypatch.setattr(doctor, "has_avx512", lambda: avx512)
    monkeypatch.setattr(doctor, "usable_cores", lambda: 2)
    monkeypatch.setattr(doctor, "get_num_threads", lambda: threads)
    return {finding.topic: finding.advice for finding in doctor.findings()}


def test_the_command() -> None:
    done = subprocess.run([sys.executable, "-m", "shapenet", "doctor"], capture_output=True, text=True, check=True)
    lines = done.stdout.splitlines()
    assert re.match(r"python +3\.\d+\.\d+\S*, numpy \d", lines[0])
    assert re.match(r"cpu +\d+ cores, (no )?AVX-512", lines[1])
    topics = [line.split()[0] for line in lines if not line.startswith(" ")]
    assert topics == ["python", "cpu", "blas", "threads", "gemm", "gpu", *(part.name for part in parts())]
    (gemm,) = [line for line in lines if line.startswith("gemm")]
    assert float(gemm.split()[1]) > 0


GPU = "from shapenet.commands import doctor\nfor finding in doctor._gpu():\n    print(*vars(finding).values(), sep='|')"


def test_a_gpu_without_cupy() -> None:
    assert run(GPU, refused="cupy").splitlines() == [
        "gpu|none is used: see cupy|",
        "cupy|missing|CUDA devices need cupy: pip install 'shapenet[cuda]'",
    ]


def test_what_of_a_gpu_is_there() -> None:
    """One line for each part: what was found, or that it is missing, and then the cure."""
    first, *rest = (line.split("|") for line in run(GPU).splitlines())
    missing = [topic for topic, said, _ in rest if said == "missing"]
    assert first[:2] == ["gpu", f"none is used: see {', '.join(missing)}" if missing else "can be used"]
    assert all(bool(cure) == (topic in missing) for topic, _, cure in rest)


def test_slow_kernels_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (
        "OPENBLAS_CORETYPE=SkylakeX" in advice(monkeypatch, Blas("openblas", "0.3", "Haswell", 2), avx512=True)["blas"]
    )
    assert advice(monkeypatch, Blas("openblas", "0.3", "SkylakeX", 2), avx512=True)["blas"] == ""
    assert advice(monkeypatch, Blas("openblas", "0.3", "Haswell", 2), avx512=False)["blas"] == ""
    assert advice(monkeypatch, Blas("mkl", "2026", "unknown", 2), avx512=True)["blas"] == ""
    assert advice(monkeypatch, None, avx512=None)["blas"] == ""


def test_idle_cores_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    blas = Blas("openblas", "0.3", "SkylakeX", 1)
    assert "SHAPENET_NUM_THREADS=2" in advice(monkeypatch, blas, avx512=True, threads=1)["threads"]
    assert advice(monkeypatch, blas, avx512=True)["threads"] == ""


def test_another_blas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("threadpoolctl.threadpool_info", list)
    assert doctor.loaded_blas() is None


def test_wrong_commands(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["nurse"])
    assert caught.value.code == 2
    assert "invalid choice: 'nurse'" in capsys.readouterr().err
