"""What layers have in common that normalise channels, and may keep running statistics of them."""

from __future__ import annotations

from typing import Generic

import numpy as np

from shapenet.backend import Array, as_array
from shapenet.functional import normalisation
from shapenet.functional.checks import check_flag
from shapenet.nn.module import Module
from shapenet.nn.parameter import Buffer, Parameter
from shapenet.nn.sizes import Features
from shapenet.tensors import AnyTensor


class Tracked(Module, Generic[Features]):
    """A layer with a weight and a bias for each channel, and running statistics, where they are wanted."""

    weight: Parameter[Features] | None
    bias: Parameter[Features] | None
    running_mean: Buffer[Features] | None
    running_var: Buffer[Features] | None
    num_batches_tracked: Buffer[()] | None
    eps: float
    momentum: float | None

    def _start_channels(
        self, features: int, eps: float, momentum: float | None, affine: bool, track_running_stats: bool
    ) -> None:
        name = type(self).__name__
        normalisation.check_eps(name, eps)
        check_flag(name, "affine", affine)
        check_flag(name, "track_running_stats", track_running_stats)
        self.eps = eps
        self.momentum = momentum
        self.weight = Parameter(np.ones(features, np.float32)) if affine else None
        self.bias = Parameter(np.zeros(features, np.float32)) if affine else None
        self.running_mean = Buffer(np.zeros(features, np.float32)) if track_running_stats else None
        self.running_var = Buffer(np.ones(features, np.float32)) if track_running_stats else None
        self.num_batches_tracked = Buffer(np.array(0, np.int64)) if track_running_stats else None


class BatchNorm(Tracked[Features], Generic[Features]):
    """A layer that normalises channels over the batch."""

    @property
    def by_batch(self) -> bool:
        """Whether the statistics of the batch are used: in training, and where no others are kept."""
        return self.training or self.running_mean is None

    @property
    def step(self) -> float | Array:
        """How far a batch moves the running statistics: by the momentum, or to the mean of all batches so far.

        The latter is an array without dimensions: a device that counts is not waited for.

        Raises:
            ValueError: the momentum was set to what is none.
        """
        if self.momentum is not None:
            normalisation.check_momentum(type(self).__name__, self.momentum)
            return self.momentum
        return 0.0 if self.num_batches_tracked is None else as_array(1 / (self.num_batches_tracked.data + 1))

    def count_batch(self) -> None:
        """Count a batch, in training."""
        if self.training and self.num_batches_tracked is not None:
            self.num_batches_tracked.data += 1

    def _start(
        self, features: int, eps: float, momentum: float | None, affine: bool, track_running_stats: bool
    ) -> None:
        if momentum is not None:
            normalisation.check_momentum(type(self).__name__, momentum)
        self._start_channels(features, eps, momentum, affine, track_running_stats)

    def _normalised(self, x: AnyTensor) -> AnyTensor:
        y = normalisation.batch_normed(
            x, self.running_mean, self.running_var, self.weight, self.bias, self.by_batch, self.step, self.eps
        )
        self.count_batch()
        return y
