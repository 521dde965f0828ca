"""What all transforms of images share."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Any, overload

import numpy as np

from shapenet import rules
from shapenet.backend import Array, device_of, to_device
from shapenet.data.checks import check_callable, is_real
from shapenet.errors import ShapeError
from shapenet.tensors import AnyTensor, Tensor


class Transform(ABC):
    """A change to an image ``[C, H, W]``: an array gives an array, a tensor a tensor, on its device, off the tape.

    The image itself is never written to; what is not changed may be returned as it is. Random transforms draw from the
    generator they are given, else from the default generator. In a worker of a ``DataLoader`` they draw from the
    worker's generator in any case, which starts from the loader's seed: of a generator that is given, each worker would
    have a copy that draws the same.
    """

    @overload
    def __call__(self, image: AnyTensor) -> AnyTensor: ...
    @overload
    def __call__(self, image: Array) -> Array: ...
    def __call__(self, image: AnyTensor | Array) -> AnyTensor | Array:
        if isinstance(image, Tensor):
            return Tensor(self._changed(image.data))
        if not hasattr(image, "__array_function__"):
            raise TypeError(f"{type(self).__name__} expects a tensor or an array, got {type(image).__name__}")
        return self._changed(image)

    @abstractmethod
    def _changed(self, image: Array) -> Array:
        """The image that comes out."""


class Compose:
    """Some transforms, one after the other.

    Raises:
        TypeError: one cannot be called.
    """

    def __init__(self, transforms: Sequence[Callable[[Any], Any]]) -> None:
        self.transforms = list(transforms)
        for transform in self.transforms:
            check_callable("Compose", "each of transforms", transform)
            if transform is None:
                raise TypeError("Compose expects each of transforms to be callable, got None")

    @overload
    def __call__(self, image: AnyTensor) -> AnyTensor: ...
    @overload
    def __call__(self, image: Array) -> Array: ...
    def __call__(self, image: Any) -> Any:
        for transform in self.transforms:
            image = transform(image)
        return image


def check_image(owner: str, image: Array) -> tuple[int, int, int]:
    """The sizes of *image*, if it is ``[C, H, W]``.

    Raises:
        ShapeError: it is not.
    """
    if image.ndim != 3:
        raise ShapeError(owner, f"expects an image [C, H, W], got {rules.show(image.shape)}")
    channels, height, width = image.shape
    return channels, height, width


def check_probability(owner: str, p: object) -> None:
    """Check that *p* is a number from 0 to 1.

    Raises:
        ValueError: it is not.
    """
    if not is_real(p) or not 0 <= p <= 1:  # type: ignore[operator]  # is_real told
        raise ValueError(f"{owner} expects p to be a number from 0 to 1, got {p!r}")


def as_ints(owner: str, name: str, value: object, counts: tuple[int, ...], minimum: int) -> tuple[int, ...]:
    """The ints in *value*, of which there are as many as *counts* has, or which is a single one.

    Raises:
        ValueError: it is something else, or one is below *minimum*.
    """
    given = tuple(value) if isinstance(value, tuple | list) else (value,)
    valid = len(given) in counts if isinstance(value, tuple | list) else True
    if not valid or any(isinstance(each, bool) or not isinstance(each, int) or each < minimum for each in given):
        listed = " or ".join(map(str, counts))
        raise ValueError(f"{owner} expects {name} to be an int or {listed} ints, at least {minimum}, got {value!r}")
    return given


def filling(owner: str, fill: float, image: Array) -> Any:
    """*fill* as an element of *image*.

    Raises:
        ValueError: its dtype has no such element.
    """
    if image.dtype.kind in "iu":
        limits = np.iinfo(image.dtype)
        if not limits.min <= fill <= limits.max or fill != int(fill):
            raise ValueError(f"{owner} expects fill to be an element of {image.dtype}, as the image is, got {fill!r}")
    return image.dtype.type(fill)


def constant(values: Any, like: Array) -> Array:
    """*values*, drawn or computed in main memory, on the device of *like*."""
    return to_device(np.asarray(values), device_of(like))
