"""``Cutout``: squares of an image that hold nothing."""

from __future__ import annotations

import numpy as np

from shapenet.backend import Array
from shapenet.data.checks import check_generator, check_int, check_number
from shapenet.data.transforms.base import Transform, check_image, filling
from shapenet.data.worker_info import drawing_from


class Cutout(Transform):
    """Squares of an image ``[C, H, W]`` are *fill*. Their centres are anywhere in it, so they may stick out.

    Args:
        length: of the sides.
        n_holes: how many squares; they may overlap.
        fill: what they hold; 0 is the mean of images that are normalised.
        generator: what the centres are drawn from; see ``Transform``.

    Raises:
        ValueError: an option has no such value.
        TypeError: *generator* is no generator.

    Source: T. DeVries, G. Taylor, "Improved regularization of convolutional neural networks with cutout" (2017).
    """

    def __init__(
        self, length: int, n_holes: int = 1, fill: float = 0, generator: np.random.Generator | None = None
    ) -> None:
        check_int("Cutout", "length", length, 1)
        check_int("Cutout", "n_holes", n_holes, 1)
        check_number("Cutout", "fill", fill)
        check_generator("Cutout", generator)
        self.length = length
        self.n_holes = n_holes
        self.fill = fill
        self.generator = generator

    def _changed(self, image: Array) -> Array:
        sizes = check_image("Cutout", image)[1:]
        fill = filling("Cutout", self.fill, image)
        if 0 in sizes:
            return image
        generator = drawing_from(self.generator)
        out = image.copy()
        for _ in range(self.n_holes):
            top, left = (int(generator.integers(n)) - self.length // 2 for n in sizes)
            out[:, max(top, 0) : top + self.length, max(left, 0) : left + self.length] = fill
        return out
