"""``Checkpoints``: the last checkpoints of a run, and the best, in a folder."""

from __future__ import annotations

import errno
import math
import os
import re
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, Literal, SupportsFloat, TypeAlias

from shapenet.checkpoint.problems import PathLike, reporting
from shapenet.checkpoint.resuming import Stateful, described, save
from shapenet.errors import CheckpointError
from shapenet.nn import Module
from shapenet.optim import checks

Mode: TypeAlias = Literal["min", "max"]
"""Whether the least or the greatest number is the best."""

_NAME: Final = re.compile(r"epoch-(\d{6,})\.safetensors")


class Checkpoints:
    """Checkpoints in *folder*, ``epoch-000012.safetensors`` and so on; of the old ones only some are kept.

    Args:
        folder: where they are; it is made with the first. ``~`` is your home. Files of other names are left alone.
        keep_last: of how many of the last epochs they are kept.
        best: the name of a metric; the checkpoint that is best by it is kept, too.
        mode: whether the best is the one with the least (``"min"``) or the greatest (``"max"``).

    Raises:
        ValueError: an option is out of range.
    """

    def __init__(self, folder: PathLike, keep_last: int = 3, best: str | None = None, mode: Mode = "min") -> None:
        self.folder = Path(os.path.expanduser(folder))
        self.keep_last = checks.integer("Checkpoints", "keep_last", keep_last, at_least=1)
        if best is not None and not isinstance(best, str):
            raise ValueError(f"Checkpoints expects best to be the name of a metric, got {best!r}")
        self.metric = best
        self.mode = checks.choice("Checkpoints", "mode", mode, ("min", "max"))

    def save(
        self,
        *,
        model: Module,
        epoch: int,
        optimizer: Stateful | None = None,
        schedule: Stateful | None = None,
        loader: Stateful | None = None,
        step: int = 0,
        metrics: Mapping[str, SupportsFloat] | None = None,
        extra: object = None,
    ) -> Path:
        """Write the checkpoint of *epoch*, as ``shapenet.checkpoint.save`` does, and then remove what is not kept.

        Old files that cannot be read are left where they are.

        Raises:
            ValueError: the metric that tells the best is missing; or as ``save`` says.
            TypeError: as ``save`` says.
            OSError: the file cannot be written, or an old one not be removed.
        """
        if self.metric is not None and self.metric not in (metrics or {}):
            raise ValueError(f"Checkpoints expects metrics to have {self.metric!r}, got {sorted(metrics or {})}")
        path = self.folder / f"epoch-{checks.integer('Checkpoints', 'epoch', epoch, at_least=0):06d}.safetensors"
        self.make_folder()
        save(
            path,
            model=model,
            optimizer=optimizer,
            schedule=schedule,
            loader=loader,
            epoch=epoch,
            step=step,
            metrics=metrics,
            extra=extra,
        )
        self._remove_others(path)
        return path

    def make_folder(self) -> None:
        """Make the folder, if it is not there yet.

        Raises:
            OSError: it cannot be made, or nothing can be written there.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        if not os.access(self.folder, os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, "expected a folder that can be written to", os.fspath(self.folder))

    def paths(self) -> list[Path]:
        """All checkpoints in the folder, by epoch."""
        if not self.folder.is_dir():
            return []
        found = {path: _NAME.fullmatch(path.name) for path in self.folder.iterdir()}
        numbers = {path: int(match[1]) for path, match in found.items() if match is not None}
        return sorted(numbers, key=numbers.__getitem__)

    def latest(self) -> Path | None:
        """The checkpoint of the last epoch; None if there is none.

        Raises:
            CheckpointError: it cannot be read: rather choose another yourself, see ``paths``.
        """
        paths = self.paths()
        if paths:
            _metrics(paths[-1])
        return paths[-1] if paths else None

    def best(self) -> Path | None:
        """The checkpoint that is best by the metric; of equals the earliest; None if there is none, or all are NaN.

        Raises:
            ValueError: there is no metric to tell it.
            CheckpointError: a checkpoint cannot be read.
        """
        if self.metric is None:
            raise ValueError("Checkpoints expects best to be the name of a metric, got None")
        found = {}
        for path in self.paths():
            with suppress(FileNotFoundError):  # a saver may have removed it meanwhile
                found[path] = _metrics(path)
        return self._best(found)

    def _best(self, metrics: Mapping[Path, Mapping[str, float]]) -> Path | None:
        sign = -1 if self.mode == "max" else 1
        values = {path: sign * own.get(self.metric or "", math.nan) for path, own in metrics.items()}
        known = [path for path, value in values.items() if not math.isnan(value)]
        return min(known, key=values.__getitem__, default=None)

    def _remove_others(self, new: Path) -> None:
        readable: dict[Path, Any] = {}
        for path in self.paths():
            try:
                readable[path] = _metrics(path)
            except (CheckpointError, FileNotFoundError):  # another saver may have removed it meanwhile
                continue
        kept = {new, *list(readable)[-self.keep_last :]}
        if self.metric is not None:
            kept.add(self._best(readable) or new)
        for path in readable:
            if path not in kept:
                path.unlink(missing_ok=True)


def _metrics(path: Path) -> dict[str, float]:
    with reporting(path), path.open("rb") as file:
        return described(file).metrics
