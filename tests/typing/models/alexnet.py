"""AlexNet, as in Krizhevsky, Sutskever, Hinton, "ImageNet classification with deep convolutional neural networks" (2012).

The two towers that the authors put on two devices are groups of convolutions here. How wide the two hidden linear layers
are is left open: 4096 in the paper.
"""

from __future__ import annotations

from typing import Generic, assert_type

import shapenet
from shapenet import Tensor, nn
from shapenet.dims import B, K


class AlexNet(nn.Module, Generic[K]):
    def __init__(self, hidden: K) -> None:
        self.conv1 = nn.Conv2d(3, 96, 11, stride=4)
        self.conv2 = nn.Conv2d(96, 256, 5, padding=2, groups=2)
        self.conv3 = nn.Conv2d(256, 384, 3, padding=1)
        self.conv4 = nn.Conv2d(384, 384, 3, padding=1, groups=2)
        self.conv5 = nn.Conv2d(384, 256, 3, padding=1, groups=2)
        self.pool = nn.MaxPool2d(3, 2)
        self.classifier = nn.Sequential(
            nn.Flatten(),
            nn.Dropout(0.5),
            nn.Linear(256 * 6 * 6, hidden),
            nn.ReLU(),
            nn.Dropout(0.5),
            nn.Linear(hidden, hidden),
            nn.ReLU(),
            nn.Linear(hidden, 1000),
        )

    def __call__(self, image: Tensor[B, 3, 227, 227]) -> Tensor[B, 1000]:
        first = self.conv1(image).relu()
        assert_type(first, Tensor[B, 96, 55, 55])
        first_pooled = self.pool(first)
        assert_type(first_pooled, Tensor[B, 96, 27, 27])
        second = self.conv2(first_pooled).relu()
        assert_type(second, Tensor[B, 256, 27, 27])
        second_pooled = self.pool(second)
        assert_type(second_pooled, Tensor[B, 256, 13, 13])
        third = self.conv3(second_pooled).relu()
        assert_type(third, Tensor[B, 384, 13, 13])
        fourth = self.conv4(third).relu()
        assert_type(fourth, Tensor[B, 384, 13, 13])
        fifth = self.conv5(fourth).relu()
        assert_type(fifth, Tensor[B, 256, 13, 13])
        features = self.pool(fifth)
        assert_type(features, Tensor[B, 256, 6, 6])
        hidden = self.classifier[2](features.flatten(1))
        assert_type(hidden, Tensor[B, K])
        scores = self.classifier(features)
        assert_type(scores, Tensor[B, 1000])
        return scores


def example() -> Tensor[2, 1000]:
    return AlexNet(32)(shapenet.randn(2, 3, 227, 227))
