"""A training that is continued is the one that was never ended; Ctrl-C ends it well."""

from __future__ import annotations

import json
import math
import os
import re
import signal
import threading
from pathlib import Path
from typing import Any

import pytest

import shapenet
from shapenet import CheckpointError
from shapenet import functional as F
from shapenet.checkpoint import Checkpoints, load_metadata, save
from shapenet.optim import AdamW, CosineAnnealingLR
from shapenet.training import Callback, CSVLog, EarlyStopping, History, JSONLLog, accuracy, fit
from tests.training.tasks import CtrlC, Net, loader, state

Result = tuple[History, dict[str, bytes]]
EPOCHS = 5


def trained(folder: Path | None, *callbacks: Callback, seed: int = 0, epochs: int = EPOCHS, **options: Any) -> Result:
    """A training in what might be a new program: other weights, another state of the default generator."""
    shapenet.manual_seed(seed)
    model = Net()
    optimizer = AdamW(model.parameters(), lr=1e-2)
    history = fit(
        model,
        F.cross_entropy,
        optimizer,
        options.pop("loader", None) or loader(),
        epochs=epochs,
        schedule=CosineAnnealingLR(optimizer, EPOCHS),
        validation=loader(20),
        metrics={"accuracy": accuracy},
        callbacks=callbacks,
        checkpoints=None if folder is None else Checkpoints(folder),
        **options,
    )
    return history, state(model)


def untimed(history: History) -> list[dict[str, float]]:
    return [{name: value for name, value in row.items() if "second" not in name} for row in history.rows]


def same(one: Result, other: Result) -> None:
    assert untimed(one[0]) == untimed(other[0])
    assert one[1] == other[1]


@pytest.mark.parametrize("ended", [1, 3, EPOCHS])
def test_between_epochs(tmp_path: Path, ended: int) -> None:
    whole = trained(None)
    first = trained(tmp_path, epochs=ended)
    assert untimed(first[0]) == untimed(whole[0])[:ended]
    same(trained(tmp_path, seed=9, resume=True), whole)
    assert [path.name for path in Checkpoints(tmp_path).paths()] == [f"epoch-00000{i}.safetensors" for i in (3, 4, 5)][
        -min(3, EPOCHS) :
    ]


@pytest.mark.parametrize("place", [(1, 1), (2, 3), (3, 4)])  # an epoch has four steps
def test_ctrl_c(tmp_path: Path, place: tuple[int, int]) -> None:
    whole = trained(None)
    before = signal.getsignal(signal.SIGINT)
    history, _ = trained(tmp_path, CtrlC(*place))
    assert signal.getsignal(signal.SIGINT) is before
    epoch, step = place
    assert history.stopped == f"Ctrl-C in epoch {epoch}, after step {step}"
    assert untimed(history) == untimed(whole[0])[: epoch - 1]
    same(trained(tmp_path, seed=9, resume=True), whole)


def test_ctrl_c_again_and_again(tmp_path: Path) -> None:
    whole = trained(None)
    for number, place in enumerate([(1, 2), (1, 3), (4, 1), (4, 2)]):
        history, _ = trained(tmp_path, CtrlC(*place), seed=number, resume=True)  # at first from the beginning
        assert history.stopped
    same(trained(tmp_path, seed=9, resume=True), whole)


def test_ctrl_c_while_the_model_is_validated(tmp_path: Path) -> None:
    whole = trained(None)

    class InValidation(Callback):
        def on_epoch_end(self, run: Any, row: Any) -> None:
            if run.epoch == 2:
                signal.raise_signal(signal.SIGINT)

    history, _ = trained(tmp_path, InValidation())
    assert history.stopped == "Ctrl-C in epoch 2, after step 4"
    assert len(history.rows) == 2
    same(trained(tmp_path, seed=9, resume=True), whole)


def test_ctrl_c_after_the_last_epoch(tmp_path: Path) -> None:
    whole = trained(None, EarlyStopping(patience=9))

    class WhileSaving(Callback):
        def on_epoch_end(self, run: Any, row: Any) -> None:
            self.last = run.epoch == EPOCHS

        def state_dict(self) -> dict[str, Any]:
            if self.last:
                signal.raise_signal(signal.SIGINT)
            return {}

    last = trained(tmp_path, EarlyStopping(patience=9), WhileSaving())
    assert last[0].stopped == "Ctrl-C after the last epoch"
    same(last, whole)


def test_ctrl_c_twice_breaks(tmp_path: Path) -> None:
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        trained(tmp_path, CtrlC(2, 2, times=2))
    assert signal.getsignal(signal.SIGINT) is before
    assert len(Checkpoints(tmp_path).paths()) == 1


def test_ctrl_c_without_checkpoints() -> None:
    history, _ = trained(None, CtrlC(2, 2))
    assert history.stopped == "Ctrl-C in epoch 2, after step 2"
    assert len(history.rows) == 1


def test_other_threads_leave_ctrl_c_alone() -> None:
    found: list[Result] = []
    thread = threading.Thread(target=lambda: found.append(trained(None, epochs=1)))
    thread.start()
    thread.join()
    assert len(found[0][0].rows) == 1


def test_ctrl_c_that_is_ignored() -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        history, _ = trained(None, CtrlC(2, 2))
    finally:
        signal.signal(signal.SIGINT, before)
    assert len(history.rows) == EPOCHS


def test_batches_in_a_list(tmp_path: Path) -> None:
    """Of what has no state, as many batches are left out as were used."""
    batches: Any = list(loader())
    whole = trained(None, loader=batches)
    trained(tmp_path, CtrlC(2, 3), loader=batches)
    same(trained(tmp_path, seed=9, resume=True, loader=batches), whole)


def test_more_epochs_and_none(tmp_path: Path) -> None:
    history, weights = trained(tmp_path, epochs=3)
    again = trained(tmp_path, seed=9, epochs=2, resume=True)  # they are done
    same(again, (history, weights))
    assert len(trained(tmp_path, seed=9, epochs=4, resume=True)[0].rows) == 4


def test_early_stopping_goes_on(tmp_path: Path) -> None:
    def stopping() -> EarlyStopping:
        return EarlyStopping("accuracy", mode="max", patience=3, min_delta=1)  # the first epoch stays the best

    whole = trained(None, stopping())
    assert len(whole[0].rows) == 4
    trained(tmp_path, CtrlC(3, 1), stopping())
    resumed = trained(tmp_path, CtrlC(9, 9), stopping(), seed=9, resume=True)
    same(resumed, whole)
    assert resumed[0].stopped == whole[0].stopped
    same(trained(tmp_path, CtrlC(9, 9), stopping(), seed=8, resume=True), whole)


def test_logs_go_on(tmp_path: Path) -> None:
    table, lines = tmp_path / "log.csv", tmp_path / "log.jsonl"
    trained(tmp_path / "runs", CSVLog(table), JSONLLog(lines), CtrlC(3, 2))
    with table.open("a") as csv_file, lines.open("a") as lines_file:  # as by a run that was killed before it saved
        csv_file.write("3,lost\n")
        lines_file.write("{}\n")
    history, _ = trained(tmp_path / "runs", CSVLog(table), JSONLLog(lines), seed=9, resume=True)
    assert [json.loads(line) for line in lines.read_text().splitlines()] == history.rows
    assert [line.split(",")[0] for line in table.read_text().splitlines()] == ["epoch", "1", "2", "3", "4", "5"]


def test_a_new_training_among_checkpoints(tmp_path: Path) -> None:
    trained(tmp_path, epochs=2)
    said = f"fit expects checkpoints to be none yet, unless resume is True, got 2 in {tmp_path}"
    with pytest.raises(ValueError, match=re.escape(said)):
        trained(tmp_path)


def test_places_for_checkpoints(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    model = Net()
    before = state(model)

    def refused(checkpoints: Checkpoints) -> History:
        optimizer = AdamW(model.parameters())
        return fit(model, F.cross_entropy, optimizer, loader(), epochs=1, checkpoints=checkpoints)

    with pytest.raises(FileExistsError, match="file"):
        refused(Checkpoints(tmp_path / "file"))
    with pytest.raises(
        ValueError, match=r"^fit expects best of checkpoints to be one of 'epoch', 'loss', .*'val_loss'$"
    ):
        refused(Checkpoints(tmp_path / "runs", best="val_loss"))
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    with pytest.raises(PermissionError, match=f"expected a folder that can be written to: '{tmp_path / 'runs'}'"):
        refused(Checkpoints(tmp_path / "runs"))
    assert state(model) == before


def rows(*numbers: int) -> list[dict[str, float]]:
    return [{"epoch": number} for number in numbers]


@pytest.mark.parametrize(
    ("epoch", "step", "extra", "said"),
    [
        (1, 0, None, "it has no history of a training by fit"),
        (1, 0, {"history": 3, "callbacks": {}}, "it has no history of a training by fit"),
        (1, 0, {"history": [3], "callbacks": {}}, "it has no history of a training by fit"),
        (1, 0, {"history": [{"loss": "low"}], "callbacks": {}}, "it has no history of a training by fit"),
        (2, 0, {"history": rows(1), "callbacks": {}}, "it has a history of 1 epochs, expected 2"),
        (2, 3, {"history": rows(1, 2), "callbacks": {}}, "it has a history of 2 epochs, expected 1"),
        (1, 0, {"history": rows(1)}, "it has no states of callbacks"),
        (2, 3, {"history": rows(1), "callbacks": {}}, "it has no means of epoch 2, expected after step 3"),
        (
            2,
            3,
            {"history": rows(1), "callbacks": {}, "interrupted": {"totals": {"loss": "x"}, "items": 3, "seconds": 1.0}},
            "it has no means of epoch 2",
        ),
    ],
)
def test_checkpoints_of_something_else(tmp_path: Path, epoch: int, step: int, extra: Any, said: str) -> None:
    shapenet.manual_seed(3)
    other = Net()
    optimizer = AdamW(other.parameters(), lr=1e-2)
    schedule = CosineAnnealingLR(optimizer, EPOCHS)
    path = tmp_path / f"epoch-{epoch:06d}.safetensors"
    save(
        path, model=other, optimizer=optimizer, schedule=schedule, loader=loader(), epoch=epoch, step=step, extra=extra
    )
    model = Net()
    before = state(model)
    with pytest.raises(CheckpointError, match=re.escape(f"{path}: {said}")):
        fit(
            model,
            F.cross_entropy,
            optimizer,
            loader(),
            epochs=3,
            schedule=schedule,
            checkpoints=Checkpoints(tmp_path),
            resume=True,
        )
    assert state(model) == before


def test_what_a_checkpoint_says(tmp_path: Path) -> None:
    history, _ = trained(tmp_path, CtrlC(2, 1))
    for number, path in enumerate(Checkpoints(tmp_path).paths(), 1):
        said = json.loads(load_metadata(path)["shapenet"])
        assert (said["epoch"], said["step"]) == ((1, 0) if number == 1 else (2, 1))
        assert said["extra"]["history"] == history.rows


def test_the_best_is_kept(tmp_path: Path) -> None:
    model = Net()
    checkpoints = Checkpoints(tmp_path, keep_last=1, best="loss")
    optimizer = AdamW(model.parameters(), lr=1e-2)
    history = fit(
        model, F.cross_entropy, optimizer, loader(), epochs=4, checkpoints=checkpoints, callbacks=[CtrlC(4, 2)]
    )
    assert checkpoints.best() == tmp_path / f"epoch-00000{int(history.best('loss')['epoch'])}.safetensors"
    assert math.isnan(
        json.loads(load_metadata(checkpoints.paths()[-1])["shapenet"])["metrics"]["loss"].get("nan", math.nan)
    )
