"""``InstanceNorm2d``: each channel of each image to mean 0 and variance 1."""

from __future__ import annotations

from typing import Generic

from shapenet import rules
from shapenet.dims import Batch, H, W
from shapenet.functional import normalisation
from shapenet.nn.sizes import REQUIRED, Features
from shapenet.nn.tracked import Tracked
from shapenet.tensors import Tensor


class InstanceNorm2d(Tracked[Features], Generic[Features]):
    """``[N, num_features, H, W]``, or without N, each channel of each image normalised over H and W.

    With *track_running_stats*, running statistics move towards the means over the batch by *momentum* in training, and
    are used otherwise. With *affine* each channel has a weight and a bias, which start at 1 and 0.

    Source: Ulyanov, Vedaldi, Lempitsky, "Instance normalization" (2016), equation 4.

    Raises:
        ShapeError: *num_features* is no int of at least 1.
        ValueError: another option is out of range.
    """

    rule: rules.InstanceNorm2d
    momentum: float

    def __init__(
        self,
        num_features: Features | int = REQUIRED,
        eps: float = 1e-5,
        momentum: float = 0.1,
        affine: bool = False,
        track_running_stats: bool = False,
    ) -> None:
        self.rule = rules.InstanceNorm2d(num_features)
        normalisation.check_momentum("InstanceNorm2d", momentum)
        self._start_channels(num_features, eps, momentum, affine, track_running_stats)

    def __call__(self, x: Tensor[*Batch, Features, H, W]) -> Tensor[*Batch, Features, H, W]:
        self.rule.output(x.data.shape)
        images = x if x.ndim == 4 else x.reshape(1, *x.data.shape)
        y = normalisation.instance_norm(
            images,
            self.running_mean,
            self.running_var,
            self.weight,
            self.bias,
            self.training or self.running_mean is None,
            self.momentum,
            self.eps,
        )
        return y if x.ndim == 4 else y.reshape(x.data.shape)
