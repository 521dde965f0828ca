"""Callbacks that write a line for each epoch into a file."""

from __future__ import annotations

import csv
import io
import json
import math
import os
from abc import abstractmethod
from collections.abc import Sequence
from pathlib import Path

from shapenet.training.history import Row
from shapenet.training.run import Callback, Run


class _Log(Callback):
    """Lines in a file, which begins anew with a training; when that is resumed, with the epochs before.

    Each line is on its way to the disk before the next epoch begins. ``~`` is your home.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(os.path.expanduser(path))

    @abstractmethod
    def _lines(self, names: Sequence[str], rows: Sequence[Row]) -> str:
        """The text of a file of these *rows*."""

    def on_fit_start(self, run: Run) -> None:
        """Begin the file. Of a training that is resumed it has what the history has, and no epoch twice."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._write("w", self._lines(run.names, run.history.rows))

    def _write(self, mode: str, text: str) -> None:
        with self.path.open(mode, encoding="utf-8", newline="") as file:
            file.write(text)


class CSVLog(_Log):
    """Writes a table with the names of the numbers and a line for each epoch, comma-separated."""

    def _lines(self, names: Sequence[str], rows: Sequence[Row]) -> str:
        text = io.StringIO()
        table = csv.DictWriter(text, names, restval="", extrasaction="ignore", lineterminator="\n")
        table.writeheader()
        table.writerows(rows)
        return text.getvalue()

    def on_epoch_end(self, run: Run, row: Row) -> None:
        """Add the line."""
        self._write("a", self._lines(run.names, [row]).partition("\n")[2])


class JSONLLog(_Log):
    """Writes a line of JSON for each epoch, an object with its numbers; null for what is not finite."""

    def _lines(self, names: Sequence[str], rows: Sequence[Row]) -> str:
        finite = [{name: value if math.isfinite(value) else None for name, value in row.items()} for row in rows]
        return "".join(f"{json.dumps(row, allow_nan=False)}\n" for row in finite)

    def on_epoch_end(self, run: Run, row: Row) -> None:
        """Add the line."""
        self._write("a", self._lines(run.names, [row]))
