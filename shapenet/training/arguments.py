"""What ``fit`` is given, checked before the first step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from shapenet.checkpoint import Checkpoints
from shapenet.nn.checks import checked_model
from shapenet.optim import LRScheduler, Optimizer, ReduceLROnPlateau, SequentialLR, checks
from shapenet.training.evaluating import Batches, check_batches
from shapenet.training.history import RESERVED, VALIDATION
from shapenet.training.metrics import Loss, Metrics, check_function, check_metrics
from shapenet.training.run import Callback

Each: TypeAlias = Literal["epoch", "step"]
Schedule: TypeAlias = LRScheduler | SequentialLR | ReduceLROnPlateau


@dataclass(frozen=True)
class Training:
    """The arguments of ``fit``; see there."""

    model: Callable[[Any], Any]
    loss: Loss[Any]
    optimizer: Optimizer
    loader: Batches
    epochs: int
    schedule: Schedule | None
    schedule_each: Each
    validation: Batches | None
    metrics: Metrics[Any]
    callbacks: Sequence[Callback]
    checkpoints: Checkpoints | None
    stop_on_nan: bool

    def check(self) -> None:
        """Check all that can be told before the first step.

        Raises:
            TypeError: something is not of its type.
            ValueError: an option has no such value, or there is no batch.
        """
        checked_model("fit", self.model)
        checks.integer("fit", "epochs", self.epochs, at_least=1)
        checks.flag("fit", "stop_on_nan", self.stop_on_nan)
        check_function("fit", "loss", self.loss)
        self._check_metrics()
        self._check_optimizer()
        check_batches("fit", "loader", self.loader, self.epochs)
        if self.validation is not None:
            check_batches("fit", "validation", self.validation, self.epochs)
        if not isinstance(self.callbacks, Sequence):
            raise TypeError(f"fit expects callbacks to be a list of them, got {type(self.callbacks).__name__}")
        for callback in self.callbacks:
            if not isinstance(callback, Callback):
                raise TypeError(f"fit expects callbacks to be instances of Callback, got {callback!r}")
        if not isinstance(self.checkpoints, Checkpoints | None):
            raise TypeError(f"fit expects checkpoints to be Checkpoints, got {type(self.checkpoints).__name__}")

    def names(self) -> tuple[str, ...]:
        """The names of the numbers of an epoch, in the order of the history."""
        measured = ("loss", *self.metrics)
        validated = () if self.validation is None else tuple(f"{VALIDATION}{name}" for name in measured)
        return ("epoch", *measured, *validated, "lr", "seconds", "items_per_second")

    def _check_metrics(self) -> None:
        check_metrics("fit", self.metrics)
        for name in self.metrics:
            if name in RESERVED or name.startswith(VALIDATION):
                raise ValueError(
                    f"fit expects metrics to have names other than {', '.join(RESERVED)} and those that begin with "
                    f"{VALIDATION!r}, got {name!r}"
                )

    def _check_optimizer(self) -> None:
        if not isinstance(self.optimizer, Optimizer):
            raise TypeError(f"fit expects optimizer to be an Optimizer, got {type(self.optimizer).__name__}")
        checks.choice("fit", "schedule_each", self.schedule_each, ("epoch", "step"))
        if self.schedule is None:
            return
        if not isinstance(self.schedule, Schedule):
            raise TypeError(f"fit expects schedule to be a schedule of optim, got {type(self.schedule).__name__}")
        if self.schedule.optimizer is not self.optimizer:
            raise ValueError("fit expects schedule to be one of the optimizer that it is given, got that of another")
        if isinstance(self.schedule, ReduceLROnPlateau) and self.schedule_each == "step":
            raise ValueError("fit expects schedule_each to be 'epoch' for ReduceLROnPlateau, got 'step'")
