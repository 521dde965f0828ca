"""The benchmarks: their arithmetic, and one small case from process to table. No times are judged here."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from benchmarks import machine, models
from benchmarks.__main__ import main
from benchmarks.cases import CASES, Case, Group
from benchmarks.contest import BenchmarkError, Contestant, Effort, Seat, contestants, expect_agreement
from benchmarks.libraries import OURS, TORCH, open_library
from benchmarks.plot import plot
from benchmarks.report import report
from benchmarks.results import Measurement, Result, Table, tables, together
from shapenet.commands import doctor

PAIR = (OURS, TORCH)
SMALL = "other layers, forward: MaxPool2d 2x2, [64, 6, 24, 24]"


def unbuilt(lib: Any) -> Any:
    raise AssertionError("this case is never built")


def result(group: Group, name: str, seconds: Mapping[str, float], size: int | None = None) -> Result:
    measured = {label: Measurement((time,), peak=2**21, fresh=None) for label, time in seconds.items()}
    return Result(Case(group, name, unbuilt, size), measured)


def pooling() -> Table:
    group = Group("pooling", "Two of them.")
    rows = {"a": {OURS: 0.004, TORCH: 0.001}, "b": {OURS: 0.001, TORCH: 0.004}}
    return Table(group, [result(group, name, times) for name, times in rows.items()])


def growth() -> Table:
    group = Group("growth", "Of something.")
    rows = [(size, {OURS: 3e-6 * size**2, TORCH: 1e-6 * size}) for size in (1, 2, 8, 32)]
    return Table(group, [result(group, str(size), times, size) for size, times in rows])


def test_ratios() -> None:
    table = pooling()
    assert table.pairs == [PAIR]
    assert [one.ratio(PAIR) for one in table.results] == [4, 0.25]
    assert table.mean(PAIR) == pytest.approx(1)
    assert table.worst(PAIR).case.name == "a"


def test_slopes() -> None:
    table = growth()
    assert table.grows
    assert table.slope(OURS) == pytest.approx(2)
    assert table.slope(TORCH) == pytest.approx(1)
    assert not pooling().grows


def test_tables() -> None:
    assert tables([*pooling().results, *growth().results]) == [pooling(), growth()]


def test_effort() -> None:
    effort = Effort(seconds=2, rounds=15)
    assert not effort.suffices(1.9, 15)
    assert not effort.suffices(2, 14)
    assert effort.suffices(2, 15)
    assert not effort.suffices(20, 4)
    assert effort.suffices(20, 5)


def test_agreement() -> None:
    facts = {"parameters": 10, "output": [2, 3]}
    expect_agreement(CASES[0], {OURS: facts, TORCH: dict(facts)})
    with pytest.raises(BenchmarkError, match=r"not the same computation: shapenet has .* 10.*; torch has .* 11"):
        expect_agreement(CASES[0], {OURS: facts, TORCH: {**facts, "parameters": 11}})


def test_names_are_unique() -> None:
    assert len({case.path for case in CASES}) == len(CASES)


@pytest.mark.parametrize(
    ("make", "parameters", "shape"),
    [
        (models.lenet, 44_426, (1, 1, 28, 28)),
        (models.resnet18, 11_689_512, (1, 3, 32, 32)),  # as torchvision's
        (models.resnet18_cifar, 11_173_962, (1, 3, 8, 8)),
        (models.mobilenet_v2_cifar, 2_236_682, (1, 3, 8, 8)),  # as torchvision's with ten classes
    ],
)
def test_models(make: Any, parameters: int, shape: tuple[int, ...]) -> None:
    library = open_library(OURS)
    model = make(library).eval()
    assert sum(parameter.numel() for parameter in model.parameters()) == parameters
    assert model(library.randn(*shape)).shape[0] == 1


def test_the_doctor_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    advice = "set OPENBLAS_CORETYPE=SkylakeX before Python starts; OPENBLAS_NUM_THREADS=4 would use all"
    monkeypatch.setattr(doctor, "findings", lambda: [doctor.Finding("blas", "slow", advice)])
    given = machine.for_everyone(2, keep_memory=False)
    both = contestants("both", given)[:2]
    assert [one.label for one in both] == [OURS, "plain"]
    assert [one.environment.get("OPENBLAS_CORETYPE") for one in both] == ["SkylakeX", None]
    assert {one.environment["OPENBLAS_NUM_THREADS"] for one in both} == {"2"}
    for environment, labels in (("recommended", [OURS]), ("plain", ["plain"])):
        assert [one.label for one in contestants(environment, given) if one.library == OURS] == labels
    monkeypatch.setattr(doctor, "findings", list)
    assert [one.label for one in contestants("both", given) if one.library == OURS] == [OURS]


def test_a_case_without_torch(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    main([SMALL, "--environment", "plain", "--seconds", "0", "--rounds", "1"])
    printed = capsys.readouterr()
    assert printed.err.startswith("torch is not installed: shapenet is measured without it")
    assert "| case | plain |" in printed.out
    (times, memory) = [line for line in printed.out.splitlines() if line.startswith("| MaxPool2d 2x2")]
    assert float(times.split("|")[2]) > 0
    assert "(" in memory  # what a step allocates
    assert "geometric mean" not in printed.out


def test_a_worker_that_fails() -> None:
    case = Case(CASES[0].group, "of nobody", unbuilt)
    seat = Seat(Contestant(OURS, OURS, {}), case)
    with pytest.raises(BenchmarkError, match=r"shapenet in .*: of nobody: no answer to facts"), seat:
        seat.ask("facts")


def test_wrong_options(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments, complaint in (
        (["nothing like it"], "no case has 'nothing like it' in its name"),
        (["--rounds", "0"], "--rounds expects a number, at least 1, got 0"),
        (["--seconds", "nan"], "--seconds expects a number, at least 0, got nan"),
    ):
        with pytest.raises(SystemExit):
            main(arguments)
        assert complaint in capsys.readouterr().err


def test_report() -> None:
    text = report({"date": "today"}, [], Effort(1, 15), [pooling(), growth()], {"plugin": "fast\n"}, plotted=False)
    assert "- date: today\n" in text
    assert "| pooling | 2 | shapenet/torch | 1.00 | 4.00 | a |" in text
    assert "| a | 4 | 1 | 4.00 |" in text
    assert "| **geometric mean** |  |  | 1.00 |" in text
    assert "| **slope** | 2.00 | 1.00 |  |" in text
    assert "## Plugin\n\n```\nfast\n```" in text
    assert "| a | 2 | 2 |" in text


def test_several_starts() -> None:
    group = Group("programs", "Of all kinds.", starts=3)
    one = together([Measurement((time,), peak, fresh) for time, peak, fresh in ((4, 1, 9), (3, 5, 2), (9, 2, None))])
    assert (one.seconds, one.peak, one.fresh) == (4, 5, 9)
    table = Table(group, [Result(Case(group, "a", unbuilt), {OURS: one})])
    assert "| a | 4000 (3000-9000) |" in report({}, [], Effort(1, 15), [table], {}, plotted=False)


def test_plot(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    assert plot([pooling(), growth()], tmp_path / "ratios.png")
    assert (tmp_path / "ratios.png").stat().st_size > 0
    assert not plot([growth()], tmp_path / "none.png")
    assert not (tmp_path / "none.png").exists()
