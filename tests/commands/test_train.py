"""The command that trains: all its options, and what it says of what does not fit."""

from __future__ import annotations

import csv
import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from shapenet.__main__ import main
from shapenet.checkpoint import Checkpoints, load_state
from shapenet.commands import training_data
from shapenet.data import CIFAR10
from tests.data.test_files import idx

pytest.importorskip("sklearn")

MODULE = "made_for_tests_of_the_command"
SOURCE = """\
import time
from typing import Any
from shapenet import AnyTensor, Module, Tensor, nn
from shapenet.dims import B

class Flat(Module):
    def __init__(self, size: int = 64, classes: int = 10) -> None:
        self.body = nn.Sequential(nn.Flatten(), nn.Linear(size, classes))

    def __call__(self, x: AnyTensor) -> AnyTensor:
        return self.body(x)

class Slow(Flat):
    def __call__(self, x: AnyTensor) -> AnyTensor:
        if self.training:
            print("step", flush=True)
            time.sleep(0.01)
        return self.body(x)

class Scores(Module):
    def __call__(self, x: AnyTensor) -> Any:
        return x.flatten(1)[:, :10]

class Raises(Flat):
    def __call__(self, x: AnyTensor) -> AnyTensor:
        raise KeyError("no such thing")
"""


@pytest.fixture(autouse=True)
def _module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / f"{MODULE}.py").write_text(SOURCE)
    monkeypatch.syspath_prepend(str(tmp_path))


def trained(name: str, *options: str, data: str = "digits") -> int:
    return main(["train", f"{MODULE}:{name}", "--data", data, *options])


def said(capsys: pytest.CaptureFixture[str]) -> str:
    captured = capsys.readouterr()
    assert captured.out == ""
    (line,) = captured.err.splitlines()
    return line


def test_digits(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table, folder = tmp_path / "log.csv", tmp_path / "runs"
    options = ("--lr", "0.01", "--batch-size", "100", "--checkpoint", str(folder), "--log", str(table))
    assert trained("Flat", "--epochs", "2", *options) == 0
    assert trained("Flat", "--epochs", "4", "--resume", *options) == 0
    captured = capsys.readouterr()
    *_, last = captured.out.splitlines()
    match = re.fullmatch(r"held-out accuracy (0\.\d{4}), loss \d\.\d{4}, after 4 epochs", last)
    assert match is not None
    assert float(match[1]) > 0.85
    assert [line.split(":")[0] for line in captured.err.splitlines()] == [
        *("epoch 1/2", "epoch 2/2", "epoch 3/4", "epoch 4/4")
    ]
    with table.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert f"{float(rows[-1]['val_accuracy']):.4f}" == match[1]
    whole = tmp_path / "whole"
    assert trained("Flat", "--epochs", "4", *options[:4], "--checkpoint", str(whole)) == 0
    one, other = (load_state(Checkpoints(each).paths()[-1])["model.body.1.weight"] for each in (folder, whole))
    assert one.tobytes() == other.tobytes()


@pytest.mark.parametrize("optimizer", ["adagrad", "adam", "adamw", "rmsprop", "sgd"])
def test_optimizers_and_seeds(optimizer: str, tmp_path: Path) -> None:
    def losses(seed: int) -> list[float]:
        log = tmp_path / "log.jsonl"
        options = ("--epochs", "2", "--seed", str(seed), "--lr", "0.001", "--device", "cpu", "--log", str(log))
        assert trained("Flat", "--optimizer", optimizer, *options) == 0
        return [json.loads(line)["loss"] for line in log.read_text().splitlines()]

    first = losses(3)
    assert first[1] < first[0]
    assert losses(3) == first
    assert losses(4) != first


def test_mnist(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    for kind, count in (("train", 30), ("t10k", 10)):
        (tmp_path / f"{kind}-images-idx3-ubyte").write_bytes(idx(rng.integers(0, 256, (count, 28, 28)).astype("u1")))
        (tmp_path / f"{kind}-labels-idx1-ubyte").write_bytes(idx((np.arange(count) % 10).astype("u1")))
    found = training_data.data(str(tmp_path))
    images, labels = found.train.tensors
    assert images.data.shape == (30, 1, 28, 28)
    assert images.dtype == np.float32
    assert len(found.held_out) == 10
    assert (images.min().item(), images.max().item()) == (0, 1)
    assert labels.tolist() == [i % 10 for i in range(30)]
    assert trained("Flat(784)", "--epochs", "1", data=str(tmp_path)) == 0


def test_a_tilde_is_the_home(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert trained("Flat", data="~") == 2
    assert said(capsys).endswith(f"in {tmp_path}")


def test_cifar10(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(CIFAR10, "records", 4)
    for name in (*(f"data_batch_{i}.bin" for i in range(1, 6)), "test_batch.bin"):
        (tmp_path / name).write_bytes(bytes([3, *([7] * 3072)]) * 4)
    found = training_data.data(str(tmp_path))
    assert (found.train.tensors[0].shape, len(found.held_out)) == ((20, 3, 32, 32), 4)
    assert trained("Flat(3072)", "--epochs", "1", data=str(tmp_path)) == 0


@pytest.mark.parametrize(
    ("name", "options", "wanted"),
    [
        ("Flat(63)", (), f"{MODULE}:Flat(63) does not take these images: ShapeError: "),
        ("Flat(64, 9)", (), f"expected scores [2, 10] from {MODULE}:Flat(64, 9), one for each class, got [2, 9]"),
        ("Scores", (), f"{MODULE}:Scores has no parameters to train"),
        ("Raises", (), f"{MODULE}:Raises does not take these images: KeyError: 'no such thing'"),
        ("Missing", (), f"{MODULE} has no Missing"),
        ("Flat", ("--data", "nowhere"), "expected 'digits' or a folder as data, got 'nowhere'"),
        (
            "Flat",
            ("--data", "/"),
            "expected the files of MNIST (train-images-idx3-ubyte, ...) or CIFAR-10 (*.bin) in /",
        ),
        ("Flat", ("--device", "tpu"), "device must be "),
        ("Flat", ("--lr", "-1"), "AdamW expects lr to be a number, at least 0, got -1.0"),
        ("Flat", ("--lr", "nan"), "AdamW expects lr to be a number, at least 0, got nan"),
        ("Flat", ("--resume",), "--resume needs --checkpoint FOLDER, where to resume from"),
        ("Flat", ("--log", "log.txt"), "expected a log that ends in .csv or .jsonl, got 'log.txt'"),
        ("Flat", ("--checkpoint", "/dev/null"), "[Errno 17] File exists: '/dev/null'"),
        ("Flat", ("--log", "/dev/null/log.csv"), "[Errno 17] File exists: '/dev/null'"),
    ],
)
def test_what_is_refused(name: str, options: tuple[str, ...], wanted: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert trained(name, *options) == 2
    assert said(capsys).startswith(f"shapenet train: {wanted}")


@pytest.mark.parametrize(
    ("options", "wanted"),
    [
        (("--epochs", "0"), "argument --epochs: expected an int, at least 1, got '0'"),
        (("--batch-size", "many"), "argument --batch-size: expected an int, at least 1, got 'many'"),
        (("--seed", "-1"), "argument --seed: expected an int, at least 0, got '-1'"),
        (("--epochs", "9" * 5000), "argument --epochs: expected an int, at least 1, got '9999"),
        (("--lr", "low"), "argument --lr: invalid float value: 'low'"),
        (("--optimizer", "newton"), "argument --optimizer: invalid choice: 'newton'"),
    ],
)
def test_what_options_refuse(options: tuple[str, ...], wanted: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        trained("Flat", *options)
    assert ended.value.code == 2
    assert wanted in capsys.readouterr().err


def test_checkpoints_are_not_mixed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "runs"
    options = ("--epochs", "1", "--checkpoint", str(folder))
    assert trained("Flat", *options) == 0
    capsys.readouterr()
    assert trained("Flat", *options) == 2
    assert said(capsys) == f"shapenet train: there are 1 checkpoints in {folder}: --resume continues from the last"
    assert trained("Flat(64, 11)", *options, "--resume") == 2
    assert "body.1.weight is [10, 64], expected [11, 64]" in said(capsys)
    (path,) = Checkpoints(folder).paths()
    path.write_bytes(b"nothing")
    assert trained("Flat", *options, "--resume") == 2
    assert said(capsys).startswith(f"shapenet train: {path}: ")


def test_damaged_data(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "train-images-idx3-ubyte").write_bytes(b"nothing")
    (tmp_path / "train-labels-idx1-ubyte").write_bytes(b"nothing")
    assert trained("Flat", data=str(tmp_path)) == 2
    assert said(capsys).startswith("shapenet train: read_idx expects ")


def test_ctrl_c(tmp_path: Path) -> None:
    folder = tmp_path / "runs"
    command = [
        sys.executable,
        "-m",
        "shapenet",
        "train",
        f"{MODULE}:Slow",
        "--data",
        "digits",
        "--checkpoint",
        str(folder),
    ]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(tmp_path), *filter(None, sys.path)])}
    process = subprocess.Popen(
        [*command, "--epochs", "1000"], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "step\n"
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert out.splitlines()[-1] == f"written to {folder}: the same command with --resume continues"
    assert re.fullmatch(r"stopped: Ctrl-C in epoch \d+, after step \d+\n", err)
    again = [*command, "--epochs", "1", "--resume"]
    done = subprocess.run(again, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1].startswith("held-out accuracy")
