"""How operations are read that give elements another shape or order, choose among them, or make them."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from onnx import numpy_helper

from shapenet import functional
from shapenet.functional.joining import cat
from shapenet.onnx.errors import OnnxError
from shapenet.onnx.operators.node import Node, Readers, Run, ints, plain
from shapenet.tensors import AnyTensor, Tensor

_PADDING: Final = {"constant": "constant", "reflect": "reflect", "edge": "replicate", "wrap": "circular"}


def _constant_of_shape(node: Node) -> Run:
    value = node.take("value", None)
    fill = np.zeros(1, np.float32) if value is None else numpy_helper.to_array(value)
    if fill.size != 1:
        raise OnnxError(f"{node} expects a value of one element, got {fill.size}")
    return lambda shape: Tensor(np.asarray(np.full(ints(shape), fill.reshape(()), fill.dtype), like=shape.data))


def _range(start: AnyTensor, limit: AnyTensor, delta: AnyTensor) -> AnyTensor:
    numbers: Any = [start.item(), limit.item(), delta.item()]
    return Tensor(np.asarray(np.arange(*numbers, dtype=start.dtype), like=start.data))


def _shape(node: Node) -> Run:
    part = slice(node.take("start", 0), node.take("end", None))
    # On the device of x: what is computed of it meets constants, which are there, too.
    return lambda x: Tensor(np.asarray(np.array(x.data.shape[part], np.int64), like=x.data))


def _reshape(node: Node) -> Run:
    node.expect("allowzero", 0)

    def run(x: AnyTensor, shape: AnyTensor) -> AnyTensor:
        sizes = [size or x.data.shape[place] for place, size in enumerate(ints(shape))]
        return x.reshape(*sizes)

    return run


def _transpose(node: Node) -> Run:
    perm = node.take("perm", None)
    return lambda x: x.permute(*(reversed(range(x.ndim)) if perm is None else perm))


def _concat(node: Node) -> Run:
    axis = node.take("axis", 0)
    return lambda *tensors: cat(tensors, axis)


def _expand(x: AnyTensor, shape: AnyTensor) -> AnyTensor:
    return x.broadcast_to(np.broadcast_shapes(x.data.shape, tuple(ints(shape))))


def _slice(
    x: AnyTensor, starts: AnyTensor, ends: AnyTensor, axes: AnyTensor | None = None, steps: AnyTensor | None = None
) -> AnyTensor:
    first, last = ints(starts), ints(ends)
    places = range(len(first)) if axes is None else ints(axes)
    strides = [1] * len(first) if steps is None else ints(steps)
    key: list[Any] = [slice(None)] * x.ndim
    for place, start, stop, step in zip(places, first, last, strides, strict=True):
        # Python counts a stop below 0 from the end, however far below: to the first element is None for it.
        key[place] = slice(start, None if step < 0 and stop < -x.data.shape[place] else stop, step)
    return x[tuple(key)]


def _gather(node: Node) -> Run:
    axis = node.take("axis", 0)

    def run(x: AnyTensor, places: AnyTensor) -> AnyTensor:
        return x[(*(slice(None),) * (axis % x.ndim), places)]

    return run


def _gather_elements(node: Node) -> Run:
    axis = node.take("axis", 0)
    return lambda x, places: x.gather(axis, places)


def _scatter_elements(node: Node) -> Run:
    axis, add = node.take("axis", 0), node.expect("reduction", "none", "add") == "add"
    return lambda x, places, source: (x.scatter_add if add else x.scatter)(axis, places, source)


def _unsqueeze(x: AnyTensor, axes: AnyTensor) -> AnyTensor:
    places = ints(axes)
    for place in sorted(axis % (x.ndim + len(places)) for axis in places):
        x = x.unsqueeze(place)
    return x


def _squeeze(x: AnyTensor, axes: AnyTensor | None = None) -> AnyTensor:
    return x.squeeze() if axes is None else x.squeeze(ints(axes))


def _trilu(node: Node) -> Run:
    function = Tensor.triu if node.expect("upper", 1, 0) else Tensor.tril
    return lambda x, diagonal=None: function(x, 0 if diagonal is None else ints(diagonal)[0])


def _pad(node: Node) -> Run:
    mode = _PADDING[node.expect("mode", *_PADDING)]

    def run(x: AnyTensor, pads: AnyTensor, value: AnyTensor | None = None, axes: AnyTensor | None = None) -> AnyTensor:
        amounts = ints(pads)
        places = list(range(x.ndim)) if axes is None else [axis % x.ndim for axis in ints(axes)]
        ends = dict(zip(places, zip(amounts[: len(places)], amounts[len(places) :], strict=True), strict=True))
        padded = [place for place in places if any(ends[place])]
        if not padded:
            return x
        order = [amount for place in range(x.ndim - 1, min(padded) - 1, -1) for amount in ends.get(place, (0, 0))]
        fill = value.item() if value is not None and mode == "constant" else None
        return functional.pad(x, order, mode, fill)

    return run


def _depth_to_space(node: Node) -> Run:
    factor = node.take("blocksize", 1)
    if node.take("mode", "DCR") != "CRD":
        raise OnnxError(f"{node} is read with mode='CRD' alone")
    return lambda x: functional.pixel_shuffle(x, factor)


SHAPING: Final[Readers] = {
    "ConstantOfShape": _constant_of_shape,
    "Range": plain(_range),
    "Shape": _shape,
    "Reshape": _reshape,
    "Transpose": _transpose,
    "Concat": _concat,
    "Expand": plain(_expand),
    "Tile": plain(lambda x, counts: x.repeat(*ints(counts))),
    "Slice": plain(_slice),
    "Gather": _gather,
    "GatherElements": _gather_elements,
    "ScatterElements": _scatter_elements,
    "Unsqueeze": plain(_unsqueeze),
    "Squeeze": plain(_squeeze),
    "Trilu": _trilu,
    "Pad": _pad,
    "DepthToSpace": _depth_to_space,
}
