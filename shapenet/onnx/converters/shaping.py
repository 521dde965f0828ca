"""How operations are written that give elements another shape or order, or choose among them."""

from __future__ import annotations

from collections.abc import Sequence
from types import EllipsisType
from typing import Any, Final

import numpy as np

from shapenet.functional import resizing
from shapenet.methods import recording
from shapenet.onnx.step import Converter, Step, Table
from shapenet.onnx.trace import Ref, Sizes
from shapenet.onnx.writer import END, refuse
from shapenet.ops import arranging, embedding, padding, picking, shaping

_PADDING: Final = {"constant": "constant", "reflect": "reflect", "replicate": "edge", "circular": "wrap"}


def _reshape(step: Step) -> None:
    (x,) = step.names()
    step.give(step.emit("Reshape", [x, step.writer.sizes(step.shapes(step.result), step.x)]))


def _permute(step: Step) -> None:
    rank = len(step.option("dims"))
    step.give(step.emit("Transpose", step.names(), perm=[dim % rank for dim in step.option("dims")]))


def _cat(step: Step) -> None:
    step.give(step.emit("Concat", step.names(), axis=step.option("dim")))


def _stack(step: Step) -> None:
    place = step.writer.ints(step.option("dim") % len(step.shape(step.result)))
    parts = [step.emit("Unsqueeze", [name, place]) for name in step.names()]
    step.give(step.emit("Concat", parts, axis=step.option("dim")))


def _expand(step: Step) -> None:
    step.give(step.emit("Expand", [*step.names(), step.writer.sizes(step.shapes(step.result), None)]))


def _tile(step: Step) -> None:
    counts, (x,) = step.option("counts"), step.names()
    more = len(counts) - len(step.shape(step.x))
    if more:
        x = step.emit("Unsqueeze", [x, step.writer.ints(*range(more))])
    step.give(step.emit("Tile", [x, step.writer.ints(*counts)]))


def _flip(step: Step) -> None:
    dims = step.option("dims")
    w, minus = step.writer, [-1] * len(dims)
    # From the last element, by steps of -1, to before the first.
    keys = [w.ints(*minus), w.ints(*[-END] * len(dims)), w.ints(*dims), w.ints(*minus)]
    step.give(step.emit("Slice", [*step.names(), *keys]))


def _triangle(upper: int) -> Any:
    return lambda step: step.give(
        step.emit("Trilu", [*step.names(), step.writer.scalar(step.option("diagonal"), np.int64)], upper=upper)
    )


def _pad(step: Step) -> None:
    amounts, mode = step.option("amounts"), step.option("mode")
    (x,) = step.names()
    step.give(padded(step, x, len(step.shape(step.x)), amounts, mode, step.option("value")))


def padded(step: Step, x: str, rank: int, amounts: Sequence[int], mode: str, value: float) -> str:
    """Write the padding of *x*, the amounts of which are before and after the last side, then the one before it."""
    pairs = [(0, 0)] * (rank - len(amounts) // 2) + list(zip(amounts[::2], amounts[1::2], strict=True))[::-1]
    ends = step.writer.ints(*(before for before, _ in pairs), *(after for _, after in pairs))
    fill = [step.writer.scalar(value, step.dtype(step.x))] if mode == "constant" else []
    return step.emit("Pad", [x, ends, *fill], mode=_PADDING[mode])


def _embedding(step: Step) -> None:
    step.give(step.emit("Gather", [*step.names(), step.writer.name(step.option("indices"))]))


def _gather(step: Step) -> None:
    if any(shape != step.shapes(step.option("places"))[at] for at, shape in enumerate(step.shapes(step.result))):
        refuse("has places that broadcast, which ONNX does not do")
    inputs = [*step.names(), step.writer.name(step.option("places"))]
    step.give(step.emit("GatherElements", inputs, axis=step.option("dim")))


def _scatter(step: Step) -> None:
    x, source = step.names()
    places, add = step.writer.name(step.option("places")), step.option("add")
    inputs = [x, places, source]
    step.give(step.emit("ScatterElements", inputs, axis=step.option("dim"), reduction="add" if add else "none"))


def _shuffled(step: Step) -> None:
    if len(step.shape(step.x)) != 4:
        refuse("is exported of batches of images, [N, C, H, W], alone")
    step.give(step.emit("DepthToSpace", step.names(step.x), blocksize=int(step.args[1].upscale_factor), mode="CRD"))


# --- keys ---


def _index(step: Step) -> None:
    keys = [key if isinstance(key, tuple) else (key,) for key in step.options("key")]
    step.give(picked(step, step.x, keys))


def _divided(step: Step) -> None:
    for part, *keys in zip(step.result, *(call.args[1] for call in step.calls), strict=True):
        step.writer.set(part, picked(step, step.x, keys))


def picked(step: Step, ref: Ref, keys: Sequence[tuple[Any, ...]]) -> str:
    """Write ``x[key]``, of which there is a key for each run: first all slices at once, then single places."""
    shapes = step.shapes(ref)
    full = [_whole(key, len(shape)) for key, shape in zip(keys, shapes, strict=True)]
    name = _sliced(step, ref, full, shapes)
    axis = 0
    arrays = 0
    for part in full[0]:
        if part is None:
            name = step.emit("Unsqueeze", [name, step.writer.ints(axis)])
        elif isinstance(part, Ref):
            arrays += 1
            name = step.emit("Gather", [name, step.writer.name(part)], axis=axis)
            axis += len(step.shape(part)) - 1
        elif not isinstance(part, slice):
            name = step.emit("Gather", [name, step.writer.scalar(part, np.int64)], axis=axis)
            continue
        axis += 1
    if arrays > 1 or (arrays and any(isinstance(part, int | np.integer) for part in full[0])):
        refuse("is exported with one tensor of places, and with no numbers beside it")
    return step.emit("Identity", [name]) if name == step.writer.name(ref) else name


def _whole(key: tuple[Any, ...], rank: int) -> list[Any]:
    """The key without Ellipsis, with slices for all dimensions that it does not name."""
    named = sum(part is not None and not isinstance(part, EllipsisType) for part in key)
    place = next((at for at, part in enumerate(key) if isinstance(part, EllipsisType)), len(key))
    rest = [slice(None)] * (rank - named)
    return [*key[:place], *rest, *key[place + 1 :]]


def _sliced(step: Step, ref: Ref, keys: Sequence[list[Any]], shapes: Sequence[Sizes]) -> str:
    axes, steps = [], []
    starts, ends = list[int | str](), list[int | str]()
    columns = [part for part in zip(*keys, strict=True) if part[0] is not None]
    for axis, parts in enumerate(columns):
        if not isinstance(parts[0], slice) or all(part == slice(None) for part in parts):
            continue
        sizes = [shape[axis] for shape in shapes]
        stride = parts[0].step or 1
        axes.append(axis)
        starts.append(_bound(step, ref, [part.start for part in parts], sizes, 0 if stride > 0 else END))
        ends.append(_bound(step, ref, [part.stop for part in parts], sizes, END if stride > 0 else -END))
        steps.append(stride)
    if not axes:
        return step.writer.name(ref)
    w = step.writer
    bounds = [_vector(step, ends) for ends in (starts, ends)]
    return step.emit("Slice", [w.name(ref), *bounds, w.ints(*axes), w.ints(*steps)])


def _vector(step: Step, parts: Sequence[int | str]) -> str:
    """A vector of numbers, and of others that are computed: those have names."""
    known = [part for part in parts if isinstance(part, int)]
    if len(known) == len(parts):
        return step.writer.ints(*known)
    return step.emit("Concat", [step.writer.ints(part) if isinstance(part, int) else part for part in parts], axis=0)


def _bound(step: Step, ref: Ref, bounds: Sequence[Any], sizes: Sequence[int], default: int) -> int | str:
    """Where a slice begins or ends; *default* if it does not say."""
    if bounds[0] is None:
        return default
    if len(set(bounds)) == 1:
        return int(bounds[0])
    return END if list(bounds) == list(sizes) else step.writer.size(bounds, ref)


SHAPING: Final[Table] = {
    shaping.reshape: Converter(_reshape, frozenset({"sizes"})),
    shaping.permute: Converter(_permute),
    shaping.cat: Converter(_cat),
    shaping.stack: Converter(_stack),
    shaping.index: Converter(_index, frozenset({"key"})),
    recording.divided: Converter(_divided, frozenset({"args"})),
    arranging.expand: Converter(_expand, frozenset({"sizes"})),
    arranging.tile: Converter(_tile),
    arranging.flip: Converter(_flip),
    arranging.tril: Converter(_triangle(0)),
    arranging.triu: Converter(_triangle(1)),
    padding.pad: Converter(_pad),
    picking.gather: Converter(_gather),
    picking.scatter: Converter(_scatter),
    embedding.embedding: Converter(_embedding),
    resizing.shuffled: Converter(_shuffled),
}
