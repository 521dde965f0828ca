"""VGG-11, as in Simonyan, Zisserman, "Very deep convolutional networks for large-scale image recognition" (2015), table 1, A.

Images may have any height and width that halve five times; as in torchvision, the last maps are brought to 7x7. How
wide the two hidden linear layers are is left open: 4096 in the paper.
"""

from __future__ import annotations

from typing import Generic, assert_type

import shapenet
from shapenet import Tensor, nn
from shapenet.dims import B, C, H, K, W


def one(channels: C, out_channels: K) -> nn.Sequential[nn.Conv2d[C, K, 3, 1, 1], nn.ReLU, nn.MaxPool2d[2]]:
    """A convolution, and half of height and width."""
    return nn.Sequential(nn.Conv2d(channels, out_channels, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2))


class Two(nn.Module, Generic[C, K]):
    """Two convolutions, and half of height and width."""

    def __init__(self, channels: C, out_channels: K) -> None:
        self.conv1 = nn.Conv2d(channels, out_channels, 3, padding=1)
        self.conv2 = nn.Conv2d(out_channels, out_channels, 3, padding=1)
        self.pool = nn.MaxPool2d(2)

    def __call__(self, x: Tensor[B, C, H, W]) -> Tensor[B, K, "H//2", "W//2"]:
        first = self.conv1(x).relu()
        assert_type(first, Tensor[B, K, H, W])
        second = self.conv2(first).relu()
        assert_type(second, Tensor[B, K, H, W])
        return self.pool(second)


class VGG11(nn.Module, Generic[K]):
    def __init__(self, hidden: K) -> None:
        self.block1 = one(3, 64)
        self.block2 = one(64, 128)
        self.block3 = Two(128, 256)
        self.block4 = Two(256, 512)
        self.block5 = Two(512, 512)
        self.windows = nn.AdaptiveAvgPool2d(7)
        self.fc1 = nn.Linear(512 * 7 * 7, hidden)
        self.fc2 = nn.Linear(hidden, hidden)
        self.fc3 = nn.Linear(hidden, 1000)

    def __call__(self, image: Tensor[B, 3, "32*H", "32*W"]) -> Tensor[B, 1000]:
        x1 = self.block1(image)
        assert_type(x1, Tensor[B, 64, "16*H", "16*W"])
        x2 = self.block2(x1)
        assert_type(x2, Tensor[B, 128, "8*H", "8*W"])
        x3 = self.block3(x2)
        assert_type(x3, Tensor[B, 256, "4*H", "4*W"])
        x4 = self.block4(x3)
        assert_type(x4, Tensor[B, 512, "2*H", "2*W"])
        x5 = self.block5(x4)
        assert_type(x5, Tensor[B, 512, H, W])
        features = self.windows(x5).flatten(1)
        assert_type(features, Tensor[B, 25088])
        hidden = self.fc2(self.fc1(features).relu()).relu()
        assert_type(hidden, Tensor[B, K])
        scores = self.fc3(hidden)
        assert_type(scores, Tensor[B, 1000])
        return scores


def example() -> Tensor[2, 1000]:
    return VGG11(32)(shapenet.randn(2, 3, 32, 64))
