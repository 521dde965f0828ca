"""How normalisation is written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from shapenet.functional import normalisation
from shapenet.onnx.step import Converter, Step, Table
from shapenet.onnx.trace import Ref

Affine = Sequence[Ref | None]
"""A weight and a bias; None where there is none."""


def _affine(step: Step, affine: Affine, shape: Sequence[int]) -> list[str]:
    """The names of both: for one that is missing, of a constant that changes nothing."""
    dtype = step.dtype(step.x)
    return [
        step.writer.constant(np.full(tuple(shape), neutral, dtype)) if part is None else step.writer.name(part)
        for part, neutral in zip(affine, (1, 0), strict=True)
    ]


def batch_normalised(step: Step, x: str, features: int, affine: Affine, running: Sequence[Ref], eps: float) -> str:
    """Write batch normalisation of *x* by running statistics."""
    inputs = [x, *_affine(step, affine, (features,)), *step.names(*running)]
    return step.emit("BatchNormalization", inputs, epsilon=float(eps))


def _frozen(step: Step) -> None:
    x, running, weight, bias, eps = step.args
    features = step.shape(x)[1]
    step.give(batch_normalised(step, step.writer.name(x), features, (weight, bias), running, eps))


def _by_groups(step: Step) -> None:
    x, groups, weight, bias, eps = step.args
    channels = step.shape(x)[1]
    inputs = [step.writer.name(x), *_affine(step, (weight, bias), (channels,))]
    if groups == channels:
        y = step.emit("InstanceNormalization", inputs, epsilon=float(eps))
    else:
        y = step.emit("GroupNormalization", inputs, num_groups=groups, epsilon=float(eps))
    step.writer.set(step.result[0], y)


def _layer_norm(step: Step) -> None:
    x, rule, weight, bias, eps = step.args
    inputs = [step.writer.name(x), *_affine(step, (weight, bias), rule.last)]
    step.give(step.emit("LayerNormalization", inputs, axis=-len(rule.last), epsilon=float(eps)))


def _rms_norm(step: Step) -> None:
    """Opset 21 has no operation for it, the elements of it only."""
    x, rule, weight, eps = step.args
    w, name, dtype = step.writer, step.writer.name(x), step.dtype(x)
    some = float(np.finfo(dtype).eps) if eps is None else eps
    axes = w.ints(*range(-len(rule.last), 0))
    mean = step.emit("ReduceMean", [step.emit("Mul", [name, name]), axes], keepdims=1)
    y = step.emit("Div", [name, step.emit("Sqrt", [step.emit("Add", [mean, w.scalar(some, dtype)])])])
    step.give(y if weight is None else step.emit("Mul", [y, w.name(weight)]))


NORMALISATION: Final[Table] = {
    normalisation.frozen: Converter(_frozen),
    normalisation.by_groups: Converter(_by_groups),
    normalisation.layer_normed: Converter(_layer_norm),
    normalisation.rms_normed: Converter(_rms_norm),
}
