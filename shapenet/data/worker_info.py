"""What a worker of a ``DataLoader`` knows of itself."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import numpy as np

from shapenet.backend import default_generator


@dataclass(frozen=True)
class WorkerInfo:
    """One worker in one pass.

    Args:
        id: its number, from 0.
        num_workers: how many workers there are.
        seed: what its generators start from in this pass.
        dataset: its dataset: a copy in a process, the loader's own in a thread.
    """

    id: int
    num_workers: int
    seed: int
    dataset: Any


_info: ContextVar[WorkerInfo | None] = ContextVar("worker_info", default=None)


def get_worker_info() -> WorkerInfo | None:
    """Which worker this is, if called in one: in its dataset, collate function, transform or init function."""
    return _info.get()


def set_worker_info(info: WorkerInfo) -> None:
    """Let this thread be that worker."""
    _info.set(info)


def drawing_from(generator: np.random.Generator | None) -> np.random.Generator:
    """What to draw from, if a user gave *generator*: that, or the default generator.

    In a worker it is the worker's generator in any case. A generator that is given there is a copy, which would draw
    the same in every worker and in every pass, or is shared by threads, of which nobody knows who draws first.
    """
    if generator is None or _info.get() is not None:
        return default_generator()
    return generator
