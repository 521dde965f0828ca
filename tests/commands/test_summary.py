"""``python -m shapenet summary``."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import shapenet
from shapenet.__main__ import main
from shapenet.models import LeNet5, ResNet18

LENET = "shapenet.models:LeNet5"


def test_the_command() -> None:
    command = [sys.executable, "-m", "shapenet", "summary", "shapenet.nn:Linear(3, 4)"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("Linear[3, 4]: [B, 3] -> [B, 4]\n")
    assert done.stderr == ""


@pytest.mark.parametrize(
    ("more", "wanted"),
    [
        ([], lambda: str(shapenet.summary(LeNet5()))),
        (["--batch", "8"], lambda: str(shapenet.summary(LeNet5(), sizes={"B": 8}))),
        (["--size", "B=8"], lambda: str(shapenet.summary(LeNet5(), sizes={"B": 8}))),
        (["--format", "markdown"], lambda: shapenet.summary(LeNet5()).markdown()),
        (["--input", "5,1,28,28"], lambda: str(shapenet.summary(LeNet5(), (5, 1, 28, 28)))),
    ],
)
def test_options(more: list[str], wanted: object, capsys: pytest.CaptureFixture[str]) -> None:
    assert callable(wanted)
    assert main(["summary", LENET, *more]) == 0
    assert capsys.readouterr().out == f"{wanted()}\n"


def test_sizes(capsys: pytest.CaptureFixture[str]) -> None:
    made = "shapenet.models:resnet18(10)"
    assert main(["summary", made, "--batch", "2", "--size", "H=64", "--size", "W=32"]) == 0
    assert capsys.readouterr().out == f"{shapenet.summary(ResNet18(10), sizes={'B': 2, 'H': 64, 'W': 32})}\n"


@pytest.mark.parametrize(
    ("name", "more", "start"),
    [
        ("net.html", [], "<!DOCTYPE html>"),
        ("net.md", [], "### LeNet5[10]"),
        ("net.txt", [], "LeNet5[10]: "),
        ("net", ["--format", "html"], "<!DOCTYPE html>"),
    ],
)
def test_files(name: str, more: list[str], start: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / name
    assert main(["summary", LENET, "--output", str(path), *more]) == 0
    text = path.read_text(encoding="utf-8")
    assert text.startswith(start)
    assert text.endswith("\n")
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nowhere:Net"], "there is no module nowhere"),
        ([LENET, "--size", "H"], "expected --size NAME=NUMBER, got 'H'"),
        ([LENET, "--size", "H=3"], "summary expects sizes of B, got 'H'"),
        ([LENET, "--batch", "0"], "summary expects sizes to be ints, at least 1, got B=0"),
        ([LENET, "--input", "5,1,28,28", "--batch", "2"], "--batch is for a model whose first dimension has a name"),
        (["shapenet.nn:ReLU"], "summary() does not know what ReLU is given: its __call__ does not say the shape of x"),
        ([LENET, "--output", "/nowhere/at/all"], "cannot write /nowhere/at/all: No such file or directory"),
    ],
)
def test_errors_are_one_line(arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["summary", *arguments]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith(f"shapenet summary: {said}")
    assert told.err.count("\n") == 1
