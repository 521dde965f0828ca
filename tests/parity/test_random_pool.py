"""Pools, ``unfold`` and ``fold`` against torch: 350 configurations, drawn anew in each run, in two dtypes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from shapenet import functional as F
from tests.parity.test_random import Case, Draw, check_many, image, images, pair

torch = pytest.importorskip("torch")

EACH = 50
TF = torch.nn.functional


def drawn_image(draw: Draw, kernel: tuple[int, int], dilation: Any = 1) -> tuple[int, ...]:
    return (images(draw), draw.number(1, 20), *image(draw, kernel, dilation))


def flag(draw: Draw) -> bool:
    return bool(draw.rng.random() < 0.5)


def half(draw: Draw, kernel: tuple[int, int]) -> tuple[int, int]:
    """The padding of a pool."""
    return draw.number(0, kernel[0] // 2), draw.number(0, kernel[1] // 2)


def both(result: Any) -> Any:
    """The maxima and their places in one tensor: a wrong place is a difference of 1 or more."""
    values, places = result
    return values + places.to(values.dtype)


def max_pool(draw: Draw) -> Case:
    kernel = pair(draw.extent(1, 4))
    options = draw.window(0) | {"padding": half(draw, kernel), "ceil_mode": flag(draw)}
    return Case(
        lambda x: F.max_pool2d(x, kernel, **options),
        lambda x: TF.max_pool2d(x, kernel, **options),
        [drawn_image(draw, kernel, options["dilation"])],
    )


def max_pool_with_places(draw: Draw) -> Case:
    kernel = pair(draw.extent(1, 4))
    options = draw.window(0) | {"padding": half(draw, kernel), "ceil_mode": flag(draw), "return_indices": True}
    return Case(
        lambda x: both(F.max_pool2d(x, kernel, **options)),
        lambda x: both(TF.max_pool2d(x, kernel, **options)),
        [drawn_image(draw, kernel, options["dilation"])],
    )


def avg_pool(draw: Draw) -> Case:
    kernel = pair(draw.extent(1, 4))
    options = {
        "stride": draw.extent(1, 5),
        "padding": half(draw, kernel),
        "ceil_mode": flag(draw),
        "count_include_pad": flag(draw),
        "divisor_override": [None, None, 3, -2][draw.number(0, 3)],
    }
    return Case(
        lambda x: F.avg_pool2d(x, kernel, **options),
        lambda x: TF.avg_pool2d(x, kernel, **options),
        [drawn_image(draw, kernel)],
    )


def output_size(draw: Draw) -> Any:
    """Below and above the size of the image; one in four is None, the image's own."""
    sizes = [None if draw.rng.random() < 0.25 else draw.number(1, 12) for _ in range(2)]
    return sizes[0] if flag(draw) else tuple(sizes)


def adaptive_avg_pool(draw: Draw) -> Case:
    size = output_size(draw)
    return Case(
        lambda x: F.adaptive_avg_pool2d(x, size),
        # torch takes None in a pair only, against what it says
        lambda x: TF.adaptive_avg_pool2d(x, size if isinstance(size, tuple) else (size, size)),
        [drawn_image(draw, (1, 1))],
    )


def adaptive_max_pool(draw: Draw) -> Case:
    size = output_size(draw)
    return Case(
        lambda x: both(F.adaptive_max_pool2d(x, size, return_indices=True)),
        lambda x: both(TF.adaptive_max_pool2d(x, size if isinstance(size, tuple) else (size, size), True)),
        [drawn_image(draw, (1, 1))],
    )


def unfold(draw: Draw) -> Case:
    kernel, options = pair(draw.extent(1, 4)), draw.window(3)
    return Case(
        lambda x: F.unfold(x, kernel, **options),
        lambda x: TF.unfold(x, kernel, **options),
        [drawn_image(draw, kernel, options["dilation"])],
    )


def fold(draw: Draw) -> Case:
    kernel, options = pair(draw.extent(1, 4)), draw.window(3)
    images, channels, *size = drawn_image(draw, kernel, options["dilation"])
    columns = TF.unfold(torch.zeros(images, channels, *size), kernel, **options)
    return Case(
        lambda x: F.fold(x, (size[0], size[1]), kernel, **options),
        lambda x: TF.fold(x, size, kernel, **options),
        [tuple(columns.shape)],
    )


@pytest.mark.parametrize(
    "make", [max_pool, max_pool_with_places, avg_pool, adaptive_avg_pool, adaptive_max_pool, unfold, fold]
)
def test_random_configurations(make: Callable[[Draw], Case]) -> None:
    check_many(make, EACH)
