"""ResNet-18, as in He et al., "Deep residual learning for image recognition" (2016), table 1.

Images may have any height and width that halve five times.
"""

from __future__ import annotations

from typing import Generic, assert_type

import shapenet
from shapenet import Tensor, nn
from shapenet.dims import B, C, H, K, W


class Same(nn.Module, Generic[C]):
    """Two convolutions added to their input."""

    def __init__(self, channels: C) -> None:
        self.add = nn.Residual(
            nn.Sequential(
                nn.Conv2d(channels, channels, 3, padding=1, bias=False),
                nn.BatchNorm2d(channels),
                nn.ReLU(),
                nn.Conv2d(channels, channels, 3, padding=1, bias=False),
                nn.BatchNorm2d(channels),
            )
        )

    def __call__(self, x: Tensor[B, C, H, W]) -> Tensor[B, C, H, W]:
        added = self.add(x)
        assert_type(added, Tensor[B, C, H, W])
        return added.relu()


class Half(nn.Module, Generic[C, K]):
    """Two convolutions, of which the first halves height and width, added to a halved input."""

    def __init__(self, channels: C, out_channels: K) -> None:
        self.body = nn.Sequential(
            nn.Conv2d(channels, out_channels, 3, stride=2, padding=1, bias=False),
            nn.BatchNorm2d(out_channels),
            nn.ReLU(),
            nn.Conv2d(out_channels, out_channels, 3, padding=1, bias=False),
            nn.BatchNorm2d(out_channels),
        )
        self.downsample = nn.Sequential(
            nn.Conv2d(channels, out_channels, 1, stride=2, bias=False), nn.BatchNorm2d(out_channels)
        )

    def __call__(self, x: Tensor[B, C, H, W]) -> Tensor[B, K, "(H+1)//2", "(W+1)//2"]:
        new = self.body(x)
        assert_type(new, Tensor[B, K, "(H+1)//2", "(W+1)//2"])
        kept = self.downsample(x)
        assert_type(kept, Tensor[B, K, "(H+1)//2", "(W+1)//2"])
        return (new + kept).relu()


class ResNet18(nn.Module):
    def __init__(self) -> None:
        self.stem = nn.Sequential(nn.Conv2d(3, 64, 7, stride=2, padding=3, bias=False), nn.BatchNorm2d(64), nn.ReLU())
        self.pool = nn.MaxPool2d(3, 2, padding=1)
        self.stage1 = nn.Repeat(lambda: Same(64), 2)
        self.stage2 = nn.Sequential(Half(64, 128), Same(128))
        self.stage3 = nn.Sequential(Half(128, 256), Same(256))
        self.stage4 = nn.Sequential(Half(256, 512), Same(512))
        self.mean = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(512, 1000)

    def __call__(self, image: Tensor[B, 3, "32*H", "32*W"]) -> Tensor[B, 1000]:
        stem = self.stem(image)
        assert_type(stem, Tensor[B, 64, "16*H", "16*W"])
        pooled = self.pool(stem)
        assert_type(pooled, Tensor[B, 64, "8*H", "8*W"])
        x1 = self.stage1(pooled)
        assert_type(x1, Tensor[B, 64, "8*H", "8*W"])
        x2 = self.stage2(x1)
        assert_type(x2, Tensor[B, 128, "4*H", "4*W"])
        x3 = self.stage3(x2)
        assert_type(x3, Tensor[B, 256, "2*H", "2*W"])
        x4 = self.stage4(x3)
        assert_type(x4, Tensor[B, 512, H, W])
        features = self.mean(x4).flatten(1)
        assert_type(features, Tensor[B, 512])
        return self.fc(features)


def example() -> Tensor[2, 1000]:
    return ResNet18()(shapenet.randn(2, 3, 64, 32))
