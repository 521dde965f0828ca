"""``GroupNorm``: groups of channels of each item to mean 0 and variance 1."""

from __future__ import annotations

from typing import Generic

import numpy as np

from shapenet import rules
from shapenet.dims import B, Batch
from shapenet.functional import normalisation
from shapenet.functional.checks import check_flag
from shapenet.nn.module import Module
from shapenet.nn.parameter import Parameter
from shapenet.nn.sizes import REQUIRED, Features, NumGroups
from shapenet.tensors import Tensor


class GroupNorm(Module, Generic[NumGroups, Features]):
    """``[N, num_channels, *]``: *num_groups* groups of neighbouring channels, each item's normalised on their own.

    With *affine* each channel has a weight and a bias, which start at 1 and 0.

    Source: Wu and He, "Group normalization" (2018), equations 1, 2 and 7.

    Raises:
        ShapeError: a size is no int of at least 1, or *num_groups* does not divide *num_channels*.
        ValueError: another option is out of range.
    """

    rule: rules.GroupNorm
    weight: Parameter[Features] | None
    bias: Parameter[Features] | None

    def __init__(
        self,
        num_groups: NumGroups = REQUIRED,
        num_channels: Features | int = REQUIRED,
        eps: float = 1e-5,
        affine: bool = True,
    ) -> None:
        self.rule = rules.GroupNorm(num_groups, num_channels)
        normalisation.check_eps("GroupNorm", eps)
        check_flag("GroupNorm", "affine", affine)
        self.eps = eps
        self.weight = Parameter(np.ones(num_channels, np.float32)) if affine else None
        self.bias = Parameter(np.zeros(num_channels, np.float32)) if affine else None

    def __call__(self, x: Tensor[B, Features, *Batch]) -> Tensor[B, Features, *Batch]:
        return normalisation.group_normed(x, self.rule, self.weight, self.bias, self.eps)
