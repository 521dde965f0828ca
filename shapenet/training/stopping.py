"""A callback that ends a training which comes to nothing more."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from shapenet.backend import Array
from shapenet.checkpoint.folder import Mode
from shapenet.optim import checks
from shapenet.training.history import Row
from shapenet.training.run import Callback, Run


class EarlyStopping(Callback):
    """Stops when for *patience* epochs a number has not become better by more than *min_delta*.

    Args:
        monitor: which number of the history.
        patience: how many epochs may follow the best one; the training ends after the last of them.
        min_delta: what is no more than this counts as nothing.
        mode: whether ``"min"`` or ``"max"`` is better.
        restore_best: whether the model at last gets the weights back that it had after the best epoch. They are kept
            in memory, and in checkpoints.

    At the start of a training it raises a ``ValueError`` if that has no number of the name *monitor*.

    Raises:
        ValueError: an option has no such value.
    """

    def __init__(
        self,
        monitor: str = "val_loss",
        *,
        patience: int = 5,
        min_delta: float = 0.0,
        mode: Mode = "min",
        restore_best: bool = True,
    ) -> None:
        self.monitor = monitor
        self.patience = checks.integer("EarlyStopping", "patience", patience, at_least=1)
        self.min_delta = checks.number("EarlyStopping", "min_delta", min_delta, at_least=0)
        self.mode = checks.choice("EarlyStopping", "mode", mode, ("min", "max"))
        self.restore_best = checks.flag("EarlyStopping", "restore_best", restore_best)
        self._weights: dict[str, Array] = {}

    def on_fit_start(self, run: Run) -> None:
        """Check that there will be such a number; stop if the epochs before the training was resumed say so."""
        if self.monitor not in run.names:
            listed = ", ".join(map(repr, run.names))
            raise ValueError(f"EarlyStopping expects monitor to be one of {listed}, got {self.monitor!r}")
        if not run.history.rows:
            self._weights = {}
        elif self._weights:
            run.model.check_state_dict(self._weights)
        self._judge(run)

    def on_epoch_end(self, run: Run, row: Row) -> None:
        """Keep the weights if they are the best so far; stop if it is enough."""
        if self._judge(run) == 0 and self.restore_best:
            self._weights = {path: tensor.data.copy() for path, tensor in run.model.state_dict().items()}

    def on_fit_end(self, run: Run) -> None:
        """Give the model its best weights back, unless the training was interrupted."""
        if run.finished and self._weights:
            run.model.load_state_dict(self._weights)
        self._weights = {}

    def state_dict(self) -> dict[str, Any]:
        """The best weights, by name."""
        return {"weights": self._weights}

    def load_state_dict(self, state_dict: Any) -> None:
        """Take the best weights from a checkpoint; one of a training without this callback has none.

        Raises:
            ValueError: it has something else.
        """
        weights = state_dict.get("weights", {}) if isinstance(state_dict, dict) else None
        if not isinstance(weights, dict):
            raise ValueError("EarlyStopping expects a state with weights, by name")
        self._weights = weights

    def _judge(self, run: Run) -> int:
        """How many epochs ago the best one was."""
        ago = _since_best(run.history[self.monitor], self.min_delta, -1 if self.mode == "min" else 1)
        if ago >= self.patience:
            run.stop(f"{self.monitor} was best in epoch {len(run.history.rows) - ago}, {ago} epochs ago")
        return ago


def _since_best(values: Sequence[float], min_delta: float, sign: int) -> int:
    best, place = -math.inf, -1
    for number, value in enumerate(values):
        if sign * value > best + min_delta:
            best, place = sign * value, number
    return len(values) - 1 - max(place, 0) if values else 0
