"""``evaluate``, and what it shares with ``fit``: batches that are pairs, on the device of the model."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sized
from typing import Any, TypeAlias

from shapenet.autograd import no_grad
from shapenet.data import Dataset
from shapenet.data.collate import like_sequence
from shapenet.nn import Module
from shapenet.nn.checks import checked_model
from shapenet.nn.modes import evaluating
from shapenet.tensors import Tensor
from shapenet.training.means import Means
from shapenet.training.metrics import Metrics, Output, check_metrics, measured

Batches: TypeAlias = Iterable[tuple[Any, ...]]
"""Pairs of an input and a target, each a tensor, or a tuple, list or dict of tensors."""

READ_EVERY = 32
"""After how many steps values are read from a GPU, unless it is said."""


def evaluate(model: Callable[[Any], Output], metrics: Metrics[Output], loader: Batches) -> dict[str, float]:
    """The means of the *metrics* over all items of *loader*, by their names.

    The loss is a metric, too: ``evaluate(model, {"loss": F.cross_entropy, "accuracy": accuracy}, loader)``. The model
    is in evaluation meanwhile, and nothing is recorded. Each metric is called with the output of a batch and its
    target, and must be a mean over the batch.

    Raises:
        TypeError: *model* is no ``Module``, or a batch no pair of an input and a target.
        ShapeError: a metric is not one number.
        ValueError: there is no batch.
    """
    module = checked_model("evaluate", model)
    check_metrics("evaluate", metrics)
    check_batches("evaluate", "loader", loader)
    means = Means()
    with no_grad(), evaluating(module):
        for number, batch in enumerate(loader, 1):
            inputs, target, items = taken("evaluate", module, batch)
            means.add(items, measured("evaluate", metrics, model(inputs), target))
            if number % READ_EVERY == 0:
                means.read()
    means.read()
    if not means.items:
        raise ValueError("evaluate expects loader to have batches, got none")
    return means.means()


def check_batches(owner: str, name: str, loader: object, passes: int = 1) -> None:
    """Check that *loader* gives batches, as far as it can be told, as often as that.

    Raises:
        TypeError: it gives none, or not so often.
        ValueError: it has none.
    """
    kind = type(loader).__name__
    if isinstance(loader, Dataset):
        raise TypeError(f"{owner} expects {name} to have batches, got the items of a {kind}: DataLoader makes batches")
    if isinstance(loader, type) or not (hasattr(loader, "__iter__") or hasattr(loader, "__getitem__")):
        raise TypeError(f"{owner} expects {name} to have batches, got {loader!r}")
    if passes > 1 and isinstance(loader, Iterator):
        raise TypeError(f"{owner} expects {name} to have its batches in each epoch, got a {kind}, which has them once")
    if length(loader) == 0:
        raise ValueError(f"{owner} expects {name} to have batches, got none")


def length(loader: object) -> int | None:
    """How many batches *loader* has; None if it does not know."""
    try:
        return len(loader) if isinstance(loader, Sized) else None
    except TypeError:  # a DataLoader of a dataset that has no length
        return None


def taken(owner: str, model: Module, batch: Any) -> tuple[Any, Any, int]:
    """Input and target of a *batch*, on the device of the *model*, and how many items there are.

    Raises:
        TypeError: it is no pair, or the input has no tensor.
    """
    if not isinstance(batch, tuple | list) or len(batch) != 2:
        got = f"{type(batch).__name__} of {len(batch)}" if isinstance(batch, tuple | list) else type(batch).__name__
        raise TypeError(f"{owner} expects batches to be pairs of an input and a target, got a {got}")
    device = next((parameter.device for parameter in model.parameters()), "cpu")
    inputs, target = _moved(batch[0], device), _moved(batch[1], device)
    first = next(_tensors(inputs), None)
    if first is None:
        raise TypeError(f"{owner} expects the input of a batch to have a tensor, got {type(inputs).__name__}")
    return inputs, target, len(first) if first.ndim else 1


def _tensors(value: Any) -> Iterator[Tensor[*tuple[Any, ...]]]:
    if isinstance(value, Tensor):
        yield value
    elif isinstance(value, tuple | list | dict):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _tensors(part)


def _moved(value: Any, device: str) -> Any:
    if isinstance(value, Tensor):
        return value if value.device == device else value.to(device)
    if isinstance(value, dict):
        return {key: _moved(part, device) for key, part in value.items()}
    if isinstance(value, tuple | list):
        return like_sequence(value, [_moved(part, device) for part in value])
    return value
