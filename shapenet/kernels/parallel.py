"""Work shared among threads, while BLAS runs with one thread inside each.

Numpy lets go of the interpreter while it copies and computes, so threads that each take a part of the arrays use all
cores. A BLAS that started threads of its own at the same time would fight them for the cores, and its idle threads spin
for a while after each product: inside ``run`` it is held to one thread. Which thread computes what depends on the
number of threads alone, so for a fixed number results are the same to the last bit.

The number of threads is that of ``SHAPENET_NUM_THREADS``, else of ``OMP_NUM_THREADS``, else of the usable cores.
"""

from __future__ import annotations

import contextvars
import functools
import os
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from queue import SimpleQueue
from typing import Any, Final, TypeVar

import numpy as np

from shapenet.backend import Array
from shapenet.kernels import memory
from shapenet.kernels.cuda import products

Item = TypeVar("Item")

Work = Callable[[int, int, int], object]
"""What a thread does: it is given its number, and the first and the end of the items that are its own."""

WAKE: Final = 100e-6
"""Seconds until a sleeping thread has started, and its end is noticed; measured."""

FLOPS: Final = 200e9
"""Multiplications and additions a second of one thread in a matrix product; measured."""

SMALL_PRODUCT: Final = 2**18
"""Multiplications in a matrix product that OpenBLAS, too, gives to one thread."""


def usable_cores() -> int:
    """The processors this process may run on."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _threads_of_environment() -> int:
    for variable in ("SHAPENET_NUM_THREADS", "OMP_NUM_THREADS"):
        first = os.environ.get(variable, "").split(",")[0].strip()  # OpenMP takes a list, one for each level
        if first.isdigit() and int(first) > 0:
            return int(first)
    return usable_cores()


_threads = _threads_of_environment()


def get_num_threads() -> int:
    """How many threads an operation may use."""
    return _threads


def set_num_threads(number: int) -> None:
    """Let an operation use *number* threads from now on.

    Raises:
        ValueError: *number* is no int of at least 1.
    """
    global _threads  # noqa: PLW0603  (one for the process, as in torch)
    if isinstance(number, bool) or not isinstance(number, int) or number < 1:
        raise ValueError(f"set_num_threads expects an int, at least 1, got {number!r}")
    _threads = number


def shares(count: int, seconds: float) -> int:
    """Among how many threads ``run`` divides *count* items that take one thread about so many *seconds*."""
    number = min(_threads, count)
    worth = not _inside.work and number > 1 and seconds * (1 - 1 / number) > WAKE
    return number if worth else 1


def run(work: Work, count: int, seconds: float) -> None:
    """Call *work* in each thread, for its share of the items 0 to *count*; the shares follow each other.

    All is done by one thread if it takes it no more than about *seconds*, too few to wake others up for. What a thread
    raises is raised here, when all have ended: until then they may write into shared arrays.
    """
    number = shares(count, seconds)
    with _one_blas_thread():
        if number == 1:
            work(0, 0, count)
            return
        bounds = [count * i // number for i in range(number + 1)]
        done: SimpleQueue[BaseException | None] = SimpleQueue()
        for i in range(1, number):
            task = functools.partial(work, i, bounds[i], bounds[i + 1])
            _crew.submit(i, functools.partial(contextvars.copy_context().run, task), done)
        mine = _outcome(functools.partial(work, 0, 0, bounds[1]))
        failures = [mine, *(done.get() for _ in range(1, number))]
    for failure in failures:
        if failure is not None:
            raise failure


def each(work: Callable[[Item], object], items: Sequence[Item], seconds: float) -> None:
    """Call *work* for each of the *items*, which the threads share as in ``run``."""

    def share(_: int, start: int, stop: int) -> None:
        for item in items[start:stop]:
            work(item)

    run(share, len(items), seconds)


def pieces(start: int, stop: int, size: int) -> Iterator[slice]:
    """The items from *start* to *stop*, at most *size* of them at a time."""
    for first in range(start, stop, size):
        yield slice(first, min(first + size, stop))


def matmul(a: Array, b: Array, out: Array | None = None) -> Array:
    """``a @ b``, the rows (or the columns, or the matrices of a batch) shared among the threads."""
    if not isinstance(a, np.ndarray | np.generic):
        return products.matmul(a, b, out)
    if a.ndim < 2 or b.ndim < 2:
        return np.matmul(a, b, out=out)
    if a.ndim > 2 and b.ndim == 2 and a.flags.c_contiguous and out is None:  # one matrix of many rows
        rows = matmul(a.reshape(-1, a.shape[-1]), b)
        return rows.reshape(*a.shape[:-1], b.shape[1])
    if out is None:
        batch = np.broadcast_shapes(a.shape[:-2], b.shape[:-2])
        out = memory.empty((*batch, a.shape[-2], b.shape[-1]), np.result_type(a, b))
    multiplications = out.size * a.shape[-1]
    if multiplications <= SMALL_PRODUCT:
        return np.matmul(a, b, out=out)
    seconds = 2 * multiplications / FLOPS
    if out.ndim > 2:
        left, right = (np.broadcast_to(x, (*out.shape[:-2], *x.shape[-2:])) for x in (a, b))
        run(lambda _, i, j: np.matmul(left[i:j], right[i:j], out=out[i:j]), len(out), seconds)
    elif out.shape[0] >= out.shape[1]:
        run(lambda _, i, j: np.matmul(a[i:j], b, out=out[i:j]), len(out), seconds)
    else:
        run(lambda _, i, j: np.matmul(a, b[:, i:j], out=out[:, i:j]), out.shape[1], seconds)
    return out


def product_beside(x: Array) -> Callable[..., Array]:
    """What multiplies matrices where *x* is, by one thread: ``np.matmul``, or ``matmul`` on a GPU."""
    return np.matmul if isinstance(x, np.ndarray) else matmul


def product(a: Array, b: Array, out: Array) -> None:
    """``a @ b`` into *out*, for batches of matrices, by one thread that lets others work meanwhile."""
    if out.size >= 500:
        np.matmul(a, b, out=out)
        return
    for i in range(len(out)):  # np.matmul would keep the interpreter to itself, for so small an output
        out[i] = np.dot(a[i], b[i])


# --- the threads ---


class _Inside(threading.local):
    work = False


_inside = _Inside()


def _outcome(task: Callable[[], object]) -> BaseException | None:
    """What *task* raised, if anything; while it runs, what it calls does not divide its work again."""
    before, _inside.work = _inside.work, True
    try:
        task()
    except BaseException as failure:
        return failure
    finally:
        _inside.work = before
    return None


class _Crew:
    """The threads that help the one that asks; each is started when it is first needed."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._orders: dict[int, SimpleQueue[tuple[Callable[[], object], SimpleQueue[BaseException | None]]]] = {}

    def submit(self, number: int, task: Callable[[], object], done: SimpleQueue[BaseException | None]) -> None:
        """Give *task* to the thread of that number, which puts its outcome into *done*."""
        orders = self._orders.get(number)
        if orders is None:
            orders = self._hire(number)
        orders.put((task, done))

    def _hire(self, number: int) -> SimpleQueue[Any]:
        with self._lock:
            if number not in self._orders:
                orders: SimpleQueue[Any] = SimpleQueue()
                threading.Thread(target=_serve, args=(orders,), name=f"shapenet-{number}", daemon=True).start()
                self._orders[number] = orders
            return self._orders[number]


def _serve(orders: SimpleQueue[Any]) -> None:
    while True:
        task, done = orders.get()
        done.put(_outcome(task))
        del task, done  # the arrays they hold are not to wait for the next order


_crew = _Crew()


def _start_anew() -> None:
    """In a forked process the threads are gone."""
    global _crew, _blas
    _crew, _blas = _Crew(), _Blas()


# --- BLAS ---


class _Blas:
    """The number of threads of the loaded BLAS libraries."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._users = 0
        self._libraries: list[Any] = []
        self._before: list[int] = []
        self._modules = 0

    def _look(self) -> None:
        """Find the libraries, anew if modules were imported since: they may have brought one with them."""
        if len(sys.modules) != self._modules:
            from threadpoolctl import ThreadpoolController

            np.ones((2, 2)) @ np.ones((2, 2))  # some libraries load with the first product
            self._libraries = [one for one in ThreadpoolController().lib_controllers if one.user_api == "blas"]
            self._modules = len(sys.modules)

    def hold(self) -> None:
        with self._lock:
            self._users += 1
            if self._users == 1:
                self._look()
                self._before = [library.num_threads for library in self._libraries]
                for library in self._libraries:
                    library.set_num_threads(1)

    def release(self) -> None:
        with self._lock:
            self._users -= 1
            if self._users == 0:
                for library, number in zip(self._libraries, self._before, strict=True):
                    library.set_num_threads(number)


_blas = _Blas()

if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_start_anew)


@contextmanager
def _one_blas_thread() -> Iterator[None]:
    if _inside.work:
        yield
        return
    _blas.hold()
    try:
        yield
    finally:
        _blas.release()
