"""What runs in a worker of a ``DataLoader``: it takes orders, and replies with batches.

A process is started with the method "spawn", a fresh interpreter. "fork" would copy the locks of this library's, BLAS's
and the user's threads as they are at that moment, held ones too, and nobody would be there to release them; CUDA does
not survive it at all. "forkserver" would do, but it is not everywhere, and its server outlives the loader.
"""

from __future__ import annotations

import os
import pickle
import random
import signal
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from queue import SimpleQueue
from typing import Any, Final

import numpy as np

from shapenet.backend import manual_seed, own_generator
from shapenet.data import transport
from shapenet.data.fetching import Exhausted, Fetch, Order, Recipe
from shapenet.data.worker_info import WorkerInfo, set_worker_info
from shapenet.kernels import parallel

GRACE: Final = 5.0
"""Seconds a worker may still take for what it is at, once it is told to end."""


_PULSE: Final = 2.0
"""Seconds between looks at whether the loader's process is there."""


@dataclass(frozen=True)
class Job:
    """What the workers are for."""

    recipe: Recipe
    num_workers: int
    worker_init_fn: Callable[[int], object] | None


@dataclass(frozen=True)
class Begin:
    """A pass begins; what is ordered from now on belongs to it."""

    turn: int
    seed: int


@dataclass(frozen=True)
class Ask:
    """A batch is wanted."""

    order: Order


Message = Begin | Ask


@dataclass(frozen=True)
class Failure:
    """There is no batch, but an exception."""

    error: BaseException


@dataclass(frozen=True)
class End:
    """There is no further batch in this pass."""


ANY_TURN: Final = -1


@dataclass(frozen=True)
class Reply:
    """The answer to a message of the pass *turn*; a failure of ``ANY_TURN`` is one of all passes."""

    turn: int
    content: Any


class Server:
    """Answers the messages to one worker. It raises nothing: what the user's code raises is an answer."""

    def __init__(self, job: Job, number: int, reseed: Callable[[int], object]) -> None:
        self._job = job
        self._id = number
        self._reseed = reseed
        self._turn = 0
        self._begun = False
        self._fetch: Fetch | None = None

    def answer(self, message: Message) -> Reply | None:
        """The reply to *message*. A pass that begins has one only if it fails, and then no batches."""
        if isinstance(message, Begin):
            return self._begin(message)
        return None if self._fetch is None else Reply(self._turn, self._fetched(self._fetch, message.order))

    def _begin(self, message: Begin) -> Reply | None:
        job = self._job
        self._turn, self._fetch = message.turn, None
        seed = message.seed + self._id
        set_worker_info(WorkerInfo(self._id, job.num_workers, seed, job.recipe.dataset))
        self._reseed(seed)
        try:
            if not self._begun and job.worker_init_fn is not None:
                job.worker_init_fn(self._id)
            self._begun = True
            self._fetch = job.recipe.start()
        except Exception as error:
            return Reply(self._turn, self._failure(error))
        return None

    def _fetched(self, fetch: Fetch, order: Order) -> Any:
        try:
            return fetch(order)
        except Exhausted:
            return End()
        except Exception as error:
            return self._failure(error)

    def _failure(self, error: Exception) -> Failure:
        error.add_note(f"in worker {self._id} of DataLoader")
        return Failure(error)


# --- in a thread ---


def work_in_thread(
    job: Job, number: int, inbox: SimpleQueue[Message | None], outbox: SimpleQueue[Reply | None]
) -> None:
    """The whole life of a thread: it ends with the message None, and then says None."""
    try:
        server = Server(job, number, lambda seed: own_generator(np.random.default_rng(seed)))
        while (message := inbox.get()) is not None:
            reply = server.answer(message)
            del message
            if reply is not None:
                outbox.put(reply)
            del reply  # the batch is the loader's now
    except SystemExit:
        pass  # it ends a thread without a word, as it does a process
    finally:
        outbox.put(None)


# --- in a process ---


def work_in_process(number: int, parent: int, orders: Connection, replies: Connection) -> None:
    """The whole life of a process: the first message is its ``Job``; it ends when nobody writes to *orders*.

    It also ends when the process *parent* has: a fork of that may still hold the pipe open.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all processes; the loader's own ends the others
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})  # the process was started with it blocked
    inbox: SimpleQueue[transport.Frames | None] = SimpleQueue()
    threading.Thread(target=_listen, args=(orders, inbox, parent), name="shapenet-orders", daemon=True).start()
    try:
        _serve(number, inbox, replies)
    except (BrokenPipeError, ConnectionResetError):
        pass  # nobody wants the batch any more
    finally:
        replies.close()


def _listen(orders: Connection, inbox: SimpleQueue[transport.Frames | None], parent: int) -> None:
    """Read at once whatever is sent: a loader that waited to send could not take what its worker waits to send."""
    try:
        while os.getppid() == parent:
            if orders.poll(_PULSE):
                inbox.put(transport.receive(orders))
    except (EOFError, OSError):
        pass
    inbox.put(None)
    time.sleep(GRACE)
    os._exit(1)  # the loader has closed or is gone, and what the worker is at takes too long


def _serve(number: int, inbox: SimpleQueue[transport.Frames | None], replies: Connection) -> None:
    first = inbox.get()
    if first is None:
        return
    _compute_with_one_thread()
    try:
        job: Job = transport.unpack(first)
    except Exception as error:
        error.add_note(f"while worker {number} of DataLoader read its dataset and functions")
        transport.send(replies, _packed_failure(ANY_TURN, error))
        return
    del first
    server = Server(job, number, _reseed_process)
    while (frames := inbox.get()) is not None:
        reply = server.answer(transport.unpack(frames))
        if reply is not None:
            transport.send(replies, _packed(reply, number))


def _compute_with_one_thread() -> None:
    """The workers share the cores: threads of their own would only get in each other's way."""
    from threadpoolctl import threadpool_limits

    parallel.set_num_threads(1)
    threadpool_limits(1)


def _reseed_process(seed: int) -> None:
    manual_seed(seed)
    random.seed(seed)
    np.random.seed(seed % 2**32)  # noqa: NPY002  (for users who draw from it)


def _packed(reply: Reply, worker: int) -> transport.Frames:
    if isinstance(reply.content, Failure):
        return _packed_failure(reply.turn, reply.content.error)
    try:
        return transport.pack(reply)
    except Exception as error:
        error.add_note(f"while worker {worker} of DataLoader sent a batch; with worker='thread' nothing is sent")
        return _packed_failure(reply.turn, error)


def _packed_failure(turn: int, error: BaseException) -> transport.Frames:
    """*error* with its traceback as text, which is lost otherwise; another kind of error if it does not survive."""
    text = "".join(traceback.format_exception(error))
    try:
        if type(pickle.loads(pickle.dumps(error))) is not type(error):
            raise TypeError("it is another one when it is read")
        portable: BaseException = error
    except Exception:
        portable = RuntimeError("".join(traceback.format_exception_only(error)).strip())
    portable.add_note(f"The traceback in process {os.getpid()}:\n{text}")
    return transport.pack(Reply(turn, Failure(portable)))
