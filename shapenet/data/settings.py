"""The options of a ``DataLoader``, each checked, and all together."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypedDict, TypeVar

import numpy as np

from shapenet.data import checks
from shapenet.data.dataset import Dataset
from shapenet.data.pinned import check_pinning
from shapenet.data.sampler import BatchSampler, RandomSampler, SequentialSampler

Batch = TypeVar("Batch")
WorkerKind = Literal["process", "thread"]


class Options(TypedDict, Generic[Batch], total=False):
    """The options of a ``DataLoader`` that do not decide which type its batches have."""

    sampler: Iterable[int] | None
    batch_sampler: Iterable[list[int]] | None
    num_workers: int
    pin_memory: bool
    drop_last: bool
    timeout: float
    worker_init_fn: Callable[[int], object] | None
    generator: np.random.Generator | None
    seed: int | None
    transform: Callable[[Batch], Batch] | None
    prefetch_factor: int | None
    persistent_workers: bool
    worker: WorkerKind


@dataclass(frozen=True)
class Settings:
    """What ``DataLoader`` was given beside the dataset; see there.

    Raises:
        TypeError: an option is not of its type.
        ValueError: an option has no such value, or does not go with another.
        DeviceError: *pin_memory* is True, and cupy or the GPU is missing.
    """

    batch_size: int | None
    shuffle: bool
    sampler: Iterable[int] | None
    batch_sampler: Iterable[list[int]] | None
    num_workers: int
    collate_fn: Callable[[Any], Any] | None
    pin_memory: bool
    drop_last: bool
    timeout: float
    worker_init_fn: Callable[[int], object] | None
    generator: np.random.Generator | None
    seed: int | None
    transform: Callable[[Any], Any] | None
    prefetch_factor: int | None
    persistent_workers: bool
    worker: WorkerKind

    def __post_init__(self) -> None:
        for name, minimum in (("batch_size", 1), ("num_workers", 0), ("seed", 0), ("prefetch_factor", 1)):
            value = getattr(self, name)
            if value is not None or name == "num_workers":
                checks.check_int("DataLoader", name, value, minimum)
        for name in ("shuffle", "pin_memory", "drop_last", "persistent_workers"):
            checks.check_flag("DataLoader", name, getattr(self, name))
        for name in ("collate_fn", "worker_init_fn", "transform"):
            checks.check_callable("DataLoader", name, getattr(self, name))
        for name in ("sampler", "batch_sampler"):
            order = getattr(self, name)
            if order is not None and not isinstance(order, Iterable):
                raise TypeError(f"DataLoader expects {name} to be iterable, got {order!r}")
        checks.check_number("DataLoader", "timeout", self.timeout, 0)
        checks.check_generator("DataLoader", self.generator)
        if self.worker not in ("process", "thread"):
            raise ValueError(f"DataLoader expects worker to be 'process' or 'thread', got {self.worker!r}")
        self._check_together()
        if self.pin_memory:
            check_pinning()

    def _check_together(self) -> None:
        batches = {"shuffle": False, "sampler": None, "drop_last": False, "batch_size": 1}
        if self.batch_sampler is not None:
            self._only("batch_sampler is given", batches)
        if self.sampler is not None:
            self._only("sampler is given", {"shuffle": False})
        if self.batch_size is None:
            self._only("batch_size is None", {"drop_last": False})
        if self.seed is not None:
            self._only("seed is given", {"generator": None})
        if not self.num_workers:
            self._only("num_workers is 0", {"timeout": 0, "prefetch_factor": None, "persistent_workers": False})

    def check_iterable(self) -> None:
        """Check that nothing is said about the order of a dataset that has its own.

        Raises:
            ValueError: something is.
        """
        self._only("dataset is an IterableDataset", {"shuffle": False, "sampler": None, "batch_sampler": None})

    def _only(self, reason: str, allowed: dict[str, Any]) -> None:
        for name, value in allowed.items():
            given = getattr(self, name)
            if given is not value and given != value:
                raise ValueError(f"DataLoader expects {name} to be {value}, as {reason}, got {given!r}")


def samplers(
    dataset: Dataset[Any], settings: Settings, generator: np.random.Generator | None
) -> tuple[Iterable[int] | None, Iterable[list[int]] | None]:
    """The sampler and the batch sampler of a loader: as given, or what the other options say."""
    sampler = settings.sampler
    if settings.batch_sampler is not None:
        return None, settings.batch_sampler
    if sampler is None:
        sampler = RandomSampler(dataset, generator=generator) if settings.shuffle else SequentialSampler(dataset)
    if settings.batch_size is None:
        return sampler, None
    return sampler, BatchSampler(sampler, settings.batch_size, settings.drop_last)
