"""A callback that shows how far a training is."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping, Sequence
from typing import Any, Final, TextIO

from shapenet.training.history import RESERVED, Row
from shapenet.training.run import Callback, Run

_BAR: Final = "{desc} {percentage:3.0f}%|{bar}| {elapsed}<{remaining}{postfix}"
_UNKNOWN: Final = "{desc} {n_fmt} steps {elapsed}{postfix}"  # where nobody knows how many there will be


class Progress(Callback):
    """Shows a bar with the loss, the metrics, items per second and the time that is left.

    Where *file* is no terminal, or tqdm is not installed (``pip install 'shapenet[train]'``), a line for each epoch.

    Args:
        unit: what an item is called: ``"images"``.
        file: where to write; the standard error stream if None.

    Raises:
        TypeError: *file* is none that is open.
    """

    def __init__(self, unit: str = "items", file: TextIO | None = None) -> None:
        if file is not None and not (hasattr(file, "write") and hasattr(file, "isatty")):
            raise TypeError(f"Progress expects file to be open for texts, got {file!r}")
        self.unit = unit
        self.file = file
        self._bar: Any = None
        self._began = 0.0
        self._before = 0

    def on_fit_start(self, run: Run) -> None:
        """Draw the bar."""
        self._began, self._before = time.perf_counter(), len(run.history.rows)
        make = _tqdm() if self._stream().isatty() else None
        if make is None:
            return
        total = None if run.steps is None else run.epochs * run.steps
        form = _UNKNOWN if total is None else _BAR
        done = 0 if run.steps is None else self._before * run.steps + run.step
        self._bar = make(total=total, initial=done, file=self._stream(), bar_format=form, dynamic_ncols=True)

    def on_epoch_start(self, run: Run) -> None:
        """Tell its number."""
        if self._bar is not None:
            self._bar.set_description_str(f"epoch {run.epoch}/{run.epochs}")

    def on_step_end(self, run: Run) -> None:
        """Move on."""
        if self._bar is not None:
            self._bar.update()

    def on_losses(self, run: Run, losses: Sequence[float]) -> None:
        """Show the means of this epoch so far."""
        if self._bar is not None:
            self._bar.set_postfix_str(self._numbers(run.means.means(), run.means.items / run.seconds), refresh=False)

    def on_epoch_end(self, run: Run, row: Row) -> None:
        """Show the numbers of the epoch."""
        text = self._numbers(row, row["items_per_second"])
        if self._bar is not None:
            self._bar.set_postfix_str(text)
            return
        taken = time.perf_counter() - self._began
        left = taken / (run.epoch - self._before) * (run.epochs - run.epoch)
        self._say(f"epoch {run.epoch}/{run.epochs}: {text}, {_clock(left)} left")

    def on_fit_end(self, run: Run) -> None:
        """Leave the bar as it is, and say why it ended early, if it did."""
        if self._bar is not None:
            self._bar.close()
            self._bar = None
        if run.history.stopped:
            self._say(f"stopped: {run.history.stopped}")

    def _numbers(self, values: Mapping[str, float], speed: float) -> str:
        shown = [f"{name} {value:.4f}" for name, value in values.items() if name == "loss" or name not in RESERVED]
        return ", ".join([*shown, f"{speed:.0f} {self.unit}/s"])

    def _stream(self) -> TextIO:
        return sys.stderr if self.file is None else self.file

    def _say(self, text: str) -> None:
        print(text, file=self._stream(), flush=True)


def _tqdm() -> Any:
    try:
        from tqdm import tqdm
    except ModuleNotFoundError:
        return None
    return tqdm


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
