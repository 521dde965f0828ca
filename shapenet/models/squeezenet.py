"""SqueezeNet 1.1."""

from __future__ import annotations

from typing import Any, Generic

from typing_extensions import TypeVar

from shapenet.dims import B, H, W
from shapenet.functional.joining import cat
from shapenet.models.sizes import Classes, In, default
from shapenet.nn import AdaptiveAvgPool2d, Conv2d, Dropout, Flatten, MaxPool2d, Module, ReLU, Sequential, init
from shapenet.tensors import Tensor

Squeezed = TypeVar("Squeezed", bound=int, default=Any)
Expanded = TypeVar("Expanded", bound=int, default=Any)


class Fire(Module, Generic[In, Squeezed, Expanded]):
    """A 1x1 convolution to a few channels, and of these as many by a 1x1 convolution as by a 3x3 one, side by side.

    Source: Iandola et al., "SqueezeNet" (2016), section 3.2.
    """

    def __init__(self, in_channels: In, squeezed: Squeezed, expanded: Expanded) -> None:
        self.squeeze = Conv2d(in_channels, squeezed, 1)
        self.expand1x1 = Conv2d(squeezed, expanded, 1)
        self.expand3x3 = Conv2d(squeezed, expanded, 3, padding=1)

    def __call__(self, x: Tensor[B, In, H, W]) -> Tensor[B, "2*Expanded", H, W]:
        few = self.squeeze(x).relu()
        return cat([self.expand1x1(few), self.expand3x3(few)], 1).relu()


class SqueezeNet(Module, Generic[Classes]):
    """``[N, 3, H, W] -> [N, num_classes]``: eight ``Fire`` modules, a 1x1 convolution to the classes, the mean.

    Version 1.1, as the authors published it after the paper: a smaller first convolution, and maxima earlier. In
    training, *dropout* is the probability that an input of the last convolution is dropped.

    Source: Iandola et al., "SqueezeNet: AlexNet-level accuracy with 50x fewer parameters" (2016), sections 3.2 and 3.3.

    Raises:
        ShapeError: *num_classes* is no int of at least 1.
        ValueError: *dropout* is no probability.
    """

    def __init__(self, num_classes: Classes = default(1000), dropout: float = 0.5) -> None:
        self.features = Sequential(
            Conv2d(3, 64, 3, 2),
            ReLU(),
            MaxPool2d(3, 2, ceil_mode=True),
            Fire(64, 16, 64),
            Fire(128, 16, 64),
            MaxPool2d(3, 2, ceil_mode=True),
            Fire(128, 32, 128),
            Fire(256, 32, 128),
            MaxPool2d(3, 2, ceil_mode=True),
            Fire(256, 48, 192),
            Fire(384, 48, 192),
            Fire(384, 64, 256),
            Fire(512, 64, 256),
        )
        last = Conv2d(512, num_classes, 1)
        self.classifier = Sequential(Dropout(dropout), last, ReLU(), AdaptiveAvgPool2d(1))
        self.flatten = Flatten()
        self.apply(_start)
        init.normal_(last.weight, std=0.01)

    def __call__(self, image: Tensor[B, 3, H, W]) -> Tensor[B, Classes]:
        return self.flatten(self.classifier(self.features(image)))


def _start(module: Module) -> None:
    """As in He et al., "Delving deep into rectifiers" (2015): convolutions of the variance ``2/fan_in``, biases 0."""
    if isinstance(module, Conv2d):
        init.kaiming_uniform_(module.weight)
        if module.bias is not None:
            init.zeros_(module.bias)


squeezenet1_1 = SqueezeNet
