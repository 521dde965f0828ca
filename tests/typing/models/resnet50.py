"""ResNet-50, as in He et al., "Deep residual learning for image recognition" (2016), table 1.

The stride is in the 3x3 convolution of a bottleneck, as in torchvision; in the paper it is in the first one. Images may
have any height and width that halve five times.
"""

from __future__ import annotations

from typing import Generic, assert_type

import shapenet
from shapenet import Tensor, nn
from shapenet.dims import B, C, H, K, W


class Bottleneck(nn.Module, Generic[K]):
    """To a fourth of the channels by 1x1, there 3x3, and back by 1x1; added to the input."""

    def __init__(self, width: K) -> None:
        self.conv1 = nn.Conv2d(4 * width, width, 1, bias=False)
        self.norm1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, padding=1, bias=False)
        self.norm2 = nn.BatchNorm2d(width)
        self.conv3 = nn.Conv2d(width, 4 * width, 1, bias=False)
        self.norm3 = nn.BatchNorm2d(4 * width)

    def __call__(self, x: Tensor[B, "4*K", H, W]) -> Tensor[B, "4*K", H, W]:
        narrow = self.norm1(self.conv1(x)).relu()
        assert_type(narrow, Tensor[B, K, H, W])
        seen = self.norm2(self.conv2(narrow)).relu()
        assert_type(seen, Tensor[B, K, H, W])
        wide = self.norm3(self.conv3(seen))
        assert_type(wide, Tensor[B, "4*K", H, W])
        return (x + wide).relu()


class FirstBottleneck(nn.Module, Generic[C, K]):
    """The first of a stage whose maps keep their size: the input is brought to as many channels."""

    def __init__(self, channels: C, width: K) -> None:
        self.body = nn.Sequential(
            nn.Conv2d(channels, width, 1, bias=False),
            nn.BatchNorm2d(width),
            nn.ReLU(),
            nn.Conv2d(width, width, 3, padding=1, bias=False),
            nn.BatchNorm2d(width),
            nn.ReLU(),
            nn.Conv2d(width, 4 * width, 1, bias=False),
            nn.BatchNorm2d(4 * width),
        )
        self.downsample = nn.Sequential(nn.Conv2d(channels, 4 * width, 1, bias=False), nn.BatchNorm2d(4 * width))

    def __call__(self, x: Tensor[B, C, H, W]) -> Tensor[B, "4*K", H, W]:
        new = self.body(x)
        assert_type(new, Tensor[B, "4*K", H, W])
        return (self.downsample(x) + new).relu()


class HalvingBottleneck(nn.Module, Generic[K]):
    """The first of a stage whose maps are half as high and wide, and twice as many."""

    def __init__(self, width: K) -> None:
        self.conv1 = nn.Conv2d(2 * width, width, 1, bias=False)
        self.norm1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, stride=2, padding=1, bias=False)
        self.norm2 = nn.BatchNorm2d(width)
        self.conv3 = nn.Conv2d(width, 4 * width, 1, bias=False)
        self.norm3 = nn.BatchNorm2d(4 * width)
        self.downsample = nn.Conv2d(2 * width, 4 * width, 1, stride=2, bias=False)
        self.norm = nn.BatchNorm2d(4 * width)

    def __call__(self, x: Tensor[B, "2*K", H, W]) -> Tensor[B, "4*K", "(H+1)//2", "(W+1)//2"]:
        narrow = self.norm1(self.conv1(x)).relu()
        assert_type(narrow, Tensor[B, K, H, W])
        halved = self.norm2(self.conv2(narrow)).relu()
        assert_type(halved, Tensor[B, K, "(H+1)//2", "(W+1)//2"])
        wide = self.norm3(self.conv3(halved))
        assert_type(wide, Tensor[B, "4*K", "(H+1)//2", "(W+1)//2"])
        kept = self.norm(self.downsample(x))
        assert_type(kept, Tensor[B, "4*K", "(H+1)//2", "(W+1)//2"])
        return (kept + wide).relu()


class ResNet50(nn.Module):
    def __init__(self) -> None:
        self.stem = nn.Conv2d(3, 64, 7, stride=2, padding=3, bias=False)
        self.norm = nn.BatchNorm2d(64)
        self.pool = nn.MaxPool2d(3, 2, padding=1)
        self.stage1 = nn.Sequential(FirstBottleneck(64, 64), nn.Repeat(lambda: Bottleneck(64), 2))
        self.stage2 = nn.Sequential(HalvingBottleneck(128), nn.Repeat(lambda: Bottleneck(128), 3))
        self.stage3 = nn.Sequential(HalvingBottleneck(256), nn.Repeat(lambda: Bottleneck(256), 5))
        self.stage4 = nn.Sequential(HalvingBottleneck(512), nn.Repeat(lambda: Bottleneck(512), 2))
        self.mean = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(2048, 1000)

    def __call__(self, image: Tensor[B, 3, "32*H", "32*W"]) -> Tensor[B, 1000]:
        stem = self.norm(self.stem(image)).relu()
        assert_type(stem, Tensor[B, 64, "16*H", "16*W"])
        pooled = self.pool(stem)
        assert_type(pooled, Tensor[B, 64, "8*H", "8*W"])
        x1 = self.stage1(pooled)
        assert_type(x1, Tensor[B, 256, "8*H", "8*W"])
        x2 = self.stage2(x1)
        assert_type(x2, Tensor[B, 512, "4*H", "4*W"])
        x3 = self.stage3(x2)
        assert_type(x3, Tensor[B, 1024, "2*H", "2*W"])
        x4 = self.stage4(x3)
        assert_type(x4, Tensor[B, 2048, H, W])
        features = self.mean(x4).flatten(1)
        assert_type(features, Tensor[B, 2048])
        return self.fc(features)


def example() -> Tensor[2, 1000]:
    return ResNet50()(shapenet.randn(2, 3, 64, 64))
