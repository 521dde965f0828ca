"""Folders of checkpoints: the last ones and the best are kept."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest

from shapenet import CheckpointError, checkpoint, nn
from shapenet.checkpoint import Checkpoints
from shapenet.checkpoint.folder import Mode

MODEL = nn.Linear(2, 3)


def epochs(checkpoints: Checkpoints) -> list[int]:
    return [int(path.stem.removeprefix("epoch-")) for path in checkpoints.paths()]


def test_the_last_are_kept(tmp_path: Path) -> None:
    checkpoints = Checkpoints(tmp_path / "a" / "b", keep_last=2)
    assert (checkpoints.paths(), checkpoints.latest()) == ([], None)
    for epoch in (0, 1, 2, 999_999, 1_000_000):
        path = checkpoints.save(model=MODEL, epoch=epoch)
        assert checkpoints.latest() == path
        assert checkpoint.load(path, model=MODEL).epoch == epoch
    assert [path.name for path in checkpoints.paths()] == ["epoch-999999.safetensors", "epoch-1000000.safetensors"]


@pytest.mark.parametrize(("mode", "best", "kept"), [("min", 1, [1, 5]), ("max", 2, [2, 5])])
def test_the_best_is_kept(mode: Mode, best: int, kept: list[int], tmp_path: Path) -> None:
    checkpoints = Checkpoints(tmp_path, keep_last=1, best="score", mode=mode)
    assert checkpoints.best() is None
    for epoch, score in enumerate([math.nan, 0.1, 0.7, 0.3, 0.7, math.nan]):
        checkpoints.save(model=MODEL, epoch=epoch, metrics={"score": score, "other": -epoch})
    assert epochs(checkpoints) == kept
    assert checkpoints.best() == tmp_path / f"epoch-{best:06}.safetensors"
    # another program finds the same
    assert Checkpoints(tmp_path, best="score", mode=mode).best() == checkpoints.best()


def test_none_is_best_if_all_are_nan(tmp_path: Path) -> None:
    checkpoints = Checkpoints(tmp_path, keep_last=2, best="score")
    for epoch in range(3):
        checkpoints.save(model=MODEL, epoch=epoch, metrics={"score": math.nan})
    assert checkpoints.best() is None
    assert epochs(checkpoints) == [1, 2]


def test_what_was_just_saved_is_kept(tmp_path: Path) -> None:
    checkpoints = Checkpoints(tmp_path, keep_last=1)
    checkpoints.save(model=MODEL, epoch=9)
    checkpoints.save(model=MODEL, epoch=4)
    assert epochs(checkpoints) == [4, 9]


def test_other_files_are_left_alone(tmp_path: Path) -> None:
    others = {"epoch-1.safetensors", "epoch-000001.safetensors.old", "xepoch-000001.safetensors", "notes.txt"}
    for name in others:
        (tmp_path / name).write_text("mine")
    checkpoints = Checkpoints(tmp_path, keep_last=1)
    for epoch in range(3):
        checkpoints.save(model=MODEL, epoch=epoch)
    assert {path.name for path in tmp_path.iterdir()} == others | {"epoch-000002.safetensors"}


def test_files_that_cannot_be_read_are_named_and_kept(tmp_path: Path) -> None:
    checkpoints = Checkpoints(tmp_path, keep_last=1, best="score")
    broken = tmp_path / "epoch-000001.safetensors"
    broken.write_bytes(b"broken")
    with pytest.raises(CheckpointError, match=r"epoch-000001.safetensors: it has 6 bytes"):
        checkpoints.latest()
    checkpoints.save(model=MODEL, epoch=0, metrics={"score": 1})
    checkpoints.save(model=MODEL, epoch=2, metrics={"score": 2})
    assert epochs(checkpoints) == [0, 1, 2]
    assert checkpoints.latest() == tmp_path / "epoch-000002.safetensors"
    with pytest.raises(CheckpointError, match=r"epoch-000001.safetensors: it has 6 bytes"):
        checkpoints.best()


def test_another_saver_may_remove_files_meanwhile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    checkpoints = Checkpoints(tmp_path, keep_last=2, best="loss")
    for epoch in range(3):
        checkpoints.save(model=MODEL, epoch=epoch, metrics={"loss": epoch})
    gone = [tmp_path / "epoch-000001.safetensors", tmp_path / "epoch-000009.safetensors"]
    listed = Checkpoints.paths
    monkeypatch.setattr(Checkpoints, "paths", lambda self: sorted([*listed(self), *gone]))
    assert checkpoints.best() == tmp_path / "epoch-000000.safetensors"
    checkpoints.save(model=MODEL, epoch=3, metrics={"loss": 3})
    monkeypatch.undo()
    assert epochs(checkpoints) == [0, 2, 3]


def test_a_tilde_is_the_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    checkpoints = Checkpoints("~/runs")
    assert checkpoints.save(model=MODEL, epoch=1) == tmp_path / "runs" / "epoch-000001.safetensors"
    assert checkpoints.latest() == tmp_path / "runs" / "epoch-000001.safetensors"


def test_options(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="Checkpoints expects keep_last to be an int, at least 1, got 0"):
        Checkpoints(tmp_path, keep_last=0)
    no_mode: Any = "most"
    with pytest.raises(ValueError, match="Checkpoints expects mode to be 'min' or 'max', got 'most'"):
        Checkpoints(tmp_path, best="loss", mode=no_mode)
    no_name: Any = 3
    with pytest.raises(ValueError, match="Checkpoints expects best to be the name of a metric, got 3"):
        Checkpoints(tmp_path, best=no_name)
    with pytest.raises(ValueError, match="Checkpoints expects best to be the name of a metric, got None"):
        Checkpoints(tmp_path).best()
    with pytest.raises(ValueError, match=r"Checkpoints expects metrics to have 'loss', got \['accuracy'\]"):
        Checkpoints(tmp_path, best="loss").save(model=MODEL, epoch=0, metrics={"accuracy": 1})
    with pytest.raises(ValueError, match="Checkpoints expects epoch to be an int, at least 0, got -1"):
        Checkpoints(tmp_path).save(model=MODEL, epoch=-1)
    assert list(tmp_path.iterdir()) == []
