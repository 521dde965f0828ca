"""``RandomCrop``: a window of an image, and of what is put around it."""

from __future__ import annotations

from typing import Final, Literal, get_args

import numpy as np

from shapenet import rules
from shapenet.backend import Array
from shapenet.data.checks import check_flag, check_generator, check_number
from shapenet.data.transforms.base import Transform, as_ints, check_image, constant, filling
from shapenet.data.worker_info import drawing_from
from shapenet.errors import ShapeError
from shapenet.kernels import memory

PaddingMode = Literal["constant", "edge", "reflect", "symmetric"]

_MODES: Final = get_args(PaddingMode)


class RandomCrop(Transform):
    """A window of *size* at a random place, ``[C, H, W] -> [C, *size]``; all places are equally probable.

    Args:
        size: height and width, or one int for both.
        padding: elements around the image: one int for all sides, two for left and right, top and bottom, or four for
            left, top, right and bottom.
        pad_if_needed: whether an image that is still smaller is padded further, by what it lacks on either side.
        fill: what the padding of mode ``"constant"`` holds.
        padding_mode: ``"constant"``, or as in ``numpy.pad``: ``"edge"``, ``"reflect"``, ``"symmetric"``.
        generator: what the place is drawn from; see ``Transform``.

    Raises:
        ValueError: an option has no such value.
        TypeError: *pad_if_needed* is no bool, or *generator* no generator.
    """

    def __init__(
        self,
        size: int | tuple[int, int],
        padding: int | tuple[int, int] | tuple[int, int, int, int] | None = None,
        pad_if_needed: bool = False,
        fill: float = 0,
        padding_mode: PaddingMode = "constant",
        generator: np.random.Generator | None = None,
    ) -> None:
        sizes = as_ints("RandomCrop", "size", size, (2,), 1)
        around = as_ints("RandomCrop", "padding", 0 if padding is None else padding, (2, 4), 0)
        check_flag("RandomCrop", "pad_if_needed", pad_if_needed)
        check_number("RandomCrop", "fill", fill)
        check_generator("RandomCrop", generator)
        if padding_mode not in _MODES:
            raise ValueError(f"RandomCrop expects padding_mode to be one of {', '.join(_MODES)}, got {padding_mode!r}")
        self.size = sizes[0], sizes[-1]
        left, top, right, bottom = around * (4 // len(around))
        self.padding = (top, bottom), (left, right)
        self.pad_if_needed = pad_if_needed
        self.fill = fill
        self.padding_mode = padding_mode
        self.generator = generator

    def _changed(self, image: Array) -> Array:
        sizes = check_image("RandomCrop", image)[1:]
        fill = filling("RandomCrop", self.fill, image)
        ranges = [self._range(*each) for each in zip(sizes, self.size, self.padding, strict=True)]
        if 0 in sizes and self.padding_mode != "constant":
            raise ShapeError(
                "RandomCrop",
                f"expects images of some size, as padding_mode is {self.padding_mode!r}, got {rules.show(image.shape)}",
            )
        if any(first > last for first, last in ranges):
            padded = rules.show(tuple(n + sum(around) for n, around in zip(sizes, self.padding, strict=True)))
            raise ShapeError(
                "RandomCrop", f"expects images, with padding, of at least {rules.show(self.size)}, got {padded}"
            )
        generator = drawing_from(self.generator)
        top, left = (int(generator.integers(first, last + 1)) for first, last in ranges)
        return window(image, top, left, self.size, self.padding_mode, fill)

    def _range(self, n: int, wanted: int, padding: tuple[int, int]) -> tuple[int, int]:
        """The first and the last place of the window; the image begins at 0."""
        before, after = padding
        lacking = wanted - (before + n + after)
        if lacking > 0 and self.pad_if_needed:
            before, after = before + lacking, after + lacking
        return -before, n + after - wanted


def window(image: Array, top: int, left: int, size: tuple[int, int], mode: str, fill: object) -> Array:
    """The part of *image* ``[C, H, W]`` from row *top* and column *left* on, which may lie outside."""
    channels, height, width = image.shape
    rows, columns = np.arange(top, top + size[0]), np.arange(left, left + size[1])
    if mode != "constant":
        rows, columns = _folded(rows, height, mode), _folded(columns, width, mode)
        part: Array = image[:, constant(rows[:, None], image), constant(columns, image)]
        return part
    out = memory.empty((channels, *size), image.dtype, image)
    out[...] = fill
    inside = [_inside(first, wanted, n) for first, wanted, n in ((top, size[0], height), (left, size[1], width))]
    (y, to_y), (x, to_x) = inside
    out[:, y:to_y, x:to_x] = image[:, y + top : to_y + top, x + left : to_x + left]
    return out


def _inside(first: int, wanted: int, n: int) -> tuple[int, int]:
    """Which of the *wanted* places from *first* on are among *n*."""
    start = min(max(-first, 0), wanted)
    return start, max(min(n - first, wanted), start)


def _folded(places: Array, n: int, mode: str) -> Array:
    """Where the elements at *places* come from, as the image goes on beyond its *n* elements."""
    if mode == "edge" or n == 1:
        return np.clip(places, 0, n - 1)
    period = 2 * n if mode == "symmetric" else 2 * n - 2  # there and back, the ends twice or once
    rest = places % period
    folded: Array = np.minimum(rest, (period - 1 if mode == "symmetric" else period) - rest)
    return folded
