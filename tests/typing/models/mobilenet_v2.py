"""MobileNetV2, as in Sandler et al., "MobileNetV2: inverted residuals and linear bottlenecks" (2018), tables 1 and 2.

Images may have any height and width that halve five times.
"""

from __future__ import annotations

from typing import Generic, assert_type

from typing_extensions import TypeVar

import shapenet
from shapenet import Tensor, nn
from shapenet.dims import B, C, H, K, W

S = TypeVar("S", bound=int)


class Inverted(nn.Module, Generic[C, K, S]):
    """Six times the channels, each filtered by itself with the stride, and then fewer, without an activation."""

    def __init__(self, channels: C, out_channels: K, stride: S) -> None:
        self.widen = nn.Conv2d(channels, 6 * channels, 1, bias=False)
        self.norm1 = nn.BatchNorm2d(6 * channels)
        self.filter = nn.Conv2d(6 * channels, 6 * channels, 3, stride, 1, groups=6 * channels, bias=False)
        self.norm2 = nn.BatchNorm2d(6 * channels)
        self.narrow = nn.Conv2d(6 * channels, out_channels, 1, bias=False)
        self.norm3 = nn.BatchNorm2d(out_channels)
        self.relu6 = nn.ReLU6()

    def __call__(self, x: Tensor[B, C, H, W]) -> Tensor[B, K, "(H-1)//S + 1", "(W-1)//S + 1"]:
        wide = self.relu6(self.norm1(self.widen(x)))
        assert_type(wide, Tensor[B, "6*C", H, W])
        filtered = self.relu6(self.norm2(self.filter(wide)))
        assert_type(filtered, Tensor[B, "6*C", "(H-1)//S + 1", "(W-1)//S + 1"])
        narrow = self.norm3(self.narrow(filtered))
        assert_type(narrow, Tensor[B, K, "(H-1)//S + 1", "(W-1)//S + 1"])
        return narrow


class Kept(nn.Module, Generic[C]):
    """An inverted residual that is added to its input."""

    def __init__(self, channels: C) -> None:
        self.add = nn.Residual(Inverted(channels, channels, 1))

    def __call__(self, x: Tensor[B, C, H, W]) -> Tensor[B, C, H, W]:
        added = self.add(x)
        assert_type(added, Tensor[B, C, H, W])
        return added


class MobileNetV2(nn.Module):
    def __init__(self) -> None:
        self.stem = nn.Sequential(nn.Conv2d(3, 32, 3, 2, 1, bias=False), nn.BatchNorm2d(32), nn.ReLU6())
        self.stage1 = nn.Sequential(
            nn.Conv2d(32, 32, 3, padding=1, groups=32, bias=False),
            nn.BatchNorm2d(32),
            nn.ReLU6(),
            nn.Conv2d(32, 16, 1, bias=False),
            nn.BatchNorm2d(16),
        )
        self.stage2 = nn.Sequential(Inverted(16, 24, 2), Kept(24))
        self.stage3 = nn.Sequential(Inverted(24, 32, 2), nn.Repeat(lambda: Kept(32), 2))
        self.stage4 = nn.Sequential(Inverted(32, 64, 2), nn.Repeat(lambda: Kept(64), 3))
        self.stage5 = nn.Sequential(Inverted(64, 96, 1), nn.Repeat(lambda: Kept(96), 2))
        self.stage6 = nn.Sequential(Inverted(96, 160, 2), nn.Repeat(lambda: Kept(160), 2))
        self.stage7 = Inverted(160, 320, 1)
        self.last = nn.Sequential(nn.Conv2d(320, 1280, 1, bias=False), nn.BatchNorm2d(1280), nn.ReLU6())
        self.mean = nn.AdaptiveAvgPool2d(1)
        self.classifier = nn.Sequential(nn.Flatten(), nn.Dropout(0.2), nn.Linear(1280, 1000))

    def __call__(self, image: Tensor[B, 3, "32*H", "32*W"]) -> Tensor[B, 1000]:
        stem = self.stem(image)
        assert_type(stem, Tensor[B, 32, "16*H", "16*W"])
        x1 = self.stage1(stem)
        assert_type(x1, Tensor[B, 16, "16*H", "16*W"])
        x2 = self.stage2(x1)
        assert_type(x2, Tensor[B, 24, "8*H", "8*W"])
        x3 = self.stage3(x2)
        assert_type(x3, Tensor[B, 32, "4*H", "4*W"])
        x4 = self.stage4(x3)
        assert_type(x4, Tensor[B, 64, "2*H", "2*W"])
        x5 = self.stage5(x4)
        assert_type(x5, Tensor[B, 96, "2*H", "2*W"])
        x6 = self.stage6(x5)
        assert_type(x6, Tensor[B, 160, H, W])
        x7 = self.stage7(x6)
        assert_type(x7, Tensor[B, 320, H, W])
        features = self.mean(self.last(x7))
        assert_type(features, Tensor[B, 1280, 1, 1])
        return self.classifier(features)


def example() -> Tensor[2, 1000]:
    return MobileNetV2()(shapenet.randn(2, 3, 64, 32))
