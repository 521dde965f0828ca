"""The benchmarks of a GPU, rehearsed: all of it runs, and nothing of it is judged."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from benchmarks import gpu as bench
from benchmarks.gpu_report import BEGIN, END, Section, written
from shapenet.backend import check_device
from shapenet.errors import DeviceError
from shapenet.kernels import plan
from tests.gpu.conftest import Gpu, has_gpu

DOCUMENT = Path(__file__).parents[2] / "docs" / "gpu.md"


def test_a_rehearsal(gpu: Gpu, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan._settings, "budget", plan._settings.budget)  # which it sets
    monkeypatch.setattr(bench, "_torch", lambda: sys.modules.get("torch"))  # which takes long to import
    output = tmp_path / "gpu.md"
    output.write_text(DOCUMENT.read_text())
    bench.main(["--rehearse", "--output", str(output)])
    text = output.read_text()
    assert text.split(BEGIN)[0] == DOCUMENT.read_text().split(BEGIN)[0]
    assert text.split(END)[1] == DOCUMENT.read_text().split(END)[1]
    for part in (
        "- date: ",
        "- this is: a rehearsal",
        "- device: ",
        "64 -> 64",
        'precision "high"',
        "batch norm",
        "dropout, forward and backward",
        "bias and gelu, forward and backward",
        "group norm, channels last, forward and backward",
        "AdamW, a step",
        "| 40 |",
    ):
        assert part in text
    assert "| layer | chosen | gemm | depthwise | winograd2 | winograd4 | fastest |" in text
    assert gpu.launched("winograd_output_back", "depthwise_filter_sums", "winograd_filters_back")
    assert gpu.launched(
        "im2col", "col2im", "adam", "sgd", "softmax", "drop", "normalise_rows_gradient", "input_gradient"
    )


@pytest.mark.usefixtures("gpu")
def test_what_fails_loses_no_other_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def measured(*_: object) -> Section:
        return Section("some", ("x",), [("1",)])

    def failing(*_: object) -> Section:
        raise RuntimeError("out of memory")

    monkeypatch.setattr(plan._settings, "budget", plan._settings.budget)
    monkeypatch.setattr(bench, "_torch", lambda: None)
    for name in ("convolutions", "algorithms", "bandwidth", "squares"):
        monkeypatch.setattr(bench.Bench, name, measured)
    monkeypatch.setattr(bench.Bench, "windows", failing)
    output = tmp_path / "gpu.md"
    output.write_text(DOCUMENT.read_text())
    with pytest.raises(SystemExit, match="not measured: im2col"):
        bench.main(["--rehearse", "--output", str(output)])
    text = output.read_text().split(BEGIN)[1]
    assert text.count("### some") == 6
    assert "### im2col\n\n\nnot measured: RuntimeError: out of memory" in text


def test_what_is_there(gpu: Gpu, capsys: pytest.CaptureFixture[str]) -> None:
    bench.main(["--check"])
    assert "device: " in capsys.readouterr().out
    assert gpu.name == bench.DEVICE


@pytest.mark.skipif(has_gpu(), reason="there is a GPU")
def test_without_a_gpu(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        bench.main(["--check"])
    with pytest.raises(DeviceError) as problem:
        check_device(bench.DEVICE)
    assert str(ended.value) == f"benchmarks.gpu: {problem.value}"
    assert capsys.readouterr().out == ""


def test_documents_without_a_place() -> None:
    with pytest.raises(ValueError, match="the document must have one line"):
        written("nothing", {}, [])
    text = written(f"a\n{BEGIN}\nold\n{END}\nb\n", {"date": "now"}, [Section("T", ("x", "y"), [("1", "2")], "fine")])
    assert text == f"a\n{BEGIN}\n\n- date: now\n\n### T\n\n| x | y |\n| --- | --- |\n| 1 | 2 |\n\nfine\n\n{END}\nb\n"
