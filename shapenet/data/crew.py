"""The workers of a ``DataLoader``, seen from outside: who makes which batch, and what becomes of them.

Batch *i* is made by worker *i* modulo their number, and waited for in that order: so the order of the batches is that
of a loader without workers, and which worker draws the random numbers of a batch does not depend on who is fast.
"""

from __future__ import annotations

import os
import time
import weakref
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any

from shapenet.data import transport
from shapenet.data.fetching import Order, Recipe
from shapenet.data.handles import ProcessHandle, ThreadHandle
from shapenet.data.settings import WorkerKind
from shapenet.data.worker import GRACE, Ask, Begin, End, Failure, Job

Handle = ProcessHandle | ThreadHandle


class Crew:
    """Some workers of one kind.

    They end with ``stop``, with the crew itself, and with the program; however the program ends, processes notice.

    Raises:
        Exception: the dataset or a function cannot be pickled, for processes.
    """

    def __init__(
        self,
        kind: WorkerKind,
        num_workers: int,
        recipe: Recipe,
        worker_init_fn: Callable[[int], object] | None,
        timeout: float,
    ) -> None:
        self._timeout = timeout or float("inf")
        self._turn = 0
        self._workers: list[Handle] = []
        self._stop = weakref.finalize(self, _end_all, self._workers, os.getpid())
        job = Job(recipe, num_workers, worker_init_fn)
        try:
            if kind == "thread":
                self._workers.extend(ThreadHandle(number, job) for number in range(num_workers))
            else:
                frames = _packed(job)
                processes: list[ProcessHandle] = []
                for number in range(num_workers):
                    processes.append(ProcessHandle(number))
                    self._workers.append(processes[-1])
                for process in processes:  # all are starting by now
                    process.post(frames)
        except BaseException:
            self.stop()
            raise

    @property
    def stopped(self) -> bool:
        """Whether it can work no more."""
        return not self._stop.alive

    def stop(self) -> None:
        """End all workers, and wait until they have ended."""
        self._stop()

    def batches(self, orders: Iterator[Order], seed: int, ahead: int, keep: bool) -> Iterator[Any]:
        """One pass, which begins at once: the batches of *orders*.

        Args:
            orders: what is wanted.
            seed: what the generator of worker 0 starts from; that of worker *i* starts from *seed* + *i*.
            ahead: how many batches each worker is asked for before they are waited for.
            keep: whether the workers stay when the pass ends, unless it ends with an exception.
        """
        self._turn += 1
        asked: deque[Handle] = deque()
        try:
            for worker in self._workers:
                worker.post(Begin(self._turn, seed))
            for _ in range(ahead):
                for worker in self._workers:
                    _ask(worker, orders, asked)
        except BaseException:
            self.stop()
            raise
        return self._pass(self._turn, orders, asked, keep)

    def _pass(self, turn: int, orders: Iterator[Order], asked: deque[Handle], keep: bool) -> Iterator[Any]:
        exhausted: set[Handle] = set()
        sound = False
        try:
            while asked:
                if turn != self._turn:
                    sound = True
                    raise RuntimeError(
                        "DataLoader expects one pass at a time to go on, as persistent_workers is True, got a newer one"
                    )
                worker = asked.popleft()
                content = [worker.take(turn, self._timeout)]
                if isinstance(content[0], Failure):
                    raise content[0].error
                if isinstance(content[0], End):
                    exhausted.add(worker)
                    continue
                if worker not in exhausted:
                    _ask(worker, orders, asked)
                sound = True
                yield content.pop()  # a batch that is kept here as well would keep its memory
                sound = False
            sound = True
        finally:
            if not (sound and keep):
                self.stop()


def _packed(job: Job) -> transport.Frames:
    try:
        return transport.pack(job)
    except Exception as error:
        error.add_note("while DataLoader sent its dataset and functions to processes; worker='thread' sends nothing")
        raise


def _ask(worker: Handle, orders: Iterator[Order], asked: deque[Handle]) -> None:
    for order in orders:
        worker.post(Ask(order))
        asked.append(worker)
        return


def _end_all(workers: list[Handle], owner: int) -> None:
    if os.getpid() != owner:  # a fork of the program has no workers
        return
    for worker in workers:
        worker.dismiss()
    deadline = time.monotonic() + GRACE
    for worker in workers:
        worker.end(deadline)
    workers.clear()
