"""Samplers, and datasets made of others."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest

import shapenet
from shapenet.data import (
    BatchSampler,
    ConcatDataset,
    Dataset,
    RandomSampler,
    Sampler,
    SequentialSampler,
    Subset,
    SubsetRandomSampler,
    TensorDataset,
    WeightedRandomSampler,
    random_split,
)


class Numbers(Dataset[int]):
    def __init__(self, first: int, count: int) -> None:
        self.first, self.count = first, count

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, number: int) -> int:
        if not -self.count <= number < self.count:
            raise IndexError(number)
        return self.first + number % self.count


def generator(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_subset() -> None:
    subset = Subset(Numbers(100, 10), [3, -1, 3])
    assert (len(subset), list(subset), subset[-1]) == (3, [103, 109, 103], 103)
    assert list(Subset(Numbers(0, 5), shapenet.tensor([4, 0]))) == [4, 0]
    assert list(Subset(subset, np.array([2, 1]))) == [103, 109]
    with pytest.raises(IndexError, match=r"^Subset expects indices to be from -10 to 9, got 10$"):
        Subset(Numbers(0, 10), [0, 10])
    with pytest.raises(TypeError, match=r"^Subset expects indices to be ints, got 1.5$"):
        Subset(Numbers(0, 10), [1.5])  # type: ignore[list-item]
    with pytest.raises(TypeError, match=r"^Subset expects a Dataset, got list$"):
        Subset([1], [0])  # type: ignore[arg-type]
    with pytest.raises(IndexError, match="Subset has 3 items, got number 3"):
        subset[3]


def test_concatenation() -> None:
    both = Numbers(0, 3) + Numbers(10, 0) + Numbers(20, 2)
    assert isinstance(both, ConcatDataset)
    assert (len(both), list(both), both[-1], both[-5]) == (5, [0, 1, 2, 20, 21], 21, 0)
    assert list(ConcatDataset(iter([Numbers(5, 1), Numbers(7, 1)]))) == [5, 7]
    for number in (5, -6):
        with pytest.raises(IndexError, match=f"ConcatDataset has 5 items, got number {number}"):
            both[number]
    with pytest.raises(ValueError, match="at least one, got none"):
        ConcatDataset([])
    with pytest.raises(TypeError, match="ConcatDataset expects a Dataset, got range"):
        ConcatDataset([range(3)])  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("lengths", "sizes"),
    [
        ([7, 3], [7, 3]),
        ([10, 0], [10, 0]),
        ([0.5, 0.5], [5, 5]),
        ([0.34, 0.33, 0.33], [4, 3, 3]),
        ([0.25, 0.25, 0.5], [3, 2, 5]),
        ([1.0, 0], [10, 0]),
        ([0.1] * 10, [1] * 10),
    ],
)
def test_random_split(lengths: list[float], sizes: list[int]) -> None:
    parts = random_split(Numbers(0, 10), lengths, generator(1))
    assert [len(part) for part in parts] == sizes
    assert sorted(number for part in parts for number in part) == list(range(10))
    again = random_split(Numbers(0, 10), lengths, generator(1))
    assert [part.indices for part in again] == [part.indices for part in parts]
    assert [number for part in parts for number in part] != list(range(10))


@pytest.mark.parametrize(
    ("lengths", "text"),
    [
        ([7, 2], r"to add up to 10, got \[7, 2\]"),
        ([1, 0], r"to add up to 10, got \[1, 0\]"),
        ([0.5, 0.4], r"that are fractions to add up to 1, got \[0.5, 0.4\]"),
        ([12, -2], r"to be numbers, at least 0, got \[12, -2\]"),
        ([float("nan"), 1.0], "to be numbers, at least 0"),
        ([], r"to be numbers, at least 0, got \[\]"),
    ],
)
def test_random_split_refuses(lengths: list[float], text: str) -> None:
    with pytest.raises(ValueError, match=f"^random_split expects lengths {text}"):
        random_split(Numbers(0, 10), lengths)


def test_the_default_generator_is_used_where_none_is_given() -> None:
    makers: list[Any] = [
        lambda: list(RandomSampler(range(50))),
        lambda: list(RandomSampler(range(50), replacement=True)),
        lambda: list(SubsetRandomSampler(range(50))),
        lambda: list(WeightedRandomSampler([1.0] * 50, 50)),
        lambda: [part.indices for part in random_split(Numbers(0, 50), [25, 25])],
    ]
    for make in makers:
        shapenet.manual_seed(3)
        first, second = make(), make()
        shapenet.manual_seed(3)
        assert [make(), make()] == [first, second]
        assert first != second


def test_orders() -> None:
    assert list(SequentialSampler("abc")) == [0, 1, 2]
    order = list(RandomSampler(range(50), generator=generator()))
    assert sorted(order) == list(range(50)) != order
    assert list(RandomSampler(range(50), generator=generator())) == order
    assert list(RandomSampler([])) == []


def test_random_samplers_draw_when_a_pass_begins() -> None:
    for make in (
        lambda draw: RandomSampler(range(50), generator=draw),
        lambda draw: RandomSampler(range(50), replacement=True, generator=draw),
        lambda draw: SubsetRandomSampler(range(50), generator=draw),
        lambda draw: WeightedRandomSampler(np.ones(50), 50, generator=draw),
        lambda draw: BatchSampler(RandomSampler(range(50), generator=draw), 7, drop_last=False),
    ):
        wanted = list(make(generator(4)))
        draw = generator(4)
        order = iter(make(draw))
        draw.random(100)
        assert list(order) == wanted


def test_numbers_of_samples() -> None:
    fewer = RandomSampler(range(10), num_samples=4)
    assert len(fewer) == len(list(fewer)) == len(set(fewer)) == 4
    more = Counter(RandomSampler(range(10), num_samples=25))
    assert sum(more.values()) == 25
    assert set(more.values()) == {2, 3}
    again = list(RandomSampler(range(10), replacement=True, num_samples=1000, generator=generator()))
    assert set(again) == set(range(10))
    assert len(again) == 1000
    assert len(set(again[:10])) < 10


def test_weights() -> None:
    sampler = WeightedRandomSampler([0, 3, 1], 4000, generator=generator())
    counts = Counter(sampler)
    assert counts[0] == 0
    assert 2850 < counts[1] < 3150
    assert len(sampler) == 4000
    each = list(WeightedRandomSampler([0.5, 0, 1e300, 1e300], 2, replacement=False, generator=generator()))
    assert sorted(each) == [2, 3]
    assert set(WeightedRandomSampler(shapenet.tensor([0.0, 1.0]), 5)) == {1}


def test_subset_random_sampler() -> None:
    sampler = SubsetRandomSampler([5, 8, 8, 2], generator())
    assert len(sampler) == 4
    assert {tuple(sorted(sampler)) for _ in range(5)} == {(2, 5, 8, 8)}
    assert len({tuple(sampler) for _ in range(20)}) > 1


def test_batches_of_numbers() -> None:
    assert list(BatchSampler(range(7), 3, drop_last=False)) == [[0, 1, 2], [3, 4, 5], [6]]
    assert list(BatchSampler(range(7), 3, drop_last=True)) == [[0, 1, 2], [3, 4, 5]]
    assert len(BatchSampler(range(7), 3, drop_last=False)) == 3
    assert len(BatchSampler(range(7), 3, drop_last=True)) == 2
    assert len(BatchSampler(range(6), 3, drop_last=False)) == 2

    class Endless(Sampler[int]):
        def __iter__(self) -> Any:
            return iter([1, 2])

    with pytest.raises(
        TypeError, match=r"^the length of BatchSampler expects something that has a length, got Endless"
    ):
        len(BatchSampler(Endless(), 2, drop_last=False))


def test_arguments_are_checked() -> None:
    wrong: list[tuple[Any, tuple[Any, ...], dict[str, Any], type[Exception], str]] = [
        (SequentialSampler, (3,), {}, TypeError, "something that has a length, got int"),
        (RandomSampler, (3,), {}, TypeError, "something that has a length, got int"),
        (RandomSampler, ([1],), {"replacement": 1}, TypeError, "replacement to be a bool, got 1"),
        (RandomSampler, ([1],), {"num_samples": 0}, ValueError, "num_samples to be an int, at least 1, got 0"),
        (RandomSampler, ([],), {"num_samples": 2}, ValueError, "items to draw num_samples=2 from, got none"),
        (RandomSampler, ([1],), {"generator": 3}, TypeError, "generator to be a numpy.random.Generator, got 3"),
        (SubsetRandomSampler, (["a"],), {}, TypeError, "indices to be ints, got 'a'"),
        (WeightedRandomSampler, ([1.0], 0), {}, ValueError, "num_samples to be an int, at least 1, got 0"),
        (WeightedRandomSampler, ([1.0], 1, 0), {}, TypeError, "replacement to be a bool, got 0"),
        (WeightedRandomSampler, ([0, 1, 1], 3, False), {}, ValueError, "num_samples to be at most 2, .*, got 3"),
        *((WeightedRandomSampler, (weights, 1), {}, ValueError, "weights to be finite numbers .*")
          for weights in ([], [0.0], [-1, 2], [float("inf")], [[1.0]])),
        (BatchSampler, (3, 2, False), {}, TypeError, "sampler to be iterable, got 3"),
        (BatchSampler, ([3], 0, False), {}, ValueError, "batch_size to be an int, at least 1, got 0"),
        (BatchSampler, ([3], 1, 0), {}, TypeError, "drop_last to be a bool, got 0"),
    ]  # fmt: skip
    for make, arguments, options, error, text in wrong:
        with pytest.raises(error, match=f"^{make.__name__} expects {text}$"):
            make(*arguments, **options)


def test_splits_of_tensors_are_of_one_kind() -> None:
    part: Subset[tuple[shapenet.AnyTensor, ...]]
    part, _ = random_split(TensorDataset(shapenet.arange(4)), [3, 1])
    assert [label.item() for (label,) in part] == part.indices
