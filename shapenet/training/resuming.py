"""Trainings in checkpoints: written after each epoch, and when Ctrl-C ends one in the middle, and continued."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import nan
from pathlib import Path
from typing import Any

from shapenet.checkpoint import Checkpoints, Stateful, load
from shapenet.checkpoint.problems import reporting
from shapenet.checkpoint.resuming import described
from shapenet.data import DataLoader
from shapenet.errors import CheckpointError
from shapenet.training.evaluating import Batches
from shapenet.training.means import Means
from shapenet.training.run import Callback, Run


@dataclass
class Keeper:
    """Writes a training into checkpoints, and continues from them.

    An epoch is written with its number and step 0 when it is done; one that was interrupted with its number and the
    steps that are done.
    """

    run: Run
    callbacks: Sequence[Callback]
    loader: Batches
    validation: Batches | None
    schedule: Stateful | None
    checkpoints: Checkpoints
    in_epoch: bool = False
    """Whether the training was resumed within an epoch, whose batches have not been asked for yet."""

    def check(self, resume: bool) -> None:
        """Check that checkpoints can be written, and, unless it is to *resume*, do not come between those of another.

        Raises:
            OSError: the folder cannot be made, or nothing can be written there.
            ValueError: they would, or the metric that tells the best is none of the training.
        """
        metric, names = self.checkpoints.metric, self.run.names
        if metric is not None and metric not in names:
            listed = ", ".join(map(repr, names))
            raise ValueError(f"fit expects best of checkpoints to be one of {listed}, got {metric!r}")
        self.checkpoints.make_folder()
        found = self.checkpoints.paths()
        if found and not resume:
            folder = self.checkpoints.folder
            raise ValueError(
                f"fit expects checkpoints to be none yet, unless resume is True, got {len(found)} in {folder}"
            )

    def save(self) -> None:
        """Write the training as it is."""
        run, rows = self.run, self.run.history.rows
        done, validation = len(rows) == run.epoch, stateful(self.validation)
        means = {"totals": run.means.totals(), "items": run.means.items, "seconds": run.seconds}
        self.checkpoints.save(
            model=run.model,
            optimizer=run.optimizer,
            schedule=self.schedule,
            loader=stateful(self.loader),
            epoch=run.epoch,
            step=0 if done else run.step,
            metrics=rows[-1] if done else dict.fromkeys(run.names, nan),
            extra={
                "history": rows,
                "callbacks": {name: callback.state_dict() for name, callback in self._named()},
                "interrupted": None if done else means,
                "validation": None if validation is None else validation.state_dict(),
            },
        )

    def resume(self) -> None:
        """Continue from the last checkpoint, if there is one.

        Raises:
            CheckpointError: it cannot be read, or does not fit; nothing was changed, unless a callback refuses.
        """
        path = self.checkpoints.latest()
        if path is None:
            return
        run, validation = self.run, stateful(self.validation)
        _check(path, validation)
        found = load(
            path, model=run.model, optimizer=run.optimizer, schedule=self.schedule, loader=stateful(self.loader)
        )
        run.history.rows = found.extra["history"]
        run.epoch, run.step = found.epoch, found.step
        if validation is not None:
            validation.load_state_dict(found.extra["validation"])
        for name, callback in self._named():
            try:
                callback.load_state_dict(found.extra["callbacks"].get(name, {}))
            except ValueError as error:
                raise CheckpointError(str(path), f"the state of {name} does not fit: {error}") from error
        if found.step:
            interrupted = found.extra["interrupted"]
            run.means, run.seconds = Means(interrupted["totals"], interrupted["items"]), interrupted["seconds"]
            self.in_epoch = True

    def batches(self) -> Iterator[Any]:
        """The batches of an epoch; of one that was interrupted, those after the steps that are done."""
        skipped = self.run.step if self.in_epoch and stateful(self.loader) is None else 0
        self.in_epoch = False
        return itertools.islice(self.loader, skipped, None)  # a loader that has a state leaves them out by itself

    def _named(self) -> Iterator[tuple[str, Callback]]:
        """The callbacks by class and number among those of the class."""
        seen: Counter[str] = Counter()
        for callback in self.callbacks:
            name = type(callback).__name__
            seen[name] += 1
            yield f"{name}.{seen[name]}", callback


def stateful(loader: object) -> DataLoader[Any] | None:
    """*loader*, if it can tell where it is, and continue from there."""
    return loader if isinstance(loader, DataLoader) else None


def _check(path: Path, validation: DataLoader[Any] | None) -> None:
    """Check that the checkpoint is one of a training by ``fit``.

    Raises:
        CheckpointError: it is not.
    """
    with reporting(path), path.open("rb") as file:
        found = described(file)
    extra: dict[str, Any] = found.extra if isinstance(found.extra, dict) else {}
    rows, interrupted = extra.get("history"), extra.get("interrupted")
    if not isinstance(rows, list) or not all(isinstance(row, dict) and _numbers(row) for row in rows):
        raise CheckpointError(str(path), "it has no history of a training by fit")
    done = found.epoch - bool(found.step)
    if len(rows) != done:
        raise CheckpointError(str(path), f"it has a history of {len(rows)} epochs, expected {done}")
    if not isinstance(extra.get("callbacks"), dict):
        raise CheckpointError(str(path), "it has no states of callbacks")
    if found.step and not _is_interrupted(interrupted):
        said = f"it has no means of epoch {found.epoch}, expected after step {found.step}"
        raise CheckpointError(str(path), said)
    if validation is not None:
        try:
            validation.check_state_dict(extra.get("validation", {}))
        except ValueError as error:
            raise CheckpointError(str(path), f"the validation data do not fit: {error}") from error


def _is_interrupted(value: Any) -> bool:
    if not isinstance(value, dict) or set(value) != {"totals", "items", "seconds"}:
        return False
    totals = value["totals"]
    return isinstance(totals, dict) and _numbers(totals | {name: value[name] for name in ("items", "seconds")})


def _numbers(values: dict[str, Any]) -> bool:
    return all(isinstance(value, int | float) and not isinstance(value, bool) for value in values.values())
