"""What a training has come to: numbers for each epoch."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, TypeAlias

from shapenet.checkpoint.folder import Mode
from shapenet.optim import checks

Row: TypeAlias = dict[str, float]

RESERVED: Final = ("epoch", "loss", "lr", "seconds", "items_per_second")
"""The names of a row that no metric may have."""
VALIDATION: Final = "val_"
"""What the names of numbers of the validation data begin with."""


class History(Mapping[str, list[float]]):
    """The numbers of each epoch: ``history["loss"]`` is a list with one for each, ``history.rows[-1]`` the last epoch.

    There are ``epoch`` (from 1), ``loss``, each metric, these two of the validation data (``val_loss`` and so on),
    ``lr``, ``seconds``, and ``items_per_second``, which counts the training alone.
    """

    def __init__(self, rows: Sequence[Row] = ()) -> None:
        self.rows: list[Row] = list(rows)
        self.stopped = ""
        """Why it ended before the last epoch; empty if it did not."""

    def __getitem__(self, name: str) -> list[float]:
        return [row[name] for row in self.rows]

    def __iter__(self) -> Iterator[str]:
        return iter(self.rows[0] if self.rows else ())

    def __len__(self) -> int:
        return len(self.rows[0]) if self.rows else 0

    def __repr__(self) -> str:
        return f"History({len(self.rows)} epochs of {', '.join(self) or 'nothing'})"

    def best(self, name: str, mode: Mode = "min") -> Row:
        """The row of the epoch in which *name* was least, or with the mode ``"max"`` greatest; of several the first.

        Epochs in which it was NaN do not count.

        Raises:
            KeyError: there is no such number.
            ValueError: there is no epoch, or *mode* is neither of these.
        """
        choose = min if checks.choice("History.best", "mode", mode, ("min", "max")) == "min" else max
        known = [row for row in self.rows if not math.isnan(row[name])]
        if not known:
            raise ValueError(f"History.best expects an epoch with a number for {name!r}, got none")
        return choose(known, key=lambda row: row[name])
