"""Grids of small pictures: images, the filters of a convolution, and what a layer makes of an input."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from shapenet import rules
from shapenet.autograd import no_grad
from shapenet.backend import Array
from shapenet.errors import ShapeError
from shapenet.nn import Conv2d, Module
from shapenet.nn.checks import checked_model
from shapenet.tensors import AnyTensor, Tensor
from shapenet.viz.figures import GREY, array_of, figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_MOST = 64
_SIDE = 0.9  # inches of a picture


def images(
    values: AnyTensor | Array, titles: Sequence[object] | None = None, *, columns: int | None = None, most: int = _MOST
) -> Figure:
    """Images side by side: ``[N, 1, H, W]`` in grey, ``[N, 3, H, W]`` in colour, or ``[N, H, W]``.

    uint8 counts from 0 to 255; of other numbers, the least and the greatest of all are black and white.

    Args:
        values: the images.
        titles: one for each, such as its label.
        columns: how many stand in a row; as many as make the grid about square if None.
        most: the first so many are drawn.

    Raises:
        ShapeError: they are no images.
        TypeError: they are no numbers.
        ValueError: there is none, or *titles* are not so many, or *columns* or *most* are less than 1.
        ImportError: matplotlib is missing.
    """
    given = array_of("images", "values", values)
    if given.ndim not in (3, 4) or (given.ndim == 4 and given.shape[1] not in (1, 3)):
        raise ShapeError("images", f"expects [N, 1, H, W], [N, 3, H, W] or [N, H, W], got {rules.show(given.shape)}")
    if titles is not None and len(titles) != len(given):
        raise ValueError(f"images expects {len(given)} titles, one for each image, got {len(titles)}")
    pictures = given[:, 0] if given.ndim == 4 and given.shape[1] == 1 else given
    if pictures.ndim == 4:
        pictures = np.moveaxis(pictures, 1, -1)  # N C H W -> N H W C
    if pictures.dtype == np.uint8:
        scaled = pictures / 255
    else:
        low, high = (float(pictures.min()), float(pictures.max())) if pictures.size else (0.0, 1.0)
        scaled = (pictures.astype(np.float64) - low) / ((high - low) or 1.0)
    return _grid("images", scaled, "gray", 0.0, 1.0, titles=titles, columns=columns, most=most)


def filters(
    of: Conv2d[Any, Any, Any, Any, Any, Any, Any] | AnyTensor, *, columns: int | None = None, most: int = _MOST
) -> Figure:
    """The filters of a convolution: red above 0, blue below, white at 0, on one scale for all.

    Those over three channels are drawn as colours, from the least to the greatest number; of other filters each
    channel is a picture of its own, a filter's channels side by side.

    Args:
        of: a ``Conv2d`` or its weight, ``[out_channels, in_channels, KH, KW]``.
        columns: how many stand in a row; as many as make the grid about square if None.
        most: the first so many are drawn.

    Raises:
        ShapeError: it is no such weight.
        TypeError: it is no weight at all.
        ValueError: it is empty, or *columns* or *most* are less than 1.
        ImportError: matplotlib is missing.
    """
    weight = array_of("filters", "of", getattr(of, "weight", None) if isinstance(of, Module) else of)
    if weight.ndim != 4:
        raise ShapeError("filters", f"expects [out_channels, in_channels, KH, KW], got {rules.show(weight.shape)}")
    if weight.shape[1] == 3:
        return images(weight, columns=columns, most=most)
    pictures = weight.reshape(-1, *weight.shape[2:])  # O I H W -> OI H W
    bound = float(np.abs(pictures).max()) if pictures.size else 1.0
    wide = columns if columns is not None or weight.shape[1] == 1 else min(weight.shape[1], 16)
    return _grid("filters", pictures, "RdBu_r", -bound or -1.0, bound or 1.0, columns=wide, most=most, bar=True)


def activations(
    model: Module, x: AnyTensor, layer: str | Module, *, columns: int | None = None, most: int = _MOST
) -> Figure:
    """What a *layer* inside *model* makes of the first item of *x*: a picture for each channel.

    The model is called as it is, in training or evaluation, and nothing is recorded.

    Args:
        model: what is called with *x*.
        x: a batch, of which the first item is drawn.
        layer: a module inside, or its path, as ``named_modules`` gives it: ``"features.0"``.
        columns: how many stand in a row; as many as make the grid about square if None.
        most: the first so many are drawn.

    Raises:
        TypeError: *model* is no module.
        ValueError: there is no such layer in *model*, or it was not called, or *x* has no item, or *columns* or *most*
            are less than 1.
        ShapeError: what the layer returns is not ``[N, C, H, W]``, or *x* does not fit.
        ImportError: matplotlib is missing.
    """
    output = _output(model, x, _inside(checked_model("activations", model), layer))
    if not isinstance(output, Tensor) or output.ndim != 4:
        got = rules.show(output.data.shape) if isinstance(output, Tensor) else type(output).__name__
        raise ShapeError("activations", f"expects a layer that returns [N, C, H, W], got {got}")
    if not len(output):
        raise ValueError("activations expects x to have an item, got none")
    pictures = array_of("activations", "x", output)[0]
    low, high = (float(pictures.min()), float(pictures.max())) if pictures.size else (0.0, 1.0)
    return _grid("activations", pictures, "viridis", low, high, columns=columns, most=most, bar=True)


def _inside(model: Module, layer: str | Module) -> Module:
    named = dict(model.named_modules())
    if isinstance(layer, str) and layer in named:
        return named[layer]
    if isinstance(layer, Module) and any(layer is module for module in named.values()):
        return layer
    known = ", ".join(path for path in named if path)
    got = repr(layer) if isinstance(layer, str) else type(layer).__name__
    raise ValueError(f"activations expects layer to be one of {known or 'none'}, or a module inside, got {got}")


def _output(model: Module, x: AnyTensor, layer: Module) -> Any:
    found: list[Any] = []
    handle = layer.register_forward_hook(lambda module, args, output: found.append(output))
    try:
        with no_grad():
            model(x)
    finally:
        handle.remove()
    if not found:
        raise ValueError(f"activations expects layer to be called, which {layer.spelled} was not")
    return found[0]


def _grid(
    owner: str,
    pictures: Array,
    colours: str,
    low: float,
    high: float,
    *,
    columns: int | None,
    most: int,
    titles: Sequence[object] | None = None,
    bar: bool = False,
) -> Figure:
    """*pictures* ``[N, H, W]`` or ``[N, H, W, 3]`` in rows."""
    for name, value in (("columns", columns), ("most", most)):
        if value is not None and (isinstance(value, bool) or not isinstance(value, int) or value < 1):
            raise ValueError(f"{owner} expects {name} to be an int, at least 1, got {value!r}")
    if not pictures.size:
        raise ValueError(f"{owner} expects at least one picture, got {rules.show(pictures.shape)}")
    shown = pictures[:most]
    wide = min(columns or math.ceil(math.sqrt(len(shown))), len(shown))
    high_ = math.ceil(len(shown) / wide)
    made = figure(_SIDE * wide + (0.9 if bar else 0.1), _SIDE * high_ * (1.25 if titles else 1) + 0.1)
    places = made.subplots(high_, wide, squeeze=False)
    drawn = None
    for number, axes in enumerate(places.flat):
        axes.set_axis_off()
        if number < len(shown):
            drawn = axes.imshow(shown[number], cmap=colours, vmin=low, vmax=high, interpolation="nearest")
            if titles is not None:
                axes.set_title(str(titles[number]), fontsize=8, color=GREY, pad=2)
    if bar and drawn is not None:
        made.colorbar(drawn, ax=list(places.flat), shrink=0.8).outline.set_visible(False)
    return made
