"""One worker of a ``DataLoader``, seen from outside: a thread, or a process."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import queue
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection
from queue import SimpleQueue
from typing import Any, Final

from shapenet.data import transport
from shapenet.data.worker import ANY_TURN, Job, Message, Reply, work_in_process, work_in_thread

_PULSE: Final = 1.0
"""Seconds after which a worker that says nothing is looked after."""


class ThreadHandle:
    """A thread of this process. It cannot be stopped from outside, only asked to end."""

    def __init__(self, number: int, job: Job) -> None:
        self._name = f"worker {number} of DataLoader"
        self._inbox: SimpleQueue[Message | None] = SimpleQueue()
        self._outbox: SimpleQueue[Reply | None] = SimpleQueue()
        arguments = (job, number, self._inbox, self._outbox)
        self._thread = threading.Thread(
            target=work_in_thread, args=arguments, name=f"shapenet-data-{number}", daemon=True
        )
        self._thread.start()

    def post(self, message: Message) -> None:
        """Send *message*."""
        self._inbox.put(message)

    def take(self, turn: int, timeout: float) -> Any:
        """Wait for the next batch of the pass *turn*, or what there is instead.

        Raises:
            RuntimeError: it did not come in *timeout* seconds, or the thread has ended.
        """
        deadline = time.monotonic() + timeout
        while True:
            try:
                reply = self._outbox.get(timeout=min(_PULSE, max(0.0, deadline - time.monotonic())))
            except queue.Empty:
                _check_deadline(self._name, deadline, timeout)
                continue
            if reply is None:
                raise RuntimeError(f"{self._name} (a thread) ended by SystemExit")
            if reply.turn == turn:
                return reply.content

    def dismiss(self) -> None:
        """Ask it to end."""
        self._inbox.put(None)

    def end(self, deadline: float) -> None:
        """Wait until it has ended, but not beyond *deadline*."""
        if self._thread is not threading.current_thread():  # the collector of garbage may run there
            self._thread.join(max(0.0, deadline - time.monotonic()))


class ProcessHandle:
    """A process of its own, started with the method "spawn", and a thread that reads at once what it sends."""

    def __init__(self, number: int) -> None:
        self._name = f"worker {number} of DataLoader"
        context = multiprocessing.get_context("spawn")
        theirs, self._orders = context.Pipe(duplex=False)
        replies, theirs_too = context.Pipe(duplex=False)
        self._process = context.Process(
            target=work_in_process,
            args=(number, os.getpid(), theirs, theirs_too),
            name=f"shapenet-data-{number}",
            daemon=True,
        )
        try:
            with _interrupts_blocked():
                self._process.start()
        except BaseException:
            self._orders.close()
            replies.close()
            raise
        finally:  # with the other ends open here, nobody would notice that the other side is gone
            theirs.close()
            theirs_too.close()
        self._heard = False
        self._inbox: SimpleQueue[transport.Frames | None] = SimpleQueue()
        self._reader = threading.Thread(
            target=_read, args=(replies, self._inbox), name=f"shapenet-replies-{number}", daemon=True
        )
        self._reader.start()

    def post(self, message: Message | transport.Frames) -> None:
        """Send *message*, which may be packed already. If the process is gone, ``take`` will tell."""
        frames = message if isinstance(message, tuple) else transport.pack(message)
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            transport.send(self._orders, frames)

    def take(self, turn: int, timeout: float) -> Any:
        """Wait for the next batch of the pass *turn*, or what there is instead.

        Raises:
            RuntimeError: it did not come in *timeout* seconds, or the process has died.
        """
        deadline = time.monotonic() + timeout
        while True:
            try:
                frames = self._inbox.get(timeout=min(_PULSE, max(0.0, deadline - time.monotonic())))
            except queue.Empty:
                if not self._process.is_alive() and self._inbox.empty():
                    raise self._death() from None
                _check_deadline(self._shown, deadline, timeout)
                continue
            if frames is None:
                raise self._death()
            self._heard = True
            reply: Reply = transport.unpack(frames)
            if reply.turn in (turn, ANY_TURN):
                return reply.content

    def dismiss(self) -> None:
        """Ask it to end."""
        self._orders.close()

    def end(self, deadline: float) -> None:
        """Wait until it has ended; beyond *deadline* by force."""
        self._process.join(max(0.0, deadline - time.monotonic()))
        for force in (self._process.terminate, self._process.kill):
            if self._process.is_alive():
                force()
                self._process.join(1)
        if self._reader is not threading.current_thread():  # the collector of garbage may run there
            self._reader.join(1)

    @property
    def _shown(self) -> str:
        return f"{self._name} (pid {self._process.pid})"

    def _death(self) -> RuntimeError:
        self._process.join(5)
        code = self._process.exitcode
        if code is None:
            return RuntimeError(f"{self._shown} closed its pipe and is still alive")
        shown = f"{code} ({signal.Signals(-code).name})" if -code in set(signal.Signals) else str(code)
        error = RuntimeError(f"{self._shown} died with exit code {shown}")
        if not self._heard and code == 1:
            error.add_note(
                "It may have died while it started, see stderr: a program that starts processes begins with "
                "`if __name__ == '__main__':`, as each of them imports it. worker='thread' has no such need."
            )
        return error


@contextmanager
def _interrupts_blocked() -> Iterator[None]:
    """A process that starts inside is born with Ctrl-C blocked: it imports for a while before it can ignore it."""
    if not hasattr(signal, "pthread_sigmask"):  # on Windows
        yield
        return
    resource_tracker.ensure_running()  # otherwise it starts inside, and unblocks when it has
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _read(replies: Connection, inbox: SimpleQueue[transport.Frames | None]) -> None:
    try:
        while True:
            inbox.put(transport.receive(replies))
    except (EOFError, OSError):
        pass
    finally:
        replies.close()
        inbox.put(None)


def _check_deadline(name: str, deadline: float, timeout: float) -> None:
    if time.monotonic() >= deadline:
        raise RuntimeError(f"{name} gave no batch in timeout={timeout:g} seconds")
