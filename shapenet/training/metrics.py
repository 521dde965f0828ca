"""Metrics: functions of the outputs for a batch and its targets, whose mean over all items is reported."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias, TypeVar

import numpy as np

from shapenet import rules
from shapenet.errors import ShapeError
from shapenet.methods.numbers import as_float
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
        TypeError: one is neither a tensor nor a number.
    """
    values: dict[str, Value] = {}
    for name, metric in metrics.items():
        value = metric(output, target)
        number = None if isinstance(value, Tensor) else as_float(value)
        values[name] = checked(owner, name, value).detach() if number is None else number
    return values


def check_metrics(owner: str, metrics: object) -> None:
    """Check that *metrics* are functions by name.

    Raises:
        TypeError: they are not.
    """
    if not isinstance(metrics, Mapping):
        raise TypeError(f"{owner} expects metrics to be functions by name, got {type(metrics).__name__}")
    for name, metric in metrics.items():
        if not isinstance(name, str):
            raise TypeError(f"{owner} expects metrics to be functions by name, got {name!r} as a name")
        check_function(owner, name, metric)


def check_function(owner: str, name: str, value: object) -> None:
    """Check that *value* can be called with an output and a target.

    Raises:
        TypeError: it cannot, or is a class, of which an object was meant.
    """
    if isinstance(value, type) or not callable(value):
        got = f"the class {value.__name__}" if isinstance(value, type) else repr(value)
        raise TypeError(f"{owner} expects {name} to be a function of output and target, got {got}")


def checked(owner: str, name: str, value: object) -> AnyTensor:
    """*value*, if it is a tensor of one element.

    Raises:
        ShapeError: it has more elements, or none.
        TypeError: it is no tensor.
    """
    if not isinstance(value, Tensor):
        raise TypeError(f"{owner} expects {name} to be one number for a batch, in a tensor, got {type(value).__name__}")
    if value.data.size != 1:
        raise ShapeError(owner, f"expects {name} to be one number for a batch, got {rules.show(value.data.shape)}")
    return value
