"""Loaders that continue: after a state is loaded, the same batches come as without a break."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

import shapenet
from shapenet import generators
from shapenet.backend import default_generator
from shapenet.data import (
    BatchSampler,
    Compose,
    DataLoader,
    Dataset,
    IterableDataset,
    Mixup,
    RandomAffine,
    RandomHorizontalFlip,
    RandomSampler,
    Sampler,
    Subset,
    SubsetRandomSampler,
    TensorDataset,
    WeightedRandomSampler,
)
from shapenet.tensors import AnyTensor

COUNT = 11
Make = Callable[[int], "DataLoader[Any]"]


class Augmented(Dataset[AnyTensor]):
    """Images that are changed at random, some by a generator of their own."""

    def __init__(self, seed: int) -> None:
        self.transform = Compose([RandomHorizontalFlip(), RandomAffine(5, generator=own(seed))])

    def __len__(self) -> int:
        return COUNT

    def __getitem__(self, number: int) -> AnyTensor:
        return self.transform(shapenet.arange(16.0).reshape(1, 4, 4) + number)


class Endless(IterableDataset[float]):
    def __iter__(self) -> Iterator[float]:
        return (number + default_generator().random() for number in range(COUNT))


class Reversed(Sampler[int]):
    """Draws when it is asked, not before."""

    def __init__(self, seed: int) -> None:
        self.rng = own(seed)

    def __iter__(self) -> Iterator[int]:
        return (int(self.rng.integers(COUNT)) for _ in range(COUNT))


def own(seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)


def numbers() -> TensorDataset:
    return TensorDataset(shapenet.arange(COUNT))


def mixed(seed: int) -> DataLoader[Any]:
    images = TensorDataset(shapenet.rand(COUNT, 1, 2, 2), shapenet.arange(COUNT) % 3)
    images.tensors[0].data[...] = np.arange(COUNT * 4).reshape(COUNT, 1, 2, 2)
    return DataLoader(images, 3, True, transform=Mixup(3, generator=own(seed)))


LOADERS: dict[str, Make] = {
    "in order": lambda seed: DataLoader(numbers(), 3),
    "shuffled": lambda seed: DataLoader(numbers(), 3, shuffle=True),
    "seeded": lambda seed: DataLoader(numbers(), 4, shuffle=True, seed=seed, drop_last=True),
    "items": lambda seed: DataLoader(
        numbers(), None, shuffle=True, generator=np.random.Generator(np.random.MT19937(seed))
    ),
    "drawn": lambda seed: DataLoader(
        numbers(), 2, sampler=RandomSampler(range(COUNT), True, generator=np.random.Generator(np.random.SFC64(seed)))
    ),
    "weighted": lambda seed: DataLoader(
        numbers(),
        batch_sampler=BatchSampler(WeightedRandomSampler(range(COUNT), 7, generator=own(seed)), 2, False),
    ),
    "a part": lambda seed: DataLoader(
        Subset(Augmented(seed), range(1, 9)),
        3,
        sampler=SubsetRandomSampler(range(8), np.random.Generator(np.random.Philox(seed))),
    ),
    "late draws": lambda seed: DataLoader(numbers(), 2, sampler=Reversed(seed), num_workers=0),
    "mixed": mixed,
    "iterable": lambda seed: DataLoader(Endless(), 3),
    "threads": lambda seed: DataLoader(Augmented(seed), 2, shuffle=True, num_workers=2, worker="thread", seed=seed),
    "threads, iterable": lambda seed: DataLoader(
        Endless(), 2, num_workers=2, worker="thread", persistent_workers=True, generator=own(seed)
    ),
}


def plain(batch: Any) -> Any:
    return [plain(part) for part in batch] if isinstance(batch, tuple) else batch.tolist()


def passes(loader: DataLoader[Any], first: int, last: int) -> Iterator[Any]:
    """The batches of some passes; as dropout does, something else draws between them."""
    for number in range(first, last):
        for batch in loader:
            yield number, plain(batch), shapenet.rand(2).tolist()


@pytest.mark.parametrize("name", LOADERS)
def test_a_break_changes_nothing(name: str) -> None:
    make = LOADERS[name]
    seed = int(own(np.random.SeedSequence().generate_state(1)[0]).integers(2**31))
    shapenet.manual_seed(seed)
    loader = make(seed)
    states, seen = [], []
    for step in passes(loader, 0, 3):
        seen.append(step)
        states.append(copy.deepcopy((loader.state_dict(), generators.state_of(default_generator()))))
    states.append((loader.state_dict(), generators.state_of(default_generator())))  # after the last pass
    assert len({repr(step) for step in seen}) == len(seen)
    for number in own(seed).choice(len(seen), 5, replace=False):
        shapenet.manual_seed(seed + 1)
        again = make(seed + 1)
        state, default = states[number]
        again.load_state_dict(state)
        generators.restore(default_generator(), default)
        assert repr(again.state_dict()) == repr(state)
        assert list(passes(again, seen[number][0], 3)) == seen[number + 1 :], number


def test_a_state_between_passes_has_no_pass() -> None:
    loader = DataLoader(numbers(), 3, shuffle=True, seed=3)
    assert loader.state_dict()["pass"] is None
    for _ in loader:
        assert loader.state_dict()["pass"]["batches"] >= 1
    assert loader.state_dict()["pass"] is None
    for _ in loader:
        break
    assert loader.state_dict()["pass"]["batches"] == 1


def test_generators_are_found_once_by_path() -> None:
    shared = own(3)
    flip = RandomHorizontalFlip(generator=own(4))
    both = Augmented(0) + Augmented(1)
    loader = DataLoader(both, 2, sampler=RandomSampler(both, generator=shared), generator=shared, transform=flip)
    assert list(loader.state_dict()["generators"]) == [
        "loader",
        "dataset.datasets.0.transform.transforms.1.generator",
        "dataset.datasets.1.transform.transforms.1.generator",
        "transform.generator",
    ]


WRONG: list[tuple[Any, str]] = [
    (None, "expected generators and pass, got None"),
    ({}, "expected generators and pass, got nothing"),
    ({"generators": {}, "pass": None}, "it has the generators nothing, expected loader"),
    ({"generators": {"loader": 3}, "pass": None}, "of the generator loader, it is 3, expected 'bit_generator', "),
    ({"pass": {"batches": 1}}, "pass has batches, expected batches, default, generators"),
    ({"pass": {"batches": -1, "default": 0, "generators": 0}}, "batches is -1, expected an int, at least 0"),
    ({"pass": {"batches": True, "default": 0, "generators": 0}}, "batches is True, expected an int, at least 0"),
    ({"pass": {"batches": 2**70, "default": 0, "generators": 0}}, f"batches is {2**70}, expected an int, at least 0"),
    ({"pass": {"batches": 1, "default": 0, "generators": 0}}, "of the default generator, it is 0, expected "),
]


@pytest.mark.parametrize(("wrong", "text"), WRONG)
def test_a_wrong_state_changes_nothing(wrong: Any, text: str) -> None:
    loader = DataLoader(numbers(), 3, shuffle=True, seed=3)
    before = loader.state_dict()
    given = {**before, **wrong} if wrong else wrong
    with pytest.raises(ValueError, match=re.escape(f"DataLoader cannot load this state: {text}")):
        loader.load_state_dict(given)
    assert loader.state_dict() == before
