"""What each callback does at its moments."""

from __future__ import annotations

import csv
import io
import json
import math
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from shapenet import functional as F
from shapenet.optim import SGD, Optimizer
from shapenet.training import (
    Callback,
    ClipGradNorm,
    ClipGradValue,
    CSVLog,
    EarlyStopping,
    History,
    JSONLLog,
    Progress,
    Run,
    TensorBoard,
    accuracy,
    fit,
)
from tests.children import run
from tests.training.tasks import Net, loader, state


def fitted(*callbacks: Callback, epochs: int = 3, model: Net | None = None, **options: Any) -> History:
    model = model or Net()
    metrics = {"accuracy": accuracy}
    return fit(
        model,
        F.cross_entropy,
        SGD(model.parameters(), 0.05),
        loader(),
        epochs=epochs,
        callbacks=callbacks,
        metrics=metrics,
        **options,
    )


# --- early stopping ---


class Scripted(Callback):
    """Lets a number of the history be as it says, and keeps the weights of each epoch."""

    def __init__(self, name: str, values: list[float]) -> None:
        self.name = name
        self.values = values
        self.states: list[dict[str, bytes]] = []

    def on_epoch_end(self, run: Run, row: dict[str, float]) -> None:
        row[self.name] = self.values[run.epoch - 1]
        self.states.append(state(run.model))


@pytest.mark.parametrize(
    ("values", "options", "epochs", "best"),
    [
        ([3, 2, 2.5, 2.1, 1], {"patience": 2}, 4, 2),
        ([3, 2, 2.5, 1, 1.5], {"patience": 2}, 5, 4),
        ([3, 2, 1.95, 1.85, 1], {"patience": 2, "min_delta": 0.1}, 5, 5),
        ([3, 2, 1.95, 1.9, 1], {"patience": 2, "min_delta": 0.1}, 4, 2),
        ([1, 2, 2, 1, 9], {"patience": 2, "mode": "max"}, 4, 2),
        ([math.nan, math.nan, 3, 3, 3], {"patience": 2}, 5, 3),
        ([math.nan] * 5, {"patience": 2}, 3, 1),
    ],
)
def test_early_stopping(values: list[float], options: dict[str, Any], epochs: int, best: int) -> None:
    for restore_best in (True, False):
        model, scripted = Net(), Scripted("loss", values)
        history = fitted(scripted, EarlyStopping("loss", restore_best=restore_best, **options), epochs=5, model=model)
        assert len(history.rows) == epochs
        assert state(model) == scripted.states[(best if restore_best else epochs) - 1]
        said = f"loss was best in epoch {best}, {epochs - best} epochs ago"
        assert history.stopped == (said if epochs - best >= options["patience"] else "")


def test_early_stopping_needs_its_number() -> None:
    listed = "'epoch', 'loss', 'accuracy', 'lr', 'seconds', 'items_per_second'"
    with pytest.raises(ValueError, match=f"^EarlyStopping expects monitor to be one of {listed}, got 'val_loss'$"):
        fitted(EarlyStopping())


@pytest.mark.parametrize("options", [{"patience": 0}, {"min_delta": -1}, {"mode": "most"}, {"restore_best": 1}])
def test_early_stopping_refuses(options: dict[str, Any]) -> None:
    (name,) = options
    with pytest.raises(ValueError, match=f"^EarlyStopping expects {name} to be "):
        EarlyStopping(**options)


# --- gradients ---


class Gradients(Callback):
    def __init__(self) -> None:
        self.values: list[np.ndarray[Any, Any]] = []

    def on_step_end(self, run: Run) -> None:
        gradients = [parameter.grad for parameter in run.model.parameters()]
        self.values.append(np.concatenate([grad.numpy().ravel() for grad in gradients if grad is not None]))


def test_clipping() -> None:
    free, norm, value = Gradients(), Gradients(), Gradients()
    fitted(free)
    fitted(ClipGradNorm(0.05), norm)
    fitted(ClipGradValue(0.01), value)
    assert max(np.linalg.norm(each) for each in free.values) > 0.05
    np.testing.assert_allclose([np.linalg.norm(each) for each in norm.values], 0.05, rtol=1e-3)
    assert max(np.abs(each).max() for each in value.values) == np.float32(0.01)
    with pytest.raises(ValueError, match="max_norm"):
        ClipGradNorm(-1)
    with pytest.raises(ValueError, match="clip_value"):
        ClipGradValue(math.nan)


# --- logs ---


def test_logs(tmp_path: Path) -> None:
    table, lines = tmp_path / "deep" / "log.csv", tmp_path / "log.jsonl"
    seen: list[tuple[int, int]] = []

    class Looking(Callback):
        def on_epoch_end(self, run: Run, row: dict[str, float]) -> None:
            seen.append((len(table.read_text().splitlines()), len(lines.read_text().splitlines())))

    for _ in range(2):  # a new training begins the files anew
        history = fitted(CSVLog(table), JSONLLog(lines), Looking())
        with table.open(newline="") as file:
            assert [{name: float(value) for name, value in row.items()} for row in csv.DictReader(file)] == history.rows
        assert [json.loads(line) for line in lines.read_text().splitlines()] == history.rows
    assert seen == [(2, 1), (3, 2), (4, 3)] * 2


@pytest.mark.parametrize("log", [CSVLog, JSONLLog])
def test_a_tilde_is_the_home(log: type[CSVLog | JSONLLog], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    fitted(log("~/runs/log"))
    assert (tmp_path / "runs" / "log").read_text().count("accuracy") >= 1


def test_jsonl_has_null_for_what_json_lacks(tmp_path: Path) -> None:
    log = JSONLLog(tmp_path / "log.jsonl")
    fitted(Scripted("loss", [math.nan, math.inf]), log, epochs=2)
    assert [json.loads(line)["loss"] for line in log.path.read_text().splitlines()] == [None, None]


# --- TensorBoard ---


def test_tensorboard(tmp_path: Path) -> None:
    loading = pytest.importorskip("tensorboard.backend.event_processing.event_file_loader")
    history = fitted(TensorBoard(tmp_path))
    (path,) = tmp_path.iterdir()
    found: dict[str, list[tuple[int, float]]] = {}
    for event in loading.LegacyEventFileLoader(str(path)).Load():
        for value in event.summary.value:
            found.setdefault(value.tag, []).append((event.step, value.simple_value))
    assert set(found) == set(history) - {"epoch"}
    for name, values in found.items():
        assert [step for step, _ in values] == [1, 2, 3]
        np.testing.assert_allclose([number for _, number in values], history[name], rtol=1e-6)


WITHOUT_TENSORBOARD = """
from shapenet.training import TensorBoard
try:
    TensorBoard("folder")
except ImportError as error:
    print(error)
"""


def test_tensorboard_may_be_missing() -> None:
    said = run(WITHOUT_TENSORBOARD, refused="tensorboard")
    assert said == "TensorBoard needs tensorboard: pip install 'shapenet[tensorboard]'\n"


# --- progress ---


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


NUMBERS = r"loss \d\.\d{4}, accuracy \d\.\d{4}, val_loss \d\.\d{4}, val_accuracy \d\.\d{4}, \d+ points/s"


def test_progress_as_lines() -> None:
    file = io.StringIO()
    fitted(EarlyStopping(patience=1, min_delta=9), Progress("points", file), epochs=4, validation=loader(20))
    *lines, last = file.getvalue().splitlines()
    assert len(lines) == 2
    for number, line in enumerate(lines, 1):
        assert re.fullmatch(rf"epoch {number}/4: {NUMBERS}, 0:\d\d left", line)
    assert last == "stopped: val_loss was best in epoch 1, 1 epochs ago"


def test_progress_is_written_to_a_file() -> None:
    name: Any = "log.txt"
    with pytest.raises(TypeError, match=r"^Progress expects file to be open for texts, got 'log.txt'$"):
        Progress(file=name)


def test_progress_as_a_bar() -> None:
    file = Terminal()
    progress = Progress("points", file)

    class Drawing(Callback):
        """The bar draws itself only now and then."""

        def on_losses(self, run: Run, losses: Sequence[float]) -> None:
            progress._bar.refresh()

    fitted(progress, Drawing(), validation=loader(20))
    drawn = file.getvalue().split("\r")
    assert re.fullmatch(rf"epoch 3/3 100%\|.*\| \d\d:\d\d<00:00, {NUMBERS}\s*\n", drawn[-1])
    first = next(each for each in drawn if "loss" in each)
    assert re.search(r"loss \d\.\d{4}, accuracy \d\.\d{4}, \d+ points/s", first)


def test_progress_of_an_unknown_number_of_steps() -> None:
    class Unknown:
        def __iter__(self) -> Any:
            return iter(loader())

    file, model = Terminal(), Net()
    optimizer: Optimizer = SGD(model.parameters(), 0.1)
    fit(model, F.cross_entropy, optimizer, Unknown(), epochs=2, callbacks=[Progress(file=file)])
    assert re.search(r"epoch 2/2 8 steps \d\d:\d\d, loss \d\.\d{4}, \d+ items/s", file.getvalue())


WITHOUT_TQDM = """
import io
from tests.training.test_callbacks import Terminal, fitted
from shapenet.training import Progress
file = Terminal()
fitted(Progress(file=file), epochs=2)
print(file.getvalue())
"""


def test_tqdm_may_be_missing() -> None:
    first, second = run(WITHOUT_TQDM, refused="tqdm").strip().splitlines()
    assert first.startswith("epoch 1/2: loss ")
    assert second.startswith("epoch 2/2: loss ")


@pytest.mark.parametrize(("seconds", "said"), [(0.4, "0:00"), (59.6, "1:00"), (3599, "59:59"), (7325, "2:02:05")])
def test_the_clock(seconds: float, said: str) -> None:
    from shapenet.training.progress import _clock

    assert _clock(seconds) == said
