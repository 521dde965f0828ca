"""Datasets, samplers and loaders against torch, wherever no random number decides."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import shapenet
from shapenet import data as ours
from shapenet.data.transforms.affine import Interpolation, affine, matrix

torch = pytest.importorskip("torch")
theirs = torch.utils.data

RNG = np.random.default_rng()


def both(count: int) -> tuple[Any, Any]:
    rows, labels = RNG.standard_normal((count, 3)), np.arange(count)
    return (
        ours.TensorDataset(shapenet.from_numpy(rows), shapenet.from_numpy(labels)),
        theirs.TensorDataset(torch.from_numpy(rows), torch.from_numpy(labels)),
    )


@pytest.mark.parametrize("drop_last", [False, True])
@pytest.mark.parametrize("batch_size", [1, 3, 5, 20])
@pytest.mark.parametrize("count", [0, 1, 10, 15])
def test_batches(count: int, batch_size: int, drop_last: bool) -> None:
    mine, torchs = both(count)
    one = ours.DataLoader(mine, batch_size, drop_last=drop_last)
    other = theirs.DataLoader(torchs, batch_size, drop_last=drop_last)
    assert len(one) == len(other)
    for batch, wanted in zip(one, other, strict=True):
        for part, wanted_part in zip(batch, wanted, strict=True):
            np.testing.assert_array_equal(part.data, wanted_part.numpy())
    samplers = [
        kind.BatchSampler(kind.SequentialSampler(range(count)), batch_size, drop_last) for kind in (ours, theirs)
    ]
    assert list(samplers[0]) == list(samplers[1])
    assert len(samplers[0]) == len(samplers[1])


@pytest.mark.parametrize("workers", [0, 2])
def test_orders_that_are_given(workers: int) -> None:
    mine, torchs = both(12)
    order = RNG.permutation(12).tolist()
    options: list[dict[str, Any]] = [
        {"sampler": order, "batch_size": 5},
        {"batch_sampler": [order[:2], order[2:9]]},
        {"sampler": order, "batch_size": None},
    ]
    for option in options:
        one = ours.DataLoader(mine, **option, num_workers=workers, worker="thread")
        other = theirs.DataLoader(torchs, **option)
        assert len(one) == len(other)
        for (_, labels), (_, wanted) in zip(one, other, strict=True):
            np.testing.assert_array_equal(labels.data, wanted.numpy())


LENGTHS = [[3, 7], [10, 0], [0.5, 0.5], [0.34, 0.33, 0.33], [0.25, 0.25, 0.5], [0.05, 0.95], [0.15] * 6 + [0.1]]


@pytest.mark.parametrize("lengths", LENGTHS)
def test_sizes_of_a_random_split(lengths: list[float]) -> None:
    mine, torchs = both(10)
    sizes = [len(part) for part in ours.random_split(mine, lengths)]
    assert sizes == [len(part) for part in theirs.random_split(torchs, lengths)]


@pytest.mark.parametrize(
    ("name", "arguments", "options"),
    [
        ("SequentialSampler", (range(9),), {}),
        ("RandomSampler", (range(9),), {}),
        ("RandomSampler", (range(9),), {"num_samples": 4}),
        ("RandomSampler", (range(9),), {"num_samples": 18}),
        ("RandomSampler", (range(9),), {"replacement": True, "num_samples": 30}),
        ("SubsetRandomSampler", ([4, 4, 7],), {}),
        ("WeightedRandomSampler", ([0.0, 2.0, 0.0, 1.0], 2), {"replacement": False}),
        ("WeightedRandomSampler", ([0.0, 2.0, 0.0], 20), {}),
    ],
)
def test_samplers(name: str, arguments: tuple[Any, ...], options: dict[str, Any]) -> None:
    one, other = (getattr(kind, name)(*arguments, **options) for kind in (ours, theirs))
    mine, torchs = list(one), list(other)
    assert len(one) == len(other) == len(mine) == len(torchs)
    if options.get("num_samples") == 18:  # both visit all items twice
        assert sorted(mine[:9]) == sorted(torchs[:9]) == sorted(mine[9:]) == sorted(torchs[9:])
    elif options.get("num_samples") is None:
        assert sorted(mine) == sorted(torchs)
    else:
        assert set(mine) <= set(range(9))
        assert (len(set(mine)) == len(mine)) == (len(set(torchs)) == len(torchs))


def test_datasets_of_datasets() -> None:
    (a, torch_a), (b, torch_b) = both(4), both(3)
    pairs = [
        (ours.ConcatDataset([a, b]), theirs.ConcatDataset([torch_a, torch_b])),
        (a + b, torch_a + torch_b),
        (ours.Subset(a, [2, 0, 2]), theirs.Subset(torch_a, [2, 0, 2])),
    ]
    for mine, torchs in pairs:
        assert len(mine) == len(torchs)
        for number in range(-len(mine), len(mine)):
            for part, wanted in zip(mine[number], torchs[number], strict=True):
                np.testing.assert_array_equal(part.data, wanted.numpy())


def test_collation() -> None:
    items = [{"a": 1, "b": ("x", [np.ones(2), np.float32(3)])}, {"a": 2, "b": ("y", [np.zeros(2), np.float32(4)])}]
    mine, wanted = ours.default_collate(items), theirs.default_collate(items)
    assert mine.keys() == wanted.keys()
    np.testing.assert_array_equal(mine["a"].data, wanted["a"].numpy())
    assert list(mine["b"][0]) == list(wanted["b"][0])
    for part, wanted_part in zip(mine["b"][1], wanted["b"][1], strict=True):
        np.testing.assert_array_equal(part.data, wanted_part.numpy())
        assert part.data.dtype == wanted_part.numpy().dtype


@pytest.mark.parametrize("drop_last", [False, True])
@pytest.mark.parametrize("count", [0, 5, 6])
def test_iterable_datasets(count: int, drop_last: bool) -> None:
    class Mine(ours.IterableDataset[int]):
        def __iter__(self) -> Any:
            return iter(range(count))

    class Torchs(theirs.IterableDataset):  # type: ignore[misc,name-defined]
        def __iter__(self) -> Any:
            return iter(range(count))

    one = [batch.tolist() for batch in ours.DataLoader(Mine(), 2, drop_last=drop_last)]
    assert one == [batch.tolist() for batch in theirs.DataLoader(Torchs(), 2, drop_last=drop_last)]


@pytest.mark.parametrize("interpolation", ["nearest", "bilinear"])
def test_affine_maps(interpolation: Interpolation) -> None:
    for _ in range(20):
        height, width = RNG.integers(1, 12, 2).tolist()
        image = RNG.standard_normal((2, height, width))
        angle, scale = float(RNG.uniform(-180, 180)), float(RNG.uniform(0.3, 3))
        shear, move = tuple(RNG.uniform(-60, 60, 2).tolist()), tuple(RNG.integers(-3, 4, 2).tolist())
        inverse = np.linalg.inv(matrix(angle, scale, shear))
        # torch's places go from -1 to 1 over the width and the height.
        half = np.array([width, height]) / 2
        theta = np.column_stack([inverse * half / half[:, None], -(inverse @ move) / half])
        grid = torch.nn.functional.affine_grid(torch.tensor(theta)[None], (1, 2, height, width), align_corners=False)
        options = {"mode": interpolation, "padding_mode": "zeros", "align_corners": False}
        wanted = torch.nn.functional.grid_sample(torch.tensor(image)[None], grid, **options)[0].numpy()
        found = affine(image, angle, move, scale, shear, interpolation, 0)
        np.testing.assert_allclose(found, wanted, atol=1e-9)
