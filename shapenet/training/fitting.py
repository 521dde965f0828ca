"""``fit``: the loop of a training."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from typing import Any

from shapenet.autograd import no_grad
from shapenet.checkpoint import Checkpoints
from shapenet.nn import Module
from shapenet.nn.checks import checked_model
from shapenet.optim import Optimizer, ReduceLROnPlateau, checks
from shapenet.training.arguments import Each, Schedule, Training
from shapenet.training.evaluating import READ_EVERY, Batches, evaluate, length, taken
from shapenet.training.history import VALIDATION, History, Row
from shapenet.training.interrupt import Interrupt
from shapenet.training.means import Means
from shapenet.training.metrics import Loss, Metrics, Output, checked, measured
from shapenet.training.resuming import Keeper
from shapenet.training.run import Callback, Run


def fit(
    model: Callable[[Any], Output],
    loss: Loss[Output],
    optimizer: Optimizer,
    loader: Batches,
    *,
    epochs: int,
    schedule: Schedule | None = None,
    schedule_each: Each = "epoch",
    validation: Batches | None = None,
    metrics: Metrics[Output] | None = None,
    callbacks: Sequence[Callback] = (),
    checkpoints: Checkpoints | None = None,
    resume: bool = False,
    read_every: int | None = None,
    stop_on_nan: bool = True,
) -> History:
    """Train *model*: for each batch of *loader*, one step of *optimizer* against the gradient of *loss*.

    Args:
        model: a ``Module`` that is called with the input of a batch. Batches are moved to its device.
        loss: called with its output and the target of the batch; a mean over the batch.
        optimizer: changes the parameters.
        loader: batches that are pairs of an input and a target.
        epochs: how many passes through *loader* there are to be.
        schedule: its ``step`` is called after each epoch; ``ReduceLROnPlateau`` is given the loss of *validation*, if
            there is one, else that of the training.
        schedule_each: ``"step"`` for a schedule that is to go on after each step, such as ``OneCycleLR``.
        validation: batches to ``evaluate`` the model on after each epoch.
        metrics: functions of output and target whose means are reported, by name; such as ``accuracy``.
        callbacks: what else is to be done at moments of the training, in this order.
        checkpoints: where a checkpoint is written after each epoch, and when Ctrl-C ends the training in the middle.
        resume: whether to continue from the last of them, if there is one, bit for bit as if nothing had happened:
            give the other arguments as before; *epochs* may be more.
        read_every: after how many steps losses and metrics are read; to read is to wait for a GPU. After each one on
            the CPU, and each 32nd elsewhere, if None.
        stop_on_nan: whether a loss that is NaN or infinite is an error.

    A first Ctrl-C lets the step be done and ends the training, as the history's ``stopped`` tells; a second one breaks.

    Raises:
        CheckpointError: the checkpoint to continue from is none of such a training.
        FloatingPointError: a loss is not finite, and *stop_on_nan*; the text names epoch and step.
        OSError: a checkpoint cannot be written.
        ShapeError: the loss or a metric is not one number for a batch.
        TypeError: something is not of its type.
        ValueError: an option has no such value, there is no batch, or no parameter of *optimizer* gets a gradient.
    """
    training = Training(
        model,
        loss,
        optimizer,
        loader,
        epochs,
        schedule,
        schedule_each,
        validation,
        {} if metrics is None else metrics,
        callbacks,
        checkpoints,
        stop_on_nan,
    )
    training.check()
    module = checked_model("fit", model)
    every = _read_every(module, read_every)
    run = Run(module, optimizer, int(epochs), length(loader), training.names())
    keeper = _keeper(run, training, resume)
    with Interrupt() as interrupt:
        _Loop(training, run, every, interrupt, keeper).run_all()
    return run.history


class _Loop:
    """The epochs and steps."""

    def __init__(
        self,
        training: Training,
        run: Run,
        read_every: int,
        interrupt: Interrupt,
        keeper: Keeper | None,
    ) -> None:
        self.training = training
        self.run = run
        self.callbacks = training.callbacks
        self.read_every = read_every
        self.interrupt = interrupt
        self.keeper = keeper
        self._start = 0.0  # of the epoch at work

    def run_all(self) -> None:
        run = self.run
        try:
            for callback in self.callbacks:
                callback.on_fit_start(run)
            while len(run.history.rows) < run.epochs and not run.history.stopped:
                self._epoch()
            if self.interrupt.asked and not run.history.stopped:
                run.stop("Ctrl-C after the last epoch")
            run.finished = len(run.history.rows) >= run.epochs or not self.interrupt.asked
        finally:
            for callback in self.callbacks:
                callback.on_fit_end(run)

    def _epoch(self) -> None:
        run = self.run
        if self.keeper is None or not self.keeper.in_epoch:
            run.epoch, run.step, run.means, run.seconds = len(run.history.rows) + 1, 0, Means(), 0.0
        self._start = time.perf_counter() - run.seconds
        for callback in self.callbacks:
            callback.on_epoch_start(run)
        run.model.train()
        whole = self._steps()
        self._read()
        if whole:
            self._end_epoch()
        if self.interrupt.asked:
            run.stop(f"Ctrl-C in epoch {run.epoch}, after step {run.step}")
        if self.keeper is not None:
            self.keeper.save()

    def _steps(self) -> bool:
        """The steps of an epoch; whether they are all done."""
        run = self.run
        for batch in self.training.loader if self.keeper is None else self.keeper.batches():
            self._step(batch)
            if run.step % self.read_every == 0:
                self._read()
            if self.interrupt.asked:
                return False
        if not run.step:
            raise ValueError("fit expects loader to have batches, got none")
        return True

    def _end_epoch(self) -> None:
        row = self._row()
        self.run.history.rows.append(row)
        for callback in self.callbacks:
            callback.on_epoch_end(self.run, row)

    def _step(self, batch: Any) -> None:
        given, run = self.training, self.run
        inputs, target, items = taken("fit", run.model, batch)
        output = given.model(inputs)
        loss = checked("fit", "the loss", given.loss(output, target))
        given.optimizer.zero_grad()
        loss.backward()
        _check_gradients(given.optimizer)
        with no_grad():
            values = measured("fit", given.metrics, output, target)  # before anything is changed, as one may be wrong
        for callback in self.callbacks:
            callback.on_gradients(run)
        given.optimizer.step()
        if given.schedule_each == "step":
            self._advance({})
        run.means.add(items, {"loss": loss.detach(), **values})
        run.step += 1
        for callback in self.callbacks:
            callback.on_step_end(run)

    def _read(self) -> None:
        """Fetch the losses and metrics of the last steps."""
        run = self.run
        losses = run.means.read().get("loss", [])
        run.seconds = time.perf_counter() - self._start  # now that a GPU has done what was asked of it
        for number, loss in enumerate(losses, run.step - len(losses) + 1):
            if self.training.stop_on_nan and not math.isfinite(loss):
                raise FloatingPointError(f"the loss is {loss} in epoch {run.epoch}, step {number}")
        for callback in self.callbacks if losses else ():
            callback.on_losses(run, losses)

    def _row(self) -> Row:
        """The numbers of the epoch that is done; the schedule goes on."""
        given, run = self.training, self.run
        row = {"epoch": run.epoch, **run.means.means()}
        if given.validation is not None:
            validated = evaluate(given.model, {"loss": given.loss, **given.metrics}, given.validation)
            row.update((f"{VALIDATION}{name}", value) for name, value in validated.items())
        row["lr"] = float(given.optimizer.param_groups[0]["lr"])
        if given.schedule_each == "epoch":
            self._advance(row)
        return row | {"seconds": time.perf_counter() - self._start, "items_per_second": run.means.items / run.seconds}

    def _advance(self, row: Row) -> None:
        """Let the schedule go on."""
        schedule = self.training.schedule
        if isinstance(schedule, ReduceLROnPlateau):
            schedule.step(row.get(f"{VALIDATION}loss", row["loss"]))
        elif schedule is not None:
            schedule.step()


def _keeper(run: Run, training: Training, resume: bool) -> Keeper | None:
    """What writes checkpoints of the training, which was resumed, or is known to be new; None if there are to be none.

    Raises:
        CheckpointError: the checkpoint to continue from is none of such a training.
        OSError: nothing can be written there.
        ValueError: there is nothing to resume from, or what checkpoints tell the best by.
    """
    if training.checkpoints is None:
        if checks.flag("fit", "resume", resume):
            raise ValueError("fit expects checkpoints to resume from, got None")
        return None
    keeper = Keeper(
        run, training.callbacks, training.loader, training.validation, training.schedule, training.checkpoints
    )
    keeper.check(checks.flag("fit", "resume", resume))
    if resume:
        keeper.resume()
    return keeper


def _check_gradients(optimizer: Optimizer) -> None:
    if all(parameter.grad is None for group in optimizer.param_groups for parameter in group["params"]):
        raise ValueError("fit expects optimizer to have parameters that the loss depends on, got none")


def _read_every(model: Module, read_every: int | None) -> int:
    if read_every is not None:
        return checks.integer("fit", "read_every", read_every, at_least=1)
    return 1 if all(parameter.device == "cpu" for parameter in model.parameters()) else READ_EVERY
