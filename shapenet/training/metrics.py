"""Metrics: functions of the outputs for a batch and its targets, whose mean over all items is reported."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias, TypeVar

import numpy as np

from shapenet import rules
from shapenet.errors import ShapeError
from shapenet.tensors import AnyTensor, Tensor
from shapenet.training.means import Value

Output = TypeVar("Output")

Loss: TypeAlias = Callable[[Output, Any], Tensor[()]]
Metric: TypeAlias = Callable[[Output, Any], Value]
Metrics: TypeAlias = Mapping[str, Metric[Output]]


def accuracy(scores: AnyTensor, labels: AnyTensor) -> Tensor[()]:
    """The share of labels whose class has the greatest score: ``[N, C, ...], [N, ...] -> []``.

    Raises:
        ShapeError: the shapes do not fit.
    """
    expected = scores.data.shape[:1] + scores.data.shape[2:]
    if scores.ndim < 2 or labels.data.shape != expected:
        wanted = rules.show(expected) if scores.ndim >= 2 else "[N, ...], for scores [N, C, ...]"
        got = f"{rules.show(labels.data.shape)}, for scores {rules.show(scores.data.shape)}"
        raise ShapeError("accuracy", f"expects labels {wanted}, got {got}")
    return (scores.argmax(1) == labels).to(np.float64).mean()


def measured(owner: str, metrics: Metrics[Any], output: Any, target: Any) -> dict[str, Value]:
    """The values of the *metrics* for a batch.

    Raises:
        ShapeError: one is a tensor of more than one element.
    """
    values = {}
    for name, metric in metrics.items():
        value = metric(output, target)
        if isinstance(value, Tensor):
            value = checked(owner, name, value).detach()
        values[name] = value
    return values


def checked(owner: str, name: str, value: AnyTensor) -> AnyTensor:
    """*value*, if it has one element.

    Raises:
        ShapeError: it has not.
    """
    if value.data.size != 1:
        raise ShapeError(owner, f"expects {name} to be one number for a batch, got {rules.show(value.data.shape)}")
    return value
