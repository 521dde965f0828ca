"""How much each layer shall scale, so that signals neither grow nor fade on their way."""

from __future__ import annotations

import math
from typing import Final

from shapenet.functional.checks import check_number
from shapenet.rules.base import either
from shapenet.tensors import AnyTensor

GAINS: Final = {
    "linear": 1.0,
    "conv1d": 1.0,
    "conv2d": 1.0,
    "conv3d": 1.0,
    "conv_transpose1d": 1.0,
    "conv_transpose2d": 1.0,
    "conv_transpose3d": 1.0,
    "sigmoid": 1.0,
    "tanh": 5 / 3,
    "relu": math.sqrt(2),
    "leaky_relu": math.sqrt(2),
    "selu": 3 / 4,
}
"""That of ``"leaky_relu"`` is for a slope of 0."""

_SLOPE: Final = 0.01  # of a leaky ReLU


def calculate_gain(nonlinearity: str, param: float | None = None) -> float:
    """How much a layer before that nonlinearity shall scale; *param* is the slope of a leaky ReLU, 0.01 unless given.

    1 for ``"linear"``, the convolutions and ``"sigmoid"``, 5/3 for ``"tanh"``, the square root of 2 for ``"relu"`` and
    of ``2/(1 + slope**2)`` for ``"leaky_relu"``, 3/4 for ``"selu"``.

    Raises:
        ValueError: the nonlinearity is unknown, or *param* no number.
    """
    if nonlinearity not in GAINS:
        raise ValueError(f"calculate_gain expects nonlinearity to be {either(tuple(GAINS))}, got {nonlinearity!r}")
    if nonlinearity != "leaky_relu":
        return GAINS[nonlinearity]
    slope = _SLOPE if param is None else param
    check_number("calculate_gain", "param", slope)
    return GAINS[nonlinearity] / math.sqrt(1 + slope * slope)


def calculate_fan_in_and_fan_out(tensor: AnyTensor) -> tuple[int, int]:
    """How many inputs each output of a weight ``[out, in, ...]`` has, and how many outputs each input.

    Raises:
        ValueError: the tensor has less than 2 dimensions.
    """
    return fans("calculate_fan_in_and_fan_out", tensor)


def fans(subject: str, tensor: AnyTensor) -> tuple[int, int]:
    """That, where errors name *subject*.

    Raises:
        ValueError: the tensor has less than 2 dimensions.
    """
    if tensor.ndim < 2:
        raise ValueError(f"{subject} expects a tensor of at least 2 dimensions, got {tensor.ndim}")
    outputs, inputs, *window = tensor.data.shape
    return inputs * math.prod(window), outputs * math.prod(window)
