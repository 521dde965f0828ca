"""``BatchNorm2d``: each channel to mean 0 and variance 1."""

from __future__ import annotations

from typing import Generic

import numpy as np

from shapenet import functional, rules
from shapenet.dims import B, H, W
from shapenet.nn.module import Module
from shapenet.nn.parameter import Buffer, Parameter
from shapenet.nn.sizes import REQUIRED, Features
from shapenet.tensors import Tensor


class BatchNorm2d(Module, Generic[Features]):
    """``[N, num_features, H, W]`` normalised over N, H, W: by the batch in training, by running statistics otherwise.

    Raises:
        ShapeError: *num_features* is no int of at least 1.
        ValueError: *eps* or *momentum* is out of range.
    """

    def __init__(self, num_features: Features = REQUIRED, eps: float = 1e-5, momentum: float = 0.1) -> None:
        self.rule = rules.BatchNorm2d(num_features)
        if not eps > 0:
            raise ValueError(f"BatchNorm2d expects eps above 0, got {eps!r}")
        if isinstance(momentum, bool) or not 0 <= momentum <= 1:
            raise ValueError(f"BatchNorm2d expects momentum from 0 to 1, got {momentum!r}")
        self.eps = eps
        self.momentum = momentum
        self.weight: Parameter[Features] = Parameter(np.ones(num_features, np.float32))
        self.bias: Parameter[Features] = Parameter(np.zeros(num_features, np.float32))
        self.running_mean: Buffer[Features] = Buffer(np.zeros(num_features, np.float32))
        self.running_var: Buffer[Features] = Buffer(np.ones(num_features, np.float32))
        self.num_batches_tracked: Buffer[()] = Buffer(np.array(0, np.int64))

    def __call__(self, x: Tensor[B, Features, H, W]) -> Tensor[B, Features, H, W]:
        y = functional.batch_norm(
            x, self.running_mean, self.running_var, self.weight, self.bias, self.training, self.momentum, self.eps
        )
        if self.training:
            self.num_batches_tracked.data += 1
        return y
