"""The ratios as a picture."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from benchmarks.libraries import TORCH
from benchmarks.results import Table


def can_plot() -> bool:
    """Whether matplotlib is installed."""
    return find_spec("matplotlib") is not None


def plot(tables: list[Table], path: Path) -> bool:
    """Draw a bar for each case that was compared with torch, those of growth left out; False if there is none."""
    bars = [
        (result.case.path, result.ratio(pair), f"C{number}")
        for number, table in enumerate(tables)
        for pair in table.pairs[:1]
        if pair[1] == TORCH and not table.grows
        for result in table.results
    ]
    if not bars:
        return False
    from matplotlib.figure import Figure
    from matplotlib.ticker import LogLocator, NullFormatter

    paths, ratios, colours = zip(*bars, strict=True)
    figure = Figure(figsize=(9, 1 + 0.19 * len(bars)), layout="constrained")
    axes = figure.subplots()
    # On a logarithmic axis a bar has no natural start: it grows from 1, to the left where shapenet is faster.
    axes.barh(paths, [ratio - 1 for ratio in ratios], left=1, color=colours)
    axes.axvline(1, color="black", linewidth=1)
    axes.set_xscale("log")
    axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axes.xaxis.set_major_formatter("{x:g}")
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.set_xlabel("time of shapenet / time of torch")
    axes.tick_params(axis="y", labelsize=7)
    axes.invert_yaxis()
    axes.margins(y=0.01)
    axes.grid(axis="x", which="both", alpha=0.3)
    figure.savefig(path, dpi=120)
    return True
