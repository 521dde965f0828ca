"""DenseNet-121, as in Huang et al., "Densely connected convolutional networks" (2017), table 1.

Channels grow by those of each layer, of which every fourth sum is written down. Images may have any height and width that
halve five times.
"""

from __future__ import annotations

from typing import Generic, assert_type

import shapenet
from shapenet import Tensor, nn
from shapenet.dims import B, C, H, K, W


class Layer(nn.Module, Generic[C, K]):
    """K new channels, beside the C that are there."""

    def __init__(self, channels: C, growth: K) -> None:
        self.norm1 = nn.BatchNorm2d(channels)
        self.conv1 = nn.Conv2d(channels, 4 * growth, 1, bias=False)
        self.norm2 = nn.BatchNorm2d(4 * growth)
        self.conv2 = nn.Conv2d(4 * growth, growth, 3, padding=1, bias=False)

    def __call__(self, x: Tensor[B, C, H, W]) -> Tensor[B, "C + K", H, W]:
        narrow = self.conv1(self.norm1(x).relu())
        assert_type(narrow, Tensor[B, "4*K", H, W])
        new = self.conv2(self.norm2(narrow).relu())
        assert_type(new, Tensor[B, K, H, W])
        return shapenet.cat([x, new], 1)


class Two(nn.Module, Generic[C, K]):
    """Two layers."""

    def __init__(self, channels: C, growth: K) -> None:
        self.layers = nn.Sequential(Layer(channels, growth), Layer(channels + growth, growth))

    def __call__(self, x: Tensor[B, C, H, W]) -> Tensor[B, "C + 2*K", H, W]:
        grown = self.layers(x)
        assert_type(grown, Tensor[B, "C + 2*K", H, W])
        return grown


class Four(nn.Module, Generic[C, K]):
    """Four layers."""

    def __init__(self, channels: C, growth: K) -> None:
        self.first = Two(channels, growth)
        self.second = Two(channels + 2 * growth, growth)

    def __call__(self, x: Tensor[B, C, H, W]) -> Tensor[B, "C + 4*K", H, W]:
        half = self.first(x)
        assert_type(half, Tensor[B, "C + 2*K", H, W])
        return self.second(half)


class Transition(nn.Module, Generic[C]):
    """Half of the channels, at half of height and width."""

    def __init__(self, channels: C) -> None:
        self.norm = nn.BatchNorm2d(channels)
        self.conv = nn.Conv2d(channels, channels // 2, 1, bias=False)
        self.pool = nn.AvgPool2d(2)

    def __call__(self, x: Tensor[B, C, H, W]) -> Tensor[B, "C//2", "H//2", "W//2"]:
        mixed = self.conv(self.norm(x).relu())
        assert_type(mixed, Tensor[B, "C//2", H, W])
        return self.pool(mixed)


class DenseNet121(nn.Module):
    def __init__(self) -> None:
        self.stem = nn.Sequential(
            nn.Conv2d(3, 64, 7, stride=2, padding=3, bias=False),
            nn.BatchNorm2d(64),
            nn.ReLU(),
            nn.MaxPool2d(3, 2, padding=1),
        )
        self.dense1 = nn.Sequential(Four(64, 32), Two(192, 32))
        self.transition1 = Transition(256)
        self.dense2 = nn.Sequential(Four(128, 32), Four(256, 32), Four(384, 32))
        self.transition2 = Transition(512)
        self.dense3 = nn.Sequential(
            Four(256, 32), Four(384, 32), Four(512, 32), Four(640, 32), Four(768, 32), Four(896, 32)
        )
        self.transition3 = Transition(1024)
        self.dense4 = nn.Sequential(Four(512, 32), Four(640, 32), Four(768, 32), Four(896, 32))
        self.norm = nn.BatchNorm2d(1024)
        self.mean = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(1024, 1000)

    def __call__(self, image: Tensor[B, 3, "32*H", "32*W"]) -> Tensor[B, 1000]:
        stem = self.stem(image)
        assert_type(stem, Tensor[B, 64, "8*H", "8*W"])
        x1 = self.dense1(stem)
        assert_type(x1, Tensor[B, 256, "8*H", "8*W"])
        half1 = self.transition1(x1)
        assert_type(half1, Tensor[B, 128, "4*H", "4*W"])
        x2 = self.dense2(half1)
        assert_type(x2, Tensor[B, 512, "4*H", "4*W"])
        half2 = self.transition2(x2)
        assert_type(half2, Tensor[B, 256, "2*H", "2*W"])
        x3 = self.dense3(half2)
        assert_type(x3, Tensor[B, 1024, "2*H", "2*W"])
        half3 = self.transition3(x3)
        assert_type(half3, Tensor[B, 512, H, W])
        x4 = self.dense4(half3)
        assert_type(x4, Tensor[B, 1024, H, W])
        features = self.mean(self.norm(x4).relu()).flatten(1)
        assert_type(features, Tensor[B, 1024])
        return self.fc(features)


def example() -> Tensor[2, 1000]:
    return DenseNet121()(shapenet.randn(2, 3, 32, 64))
