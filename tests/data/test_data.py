"""Datasets and batches."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import shapenet
from shapenet import AnyTensor, ShapeError
from shapenet.data import DataLoader, Dataset, TensorDataset


class Squares(Dataset[tuple[AnyTensor, int, float]]):
    def __len__(self) -> int:
        return 7

    def __getitem__(self, number: int) -> tuple[AnyTensor, int, float]:
        return shapenet.full((2,), float(number)), number**2, number / 2


def pairs(count: int = 10) -> TensorDataset:
    return TensorDataset(shapenet.randn(count, 3), shapenet.arange(count))


def labels(loader: DataLoader[tuple[AnyTensor, ...]]) -> list[int]:
    return [int(label) for _, batch in loader for label in batch]


def test_batches() -> None:
    dataset = pairs()
    batches = list(DataLoader(dataset, batch_size=4))
    assert [batch[0].shape for batch in batches] == [(4, 3), (4, 3), (2, 3)]
    assert len(DataLoader(dataset, batch_size=4)) == 3
    assert (
        len(DataLoader(dataset, batch_size=4, drop_last=True)) == len(list(DataLoader(dataset, 4, drop_last=True))) == 2
    )
    assert labels(DataLoader(dataset, batch_size=4)) == list(range(10))
    image, label = dataset[3]
    np.testing.assert_array_equal(image.numpy(), dataset.tensors[0].numpy()[3])
    assert label.item() == 3


def test_items_are_collated() -> None:
    tensors, integers, floats = next(iter(DataLoader(Squares(), batch_size=3)))
    collated: list[Any] = [tensors, integers, floats]
    assert [part.shape for part in collated] == [(3, 2), (3,), (3,)]
    assert [part.dtype for part in collated] == [np.float32, np.int64, np.float32]
    assert collated[1].tolist() == [0, 1, 4]


def test_orders() -> None:
    loader = DataLoader(pairs(50), batch_size=8, shuffle=True, seed=1)
    first, second = labels(loader), labels(loader)
    assert sorted(first) == sorted(second) == list(range(50))
    assert first != second
    assert first != list(range(50))
    again = DataLoader(pairs(50), batch_size=8, shuffle=True, seed=1)
    assert [labels(again), labels(again)] == [first, second]
    unseeded, dataset = DataLoader(pairs(50), shuffle=True), pairs(50)
    shapenet.manual_seed(5)
    one = labels(unseeded)
    shapenet.manual_seed(5)
    assert labels(unseeded) == one != labels(DataLoader(dataset, shuffle=True))


def test_transform() -> None:
    loader = DataLoader(pairs(), batch_size=5, transform=lambda batch: (batch[0] * 0, *batch[1:]))
    assert all(not images.numpy().any() for images, _ in loader)


def test_refusals() -> None:
    with pytest.raises(ShapeError, match=r"^TensorDataset expects tensors of one first size, got \[2\], \[3\]$"):
        TensorDataset(shapenet.zeros(2), shapenet.zeros(3))
    with pytest.raises(ShapeError, match="got none"):
        TensorDataset()
    with pytest.raises(TypeError, match="expects tensors, got list"):
        TensorDataset([1, 2])  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="batch_size to be an int, at least 1, got 0"):
        DataLoader(pairs(), batch_size=0)
    with pytest.raises(TypeError, match="expects a Dataset, got list"):
        DataLoader([1, 2])  # type: ignore[call-overload]


class Listed(Dataset[Any]):
    def __init__(self, items: list[Any]) -> None:
        self.items = items

    def __len__(self) -> int:
        return len(self.items)

    def __getitem__(self, number: int) -> Any:
        return self.items[number]


@pytest.mark.parametrize(
    ("items", "dtype", "shape"),
    [
        ([1, 2], np.int64, (2,)),
        ([1, 2.5], np.float32, (2,)),
        ([True, False], np.bool_, (2,)),
        ([np.float64(1), np.float64(2)], np.float64, (2,)),
        ([np.zeros((2, 3)), np.ones((2, 3))], np.float64, (2, 2, 3)),
        ([shapenet.tensor(1.0), shapenet.tensor(2.0)], np.float32, (2,)),
    ],
)
def test_kinds_of_items(items: list[Any], dtype: type[Any], shape: tuple[int, ...]) -> None:
    (batch,) = DataLoader(Listed(items), batch_size=2)
    assert batch.dtype == dtype
    assert batch.shape == shape


@pytest.mark.parametrize(
    ("items", "error", "text"),
    [
        ([np.zeros(2), np.zeros(3)], ShapeError, r"^DataLoader expects items of one shape, got \[2\] and \[3\]$"),
        ([(1, 2), (1, 2, 3)], TypeError, "^DataLoader expects all items to be tuples of 2, as the first of the batch$"),
        ([(1, 2), 3], TypeError, "expects all items to be tuples of 2"),
        ([1, "b"], TypeError, "expects items of tensors, arrays, numbers or strings, or tuples, .* got str$"),
        (["a", b"b"], TypeError, "got str$"),
        ([None, None], TypeError, "got NoneType$"),
        ([[1], (1,)], TypeError, "expects all items to be lists of 1"),
        ([{"a": 1}, {"b": 1}], TypeError, r"expects all items to have the keys \['a'\], as the first of the batch$"),
        ([np.array(["a"])] * 2, TypeError, "expects items of numbers, got dtype <U1$"),
    ],
)
def test_items_that_make_no_batch(items: list[Any], error: type[Exception], text: str) -> None:
    with pytest.raises(error, match=text):
        next(iter(DataLoader(Listed(items), batch_size=2)))


def test_a_pass_in_order_copies_nothing() -> None:
    dataset = pairs()
    for images, _ in DataLoader(dataset, batch_size=4):
        assert np.shares_memory(images.data, dataset.tensors[0].data)
    for images, _ in DataLoader(dataset, batch_size=4, shuffle=True):
        assert not np.shares_memory(images.data, dataset.tensors[0].data)


def test_batches_are_off_the_tape() -> None:
    dataset = TensorDataset(shapenet.ones(4, 2, requires_grad=True))
    for shuffle in (False, True):
        assert not any(batch.requires_grad for (batch,) in DataLoader(dataset, shuffle=shuffle))


def test_the_order_is_drawn_when_a_pass_begins() -> None:
    whole = list(range(50))
    one, other = (DataLoader(pairs(50), batch_size=50, shuffle=True, seed=3) for _ in range(2))
    first, second = iter(one), iter(one)
    late = [labels_of(next(second)), labels_of(next(first))]
    assert late == [labels_of(batch) for batch in (*other, *other)][::-1]
    assert all(sorted(order) == whole for order in late)


def labels_of(batch: tuple[AnyTensor, ...]) -> list[int]:
    return batch[1].tolist()  # type: ignore[no-any-return]


def test_a_loop_over_a_dataset_ends() -> None:
    assert [label.item() for _, label in pairs(3)] == [0, 1, 2]
    with pytest.raises(IndexError, match=r"^TensorDataset has 3 items, got number -4$"):
        pairs(3)[-4]


def test_arguments_are_checked() -> None:
    wrong: list[tuple[dict[str, Any], type[Exception], str]] = [
        ({"batch_size": 2.0}, ValueError, "batch_size to be an int, at least 1, got 2.0"),
        ({"batch_size": True}, ValueError, "batch_size to be an int, at least 1, got True"),
        ({"seed": -1}, ValueError, "seed to be an int, at least 0, got -1"),
        ({"seed": "1"}, ValueError, "seed to be an int, at least 0, got '1'"),
        ({"shuffle": 1}, TypeError, "shuffle to be a bool, got 1"),
        ({"drop_last": "no"}, TypeError, "drop_last to be a bool, got 'no'"),
        ({"transform": 3}, TypeError, "transform to be callable, got 3"),
    ]
    for options, error, text in wrong:
        with pytest.raises(error, match=f"^DataLoader expects {text}$"):
            DataLoader(pairs(), **options)
    assert len(DataLoader(Listed([]), batch_size=3)) == len(list(DataLoader(Listed([]), batch_size=3))) == 0
