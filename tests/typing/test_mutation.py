"""Mutants: that mypy refuses what fails when it runs, and nothing else. All of them: ``python -m tests.mutation``."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.mutants import Mutant, mutants
from tests.mutation import EXCEPTIONS, Verdict, judge, table
from tests.typing.ports import FILES

pytestmark = pytest.mark.any_mypy
QUICK = {"autoencoder", "gpt", "lenet5", "lstm", "mlp_mixer", "unet"}


def test_a_sample_is_judged_rightly(tmp_path: Path, cache: Path) -> None:
    every = [(file.stem, mutant) for file in FILES if file.stem in QUICK for mutant in mutants(file.read_text())]
    verdicts = judge(random.sample(every, 60), tmp_path / "mutants", cache)
    wrong = [verdict for verdict in verdicts if verdict.kind in ("missed", "refused") and verdict.excused is None]
    assert wrong == []
    assert sum(verdict.kind == "caught" for verdict in verdicts) > 20


PROGRAM = """
import shapenet
from shapenet import Tensor

def example() -> Tensor[2]:
    {line}
    return shapenet.zeros(2)
"""


def test_verdicts(tmp_path: Path, cache: Path) -> None:
    lines = ["shapenet.zeros(2, 3) @ shapenet.zeros(2)", "int('x')", "y: str = 3", "pass"]
    made = [("port", Mutant(line, PROGRAM.format(line=line))) for line in lines]
    verdicts = judge(made, tmp_path / "mutants", cache)
    assert [verdict.kind for verdict in verdicts] == ["caught", "missed", "refused", "harmless"]
    assert verdicts[0].error is not None
    assert "matmul cannot multiply [2, 3] @ [2]" in verdicts[0].error
    assert verdicts[0].crash is not None
    assert verdicts[0].crash.startswith("ShapeError: matmul cannot multiply [2, 3] @ [2]")
    assert table(verdicts).endswith("| all | 4 | 2 | 1 | 2 | 1 |")


def test_exceptions_are_of_ports() -> None:
    assert {file.stem for file in FILES} >= EXCEPTIONS.keys()
    known = "Two.__init__: nn.Conv2d(channels, out_channels, 3, padding=1): 3 -> 2"
    assert Verdict("vgg11", known, "refused", None).excused
    assert not Verdict("vgg11", known, None, "fails").excused
    assert not Verdict("vgg11", "VGG11.__init__: one(3, 64): 3 -> 2", "refused", None).excused


def test_each_mutant_differs_in_one_place() -> None:
    source = """
class Net(Module):
    def __init__(self, width: C) -> None:
        self.body = nn.Sequential(nn.Conv2d(3, 2 * width, (3, 1), stride=2, bias=False), nn.ReLU())

    def __call__(self, x: Tensor[B, 3, H, W]) -> Tensor[B, 4]:
        y = cat([self.body(x), x], 1)
        assert_type(y, Tensor[B, 4])
        return y.transpose(0, -2) @ x.reshape(self.width, 5).permute(1, 0)
"""
    made = mutants(source)
    assert len({mutant.source for mutant in made}) == len(made)
    assert not any("assert_type" in mutant.source for mutant in made)
    differences = [mutant.difference.removeprefix("Net.") for mutant in made]
    convolution = "nn.Conv2d(3, 2 * width, (3, 1), stride=2, bias=False)"
    assert {difference for difference in differences if difference.startswith("__init__")} == {
        f"__init__: Sequential: without layer 0, {convolution}",
        f"__init__: Sequential: layer 0 twice, {convolution}",
        "__init__: Sequential: without layer 1, nn.ReLU()",
        "__init__: Sequential: layer 1 twice, nn.ReLU()",
        *(f"__init__: {convolution}: 3 -> {size}" for size in (4, 2, 6)),
        *(
            f"__init__: {convolution}: 2 * width -> {width}"
            for width in ("2 * width + 1", "3 * width", "1 * width", "4 * width", "2 * (width + 1)")
        ),
        *(f"__init__: {convolution}: (3, 1) -> {size}" for size in ("(4, 1)", "(2, 1)", "(6, 1)", "(3, 2)", "(3, 0)")),
        *(f"__init__: {convolution}: stride=2 -> {size}" for size in (3, 1, 4)),
        f"__init__: {convolution}: without stride",
    }
    assert {difference for difference in differences if difference.startswith("__call__: y.")} == {
        "__call__: y.transpose(0, -2) @ x.reshape(self.width, 5).permute(1, 0): operands swapped",
        "__call__: y.transpose(0, -2): not transposed",
        "__call__: y.transpose(0, -2): 0 -> 1",
        "__call__: y.transpose(0, -2): -2 -> -3",
        "__call__: y.transpose(0, -2): -2 -> -1",
        "__call__: y.transpose(0, -2): -2 -> -4",
    }
    assert "__call__: cat([self.body(x), x], 1): 1 -> 0" in differences
    assert "__call__: x.reshape(self.width, 5): self.width -> self.width + 1" in differences
    assert "__call__: x.reshape(self.width, 5).permute(1, 0): dimensions 0 and 1 swapped" in differences
