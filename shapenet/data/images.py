"""Datasets of images in local files: nothing is downloaded."""

from __future__ import annotations

import os
from abc import abstractmethod
from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

import numpy as np

from shapenet.backend import Array
from shapenet.data.checks import check_callable, check_flag
from shapenet.data.dataset import Dataset, check_number_of
from shapenet.data.idx import read_idx

Transform = Callable[[Array], Array]


class _Images(Dataset[tuple[Array, int]]):
    """Pairs of an image and the number of its class."""

    classes: ClassVar[tuple[str, ...]]

    def __init__(
        self,
        root: str | os.PathLike[str],
        train: bool = True,
        transform: Transform | None = None,
        target_transform: Callable[[int], int] | None = None,
    ) -> None:
        name = type(self).__name__
        check_flag(name, "train", train)
        check_callable(name, "transform", transform)
        check_callable(name, "target_transform", target_transform)
        self.root = Path(root)
        self.train = train
        self.transform = transform
        self.target_transform = target_transform
        self.data, self.targets = self._load()

    @abstractmethod
    def _load(self) -> tuple[Array, Array]:
        """The images ``[N, C, H, W]``, uint8, and the classes ``[N]``, int64."""

    def __len__(self) -> int:
        return len(self.targets)

    def __getitem__(self, number: int) -> tuple[Array, int]:
        check_number_of(type(self).__name__, number, len(self))
        image, target = self.data[number], int(self.targets[number])
        return (
            image if self.transform is None else self.transform(image),
            target if self.target_transform is None else self.target_transform(target),
        )

    def _file(self, folders: tuple[str, ...], names: tuple[str, ...]) -> Path:
        """The first of the files that is there."""
        places = [self.root / folder / name for folder in folders for name in names]
        for place in places:
            if place.is_file():
                return place
        listed = ", ".join(map(str, places))
        raise FileNotFoundError(
            f"{type(self).__name__} expects one of these files, and nothing is downloaded: {listed}"
        )

    def _classes(self, labels: Array, path: Path) -> Array:
        """*labels* as int64, once they are known to be classes."""
        if labels.size and int(labels.max()) >= len(self.classes):
            raise ValueError(
                f"{type(self).__name__} expects labels from 0 to {len(self.classes) - 1}, got {labels.max()} in {path}"
            )
        return labels.astype(np.int64)


class MNIST(_Images):
    """Handwritten digits: items are an image ``[1, 28, 28]``, uint8, and its digit.

    The files are those that are published, ``train-images-idx3-ubyte`` and so on, as they are or compressed
    (``.gz``), in *root*, *root*``/raw`` or *root*``/MNIST/raw``. Fashion-MNIST and KMNIST have
    files of these names too.

    Args:
        root: the folder.
        train: whether to read the images for training, or those for tests.
        transform: applied to each image when it is asked for.
        target_transform: applied to each class.

    Raises:
        FileNotFoundError: a file is not there.
        ValueError: a file is no IDX file, or does not hold such images and labels.
        TypeError: *train* is no bool, or a transform cannot be called.

    Source: Y. LeCun, L. Bottou, Y. Bengio, P. Haffner, "Gradient-based learning applied to document
    recognition" (1998).
    """

    classes = tuple("0123456789")

    def _load(self) -> tuple[Array, Array]:
        first = "train" if self.train else "t10k"
        images_path, labels_path = self._found(f"{first}-images-idx3-ubyte"), self._found(f"{first}-labels-idx1-ubyte")
        images, labels = read_idx(images_path), read_idx(labels_path)
        if images.dtype != np.uint8 or images.ndim != 3 or images.shape[1:] != (28, 28):
            raise ValueError(
                f"MNIST expects images of uint8 in [N, 28, 28], got {images.dtype} in {list(images.shape)} "
                f"in {images_path}"
            )
        if labels.dtype != np.uint8 or labels.shape != images.shape[:1]:
            raise ValueError(
                f"MNIST expects labels of uint8 in [{len(images)}], got {labels.dtype} in {list(labels.shape)} "
                f"in {labels_path}"
            )
        return images[:, None], self._classes(labels, labels_path)

    def _found(self, name: str) -> Path:
        return self._file(("", "raw", "MNIST/raw"), (name, f"{name}.gz"))


class CIFAR10(_Images):
    """Small photographs of ten kinds of things: items are an image ``[3, 32, 32]``, uint8, red first, and its class.

    The files are those of the binary version, ``data_batch_1.bin`` to ``data_batch_5.bin`` and ``test_batch.bin``, in
    *root* or *root*``/cifar-10-batches-bin``. Each holds 10000 records: a byte for the class, then the
    bytes of the image.

    Args:
        root: the folder.
        train: whether to read the images for training, or those for tests.
        transform: applied to each image when it is asked for.
        target_transform: applied to each class.

    Raises:
        FileNotFoundError: a file is not there.
        ValueError: a file has another length, or a label that is no class.
        TypeError: *train* is no bool, or a transform cannot be called.

    Source: A. Krizhevsky, "Learning multiple layers of features from tiny images" (2009).
    """

    classes = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
    records: ClassVar[int] = 10_000

    def _load(self) -> tuple[Array, Array]:
        names = [f"data_batch_{i}.bin" for i in range(1, 6)] if self.train else ["test_batch.bin"]
        paths = [self._file(("", "cifar-10-batches-bin"), (name,)) for name in names]
        record = 1 + 3 * 32 * 32
        for path in paths:
            length, wanted = path.stat().st_size, self.records * record
            if length != wanted:
                raise ValueError(
                    f"CIFAR10 expects {path} to have {wanted} bytes, {self.records} records of {record}, got {length}"
                )
        count = self.records
        images = np.empty((count * len(paths), 3, 32, 32), np.uint8)
        targets = np.empty(count * len(paths), np.int64)
        for i, path in enumerate(paths):
            content = np.fromfile(path, np.uint8).reshape(count, record)
            targets[i * count : (i + 1) * count] = self._classes(content[:, 0], path)
            images[i * count : (i + 1) * count] = content[:, 1:].reshape(count, 3, 32, 32)
        return images, targets
