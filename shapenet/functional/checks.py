"""What functions check of their tensors, beside the shapes."""

from __future__ import annotations

import math
from collections.abc import Callable

from shapenet import rules
from shapenet.backend import Array, same_device
from shapenet.methods.numbers import NUMBERS, real
from shapenet.tensors import AnyTensor


def check_floating(subject: str, *tensors: AnyTensor) -> None:
    """Check that all *tensors* are floating: integers would be rounded down on the way, without a word.

    Raises:
        ValueError: one is not.
    """
    for tensor in tensors:
        if tensor.dtype.kind != "f":
            raise ValueError(f"{subject} expects floating tensors, got dtype {tensor.dtype}")


def check_number(
    subject: str, name: str, value: float, wanted: str = "", holds: Callable[[float], bool] = math.isfinite
) -> None:
    """Check that *value* is a finite number for which *holds* is true, as *wanted* says: ``above 0``.

    Raises:
        ValueError: it is not.
    """
    found = real(value) if isinstance(value, NUMBERS) else None
    if found is None or not (math.isfinite(found) and holds(found)):
        text = f"a number {wanted}".rstrip()
        raise ValueError(f"{subject} expects {name} to be {text}, got {value!r}")


def check_constant(subject: str, name: str, tensor: AnyTensor) -> None:
    """Check that *tensor* is floating, and requires no gradient: it would get none.

    Raises:
        ValueError: it is not, or does.
    """
    if tensor.dtype.kind != "f":
        raise ValueError(f"{subject} expects {name} to be floating, got dtype {tensor.dtype}")
    if tensor.requires_grad:
        raise ValueError(f"{subject} expects {name} to require no gradient, for it would get none")


def check_elements(subject: str, rule: rules.LossRule, count: int) -> None:
    """Check that a loss has something to take the mean of, if it does.

    Raises:
        ValueError: it has not.
    """
    if count == 0 and rule.reduction in ("mean", "batchmean"):
        raise ValueError(f'{subject} expects at least one element for reduction="{rule.reduction}", got none')


def checked_weight(
    subject: str, rule: rules.WeightedLoss, name: str, weight: AnyTensor | None, x: AnyTensor
) -> Array | None:
    """The weight of a loss of *x*, in the dtype of *x*.

    Raises:
        ShapeError: its shape does not fit.
        ValueError: it is not floating, or requires a gradient.
        DeviceError: it is on another device.
    """
    if weight is None:
        return None
    rule.check_weight(name, x.data.shape, weight.data.shape)
    check_constant(subject, name, weight)
    same_device(x.data, weight.data)
    return weight.data.astype(x.dtype, copy=False)


def check_devices(*tensors: AnyTensor | None) -> None:
    """Check that all *tensors* that are given are on one device.

    Raises:
        DeviceError: they are not; the text names both.
    """
    same_device(*(tensor.data for tensor in tensors if tensor is not None))


def check_flag(subject: str, name: str, value: bool) -> None:
    """Check that *value*, the option *name*, is a bool.

    Raises:
        ValueError: it is not.
    """
    if not isinstance(value, bool):
        raise ValueError(f"{subject} expects {name} to be a bool, got {value!r}")
