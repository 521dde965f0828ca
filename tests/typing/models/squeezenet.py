"""SqueezeNet 1.0, as in Iandola et al., "SqueezeNet: AlexNet-level accuracy with 50x fewer parameters" (2016), table 1."""

from __future__ import annotations

from typing import Generic, assert_type

from typing_extensions import TypeVar

import shapenet
from shapenet import Tensor, nn
from shapenet.dims import B, C, H, W

S = TypeVar("S", bound=int)
E = TypeVar("E", bound=int)


class Fire(nn.Module, Generic[C, S, E]):
    """A few channels by 1x1; of these, as many by 1x1 as by 3x3."""

    def __init__(self, channels: C, squeezed: S, expanded: E) -> None:
        self.squeeze = nn.Conv2d(channels, squeezed, 1)
        self.expand1 = nn.Conv2d(squeezed, expanded, 1)
        self.expand3 = nn.Conv2d(squeezed, expanded, 3, padding=1)

    def __call__(self, x: Tensor[B, C, H, W]) -> Tensor[B, "2*E", H, W]:
        few = self.squeeze(x).relu()
        assert_type(few, Tensor[B, S, H, W])
        many = self.expand1(few).relu()
        assert_type(many, Tensor[B, E, H, W])
        wide = shapenet.cat([many, self.expand3(few).relu()], 1)
        assert_type(wide, Tensor[B, "2*E", H, W])
        return wide


class SqueezeNet(nn.Module):
    def __init__(self) -> None:
        self.conv1 = nn.Conv2d(3, 96, 7, stride=2)
        self.pool = nn.MaxPool2d(3, 2, ceil_mode=True)
        self.fires2to4 = nn.Sequential(Fire(96, 16, 64), Fire(128, 16, 64), Fire(128, 32, 128))
        self.fires5to8 = nn.Sequential(Fire(256, 32, 128), Fire(256, 48, 192), Fire(384, 48, 192), Fire(384, 64, 256))
        self.fire9 = Fire(512, 64, 256)
        self.dropout = nn.Dropout(0.5)
        self.conv10 = nn.Conv2d(512, 1000, 1)
        self.mean = nn.AdaptiveAvgPool2d(1)

    def __call__(self, image: Tensor[B, 3, 224, 224]) -> Tensor[B, 1000]:
        conv1 = self.conv1(image).relu()
        assert_type(conv1, Tensor[B, 96, 109, 109])
        pool1 = self.pool(conv1)
        assert_type(pool1, Tensor[B, 96, 54, 54])
        fire4 = self.fires2to4(pool1)
        assert_type(fire4, Tensor[B, 256, 54, 54])
        pool4 = self.pool(fire4)
        assert_type(pool4, Tensor[B, 256, 27, 27])
        fire8 = self.fires5to8(pool4)
        assert_type(fire8, Tensor[B, 512, 27, 27])
        pool8 = self.pool(fire8)
        assert_type(pool8, Tensor[B, 512, 13, 13])
        fire9 = self.dropout(self.fire9(pool8))
        assert_type(fire9, Tensor[B, 512, 13, 13])
        maps = self.conv10(fire9).relu()
        assert_type(maps, Tensor[B, 1000, 13, 13])
        scores = self.mean(maps).flatten(1)
        assert_type(scores, Tensor[B, 1000])
        return scores


def example() -> Tensor[1, 1000]:
    return SqueezeNet()(shapenet.randn(1, 3, 224, 224))
