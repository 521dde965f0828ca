"""``RandomHorizontalFlip`` and ``RandomVerticalFlip``."""

from __future__ import annotations

import numpy as np

from shapenet.backend import Array
from shapenet.data.checks import check_generator
from shapenet.data.transforms.base import Transform, check_image, check_probability
from shapenet.data.worker_info import drawing_from


class RandomHorizontalFlip(Transform):
    """With probability *p*, left and right of an image ``[C, H, W]`` change places.

    Raises:
        ValueError: *p* is no probability.
        TypeError: *generator* is no generator.
    """

    def __init__(self, p: float = 0.5, generator: np.random.Generator | None = None) -> None:
        check_probability("RandomHorizontalFlip", p)
        check_generator("RandomHorizontalFlip", generator)
        self.p = p
        self.generator = generator

    def _changed(self, image: Array) -> Array:
        check_image("RandomHorizontalFlip", image)
        return _flipped(image, 2) if drawing_from(self.generator).random() < self.p else image


class RandomVerticalFlip(Transform):
    """With probability *p*, top and bottom of an image ``[C, H, W]`` change places.

    Raises:
        ValueError: *p* is no probability.
        TypeError: *generator* is no generator.
    """

    def __init__(self, p: float = 0.5, generator: np.random.Generator | None = None) -> None:
        check_probability("RandomVerticalFlip", p)
        check_generator("RandomVerticalFlip", generator)
        self.p = p
        self.generator = generator

    def _changed(self, image: Array) -> Array:
        check_image("RandomVerticalFlip", image)
        return _flipped(image, 1) if drawing_from(self.generator).random() < self.p else image


def _flipped(image: Array, axis: int) -> Array:
    return np.ascontiguousarray(np.flip(image, axis))
