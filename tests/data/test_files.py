"""Readers of files: what they read, and what they refuse."""

from __future__ import annotations

import gzip
import struct
import tracemalloc
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from shapenet.backend import Array
from shapenet.data import CIFAR10, MNIST, DataLoader, read_idx

KINDS = [(0x08, "u1"), (0x09, "i1"), (0x0B, "i2"), (0x0C, "i4"), (0x0D, "f4"), (0x0E, "f8")]


def header(kind: int, *sizes: int) -> bytes:
    return struct.pack(f">BBBB{len(sizes)}I", 0, 0, kind, len(sizes), *sizes)


def idx(array: Array) -> bytes:
    kind = {dtype: code for code, dtype in KINDS}[array.dtype.str[1:]]
    return header(kind, *array.shape) + array.astype(array.dtype.newbyteorder(">")).tobytes()


def written(folder: Path, content: bytes, compressed: bool = False) -> Path:
    path = folder / "file"
    path.write_bytes(gzip.compress(content) if compressed else content)
    return path


@pytest.mark.parametrize("compressed", [False, True])
@pytest.mark.parametrize("kind", [kind for _, kind in KINDS])
@pytest.mark.parametrize("sizes", [(3, 4, 5), (7,), (), (0, 3)])
def test_read_idx(kind: str, sizes: tuple[int, ...], compressed: bool, tmp_path: Path) -> None:
    array = np.asarray(np.random.default_rng().integers(0, 100, sizes)).astype(kind)
    read = read_idx(written(tmp_path, idx(array), compressed))
    assert read.dtype == array.dtype
    assert read.dtype.isnative
    assert read.flags.writeable
    np.testing.assert_array_equal(read, array)
    assert read.shape == sizes


MALFORMED = [
    (b"", "the magic number of an empty file"),
    (b"\0\0\x08", "the magic number 00 00 08"),
    (b"\0\x01\x08\x01" + b"\0\0\0\0", "the magic number 00 01 08 01"),
    (b"\0\0\x0a\x01" + b"\0\0\0\0", "the magic number 00 00 0a 01"),
    (b"PK\x03\x04", "the magic number 50 4b 03 04"),
    (b"\0\0\x08\xff" + b"\0\0\0\1" * 255, "255 dimensions, more than 64"),
    (b"\0\0\x08\x03" + b"\0\0\0\1" * 2, "truncated data: 8 bytes for 3 sizes"),
    (header(8, 2, 3) + b"12345", r"truncated data: 5 bytes for elements of uint8 in \[2, 3\], which need 6"),
    (header(0x0D, 2) + b"1234567", r"truncated data: 7 bytes for elements of float32 in \[2\], which need 8"),
    (header(8, 2, 3) + b"1234567", "trailing bytes"),
    (header(8, 0, 3) + b"1", "trailing bytes"),
    (header(8, 2**32 - 1, 2**32 - 1) + b"1", "(sizes too large for any array|truncated data|sizes too large for the)"),
    (header(8, 2**32 - 1, 2**32 - 1, 2**32 - 1) + b"1", "sizes too large for any array"),
    (header(8, 0, 2**32 - 1, 2**32 - 1, 2**32 - 1), "sizes too large for any array"),
    (header(0x0E, 2**30) + b"1" * 100, "(truncated data: 100 bytes|sizes too large for the file)"),
]


@pytest.mark.parametrize("compressed", [False, True])
@pytest.mark.parametrize(("content", "text"), MALFORMED)
def test_malformed_idx(content: bytes, text: str, compressed: bool, tmp_path: Path) -> None:
    path = written(tmp_path, content, compressed)
    tracemalloc.start()
    try:
        with pytest.raises(ValueError, match=f"^read_idx expects {path} to be an IDX file, got {text}"):
            read_idx(path)
        assert tracemalloc.get_traced_memory()[1] < 2**20
    finally:
        tracemalloc.stop()


def test_damaged_gzip(tmp_path: Path) -> None:
    path = written(tmp_path, idx(np.random.default_rng().integers(0, 255, 5000).astype(np.uint8)), compressed=True)
    whole = path.read_bytes()
    spoiled = bytearray(whole)
    spoiled[-8] ^= 1  # the checksum
    for content in (whole[:100], whole[:5], whole[:-3], whole + b"more", bytes(spoiled)):
        path.write_bytes(content)
        with pytest.raises(ValueError, match="to be an IDX file, got damaged or truncated gzip data"):
            read_idx(path)
    path.write_bytes(whole + gzip.compress(b"more"))
    with pytest.raises(ValueError, match="got trailing bytes"):
        read_idx(path)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_idx(tmp_path / "none")


def mnist(
    folder: Path, name: str = "train", count: int = 5, replaced: dict[str, Array] | None = None
) -> tuple[Array, Array]:
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng()
    arrays = replaced or {}
    images = arrays.get("images", rng.integers(0, 256, (count, 28, 28)).astype(np.uint8))
    labels = arrays.get("labels", rng.integers(0, 10, count).astype(np.uint8))
    (folder / f"{name}-images-idx3-ubyte").write_bytes(idx(images))
    (folder / f"{name}-labels-idx1-ubyte.gz").write_bytes(gzip.compress(idx(labels)))
    return images, labels


@pytest.mark.parametrize("folder", ["", "raw", "MNIST/raw"])
def test_mnist(folder: str, tmp_path: Path) -> None:
    images, labels = mnist(tmp_path / folder)
    test_images, _ = mnist(tmp_path / folder, "t10k", 3)
    dataset = MNIST(tmp_path)
    assert len(dataset) == 5
    assert dataset.data.shape == (5, 1, 28, 28)
    for number, (image, label) in enumerate(dataset):
        np.testing.assert_array_equal(image, images[number][None])
        assert label == labels[number]
        assert type(label) is int
    np.testing.assert_array_equal(MNIST(str(tmp_path), train=False).data[:, 0], test_images)
    changed = MNIST(tmp_path, transform=lambda image: image / np.float32(255), target_transform=lambda label: -label)
    np.testing.assert_array_equal(changed[2][0], images[2][None] / np.float32(255))
    assert changed[2][1] == -int(labels[2])
    batch, targets = next(iter(DataLoader(dataset, batch_size=4)))
    assert (batch.shape, targets.shape) == ((4, 1, 28, 28), (4,))
    assert targets.dtype == np.int64
    with pytest.raises(IndexError, match="MNIST has 5 items, got number 5"):
        dataset[5]


@pytest.mark.parametrize(
    ("replaced", "text"),
    [
        (
            {"images": np.zeros((5, 28, 27), np.uint8)},
            r"images of uint8 in \[N, 28, 28\], got uint8 in \[5, 28, 27\] in ",
        ),
        (
            {"images": np.zeros((5, 28, 28), np.int16)},
            r"images of uint8 in \[N, 28, 28\], got int16 in \[5, 28, 28\] in ",
        ),
        ({"images": np.zeros(5, np.uint8)}, r"images of uint8 in \[N, 28, 28\], got uint8 in \[5\] in "),
        ({"labels": np.zeros(4, np.uint8)}, r"labels of uint8 in \[5\], got uint8 in \[4\] in "),
        ({"labels": np.zeros(5, np.int8)}, r"labels of uint8 in \[5\], got int8 in \[5\] in "),
        ({"labels": np.full(5, 10, np.uint8)}, "labels from 0 to 9, got 10 in "),
    ],
)
def test_mnist_refuses(replaced: dict[str, Array], text: str, tmp_path: Path) -> None:
    mnist(tmp_path, replaced=replaced)
    with pytest.raises(ValueError, match=f"^MNIST expects {text}{tmp_path}"):
        MNIST(tmp_path)


class SmallCIFAR10(CIFAR10):
    records = 4


def cifar(folder: Path) -> dict[str, Array]:
    folder.mkdir(exist_ok=True)
    contents: dict[str, Any] = {}
    for name in (*(f"data_batch_{i}.bin" for i in range(1, 6)), "test_batch.bin"):
        content = np.random.default_rng().integers(0, 256, (4, 3073)).astype(np.uint8)
        content[:, 0] %= 10
        contents[name] = content
        (folder / name).write_bytes(content.tobytes())
    return contents


@pytest.mark.parametrize("folder", ["", "cifar-10-batches-bin"])
def test_cifar10(folder: str, tmp_path: Path) -> None:
    contents = cifar(tmp_path / folder)
    train, test = SmallCIFAR10(tmp_path), SmallCIFAR10(tmp_path, train=False)
    assert (len(train), len(test), len(CIFAR10.classes)) == (20, 4, 10)
    whole = np.concatenate([contents[f"data_batch_{i}.bin"] for i in range(1, 6)])
    for dataset, records in ((train, whole), (test, contents["test_batch.bin"])):
        for (image, label), record in zip(dataset, records, strict=True):
            assert image.shape == (3, 32, 32)
            np.testing.assert_array_equal(image.ravel(), record[1:])
            assert label == record[0]


def test_cifar10_refuses(tmp_path: Path) -> None:
    cifar(tmp_path)
    path = tmp_path / "data_batch_3.bin"
    whole = path.read_bytes()
    with pytest.raises(ValueError, match=r"^CIFAR10 expects .*test_batch.bin to have 30730000 bytes, .* got 12292$"):
        CIFAR10(tmp_path, train=False)
    for content in (whole[:-1], whole + b"1", b""):
        path.write_bytes(content)
        with pytest.raises(ValueError, match=rf"^CIFAR10 expects {path} to have 12292 bytes, .* got {len(content)}$"):
            SmallCIFAR10(tmp_path)
    path.write_bytes(b"\x0a" + whole[1:])
    with pytest.raises(ValueError, match=rf"expects labels from 0 to 9, got 10 in {path}$"):
        SmallCIFAR10(tmp_path)
    path.unlink()
    with pytest.raises(FileNotFoundError, match=f"expects one of these files, and nothing is downloaded: {path}, "):
        SmallCIFAR10(tmp_path)


def test_arguments_are_checked(tmp_path: Path) -> None:
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"train": 1}, "train to be a bool, got 1"),
        ({"transform": 1}, "transform to be callable, got 1"),
        ({"target_transform": 1}, "target_transform to be callable, got 1"),
    ]
    for options, text in wrong:
        for make in (MNIST, CIFAR10):
            with pytest.raises(TypeError, match=f"^{make.__name__} expects {text}$"):
                make(tmp_path, **options)
