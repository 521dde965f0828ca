"""``RandomAffine``: an image turned, moved, scaled and sheared.

Places are pairs ``p = (x, y)`` of a column and a row, relative to the centre of the image, ``((W-1)/2, (H-1)/2)``; y
goes down. What was at ``p`` goes to ``q = A p + t``, where::

    A = R(angle) S(scale) Y(shear_y) X(shear_x)

    R(a) = | cos a  -sin a |    S(s) = | s  0 |    Y(b) = |    1    0 |    X(b) = | 1  -tan b |
           | sin a   cos a |           | 0  s |           | -tan b  1 |           | 0     1   |

So a positive angle turns clockwise, as y goes down. The other way round, the element at ``q`` of the new image is
that of the old one at ``p = A^-1 (q - t)``, which mostly lies between elements:

- nearest: the element at ``p`` with both coordinates rounded, halves to the even neighbour;
- bilinear: with ``x = i + u`` and ``y = j + v``, i and j whole, ``0 <= u, v < 1``, the mean
  ``(1-u)(1-v) I[j, i] + u (1-v) I[j, i+1] + (1-u) v I[j+1, i] + u v I[j+1, i+1]``.

Elements outside the image are *fill*.

Source: G. Wolberg, "Digital image warping" (1990), chapters 3.3 (affine transformations) and 5.4 (interpolation).
"""

from __future__ import annotations

import math
from typing import Literal

import numpy as np

from shapenet.backend import Array
from shapenet.data.checks import check_generator, check_number, is_real
from shapenet.data.transforms.base import Transform, check_image, constant, filling
from shapenet.data.worker_info import drawing_from

Interpolation = Literal["nearest", "bilinear"]
Range = tuple[float, float]


class RandomAffine(Transform):
    """An image ``[C, H, W]`` turned, moved, scaled and sheared at random; see the module for what exactly that is.

    Args:
        degrees: the range of the angle; a number *d* for ``(-d, d)``.
        translate: how far it is moved at most, in parts of the width and of the height; to whole columns and rows.
        scale: the range of the factor.
        shear: the range of the shear along x, in degrees; a number *d* for ``(-d, d)``; four numbers for x and y.
        interpolation: ``"nearest"`` or ``"bilinear"``.
        fill: what is outside the image.
        generator: what all is drawn from, uniformly; see ``Transform``.

    Raises:
        ValueError: an option has no such value.
        TypeError: *generator* is no generator.
    """

    def __init__(
        self,
        degrees: float | Range,
        translate: Range | None = None,
        scale: Range | None = None,
        shear: float | Range | tuple[float, float, float, float] | None = None,
        interpolation: Interpolation = "nearest",
        fill: float = 0,
        generator: np.random.Generator | None = None,
    ) -> None:
        self.degrees = _ranges("degrees", degrees, (2,), math.inf)[0]
        self.translate = _fractions(translate)
        self.scale = (1.0, 1.0) if scale is None else _ranges("scale", scale, (2,), math.inf, lowest=1e-6)[0]
        shears = _ranges("shear", 0.0 if shear is None else shear, (2, 4), 89)
        self.shear = shears[0], shears[1] if len(shears) > 1 else (0.0, 0.0)
        if interpolation not in ("nearest", "bilinear"):
            raise ValueError(f"RandomAffine expects interpolation to be 'nearest' or 'bilinear', got {interpolation!r}")
        check_number("RandomAffine", "fill", fill)
        check_generator("RandomAffine", generator)
        self.interpolation = interpolation
        self.fill = fill
        self.generator = generator

    def _changed(self, image: Array) -> Array:
        _, height, width = check_image("RandomAffine", image)
        filling("RandomAffine", self.fill, image)
        draw = drawing_from(self.generator).uniform
        angle = draw(*self.degrees)
        right, down = (
            round(draw(-part * n, part * n)) for part, n in zip(self.translate, (width, height), strict=True)
        )
        scale = draw(*self.scale)
        shear_x, shear_y = (draw(*each) for each in self.shear)
        return affine(image, angle, (right, down), scale, (shear_x, shear_y), self.interpolation, self.fill)


def affine(
    image: Array,
    angle: float,
    translate: Range,
    scale: float,
    shear: Range,
    interpolation: Interpolation,
    fill: float,
) -> Array:
    """*image* ``[C, H, W]`` turned by *angle*, scaled, sheared, and moved by *translate* columns and rows."""
    if not image.size:
        return image
    _, height, width = image.shape
    inverse = np.linalg.inv(matrix(angle, scale, shear))
    x = constant(np.arange(width) - (width - 1) / 2 - translate[0], image)
    y = constant(np.arange(height) - (height - 1) / 2 - translate[1], image)[:, None]
    (a, b), (c, d) = inverse.tolist()
    # Far outside is as good as just outside; integers have no room for the former.
    columns = np.clip(a * x + b * y + (width - 1) / 2, -2, width + 1)
    rows = np.clip(c * x + d * y + (height - 1) / 2, -2, height + 1)
    if interpolation == "nearest":
        return _picked(image, np.rint(rows), np.rint(columns), fill)
    return _interpolated(image, rows, columns, fill)


def matrix(angle: float, scale: float, shear: Range) -> Array:
    """The matrix A of the module's text, from degrees."""
    a, shear_x, shear_y = map(math.radians, (angle, *shear))
    turn = np.array([[math.cos(a), -math.sin(a)], [math.sin(a), math.cos(a)]])
    along_y = np.array([[1, 0], [-math.tan(shear_y), 1]])
    along_x = np.array([[1, -math.tan(shear_x)], [0, 1]])
    made: Array = scale * (turn @ along_y @ along_x)
    return made


def _picked(image: Array, rows: Array, columns: Array, fill: float) -> Array:
    """The elements at whole *rows* and *columns* ``[H, W]``."""
    channels, height, width = image.shape
    inside = (rows >= 0) & (rows < height) & (columns >= 0) & (columns < width)
    places = np.where(inside, rows * width + columns, 0).astype(np.int64)
    picked = np.take(image.reshape(channels, -1), places.reshape(-1), axis=1).reshape(channels, *places.shape)
    picked[:, ~inside] = fill
    return picked


def _interpolated(image: Array, rows: Array, columns: Array, fill: float) -> Array:
    kind = image.dtype if image.dtype.kind == "f" else np.dtype(np.float64)
    source = image.astype(kind, copy=False)
    j, i = np.floor(rows), np.floor(columns)
    v, u = (rows - j).astype(kind), (columns - i).astype(kind)
    out = np.zeros_like(source)
    for down, weight_down in ((0, 1 - v), (1, v)):
        for right, weight_right in ((0, 1 - u), (1, u)):
            part = _picked(source, j + down, i + right, fill)
            part *= weight_down * weight_right
            out += part
    if image.dtype.kind == "f":
        return out
    return np.rint(out, out=out).astype(image.dtype)


def _fractions(translate: Range | None) -> Range:
    given = (0.0, 0.0) if translate is None else translate
    if not isinstance(given, tuple | list) or len(given) != 2 or not all(is_real(a) and 0 <= a <= 1 for a in given):
        raise ValueError(f"RandomAffine expects translate to be two numbers from 0 to 1, got {translate!r}")
    return float(given[0]), float(given[1])


def _ranges(name: str, value: object, counts: tuple[int, ...], most: float, lowest: float = -math.inf) -> list[Range]:
    """Pairs of numbers; one that stands alone is the greater one of its pair."""
    given = [-value, value] if is_real(value) and lowest < 0 else value  # type: ignore[operator]  # is_real told
    listed = list(given) if isinstance(given, tuple | list) else []
    valid = len(listed) in counts and all(is_real(each) and lowest <= each and abs(each) <= most for each in listed)
    ranges = list(zip(listed[::2], listed[1::2], strict=True)) if valid else []
    if not ranges or any(first > last for first, last in ranges):
        number = "a number, at least 0, or " if lowest < 0 else ""
        limit = f", at most {most:g} degrees" if most < math.inf else f", at least {lowest:g}" if lowest > 0 else ""
        pairs = " or ".join(map(str, counts))
        raise ValueError(
            f"RandomAffine expects {name} to be {number}{pairs} numbers, each pair in order{limit}, got {value!r}"
        )
    return [(float(first), float(last)) for first, last in ranges]
