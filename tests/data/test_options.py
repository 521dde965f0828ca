"""What a ``DataLoader`` is told: options that do not go together, kinds of items, page-locked memory."""

from __future__ import annotations

import importlib.util
import pickle
from typing import Any, NamedTuple, assert_type

import numpy as np
import pytest

import shapenet
from shapenet import AnyTensor, ContractError, DeviceError, ShapeError, Tensor
from shapenet.backend import Array
from shapenet.data import (
    BatchSampler,
    DataLoader,
    Dataset,
    IterableDataset,
    TensorDataset,
    default_collate,
    random_split,
)
from shapenet.data.pinned import pinned
from tests.test_backend import GPU


class Listed(Dataset[Any]):
    def __init__(self, *items: Any) -> None:
        self.items = items

    def __len__(self) -> int:
        return len(self.items)

    def __getitem__(self, number: int) -> Any:
        return self.items[number]


class Endless(IterableDataset[int]):
    def __iter__(self) -> Any:
        return iter(int, 1)


@pytest.mark.parametrize(
    ("options", "error", "text"),
    [
        ({"batch_sampler": [[0]], "batch_size": 2}, ValueError, "batch_size to be 1, as batch_sampler is given, got 2"),
        (
            {"batch_sampler": [[0]], "shuffle": True},
            ValueError,
            "shuffle to be False, as batch_sampler is given, got True",
        ),
        ({"batch_sampler": [[0]], "drop_last": True}, ValueError, "drop_last to be False, as batch_sampler .*"),
        (
            {"batch_sampler": [[0]], "sampler": [0]},
            ValueError,
            r"sampler to be None, as batch_sampler is given, got \[0\]",
        ),
        ({"sampler": [0], "shuffle": True}, ValueError, "shuffle to be False, as sampler is given, got True"),
        ({"batch_size": None, "drop_last": True}, ValueError, "drop_last to be False, as batch_size is None, got True"),
        (
            {"seed": 1, "generator": np.random.default_rng()},
            ValueError,
            "generator to be None, as seed is given, got .*",
        ),
        ({"timeout": 2}, ValueError, "timeout to be 0, as num_workers is 0, got 2"),
        ({"prefetch_factor": 2}, ValueError, "prefetch_factor to be None, as num_workers is 0, got 2"),
        ({"persistent_workers": True}, ValueError, "persistent_workers to be False, as num_workers is 0, got True"),
        ({"num_workers": -1}, ValueError, "num_workers to be an int, at least 0, got -1"),
        ({"num_workers": None}, ValueError, "num_workers to be an int, at least 0, got None"),
        ({"num_workers": 1, "prefetch_factor": 0}, ValueError, "prefetch_factor to be an int, at least 1, got 0"),
        ({"num_workers": 1, "timeout": -1}, ValueError, "timeout to be a finite number, at least 0, got -1"),
        ({"num_workers": 1, "worker": "fork"}, ValueError, "worker to be 'process' or 'thread', got 'fork'"),
        ({"generator": 1}, TypeError, "generator to be a numpy.random.Generator, got 1"),
        ({"collate_fn": 1}, TypeError, "collate_fn to be callable, got 1"),
        ({"worker_init_fn": 1}, TypeError, "worker_init_fn to be callable, got 1"),
        ({"sampler": 1}, TypeError, "sampler to be iterable, got 1"),
        ({"batch_sampler": 1}, TypeError, "batch_sampler to be iterable, got 1"),
        ({"pin_memory": 1}, TypeError, "pin_memory to be a bool, got 1"),
    ],
)
def test_options_are_checked(options: dict[str, Any], error: type[Exception], text: str) -> None:
    with pytest.raises(error, match=f"^DataLoader expects {text}$"):
        DataLoader(Listed(1), **options)


@pytest.mark.parametrize("options", [{"shuffle": True}, {"sampler": [0]}, {"batch_sampler": [[0]]}])
def test_the_order_of_an_iterable_dataset_is_its_own(options: dict[str, Any]) -> None:
    with pytest.raises(
        ValueError, match=f"expects {next(iter(options))} to be .*, as dataset is an IterableDataset, got "
    ):
        DataLoader(Endless(), **options)
    assert next(iter(DataLoader(Endless(), 3))).tolist() == [0, 0, 0]


def test_samplers_are_used() -> None:
    dataset = TensorDataset(shapenet.arange(10))
    assert [batch.tolist() for (batch,) in DataLoader(dataset, 2, sampler=[5, 1, -1])] == [[5, 1], [9]]
    batches = [[3], [1, 2], []]
    assert [numbers.tolist() for (numbers,) in DataLoader(dataset, batch_sampler=batches[:2])] == batches[:2]
    assert DataLoader(dataset, batch_sampler=batches).batch_size is None
    assert len(DataLoader(dataset, batch_sampler=batches)) == 3
    assert len(DataLoader(dataset, None)) == 10
    with pytest.raises(IndexError, match="TensorDataset has 10 items, got number 10"):
        list(DataLoader(dataset, 2, sampler=[0, 10]))
    with pytest.raises(IndexError, match="TensorDataset has 10 items, got number -11"):
        list(DataLoader(dataset, 2, sampler=[0, -11]))
    given = DataLoader(dataset, batch_sampler=BatchSampler(range(4), 3, drop_last=False))
    assert [numbers.tolist() for (numbers,) in given] == [[0, 1, 2], [3]]


def test_a_generator_is_drawn_from() -> None:
    dataset = TensorDataset(shapenet.arange(30))
    one = DataLoader(dataset, 30, shuffle=True, generator=np.random.default_rng(4))
    other = DataLoader(dataset, 30, shuffle=True, seed=4)
    for _ in range(2):
        assert [batch.tolist() for (batch,) in one] == [batch.tolist() for (batch,) in other]


def test_parts_of_tensors_are_selected_at_once() -> None:
    dataset = TensorDataset(shapenet.randn(20, 4), shapenet.arange(20))
    part, _ = random_split(dataset, [0.7, 0.3])
    rows, numbers = next(iter(DataLoader(part, 14)))
    assert numbers.tolist() == part.indices
    np.testing.assert_array_equal(rows.data, dataset.tensors[0].data[part.indices])
    large = TensorDataset(shapenet.randn(200, 100))
    (batch,) = next(iter(DataLoader(large, 150, sampler=range(-150, 0))))
    np.testing.assert_array_equal(batch.data, large.tensors[0].data[-150:])


class Doubled(TensorDataset):
    def __getitem__(self, number: int) -> tuple[AnyTensor, ...]:
        return tuple(part + part for part in super().__getitem__(number))


def test_a_subclass_makes_its_own_items() -> None:
    (batch,) = next(iter(DataLoader(Doubled(shapenet.arange(4)), 4)))
    assert batch.tolist() == [0, 2, 4, 6]


class Pair(NamedTuple):
    image: Array
    name: str


def test_kinds_of_batches() -> None:
    mapping, words = default_collate([({"a": 1, "b": [2.0]}, "x"), ({"b": [3.0], "a": 4}, "y")])
    assert (mapping["a"].tolist(), mapping["b"][0].tolist(), words) == ([1, 4], [2.0, 3.0], ["x", "y"])
    assert type(mapping["b"]) is list
    pair = default_collate([Pair(np.zeros(3), "one"), Pair(np.ones(3), "two")])
    assert isinstance(pair, Pair)
    images, names = pair
    assert images.shape == (2, 3)
    assert list(names) == ["one", "two"]
    assert default_collate([b"a", b"b"]) == [b"a", b"b"]
    mixed = default_collate([np.float32(1), np.int64(2)])
    assert mixed.dtype == np.float64
    assert default_collate([True, 2]).tolist() == [1, 2]
    large = [np.random.default_rng().standard_normal((100, 90)) for _ in range(3)]
    np.testing.assert_array_equal(default_collate(large).data, np.stack(large))


def test_errors_survive_being_sent() -> None:
    for error in (ShapeError("one", "is wrong", "at 3"), ContractError("one", "is wrong")):
        error.add_note("noted")
        copy = pickle.loads(pickle.dumps(error))
        assert type(copy) is type(error)
        assert (str(copy), vars(copy)) == (str(error), vars(error))


def test_types_of_batches() -> None:
    class Pairs(Dataset[tuple[Array, int]]):
        def __len__(self) -> int:
            return 1

        def __getitem__(self, number: int) -> tuple[Array, int]:
            return np.zeros(2), 1

    class Named(Dataset[dict[str, float]]):
        def __len__(self) -> int:
            return 1

        def __getitem__(self, number: int) -> dict[str, float]:
            return {"a": 1.0}

    def counted(items: list[tuple[Array, int]]) -> int:
        return len(items)

    images, labels = assert_type(next(iter(DataLoader(Pairs()))), tuple[AnyTensor, AnyTensor])
    assert (images.shape, labels.shape) == ((1, 2), (1,))
    item = assert_type(next(iter(DataLoader(Pairs(), None))), tuple[Array, int])
    assert item[1] == 1
    assert assert_type(next(iter(DataLoader(Pairs(), collate_fn=counted))), int) == 1
    assert assert_type(next(iter(DataLoader(Named()))), dict[str, AnyTensor])["a"].tolist() == [1.0]


def test_pinned_memory_is_refused_without_cupy(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "cupy", None)
    with pytest.raises(
        DeviceError, match=r"^DataLoader expects pin_memory to be False without a CUDA device, got True: "
    ):
        DataLoader(Listed(1), pin_memory=True)


@pytest.mark.skipif(importlib.util.find_spec("cupy") is None, reason="cupy is not installed")
def test_what_is_copied_to_pinned_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    import cupy

    sizes: list[int] = []

    def locked(size: int) -> bytearray:
        sizes.append(size)
        return bytearray(size + 8)  # cupy, too, rounds up

    monkeypatch.setattr(cupy.cuda, "alloc_pinned_memory", locked)
    rows = np.random.default_rng().standard_normal((3, 4)).T
    batch = pinned((Tensor(rows), {"a": [rows, "word", 3]}, Pair(np.zeros((0, 2)), "empty")))
    assert sizes == [96, 96]
    np.testing.assert_array_equal(batch[0].data, rows)
    np.testing.assert_array_equal(batch[1]["a"][0], rows)
    assert not np.shares_memory(batch[0].data, rows)
    assert batch[1]["a"][1:] == ["word", 3]
    assert isinstance(batch[2], Pair)


@pytest.mark.gpu
@pytest.mark.skipif(not GPU, reason="no CUDA device")
def test_pinned_memory() -> None:
    import cupy

    dataset = TensorDataset(shapenet.randn(10, 3), shapenet.arange(10))
    for rows, _ in DataLoader(dataset, 5, pin_memory=True):
        attributes = cupy.cuda.runtime.pointerGetAttributes(rows.data.ctypes.data)
        assert attributes.type == 1  # cudaMemoryTypeHost
        np.testing.assert_array_equal(rows.to("cuda").to("cpu").data, rows.data)
