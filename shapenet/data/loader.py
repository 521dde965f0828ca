"""``DataLoader``: batches of the items of a dataset."""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Generic, TypeAlias, TypeVar, overload

import numpy as np
from typing_extensions import Unpack

from shapenet.backend import Array, default_generator
from shapenet.data.crew import Crew
from shapenet.data.dataset import Dataset, IterableDataset
from shapenet.data.fetching import Order, Recipe, made
from shapenet.data.pinned import pinned
from shapenet.data.place import Place
from shapenet.data.sampler import SequentialSampler
from shapenet.data.settings import Options, Settings, WorkerKind, samplers
from shapenet.tensors import AnyTensor

T = TypeVar("T")
Batch = TypeVar("Batch")
Batch_co = TypeVar("Batch_co", covariant=True)

Source: TypeAlias = Dataset[T] | IterableDataset[T]
Part: TypeAlias = AnyTensor | Array | np.generic | float
Two: TypeAlias = tuple[AnyTensor, AnyTensor]
Three: TypeAlias = tuple[AnyTensor, AnyTensor, AnyTensor]


class DataLoader(Generic[Batch_co]):
    """Iterates over the items of *dataset* in batches.

    Tensors and arrays are stacked, numbers become tensors, tuples, lists and dicts stay what they are, as
    ``default_collate`` says. Batches of a ``TensorDataset`` in order, made without workers, share its memory.

    Workers prepare batches while the program uses the ones before. Which items come, and in which order, does not
    depend on them. A process gets a copy of the dataset and sends its batches back; a thread shares the dataset, which
    is best where it lies in memory or where numpy does the work. Python's own work goes on in one thread at a time.

    *Random numbers.* Each pass first draws its order, then an integer *s*, both from the loader's generator. In worker
    *w* the default generator starts from *s + w*, and so, in a process, do ``random`` and ``numpy.random``; worker *w*
    of *n* makes batches *w*, *w + n* and so on. So a pass is reproduced by the seed of the loader and the number of
    workers. Without workers, transforms draw from the default generator of the program.

    *When something fails.* What a dataset raises is raised here, with notes that tell the item, the worker and the
    traceback there. A worker that dies raises a ``RuntimeError`` with its pid and exit code. Both end the pass and the
    workers. Workers also end when the pass is given up, and when the program ends, in whatever way: they read orders
    from a pipe that then closes, and have five seconds for what they are at.

    Args:
        dataset: the items.
        batch_size: items in a batch; None for the items themselves.
        shuffle: whether each pass has an order of its own, at random.
        sampler: the numbers of the items of a pass, instead of *shuffle*.
        batch_sampler: lists of them, instead of *batch_size*, *shuffle*, *sampler* and *drop_last*.
        num_workers: how many workers prepare batches; 0 for none.
        collate_fn: makes a batch of a list of items; of an item, if *batch_size* is None.
        pin_memory: whether batches are copied to page-locked memory, for faster copies to a GPU; needs cupy and a GPU.
        drop_last: whether to leave out a last batch that is not full; with workers, of each one's part of an
            ``IterableDataset``.
        timeout: seconds to wait for a batch of a worker; 0 for as long as it takes.
        worker_init_fn: called with its number in each worker when it has started, after its generators are seeded.
        generator: what orders and seeds are drawn from; the default generator if None.
        seed: the generator starts from it, instead of *generator*.
        transform: applied to each batch, in the worker.
        prefetch_factor: how many batches each worker prepares ahead; 2 if None.
        persistent_workers: whether workers stay for the next pass; then a new pass ends the one before.
        worker: whether workers are processes or threads.

    Raises:
        TypeError: *dataset* is no dataset, or an option not of its type.
        ValueError: an option has no such value, or does not go with another.
        DeviceError: *pin_memory* is True, and cupy or the GPU is missing.
    """

    @overload
    def __init__(
        self: DataLoader[Batch],
        dataset: Source[T],
        batch_size: int = 1,
        shuffle: bool = False,
        *,
        collate_fn: Callable[[list[T]], Batch],
        **options: Unpack[Options[Batch]],
    ) -> None: ...
    @overload
    def __init__(
        self: DataLoader[Batch],
        dataset: Source[T],
        batch_size: None,
        shuffle: bool = False,
        *,
        collate_fn: Callable[[T], Batch],
        **options: Unpack[Options[Batch]],
    ) -> None: ...
    @overload
    def __init__(
        self: DataLoader[T],
        dataset: Source[T],
        batch_size: None,
        shuffle: bool = False,
        *,
        collate_fn: None = None,
        **options: Unpack[Options[T]],
    ) -> None: ...
    @overload
    def __init__(
        self: DataLoader[AnyTensor],
        dataset: Source[Part],
        batch_size: int = 1,
        shuffle: bool = False,
        *,
        collate_fn: None = None,
        **options: Unpack[Options[AnyTensor]],
    ) -> None: ...
    @overload
    def __init__(
        self: DataLoader[Two],
        dataset: Source[tuple[Part, Part]],
        batch_size: int = 1,
        shuffle: bool = False,
        *,
        collate_fn: None = None,
        **options: Unpack[Options[Two]],
    ) -> None: ...
    @overload
    def __init__(
        self: DataLoader[Three],
        dataset: Source[tuple[Part, Part, Part]],
        batch_size: int = 1,
        shuffle: bool = False,
        *,
        collate_fn: None = None,
        **options: Unpack[Options[Three]],
    ) -> None: ...
    @overload
    def __init__(
        self: DataLoader[tuple[AnyTensor, ...]],
        dataset: Source[tuple[Part, ...]],
        batch_size: int = 1,
        shuffle: bool = False,
        *,
        collate_fn: None = None,
        **options: Unpack[Options[tuple[AnyTensor, ...]]],
    ) -> None: ...
    @overload
    def __init__(
        self: DataLoader[dict[str, AnyTensor]],
        dataset: Source[Mapping[str, Part]],
        batch_size: int = 1,
        shuffle: bool = False,
        *,
        collate_fn: None = None,
        **options: Unpack[Options[dict[str, AnyTensor]]],
    ) -> None: ...
    @overload
    def __init__(
        self: DataLoader[Any],
        dataset: Source[Any],
        batch_size: int = 1,
        shuffle: bool = False,
        *,
        collate_fn: None = None,
        **options: Unpack[Options[Any]],
    ) -> None: ...
    def __init__(
        self,
        dataset: Source[Any],
        batch_size: int | None = 1,
        shuffle: bool = False,
        *,
        sampler: Iterable[int] | None = None,
        batch_sampler: Iterable[list[int]] | None = None,
        num_workers: int = 0,
        collate_fn: Callable[[Any], Any] | None = None,
        pin_memory: bool = False,
        drop_last: bool = False,
        timeout: float = 0,
        worker_init_fn: Callable[[int], object] | None = None,
        generator: np.random.Generator | None = None,
        seed: int | None = None,
        transform: Callable[[Any], Any] | None = None,
        prefetch_factor: int | None = None,
        persistent_workers: bool = False,
        worker: WorkerKind = "process",
    ) -> None:
        if not isinstance(dataset, Dataset | IterableDataset):
            raise TypeError(f"DataLoader expects a Dataset, got {type(dataset).__name__}")
        settings = Settings(
            batch_size=batch_size,
            shuffle=shuffle,
            sampler=sampler,
            batch_sampler=batch_sampler,
            num_workers=num_workers,
            collate_fn=collate_fn,
            pin_memory=pin_memory,
            drop_last=drop_last,
            timeout=timeout,
            worker_init_fn=worker_init_fn,
            generator=generator,
            seed=seed,
            transform=transform,
            prefetch_factor=prefetch_factor,
            persistent_workers=persistent_workers,
            worker=worker,
        )
        self.dataset = dataset
        self.batch_size = None if batch_sampler is not None else batch_size
        self.num_workers = num_workers
        self.drop_last = drop_last
        self.generator = generator if seed is None else np.random.default_rng(seed)
        self.sampler: Iterable[int] | None = None
        self.batch_sampler: Iterable[list[int]] | None = None
        if isinstance(dataset, IterableDataset):
            settings.check_iterable()
        else:
            self.sampler, self.batch_sampler = samplers(dataset, settings, self.generator)
        in_order = type(self.sampler) is SequentialSampler
        self._recipe = Recipe(dataset, batch_size, drop_last, in_order, collate_fn, transform)
        self._settings = settings
        self._crew: Crew | None = None
        order = batch_sampler if self.sampler is None else self.sampler
        self._place = Place(loader=self.generator, dataset=dataset, order=order, transform=transform)

    def __len__(self) -> int:
        """How many batches a pass has; of an ``IterableDataset`` with workers, if they divide it evenly.

        Raises:
            TypeError: the dataset, or the sampler that was given, has no length.
        """
        if isinstance(self.dataset, Dataset):
            return len(self._visited())  # type: ignore[arg-type]  # if it has none, Python says so, and of what
        count = len(self.dataset)  # type: ignore[arg-type]
        if self.batch_size is None:
            return count
        return count // self.batch_size if self.drop_last else -(-count // self.batch_size)

    def __iter__(self) -> Iterator[Batch_co]:
        batches = self._place.begun(self._begun)
        return map(pinned, batches) if self._settings.pin_memory else batches

    def state_dict(self) -> dict[str, Any]:
        """Where the loader is: the states of its generators, and how many batches of a pass were given, if one goes on.

        It has the generators of the loader, its datasets, samplers and transforms, but not the default generator, from
        which all draw. A pass that was left, by ``break`` or an exception, goes on.
        """
        return self._place.state()

    def check_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Check that ``load_state_dict`` would take *state_dict*.

        Raises:
            ValueError: it would not.
        """
        problem = self._place.problem_of(state_dict)
        if problem is not None:
            raise ValueError(f"DataLoader cannot load this state: {problem}")

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Continue from a ``state_dict`` of a loader like this: if a pass went on, the next one is the rest of it.

        What was given of it is left out; where there are workers or an ``IterableDataset``, it is made again for that.

        Raises:
            ValueError: it is of another loader; nothing was changed.
        """
        self.check_state_dict(state_dict)
        self._place.load(state_dict)

    def _begun(self, skipped: int) -> Iterator[Any]:
        """A new pass without its first batches."""
        settings, numbered = self._settings, isinstance(self.dataset, Dataset)
        orders: Iterator[Order] = iter(self._visited()) if numbered else itertools.repeat(None)
        # Drawn without workers, too: the orders that follow are not to depend on them.
        seed = int((self.generator or default_generator()).integers(2**63))
        if settings.num_workers:
            batches = self._workers().batches(orders, seed, settings.prefetch_factor or 2, settings.persistent_workers)
        else:
            batches = made(self._recipe.start(), orders)
        # What is left out is not made, unless a worker draws for it, or there is no telling what the next would be.
        left_out = orders if numbered and not settings.num_workers else batches
        deque(itertools.islice(left_out, skipped), maxlen=0)
        return batches

    def _visited(self) -> Iterable[list[int]] | Iterable[int]:
        visited = self.sampler if self.batch_sampler is None else self.batch_sampler
        assert visited is not None
        return visited

    def _workers(self) -> Crew:
        settings = self._settings
        if self._crew is not None and not self._crew.stopped:
            return self._crew
        crew = Crew(settings.worker, settings.num_workers, self._recipe, settings.worker_init_fn, settings.timeout)
        self._crew = crew if settings.persistent_workers else None
        return crew
