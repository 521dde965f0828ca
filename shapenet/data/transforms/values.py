"""``Normalize`` and ``ToDtype``: other values in the same places."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from shapenet import rules
from shapenet.backend import Array
from shapenet.data.checks import check_flag, is_real
from shapenet.data.transforms.base import Transform, constant
from shapenet.errors import ShapeError
from shapenet.kernels import memory
from shapenet.kernels.elementwise import elementwise


class Normalize(Transform):
    """``(x - mean) / std`` of each channel, ``[*Batch, C, H, W] -> [*Batch, C, H, W]``, for floating images.

    Args:
        mean: of each channel.
        std: of each channel.

    Raises:
        ValueError: they are not as many finite numbers, or one of *std* is not above 0.
    """

    def __init__(self, mean: Sequence[float], std: Sequence[float]) -> None:
        for name, values in (("mean", mean), ("std", std)):
            if (
                not isinstance(values, Sequence)
                or isinstance(values, str)
                or not values
                or not all(map(is_real, values))
            ):
                raise ValueError(f"Normalize expects {name} to be finite numbers, got {values!r}")
        if len(mean) != len(std):
            raise ValueError(f"Normalize expects std to be {len(mean)} numbers, as many as mean, got {len(std)}")
        if min(std) <= 0:
            raise ValueError(f"Normalize expects std to be above 0, got {std!r}")
        self.mean = tuple(map(float, mean))
        self.std = tuple(map(float, std))

    def _changed(self, image: Array) -> Array:
        channels = len(self.mean)
        if image.ndim < 3 or image.shape[-3] != channels:
            raise ShapeError(
                "Normalize", f"expects images [*Batch, {channels}, H, W], as mean has it, got {rules.show(image.shape)}"
            )
        if image.dtype.kind != "f":
            raise ValueError(f"Normalize expects floating images, which ToDtype makes, got dtype {image.dtype}")
        mean, std = (
            constant(np.array(values, image.dtype).reshape(-1, 1, 1), image) for values in (self.mean, self.std)
        )
        out = memory.empty_like(image)
        elementwise(np.subtract, image, mean, out=out)
        return elementwise(np.divide, out, std, out=out)


class ToDtype(Transform):
    """The same image in another dtype, any shape.

    Args:
        dtype: one of numpy's.
        scale: whether integers from 0 to the greatest of their dtype become numbers from 0 to 1, for floating dtypes.

    Raises:
        ValueError: *dtype* is none of real numbers, or with *scale* not floating.
        TypeError: *scale* is no bool.
    """

    def __init__(self, dtype: DTypeLike, scale: bool = False) -> None:
        check_flag("ToDtype", "scale", scale)
        self.dtype: np.dtype[Any] = np.dtype(dtype)
        if self.dtype.kind not in "biuf":
            raise ValueError(f"ToDtype expects dtype to be one of real numbers, got {self.dtype}")
        if scale and self.dtype.kind != "f":
            raise ValueError(f"ToDtype expects dtype to be floating, as scale is True, got {self.dtype}")
        self.scale = scale

    def _changed(self, image: Array) -> Array:
        if not self.scale or image.dtype.kind == "f":
            return image.astype(self.dtype, copy=False)
        if image.dtype.kind != "u":
            raise ValueError(f"ToDtype expects images of unsigned integers, as scale is True, got dtype {image.dtype}")
        out = memory.empty_like(image, self.dtype)
        greatest = constant(np.array(np.iinfo(image.dtype).max, self.dtype), image)
        return np.divide(image, greatest, out=out, dtype=self.dtype)
