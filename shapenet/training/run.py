"""What a training is at, as callbacks see it, and the callbacks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from shapenet.nn import Module
from shapenet.optim import Optimizer
from shapenet.training.history import History, Row
from shapenet.training.means import Means


@dataclass
class Run:
    """A training: of what, how far it is, and what it has come to.

    Args:
        model: what is trained.
        optimizer: what trains it.
        epochs: how many epochs there are to be, those before it was resumed included.
        steps: how many steps an epoch has; None if nobody knows.
        names: the names of the numbers that each epoch will have.
        history: the numbers of the epochs that are done.
        epoch: the number of the epoch at work, from 1, or of the last one that is done.
        step: how many steps of this epoch are done.
        means: those of this epoch, of the training data.
        seconds: how long this epoch took so far.
        finished: whether the last epoch is done, or a callback stopped it; not if Ctrl-C or an error did.
    """

    model: Module
    optimizer: Optimizer
    epochs: int
    steps: int | None
    names: tuple[str, ...]
    history: History = field(default_factory=History)
    epoch: int = 0
    step: int = 0
    means: Means = field(default_factory=Means)
    seconds: float = 0.0
    finished: bool = False

    def stop(self, reason: str) -> None:
        """End the training after this epoch; the *reason* goes into the history."""
        self.history.stopped = reason


class Callback:
    """Something to be done at moments of a training: override what you need. Callbacks are called in their order."""

    def on_fit_start(self, run: Run) -> None:
        """Before the first epoch; if it was resumed, ``run.history`` has what was before."""

    def on_epoch_start(self, run: Run) -> None:
        """Before the first step of an epoch, or the first after it was resumed."""

    def on_gradients(self, run: Run) -> None:
        """Between ``backward`` and the step of the optimizer: gradients may be changed."""

    def on_step_end(self, run: Run) -> None:
        """After each step. Reading anything of the model here makes a GPU wait."""

    def on_losses(self, run: Run, losses: Sequence[float]) -> None:
        """When the losses of the last steps were read; ``run.means.means()`` are those of the epoch so far."""

    def on_epoch_end(self, run: Run, row: Row) -> None:
        """After the validation and the step of the schedule; *row* is the last of ``run.history.rows``."""

    def on_fit_end(self, run: Run) -> None:
        """At the end, also if that is an error."""

    def state_dict(self) -> dict[str, Any]:
        """What it needs to continue, beside the history: it is written into checkpoints."""
        return {}

    def load_state_dict(self, state_dict: Any) -> None:
        """Continue from a ``state_dict``, before ``on_fit_start``.

        Raises:
            ValueError: it is none.
        """
        if state_dict:
            raise ValueError(f"{type(self).__name__} expects no state, got {list(state_dict)}")
