"""Images of another size, and dimensions that are split or joined with others."""

from __future__ import annotations

from typing import Any, cast

import numpy as np

from shapenet import rules
from shapenet.dims import B, C, H, W
from shapenet.functional.checks import check_floating
from shapenet.ops import resizing
from shapenet.rules.base import either
from shapenet.tensors import AnyTensor, Tensor, apply, as_one

MODES = ("nearest", "nearest-exact", "bilinear")


def interpolate(
    x: Tensor[B, C, H, W],
    size: int | tuple[int, int] | None = None,
    scale_factor: float | tuple[float, float] | None = None,
    mode: str = "nearest",
    align_corners: bool | None = None,
) -> Tensor[B, C, Any, Any]:
    """Images of another *size*, or *scale_factor* times as large: ``[N, C, H, W] -> [N, C, H', W']``.

    The mode is ``"nearest"`` (pixel ``floor(i*H/H')``), ``"nearest-exact"`` (``floor((i + 1/2)*H/H')``) or
    ``"bilinear"``: between the nearest four, whose centres lie at ``i + 1/2``. With *align_corners*, the centres of the
    pixels in the corners stay where they are.

    Raises:
        ShapeError: *x* is no batch of images, or not exactly one of *size* and *scale_factor* is given, out of range.
        ValueError: *x* is not floating, the mode is unknown, or *align_corners* is given where it is not
            ``"bilinear"``.
    """
    check_mode("interpolate", mode, align_corners)
    return interpolated(x, rules.Upsample(size, scale_factor), mode, bool(align_corners))


def check_mode(subject: str, mode: str, align_corners: bool | None) -> None:
    """Check the options of ``interpolate``.

    Raises:
        ValueError: they are not known, or do not fit each other.
    """
    if mode not in MODES:
        raise ValueError(f"{subject} expects mode to be {either(MODES)}, got {mode!r}")
    if align_corners is not None and mode != "bilinear":
        raise ValueError(f'{subject} expects align_corners only in mode "bilinear", got it in mode "{mode}"')


@as_one
def interpolated(x: AnyTensor, rule: rules.Upsample, mode: str, align_corners: bool) -> AnyTensor:
    """What the layer makes of *x*."""
    out = cast("tuple[int, ...]", rule.output(x.data.shape))
    check_floating("interpolate", x)
    factors = cast("tuple[float, float] | None", rule.scale_factor)
    steps = [None, None] if factors is None else [1 / factor for factor in factors]
    sides = zip(x.data.shape[2:], out[2:], steps, strict=True)
    rows, columns = (side_of(*side, mode, align_corners) for side in sides)
    return apply(resizing.interpolate, x, rows=rows, columns=columns)


def side_of(size: int, count: int, step: float | None, mode: str, align_corners: bool) -> resizing.Side:
    """For each of *count* places along a side of *size*: the two it lies between, and how far towards the second."""
    places = np.arange(count)
    if count == size and mode != "nearest-exact":  # as in torch, whatever the factor was
        return resizing.Side(count, places, places, np.zeros(count))
    if align_corners:
        at = places * ((size - 1) / (count - 1) if count > 1 else 0.0)
    else:
        step = size / count if step is None else step
        at = places * step if mode == "nearest" else (places + 0.5) * step
    if mode == "bilinear":
        at = np.maximum(at if align_corners else at - 0.5, 0)
    first = np.minimum(at.astype(np.int64), size - 1)
    second = np.minimum(first + 1, size - 1)
    way = np.minimum(at - first, 1) if mode == "bilinear" else np.zeros(count)
    return resizing.Side(count, first, second, way)


def pixel_shuffle(x: AnyTensor, upscale_factor: int) -> AnyTensor:
    """``[*, C*r*r, H, W] -> [*, C, H*r, W*r]``: channels become pixels.

    Source: Shi et al., "Real-time single image and video super-resolution using an efficient sub-pixel convolutional
    neural network" (2016), equation 4.

    Raises:
        ShapeError: *x* has too few dimensions, or no multiple of r*r channels; the factor is no int of at least 1.
    """
    return shuffled(x, rules.PixelShuffle(upscale_factor))


@as_one
def shuffled(x: AnyTensor, rule: rules.PixelShuffle) -> AnyTensor:
    """``pixel_shuffle`` with its option checked already."""
    out = cast("tuple[int, ...]", rule.output(x.data.shape))
    *batch, channels, _, _ = out
    r, n = cast("int", rule.upscale_factor), len(batch)
    apart = x.reshape(*batch, channels, r, r, x.shape[-2], x.shape[-1])
    order = (*range(n), n, n + 3, n + 1, n + 4, n + 2)
    return apart.permute(*order).reshape(*out)


def pixel_unshuffle(x: AnyTensor, downscale_factor: int) -> AnyTensor:
    """``[*, C, H*r, W*r] -> [*, C*r*r, H, W]``: the inverse of ``pixel_shuffle``.

    Raises:
        ShapeError: *x* has too few dimensions, or sides that r does not divide; the factor is no int of at least 1.
    """
    out = cast("tuple[int, ...]", rules.PixelUnshuffle(downscale_factor).output(x.data.shape))
    *batch, _, height, width = out
    r, n = downscale_factor, len(batch)
    apart = x.reshape(*batch, x.shape[-3], height, r, width, r)
    order = (*range(n), n, n + 2, n + 4, n + 1, n + 3)
    return apart.permute(*order).reshape(*out)
