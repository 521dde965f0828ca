"""``BatchNorm1d``: each channel to mean 0 and variance 1 over the batch."""

from __future__ import annotations

from typing import Generic

from shapenet import rules
from shapenet.dims import B, Batch
from shapenet.nn.sizes import REQUIRED, Features
from shapenet.nn.tracked import BatchNorm
from shapenet.tensors import Tensor


class BatchNorm1d(BatchNorm[Features], Generic[Features]):
    """``[N, num_features]``, or ``[N, num_features, L]``, each channel normalised over N and L.

    In training the statistics are those of the batch, and the running ones move towards them by *momentum*; None makes
    those the mean over all batches so far. Otherwise the running ones are used, unless *track_running_stats* is off:
    then there are none. With *affine* each channel has a weight and a bias, which start at 1 and 0.

    Source: Ioffe and Szegedy, "Batch normalization" (2015), algorithms 1 and 2.

    Raises:
        ShapeError: *num_features* is no int of at least 1.
        ValueError: another option is out of range.
    """

    rule: rules.BatchNorm1d

    def __init__(
        self,
        num_features: Features | int = REQUIRED,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = True,
        track_running_stats: bool = True,
    ) -> None:
        self.rule = rules.BatchNorm1d(num_features)
        self._start(num_features, eps, momentum, affine, track_running_stats)

    def __call__(self, x: Tensor[B, Features, *Batch]) -> Tensor[B, Features, *Batch]:
        return self._normalised(x)
