"""Transforms of images and of batches."""

from __future__ import annotations

import math
from collections import Counter
from typing import Any, assert_type

import numpy as np
import pytest

import shapenet
from shapenet import AnyTensor, ShapeError, Tensor
from shapenet.backend import Array
from shapenet.data import (
    Compose,
    Cutout,
    DataLoader,
    Dataset,
    Mixup,
    Normalize,
    RandomAffine,
    RandomCrop,
    RandomHorizontalFlip,
    RandomVerticalFlip,
    TensorDataset,
    ToDtype,
    Transform,
)
from shapenet.data.settings import WorkerKind
from shapenet.data.transforms.affine import Interpolation, affine, matrix
from shapenet.data.transforms.crop import window


def rng() -> np.random.Generator:
    return np.random.default_rng()


def image(*sizes: int, dtype: Any = np.float64) -> Array:
    return rng().integers(1, 200, sizes or (3, 6, 7)).astype(dtype)


ALL: list[tuple[str, dict[str, Any]]] = [
    ("RandomCrop", {"size": (4, 5), "padding": 2}),
    ("RandomHorizontalFlip", {}),
    ("RandomVerticalFlip", {}),
    ("RandomAffine", {"degrees": 40, "translate": (0.3, 0.2), "scale": (0.5, 2), "shear": 20}),
    ("RandomAffine", {"degrees": 40, "interpolation": "bilinear", "fill": 3}),
    ("Cutout", {"length": 3, "n_holes": 2}),
]


def made(name: str, options: dict[str, Any], seed: int | None = None) -> Transform:
    generator = {} if seed is None else {"generator": np.random.default_rng(seed)}
    transform: Transform = getattr(shapenet.data, name)(**options, **generator)
    return transform


@pytest.mark.parametrize(("name", "options"), ALL)
@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.uint8, np.int16])
def test_what_all_have_in_common(name: str, options: dict[str, Any], dtype: Any) -> None:
    x = image(2, 6, 7, dtype=dtype)
    before = x.copy()
    one, other = made(name, options, 5), made(name, options, 5)
    results = [one(x) for _ in range(12)]
    np.testing.assert_array_equal(results, [other(Tensor(x)).numpy() for _ in range(12)])
    np.testing.assert_array_equal(x, before)
    assert {result.dtype for result in results} == {np.dtype(dtype)}
    assert len({result.tobytes() for result in results}) > 1
    assert len({result.shape for result in results}) == 1
    shapenet.manual_seed(5)
    unseeded = made(name, options)
    np.testing.assert_array_equal([unseeded(x) for _ in range(12)], results)
    fortran = np.asfortranarray(x)
    again = made(name, options, 5)
    np.testing.assert_array_equal([again(fortran) for _ in range(12)], results)


@pytest.mark.parametrize(("name", "options"), ALL)
def test_what_all_refuse(name: str, options: dict[str, Any]) -> None:
    transform = made(name, options)
    with pytest.raises(ShapeError, match=rf"^{name} expects an image \[C, H, W\], got \[6, 7\]$"):
        transform(image(6, 7))
    with pytest.raises(TypeError, match=rf"^{name} expects a tensor or an array, got list$"):
        transform([[[1.0]]])  # type: ignore[call-overload]
    with pytest.raises(TypeError, match=rf"^{name} expects generator to be a numpy.random.Generator, got 3$"):
        getattr(shapenet.data, name)(**options, generator=3)


def test_results_are_off_the_tape_and_of_their_type() -> None:
    tensor: AnyTensor = Tensor(image(), requires_grad=True)
    assert not Normalize([1, 2, 3], [1, 1, 1])(tensor).requires_grad
    assert_type(RandomCrop(2)(tensor), AnyTensor)
    assert_type(RandomCrop(2)(tensor.data), Array)


class Images(Dataset[Array]):
    def __init__(self, transform: Transform) -> None:
        self.transform = transform

    def __len__(self) -> int:
        return 8

    def __getitem__(self, number: int) -> Array:
        return self.transform(np.arange(64.0).reshape(1, 8, 8))


@pytest.mark.parametrize("worker", ["process", "thread"])
def test_workers_do_not_repeat_each_other(worker: WorkerKind) -> None:
    crops = RandomCrop(1, generator=np.random.default_rng(0))  # each process has a copy
    passes = []
    for seed in (1, 2, 1):
        loader = DataLoader(Images(crops), 4, num_workers=2, worker=worker, seed=seed)
        passes.append([batch.data.ravel().tolist() for batch in loader])
    assert passes[0] == passes[2]
    assert passes[0] != passes[1]
    assert passes[0][0] != passes[0][1]


# --- values ---


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("sizes", [(3, 4, 5), (2, 3, 4, 5), (20, 3, 40, 40)])
def test_normalize(sizes: tuple[int, ...], dtype: Any) -> None:
    x = rng().standard_normal(sizes).astype(dtype)
    mean, std = [0.5, -1, 2], [0.1, 1, 3]
    result = Normalize(mean, std)(x)
    wanted = (x - np.reshape(mean, (3, 1, 1))) / np.reshape(std, (3, 1, 1))
    np.testing.assert_allclose(result, wanted, rtol=1e-5, atol=1e-6)
    assert result.dtype == dtype


@pytest.mark.parametrize(
    ("mean", "std", "text"),
    [
        ([1], [0.0], r"std to be above 0, got \[0.0\]"),
        ([1, 2], [1], "std to be 2 numbers, as many as mean, got 1"),
        ([], [], r"mean to be finite numbers, got \[\]"),
        (["a"], [1], r"mean to be finite numbers, got \['a'\]"),
        ([1], [math.nan], r"std to be finite numbers, got \[nan\]"),
        (0.5, 0.5, "mean to be finite numbers, got 0.5"),
    ],
)
def test_normalize_refuses(mean: Any, std: Any, text: str) -> None:
    with pytest.raises(ValueError, match=f"^Normalize expects {text}$"):
        Normalize(mean, std)


def test_normalize_refuses_images() -> None:
    normalize = Normalize([1, 2], [1, 2])
    with pytest.raises(
        ShapeError, match=r"^Normalize expects images \[\*Batch, 2, H, W\], as mean has it, got \[3, 4, 4\]$"
    ):
        normalize(image(3, 4, 4))
    with pytest.raises(ValueError, match=r"^Normalize expects floating images, which ToDtype makes, got dtype uint8$"):
        normalize(image(2, 4, 4, dtype=np.uint8))


def test_to_dtype() -> None:
    x = rng().integers(0, 256, (2, 3, 4)).astype(np.uint8)
    scaled = ToDtype(np.float32, scale=True)(x)
    assert scaled.dtype == np.float32
    np.testing.assert_array_equal(scaled, x / np.float32(255))
    np.testing.assert_array_equal(ToDtype(np.float32)(x), x)
    np.testing.assert_allclose(ToDtype("f8", scale=True)(scaled), scaled)
    assert ToDtype(np.float64, scale=True)(np.array([65535], np.uint16))[0] == 1
    assert ToDtype(np.int32)(Tensor(x)).dtype == np.int32
    with pytest.raises(ValueError, match=r"^ToDtype expects dtype to be floating, as scale is True, got int32$"):
        ToDtype(np.int32, scale=True)
    with pytest.raises(ValueError, match=r"^ToDtype expects dtype to be one of real numbers, got complex128$"):
        ToDtype(complex)
    with pytest.raises(
        ValueError, match=r"^ToDtype expects images of unsigned integers, as scale is True, got dtype int16$"
    ):
        ToDtype(np.float32, scale=True)(x.astype(np.int16))
    with pytest.raises(TypeError, match=r"^ToDtype expects scale to be a bool, got 1$"):
        ToDtype(np.float32, scale=1)  # type: ignore[arg-type]


def test_compose() -> None:
    x = rng().integers(0, 256, (3, 6, 7)).astype(np.uint8)
    composed = Compose([ToDtype(np.float64, scale=True), Normalize([0.5] * 3, [0.25] * 3), lambda y: y[:, ::2]])
    np.testing.assert_allclose(composed(x), ((x / 255 - 0.5) / 0.25)[:, ::2])
    np.testing.assert_allclose(composed(Tensor(x)).numpy(), composed(x))
    np.testing.assert_array_equal(Compose([])(x), x)
    for wrong in (3, None):
        with pytest.raises(TypeError, match=f"^Compose expects each of transforms to be callable, got {wrong}$"):
            Compose([wrong])  # type: ignore[list-item]


# --- flips ---


@pytest.mark.parametrize(("make", "axis"), [(RandomHorizontalFlip, 2), (RandomVerticalFlip, 1)])
def test_flips(make: Any, axis: int) -> None:
    x = image()
    np.testing.assert_array_equal(make(1)(x), np.flip(x, axis))
    assert make(1)(x).flags.c_contiguous
    np.testing.assert_array_equal(make(0)(x), x)
    often = make(0.3, np.random.default_rng(0))
    share = sum(bool((often(x) != x).any()) for _ in range(2000)) / 2000
    assert abs(share - 0.3) < 0.05
    for wrong in (-0.1, 1.5, math.nan, "1", True):
        with pytest.raises(ValueError, match=f"^{make.__name__} expects p to be a number from 0 to 1, got "):
            make(wrong)


# --- crops ---


@pytest.mark.parametrize("mode", ["constant", "edge", "reflect", "symmetric"])
@pytest.mark.parametrize("sizes", [(2, 5, 6), (1, 1, 4), (3, 2, 1)])
def test_windows_are_those_of_a_padded_image(mode: str, sizes: tuple[int, int, int]) -> None:
    x = image(*sizes)
    options: dict[str, Any] = {"constant_values": 7} if mode == "constant" else {}
    padded = np.pad(x, ((0, 0), (9, 9), (9, 9)), mode, **options)  # type: ignore[call-overload]
    for _ in range(30):
        top, left = rng().integers(-9, 6, 2).tolist()
        found = window(x, top, left, (4, 3), mode, 7)
        np.testing.assert_array_equal(found, padded[:, top + 9 : top + 13, left + 9 : left + 12])


def test_all_places_of_a_crop() -> None:
    x = np.arange(12.0).reshape(1, 3, 4)
    crop = RandomCrop((2, 3), generator=np.random.default_rng(0))
    firsts = Counter(float(crop(x)[0, 0, 0]) for _ in range(4000))
    assert sorted(firsts) == [0, 1, 4, 5]
    assert all(abs(count - 1000) < 150 for count in firsts.values())
    np.testing.assert_array_equal(RandomCrop((3, 4))(x), x)


@pytest.mark.parametrize(
    ("padding", "around"),
    [(1, ((1, 1), (1, 1))), ((2, 1), ((1, 1), (2, 2))), ([4, 3, 2, 1], ((3, 1), (4, 2))), (None, ((0, 0), (0, 0)))],
)
def test_padding(padding: Any, around: Any) -> None:
    x = image(2, 5, 6)
    padded = np.pad(x, ((0, 0), *around), constant_values=9)
    np.testing.assert_array_equal(RandomCrop(padded.shape[1:], padding, fill=9)(x), padded)
    with pytest.raises(ShapeError, match=r"^RandomCrop expects images, with padding, of at least \[\d+, \d+\], got "):
        RandomCrop((padded.shape[1] + 1, 1), padding)(x)


def test_nothing_has_no_edges() -> None:
    with pytest.raises(ShapeError, match=r"^RandomCrop expects images of some size, as padding_mode is 'edge', got "):
        RandomCrop(2, padding=1, padding_mode="edge")(np.zeros((3, 0, 4)))
    np.testing.assert_array_equal(RandomCrop(2, padding=1, fill=7)(np.zeros((3, 0, 4))), np.full((3, 2, 2), 7))


def test_padding_if_needed() -> None:
    x = image(1, 4, 9)
    crop = RandomCrop(8, padding=1, pad_if_needed=True, generator=np.random.default_rng(0))
    results = [crop(x) for _ in range(50)]
    assert {result.shape for result in results} == {(1, 8, 8)}
    tops = {int(np.flatnonzero(result[0].any(1))[0]) for result in results}
    assert tops == {1, 2, 3}  # two rows are lacking on either side, beyond the padding of one


@pytest.mark.parametrize(
    ("options", "error", "text"),
    [
        ({"size": 0}, ValueError, "size to be an int or 2 ints, at least 1, got 0"),
        ({"size": (1, 2, 3)}, ValueError, r"size to be an int or 2 ints, at least 1, got \(1, 2, 3\)"),
        ({"size": 2.5}, ValueError, "size to be an int or 2 ints, at least 1, got 2.5"),
        ({"padding": -1}, ValueError, "padding to be an int or 2 or 4 ints, at least 0, got -1"),
        ({"padding": (1, 2, 3)}, ValueError, r"padding to be an int or 2 or 4 ints, at least 0, got \(1, 2, 3\)"),
        (
            {"padding_mode": "wrap"},
            ValueError,
            "padding_mode to be one of constant, edge, reflect, symmetric, got 'wrap'",
        ),
        ({"pad_if_needed": 1}, TypeError, "pad_if_needed to be a bool, got 1"),
        ({"fill": math.inf}, ValueError, "fill to be a finite number, got inf"),
    ],
)
def test_crops_refuse(options: dict[str, Any], error: type[Exception], text: str) -> None:
    with pytest.raises(error, match=f"^RandomCrop expects {text}$"):
        RandomCrop(**{"size": 3, **options})


@pytest.mark.parametrize("fill", [256, -1, 0.5])
def test_fillings_are_elements_of_the_image(fill: float) -> None:
    for transform in (RandomCrop(2, fill=fill), RandomAffine(3, fill=fill), Cutout(2, fill=fill)):
        with pytest.raises(ValueError, match=f"expects fill to be an element of uint8, as the image is, got {fill}$"):
            transform(image(3, 4, 4, dtype=np.uint8))


# --- affine maps ---


def still(x: Array, **changed: Any) -> Array:
    options: dict[str, Any] = {"angle": 0, "translate": (0, 0), "scale": 1, "shear": (0, 0), "fill": 0}
    return affine(x, **{**options, "interpolation": "nearest", **changed})


@pytest.mark.parametrize("interpolation", ["nearest", "bilinear"])
def test_affine_maps_that_need_no_interpolation(interpolation: Interpolation) -> None:
    x = image(2, 5, 5)
    options: dict[str, Any] = {"interpolation": interpolation}
    np.testing.assert_allclose(still(x, **options), x)
    np.testing.assert_allclose(still(x, angle=90, **options), np.rot90(x, -1, (1, 2)), atol=1e-9)  # clockwise
    np.testing.assert_allclose(still(x, angle=-180, **options), x[:, ::-1, ::-1], atol=1e-9)
    moved = np.full_like(x, 7)
    moved[:, 2:, :-1] = x[:, :-2, 1:]
    np.testing.assert_allclose(still(x, translate=(-1, 2), fill=7, **options), moved)
    wide = image(1, 4, 6)
    np.testing.assert_allclose(still(wide, **options), wide)
    assert not still(x, translate=(5, 0), **options).any()
    assert (still(x, scale=1e-6, fill=3, **options)[:, [0, -1]] == 3).all()


def test_affine_maps_against_their_definition() -> None:
    x = image(1, 7, 8)
    for _ in range(10):
        angle, scale, shear = rng().uniform(-180, 180), rng().uniform(0.5, 2), tuple(rng().uniform(-40, 40, 2))
        translate = tuple(rng().integers(-3, 4, 2).tolist())
        result = still(x, angle=angle, scale=scale, shear=shear, translate=translate, interpolation="bilinear", fill=5)
        inverse = np.linalg.inv(matrix(angle, scale, shear))
        for row in range(7):
            for column in range(8):
                p = inverse @ (np.array([column - 3.5, row - 3]) - translate) + [3.5, 3]
                weights = np.maximum(0, 1 - abs(np.arange(-9, 20)[:, None] - p))  # of each column, and of each row
                padded = np.pad(x[0], ((9, 13), (9, 12)), constant_values=5)
                inside = weights[:, 1] @ padded[:29, :29] @ weights[:, 0]
                outside = 1 - weights[:, 0].sum() * weights[:, 1].sum()
                np.testing.assert_allclose(result[0, row, column], inside + 5 * outside, atol=1e-9)


def test_whole_numbers_are_rounded() -> None:
    x = np.array([[[0, 3]]], np.uint8)
    assert still(x, translate=(0.5, 0), interpolation="bilinear", fill=0).tolist() == [[[0, 2]]]
    floats = still(x.astype(np.float32), translate=(0.5, 0), interpolation="bilinear")
    assert floats.tolist() == [[[0, 1.5]]]
    assert still(np.zeros((2, 0, 3))).shape == (2, 0, 3)


def test_draws_of_random_affine(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[tuple[Any, ...]] = []

    def noted(x: Array, *arguments: Any) -> Array:
        drawn.append(arguments)
        return x

    monkeypatch.setattr("shapenet.data.transforms.affine.affine", noted)
    transform = RandomAffine((10, 20), (0.5, 0.25), (0.5, 0.75), (-5, 5, 30, 40), "bilinear", 1)
    for _ in range(500):
        transform(image(1, 8, 20))
    angles, moves, scales, shears, *_ = zip(*drawn, strict=True)
    assert 10 <= min(angles) < 11
    assert 19 < max(angles) <= 20
    assert {right for right, _ in moves} == set(range(-10, 11))
    assert {down for _, down in moves} == {-2, -1, 0, 1, 2}
    assert 0.5 <= min(scales) < 0.52
    assert 0.73 < max(scales) <= 0.75
    assert {(-5 <= x <= 5, 30 <= y <= 40) for x, y in shears} == {(True, True)}
    assert {arguments[4:] for arguments in drawn} == {("bilinear", 1)}
    drawn.clear()
    RandomAffine(0)(image())
    assert drawn == [(0.0, (0, 0), 1.0, (0.0, 0.0), "nearest", 0)]


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"degrees": -1}, "degrees to be a number, at least 0, or 2 numbers, each pair in order, got -1"),
        ({"degrees": (3, 1)}, r"degrees to be a number, .*, got \(3, 1\)"),
        ({"degrees": (1, 2, 3)}, r"degrees to be a number, .*, got \(1, 2, 3\)"),
        ({"degrees": "1"}, "degrees to be a number, .*, got '1'"),
        ({"translate": (0.5, 1.5)}, r"translate to be two numbers from 0 to 1, got \(0.5, 1.5\)"),
        ({"translate": 0.5}, "translate to be two numbers from 0 to 1, got 0.5"),
        ({"scale": (0, 1)}, r"scale to be 2 numbers, each pair in order, at least 1e-06, got \(0, 1\)"),
        ({"scale": 2}, "scale to be 2 numbers, each pair in order, at least 1e-06, got 2"),
        ({"shear": 90}, "shear to be a number, .* 2 or 4 numbers, each pair in order, at most 89 degrees, got 90"),
        ({"shear": (1, 2, 3)}, r"shear to be a number, .*, got \(1, 2, 3\)"),
        ({"interpolation": "cubic"}, "interpolation to be 'nearest' or 'bilinear', got 'cubic'"),
        ({"fill": "a"}, "fill to be a finite number, got 'a'"),
    ],
)
def test_random_affine_refuses(options: dict[str, Any], text: str) -> None:
    with pytest.raises(ValueError, match=f"^RandomAffine expects {text}$"):
        RandomAffine(**{"degrees": 3, **options})


# --- cutout and mixup ---


@pytest.mark.parametrize("length", [1, 2, 3, 20])
def test_cutout(length: int) -> None:
    x = image(2, 6, 7)
    cutout = Cutout(length, fill=-1, generator=np.random.default_rng(0))
    counts: Counter[tuple[int, int]] = Counter()
    for _ in range(300):
        result = cutout(x)
        hole = result[0] == -1
        rows, columns = np.flatnonzero(hole.any(1)), np.flatnonzero(hole.any(0))
        assert hole[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1].all()
        assert hole.sum() == len(rows) * len(columns)
        np.testing.assert_array_equal(result[:, ~hole], x[:, ~hole])
        np.testing.assert_array_equal(result[1] == -1, hole)
        counts[len(rows), len(columns)] += 1
    assert max(counts) == (min(length, 6), min(length, 7))
    assert len(counts) > 1 or length in (1, 20)
    several = Cutout(1, 4, generator=np.random.default_rng(0))
    assert max(int((several(x)[0] == 0).sum()) for _ in range(20)) == 4
    assert Cutout(2)(np.zeros((1, 0, 3))).shape == (1, 0, 3)
    wrong: list[dict[str, Any]] = [{"length": 0}, {"length": 1, "n_holes": 0}, {"length": 1, "fill": math.nan}]
    for options in wrong:
        with pytest.raises(ValueError, match=r"^Cutout expects "):
            Cutout(**options)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_mixup(dtype: Any) -> None:
    images, labels = rng().standard_normal((40, 3, 30, 30)).astype(dtype), rng().integers(0, 5, 40)
    before = images.copy()
    mixed, chances = Mixup(5, 0.4, np.random.default_rng(3))((Tensor(images), Tensor(labels)))
    draw = np.random.default_rng(3)
    share, order = dtype(draw.beta(0.4, 0.4)), draw.permutation(40)
    hot = np.eye(5)[labels]
    np.testing.assert_allclose(mixed.numpy(), share * images + (1 - share) * images[order], rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(chances.numpy(), share * hot + (1 - share) * hot[order], rtol=1e-5, atol=1e-6)
    assert mixed.dtype == chances.dtype == dtype
    np.testing.assert_array_equal(images, before)
    soft, _ = Mixup(5, 0.4, np.random.default_rng(3))((Tensor(images), Tensor(hot)))
    np.testing.assert_array_equal(soft.numpy(), mixed.numpy())


def test_mixup_in_a_loader() -> None:
    dataset = TensorDataset(shapenet.randn(10, 1, 4, 4), shapenet.arange(10))
    loader = DataLoader(dataset, 5, seed=1, transform=Mixup(10))
    for images, chances in loader:
        assert images.shape == (5, 1, 4, 4)
        np.testing.assert_allclose(chances.numpy().sum(1), 1, rtol=1e-6)


@pytest.mark.parametrize(
    ("images", "labels", "error", "text"),
    [
        (np.zeros((2, 3)), np.array([0, 5]), ValueError, "labels from 0 to 4, got 0 to 5"),
        (np.zeros((2, 3)), np.array([-1, 0]), ValueError, "labels from 0 to 4, got -1 to 0"),
        (np.zeros((2, 3), int), np.array([0, 1]), ValueError, "floating images, got dtype int64"),
        (np.zeros((2, 3)), np.array([0, 1, 1]), ShapeError, r"images .*, got \[2, 3\] and int64 \[3\]"),
        (np.zeros((2, 3)), np.zeros((2, 4)), ShapeError, r"images .*, got \[2, 3\] and float64 \[2, 4\]"),
        (np.zeros((2, 3)), np.zeros(2), ShapeError, r"images .*, got \[2, 3\] and float64 \[2\]"),
        (np.zeros(()), np.array([0]), ShapeError, r"images .*, got \[\] and int64 \[1\]"),
    ],
)
def test_mixup_refuses(images: Array, labels: Array, error: type[Exception], text: str) -> None:
    with pytest.raises(error, match=f"^Mixup expects {text}$"):
        Mixup(5)((Tensor(images), Tensor(labels)))
    with pytest.raises(TypeError, match=r"^Mixup expects a pair of tensors, got Tensor$"):
        Mixup(5)((Tensor(images),))
    with pytest.raises(ValueError, match=r"^Mixup expects alpha to be a finite number above 0, got 0$"):
        Mixup(5, 0)
    with pytest.raises(ValueError, match=r"^Mixup expects num_classes to be an int, at least 1, got 0$"):
        Mixup(0)
