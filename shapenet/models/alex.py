"""AlexNet."""

from __future__ import annotations

from typing import Generic

from shapenet.dims import B, H, W
from shapenet.models.sizes import Classes, default
from shapenet.nn import AdaptiveAvgPool2d, Conv2d, Dropout, Flatten, Linear, MaxPool2d, Module, ReLU, Sequential
from shapenet.tensors import Tensor


class AlexNet(Module, Generic[Classes]):
    """``[N, 3, H, W] -> [N, num_classes]``: five convolutions, their means over 6x6 windows, three linear layers.

    Images are at least 63x63. In training, *dropout* is the probability that an input of the first two linear layers is
    dropped. As in torchvision this is the second paper's network, of one tower.

    Source: Krizhevsky et al., "ImageNet classification with deep convolutional neural networks" (2012), and Krizhevsky,
    "One weird trick for parallelizing convolutional neural networks" (2014), footnote 1.

    Raises:
        ShapeError: *num_classes* is no int of at least 1.
        ValueError: *dropout* is no probability.
    """

    def __init__(self, num_classes: Classes = default(1000), dropout: float = 0.5) -> None:
        self.features = Sequential(
            Conv2d(3, 64, 11, stride=4, padding=2),
            ReLU(),
            MaxPool2d(3, 2),
            Conv2d(64, 192, 5, padding=2),
            ReLU(),
            MaxPool2d(3, 2),
            Conv2d(192, 384, 3, padding=1),
            ReLU(),
            Conv2d(384, 256, 3, padding=1),
            ReLU(),
            Conv2d(256, 256, 3, padding=1),
            ReLU(),
            MaxPool2d(3, 2),
        )
        self.avgpool = AdaptiveAvgPool2d(6)
        self.flatten = Flatten()
        self.classifier = Sequential(
            Dropout(dropout),
            Linear(256 * 6 * 6, 4096),
            ReLU(),
            Dropout(dropout),
            Linear(4096, 4096),
            ReLU(),
            Linear(4096, num_classes),
        )

    def __call__(self, image: Tensor[B, 3, H, W]) -> Tensor[B, Classes]:
        return self.classifier(self.flatten(self.avgpool(self.features(image))))


alexnet = AlexNet
