"""Learning curves."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from shapenet.backend import Array
from shapenet.viz.figures import BLUE, ORANGE, array_of, bare, figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_VALIDATION: Final = "val_"
_APART: Final = ("epoch", "seconds", "items_per_second", "lr")


def learning_curves(history: Mapping[str, Sequence[float]], names: Sequence[str] | None = None) -> Figure:
    """The numbers of each epoch as curves, a panel for each name, of the training and the validation data.

    Args:
        history: numbers by name, one for each epoch, such as what ``training.fit`` returns. What begins with ``val_``
            is drawn beside what it is of.
        names: what to draw; all but the epoch, the learning rate and times if None.

    Raises:
        TypeError: *history* is no mapping, or has something that is no number.
        ValueError: there is nothing to draw, or not what *names* say, or not a number for each epoch.
        ImportError: matplotlib is missing.
    """
    if not isinstance(history, Mapping):
        raise TypeError(f"learning_curves expects history to be numbers by name, got {type(history).__name__}")
    known = list(dict.fromkeys(name.removeprefix(_VALIDATION) for name in history))
    drawn = [name for name in known if name not in _APART] if names is None else list(names)
    if not drawn or any(name not in known for name in drawn):
        raise ValueError(f"learning_curves expects names to be some of {', '.join(known) or 'none'}, got {drawn}")
    made = figure(4.4 * len(drawn), 3.3)
    for name, axes in zip(drawn, made.subplots(1, len(drawn), squeeze=False)[0], strict=True):
        _draw(axes, name, history)
    return made


def _draw(axes: Axes, name: str, history: Mapping[str, Sequence[float]]) -> None:
    kinds = ((name, "training", BLUE, "-"), (f"{_VALIDATION}{name}", "validation", ORANGE, "--"))
    drawn: list[Array] = []
    for key, label, colour, style in kinds:
        if key in history:
            numbers = _numbers(key, history)
            epochs = history.get("epoch", range(1, len(numbers) + 1))
            marker = "o" if len(numbers) == 1 else None
            axes.plot(epochs, numbers, style, color=colour, label=label, linewidth=2, marker=marker)
            drawn.append(numbers[np.isfinite(numbers)])
    finite = np.concatenate(drawn)
    if "loss" in name and finite.size and finite.min() > 0 and finite.max() > 10 * finite.min():
        axes.set_yscale("log")
    axes.set_title(name, loc="left", fontweight="bold")
    axes.set_xlabel("epoch")
    axes.locator_params(axis="x", integer=True)
    axes.grid(alpha=0.25)
    bare(axes)
    axes.legend(frameon=False)


def _numbers(name: str, history: Mapping[str, Sequence[float | None]]) -> Array:
    """The numbers of that *name*; NaN for None, which a log in JSON has for what is not finite."""
    given = [math.nan if value is None else value for value in history[name]]
    numbers = array_of("learning_curves", name, given)
    epochs = len(history.get("epoch", given))
    if numbers.ndim != 1 or not len(numbers) or len(numbers) != epochs:
        raise ValueError(f"learning_curves expects {name} to be a number for each of {epochs} epochs, got {len(given)}")
    return numbers.astype(np.float64)
