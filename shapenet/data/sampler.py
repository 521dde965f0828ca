"""Samplers: in which order the items of a dataset are visited.

The random ones draw when a pass begins, all at once: what else draws from the same generator meanwhile changes nothing.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence, Sized
from typing import Generic, TypeVar

import numpy as np

from shapenet.backend import Array, default_generator
from shapenet.data.checks import as_numbers, check_flag, check_generator, check_int
from shapenet.tensors import AnyTensor, Tensor

T_co = TypeVar("T_co", covariant=True)


class Sampler(ABC, Generic[T_co]):
    """Numbers of items, or lists of numbers: each ``iter`` begins a pass."""

    @abstractmethod
    def __iter__(self) -> Iterator[T_co]:
        """What is visited in one pass."""


class SequentialSampler(Sampler[int]):
    """The numbers of all items of *data_source*, in order.

    Raises:
        TypeError: *data_source* has no length.
    """

    def __init__(self, data_source: Sized) -> None:
        _check_sized("SequentialSampler", data_source)
        self.data_source = data_source

    def __len__(self) -> int:
        return len(self.data_source)

    def __iter__(self) -> Iterator[int]:
        return iter(range(len(self.data_source)))


class RandomSampler(Sampler[int]):
    """Numbers of items of *data_source* at random.

    Args:
        data_source: the items; only their number counts.
        replacement: whether each number is drawn from all items. If not, no item comes again before all have come.
        num_samples: how many numbers a pass has; as many as there are items if None.
        generator: what they are drawn from; the default generator if None.

    Raises:
        TypeError: *data_source* has no length, *replacement* is no bool or *generator* no generator.
        ValueError: *num_samples* is no int of at least 1, or there is no item to draw so many from.
    """

    def __init__(
        self,
        data_source: Sized,
        replacement: bool = False,
        num_samples: int | None = None,
        generator: np.random.Generator | None = None,
    ) -> None:
        _check_sized("RandomSampler", data_source)
        check_flag("RandomSampler", "replacement", replacement)
        check_generator("RandomSampler", generator)
        if num_samples is not None:
            check_int("RandomSampler", "num_samples", num_samples, 1)
            if not len(data_source):
                raise ValueError(f"RandomSampler expects items to draw num_samples={num_samples} from, got none")
        self.data_source = data_source
        self.replacement = replacement
        self.generator = generator
        self._num_samples = num_samples

    @property
    def num_samples(self) -> int:
        """How many numbers a pass has."""
        return len(self.data_source) if self._num_samples is None else self._num_samples

    def __len__(self) -> int:
        return self.num_samples

    def __iter__(self) -> Iterator[int]:
        count, wanted = len(self.data_source), self.num_samples
        draw = self.generator or default_generator()
        if not wanted:
            return iter(())
        if self.replacement:
            return iter(draw.integers(count, size=wanted).tolist())
        rounds = [draw.permutation(count) for _ in range(-(-wanted // count))]
        return iter(np.concatenate(rounds)[:wanted].tolist())


class SubsetRandomSampler(Sampler[int]):
    """The numbers *indices* in random order.

    Raises:
        TypeError: *indices* are not ints, or *generator* is no generator.
    """

    def __init__(self, indices: Iterable[int] | AnyTensor, generator: np.random.Generator | None = None) -> None:
        check_generator("SubsetRandomSampler", generator)
        self.indices = as_numbers("SubsetRandomSampler", "indices", indices)
        self.generator = generator

    def __len__(self) -> int:
        return len(self.indices)

    def __iter__(self) -> Iterator[int]:
        order = (self.generator or default_generator()).permutation(len(self.indices))
        return iter([self.indices[place] for place in order])


class WeightedRandomSampler(Sampler[int]):
    """Numbers from 0 on, each with a probability in proportion to its weight.

    Args:
        weights: of each item; they need not add up to 1.
        num_samples: how many numbers a pass has.
        replacement: whether a number may come more than once in a pass.
        generator: what they are drawn from; the default generator if None.

    Raises:
        TypeError: *replacement* is no bool or *generator* no generator.
        ValueError: *weights* are not numbers, at least 0 and some above, or *num_samples* is no int of at least 1; or,
            without replacement, fewer weights than that are above 0.
    """

    def __init__(
        self,
        weights: Sequence[float] | Array | AnyTensor,
        num_samples: int,
        replacement: bool = True,
        generator: np.random.Generator | None = None,
    ) -> None:
        check_flag("WeightedRandomSampler", "replacement", replacement)
        check_generator("WeightedRandomSampler", generator)
        check_int("WeightedRandomSampler", "num_samples", num_samples, 1)
        self.chances = _chances(weights)
        possible = np.count_nonzero(self.chances)
        if not replacement and num_samples > possible:
            raise ValueError(
                f"WeightedRandomSampler expects num_samples to be at most {possible}, as so many weights are above 0 "
                f"and replacement is False, got {num_samples}"
            )
        self.num_samples = num_samples
        self.replacement = replacement
        self.generator = generator

    def __len__(self) -> int:
        return self.num_samples

    def __iter__(self) -> Iterator[int]:
        draw = self.generator or default_generator()
        return iter(draw.choice(len(self.chances), self.num_samples, self.replacement, self.chances).tolist())


class BatchSampler(Sampler[list[int]]):
    """The numbers of *sampler* in lists of *batch_size*; *drop_last* leaves out a last one that is not full.

    Raises:
        TypeError: *sampler* cannot be iterated over, or *drop_last* is no bool.
        ValueError: *batch_size* is no int of at least 1.
    """

    def __init__(self, sampler: Iterable[int], batch_size: int, drop_last: bool) -> None:
        if not isinstance(sampler, Iterable):
            raise TypeError(f"BatchSampler expects sampler to be iterable, got {sampler!r}")
        check_int("BatchSampler", "batch_size", batch_size, 1)
        check_flag("BatchSampler", "drop_last", drop_last)
        self.sampler = sampler
        self.batch_size = batch_size
        self.drop_last = drop_last

    def __len__(self) -> int:
        _check_sized("the length of BatchSampler", self.sampler)
        whole, rest = divmod(len(self.sampler), self.batch_size)  # type: ignore[arg-type]  # has a length, as was checked
        return whole if self.drop_last or not rest else whole + 1

    def __iter__(self) -> Iterator[list[int]]:
        return self._batches(iter(self.sampler))  # the pass of the sampler begins now, not with the first batch

    def _batches(self, numbers: Iterator[int]) -> Iterator[list[int]]:
        batch: list[int] = []
        for number in numbers:
            batch.append(number)
            if len(batch) == self.batch_size:
                yield batch
                batch = []
        if batch and not self.drop_last:
            yield batch


def _check_sized(owner: str, value: object) -> None:
    if not isinstance(value, Sized):
        raise TypeError(f"{owner} expects something that has a length, got {type(value).__name__}")


def _chances(given: Sequence[float] | Array | AnyTensor) -> Array:
    listed = given.data.tolist() if isinstance(given, Tensor) else given
    weights = np.array(listed, np.float64)
    valid = weights.ndim == 1 and np.all(np.isfinite(weights)) and np.all(weights >= 0) and np.any(weights > 0)
    if not valid:
        raise ValueError(
            f"WeightedRandomSampler expects weights to be finite numbers in one dimension, at least 0 and one above, "
            f"got {given!r}"
        )
    weights /= weights.max()  # so that the sum is finite
    return np.asarray(weights / weights.sum())
