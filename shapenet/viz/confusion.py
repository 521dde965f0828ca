"""Confusion matrices."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from shapenet.backend import Array
from shapenet.tensors import AnyTensor
from shapenet.viz.figures import array_of, bare, figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_MOST = 1000  # the picture has no more points than that in a row
_LIGHT_ABOVE = 0.55  # where white numbers are read better than black ones


def confusion_matrix(
    predictions: AnyTensor | Array | Sequence[int],
    labels: AnyTensor | Array | Sequence[int],
    names: Sequence[str] | None = None,
) -> Figure:
    """How often items of each class were taken for each class: a row for each label, ``[N], [N]``.

    Numbers are counts; colours are their shares of the row. With more than 30 classes there are colours alone.

    Args:
        predictions: the number of a class for each item.
        labels: the number of the class that it is of.
        names: what the classes are called; their numbers if None.

    Raises:
        TypeError: what is given are no numbers.
        ValueError: there is no item, or what is given are not so many numbers of classes, or there are more than 1000.
        ImportError: matplotlib is missing.
    """
    predicted, wanted = _classes("predictions", predictions), _classes("labels", labels)
    if predicted.shape != wanted.shape:
        raise ValueError(
            f"confusion_matrix expects {len(wanted)} predictions, as there are labels, got {len(predicted)}"
        )
    highest = int(max(predicted.max(), wanted.max()))
    count = highest + 1 if names is None else len(names)
    if count > _MOST:
        raise ValueError(f"confusion_matrix expects at most {_MOST} classes, got {count}")
    shown = [str(number) for number in range(count)] if names is None else [str(name) for name in names]
    if highest >= len(shown):
        raise ValueError(
            f"confusion_matrix expects classes from 0 to {len(shown) - 1}, as there are names, got {highest}"
        )
    counts = np.bincount(wanted * len(shown) + predicted, minlength=len(shown) ** 2).reshape(len(shown), len(shown))
    return _drawn(counts, shown)


def _classes(name: str, values: Any) -> Array:
    found = array_of("confusion_matrix", name, values)
    if found.ndim != 1 or not found.size or found.dtype.kind not in "iu" or found.min() < 0:
        got = f"{found.dtype} in {list(found.shape)}" if found.dtype.kind not in "iu" or found.ndim != 1 else "none"
        got = f"{found.min()}" if got == "none" and found.size else got
        raise ValueError(f"confusion_matrix expects {name} to be numbers of classes in [N], at least 0, got {got}")
    return found.astype(np.int64)


def _drawn(counts: Array, names: Sequence[str]) -> Figure:
    shares = counts / np.maximum(counts.sum(1, keepdims=True), 1)
    size = min(max(3.5, 0.5 * len(names) + 1.5), 12)
    made = figure(size + 0.8, size)
    axes = made.subplots()
    picture = axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    axes.set_xticks(range(len(names)), names)
    axes.set_yticks(range(len(names)), names)
    if max(map(len, names)) > 3:
        for text in axes.get_xticklabels():
            text.set(rotation=45, ha="right", rotation_mode="anchor")
    axes.set(xlabel="prediction", ylabel="label")
    axes.tick_params(length=0)
    bare(axes)
    if len(names) <= 30:
        for (row, column), count in np.ndenumerate(counts):
            if count:
                colour = "white" if shares[row, column] > _LIGHT_ABOVE else "black"
                axes.text(column, row, f"{count}", ha="center", va="center", color=colour, fontsize=8)
    right = f"{np.trace(counts) / counts.sum():.2%} of {counts.sum()} are right"
    axes.set_title(right, loc="left", fontweight="bold")
    bar = made.colorbar(picture, ax=axes, shrink=0.8, format="{x:.0%}", label="share of the label")
    bar.outline.set_visible(False)
    return made
