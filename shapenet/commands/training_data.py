"""Images for ``train``: handwritten digits that come with scikit-learn, or files in a folder."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from shapenet.backend import Array
from shapenet.commands.command import CommandError, one_line
from shapenet.creation import from_numpy
from shapenet.data import CIFAR10, MNIST, TensorDataset

DIGITS: Final = "digits"
DATA_HELP: Final = (
    f"'{DIGITS}', 1797 scans of 8x8 pixels that come with scikit-learn, a quarter of them held out; or a folder with "
    "the files of MNIST (or of its kind) or of CIFAR-10's binary version. Pixels are brought to between 0 and 1"
)


@dataclass(frozen=True)
class Data:
    """Images ``[N, C, H, W]`` with the numbers of their classes, for training and for validation."""

    train: TensorDataset
    held_out: TensorDataset
    classes: Sequence[str]


def data(name: str) -> Data:
    """The data that *name* says.

    Raises:
        CommandError: there are none such; the text says why.
    """
    if name == DIGITS:
        return _digits()
    folder = Path(os.path.expanduser(name))  # a shell leaves ~ alone in --data=~/mnist
    if not folder.is_dir():
        raise CommandError(f"expected {DIGITS!r} or a folder as data, got {name!r}")
    for kind in (MNIST, CIFAR10):
        try:
            train, held_out = kind(folder), kind(folder, train=False)
        except FileNotFoundError:
            continue
        except (ValueError, OSError) as error:
            raise CommandError(one_line(error)) from error
        if not len(train) or not len(held_out):
            raise CommandError(f"expected images in {folder}, got {len(train)} for training, {len(held_out)} held out")
        return Data(_of_bytes(train), _of_bytes(held_out), kind.classes)
    raise CommandError(f"expected the files of MNIST (train-images-idx3-ubyte, ...) or CIFAR-10 (*.bin) in {folder}")


def _digits() -> Data:
    try:
        from sklearn.datasets import load_digits
        from sklearn.model_selection import train_test_split
    except ModuleNotFoundError as error:
        raise CommandError(f"{DIGITS!r} needs {error.name}: pip install 'shapenet[train]'") from None
    found = load_digits()
    images = (found.images / 16).astype(np.float32)[:, None]
    parts: list[Array] = train_test_split(images, found.target, test_size=0.25, random_state=0, stratify=found.target)
    train, held_out, labels, others = map(from_numpy, parts)
    return Data(TensorDataset(train, labels), TensorDataset(held_out, others), tuple("0123456789"))


def _of_bytes(images: MNIST | CIFAR10) -> TensorDataset:
    return TensorDataset(from_numpy(np.divide(images.data, 255, dtype=np.float32)), from_numpy(images.targets))
