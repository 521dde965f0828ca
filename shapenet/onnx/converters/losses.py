"""How losses are written: those by labels, the only ones of which ONNX has operations."""

from __future__ import annotations

from typing import Any, Final

from shapenet.functional import losses
from shapenet.onnx.step import Converter, Step, Table
from shapenet.onnx.writer import refuse


def _by_labels(step: Step, op: str) -> None:
    x, target, weight = step.args
    if len(step.shape(x)) < 2 or len(step.shape(target)) != len(step.shape(x)) - 1:
        refuse("is exported with a label for each item of a batch alone")
    inputs = step.names(x, target, *([] if weight is None else [weight]))
    options: dict[str, Any] = {name: step.option(name) for name in ("reduction", "ignore_index")}
    step.give(step.emit(op, inputs, **options))


def _cross_entropy(step: Step) -> None:
    if step.option("label_smoothing"):
        refuse("has label_smoothing, of which ONNX knows none")
    _by_labels(step, "SoftmaxCrossEntropyLoss")


LOSSES: Final[Table] = {
    losses.cross_entropy: Converter(_cross_entropy),
    losses.nll_loss: Converter(lambda step: _by_labels(step, "NegativeLogLikelihoodLoss")),
}
