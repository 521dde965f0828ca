"""A callback that writes the numbers of each epoch for TensorBoard."""

from __future__ import annotations

import os
import time
from typing import Any

from shapenet.training.history import Row
from shapenet.training.run import Callback, Run


class TensorBoard(Callback):
    """Writes the numbers of each epoch into *folder*, where ``tensorboard --logdir`` finds them.

    When a training is resumed, what TensorBoard knows of epochs that are done again is taken back.

    Raises:
        ImportError: the package tensorboard is missing.
    """

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        try:
            from tensorboard.compat.proto import event_pb2, summary_pb2
            from tensorboard.summary.writer import event_file_writer
        except ModuleNotFoundError as error:
            raise ImportError(f"TensorBoard needs {error.name}: pip install 'shapenet[tensorboard]'") from error
        self.folder = os.path.expanduser(os.fspath(folder))
        self._events: Any = event_pb2
        self._summaries: Any = summary_pb2
        self._open: Any = event_file_writer.EventFileWriter
        self._writer: Any = None

    def on_fit_start(self, run: Run) -> None:
        """Begin a file of events."""
        self._writer = self._open(self.folder)
        if run.history.rows:
            log = self._events.SessionLog(status=self._events.SessionLog.START)
            self._add(step=len(run.history.rows) + 1, session_log=log)

    def on_epoch_end(self, run: Run, row: Row) -> None:
        """Write the numbers."""
        values = [
            self._summaries.Summary.Value(tag=name, simple_value=value)
            for name, value in row.items()
            if name != "epoch"
        ]
        self._add(step=run.epoch, summary=self._summaries.Summary(value=values))
        self._writer.flush()

    def on_fit_end(self, run: Run) -> None:
        """Close the file."""
        if self._writer is not None:
            self._writer.close()
            self._writer = None

    def _add(self, **parts: Any) -> None:
        self._writer.add_event(self._events.Event(wall_time=time.time(), **parts))
