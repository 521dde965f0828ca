"""Ctrl-C that lets the step that is at work be done."""

from __future__ import annotations

import signal
import threading
from types import FrameType, TracebackType
from typing import Self


class Interrupt:
    """Inside, a first Ctrl-C is noted as ``asked``; a second does what Ctrl-C did before.

    In other threads than the main one, and where the program ignores Ctrl-C, nothing is changed.
    """

    def __init__(self) -> None:
        self.asked = False
        self._installed = False

    def __enter__(self) -> Self:
        if (
            threading.current_thread() is threading.main_thread()
            and signal.getsignal(signal.SIGINT) is not signal.SIG_IGN
        ):
            self._before = signal.signal(signal.SIGINT, self._note) or signal.SIG_DFL
            self._installed = True
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._leave()

    def _note(self, number: int, frame: FrameType | None) -> None:
        self.asked = True
        self._leave()

    def _leave(self) -> None:
        if self._installed:
            self._installed = False
            signal.signal(signal.SIGINT, self._before)
