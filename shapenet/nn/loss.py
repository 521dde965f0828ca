"""Losses: from predictions and targets to one number."""

from __future__ import annotations

from shapenet import functional, rules
from shapenet.dims import B, C
from shapenet.nn.module import Module
from shapenet.tensors import Shape, Tensor


class CrossEntropyLoss(Module):
    """The mean over the batch of ``-log_softmax(logits)[label]``: ``[N, classes], [N] -> []``."""

    def __init__(self) -> None:
        self.rule = rules.CrossEntropyLoss()

    def __call__(self, logits: Tensor[B, C], labels: Tensor[B]) -> Tensor[()]:
        return functional.cross_entropy(logits, labels)


class MSELoss(Module):
    """The mean of the squared differences: two tensors of one shape to one number."""

    def __init__(self) -> None:
        self.rule = rules.MSELoss()

    def __call__(self, x: Tensor[*Shape], y: Tensor[*Shape]) -> Tensor[()]:
        return functional.mse_loss(x, y)
