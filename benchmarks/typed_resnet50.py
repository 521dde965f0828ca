"""ResNet-50 with each of its sixteen blocks spelled out: what ``benchmarks.checking`` gives mypy to check."""

from __future__ import annotations

from typing import Generic, assert_type

from shapenet import Module, Tensor, nn
from shapenet.dims import B, C, H, K, W


class Bottleneck(Module, Generic[K]):
    """To a fourth of the channels, 3x3 there, and back; added to the input."""

    def __init__(self, width: K) -> None:
        self.conv1 = nn.Conv2d(4 * width, width, 1, bias=False)
        self.norm1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, padding=1, bias=False)
        self.norm2 = nn.BatchNorm2d(width)
        self.conv3 = nn.Conv2d(width, 4 * width, 1, bias=False)
        self.norm3 = nn.BatchNorm2d(4 * width)

    def __call__(self, x: Tensor[B, "4*K", H, W]) -> Tensor[B, "4*K", H, W]:
        narrow = self.norm1(self.conv1(x)).relu()
        seen = self.norm2(self.conv2(narrow)).relu()
        return (x + self.norm3(self.conv3(seen))).relu()


class Widening(Module, Generic[C, K]):
    """The first block of the first stage, from C channels."""

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
        self.shortcut = nn.Sequential(nn.Conv2d(channels, 4 * width, 1, bias=False), nn.BatchNorm2d(4 * width))

    def __call__(self, x: Tensor[B, C, H, W]) -> Tensor[B, "4*K", H, W]:
        return (self.body(x) + self.shortcut(x)).relu()


class Halving(Module, Generic[K]):
    """The first block of another stage: half the height and width, twice the channels."""

    def __init__(self, width: K) -> None:
        self.conv1 = nn.Conv2d(2 * width, width, 1, bias=False)
        self.norm1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, stride=2, padding=1, bias=False)
        self.norm2 = nn.BatchNorm2d(width)
        self.conv3 = nn.Conv2d(width, 4 * width, 1, bias=False)
        self.norm3 = nn.BatchNorm2d(4 * width)
        self.shortcut = nn.Sequential(
            nn.Conv2d(2 * width, 4 * width, 1, stride=2, bias=False), nn.BatchNorm2d(4 * width)
        )

    def __call__(self, x: Tensor[B, "2*K", H, W]) -> Tensor[B, "4*K", "(H+1)//2", "(W+1)//2"]:
        narrow = self.norm1(self.conv1(x)).relu()
        seen = self.norm2(self.conv2(narrow)).relu()
        return (self.norm3(self.conv3(seen)) + self.shortcut(x)).relu()


class ResNet50(Module):
    """From images of 224x224 to a thousand scores."""

    def __init__(self) -> None:
        self.stem = nn.Conv2d(3, 64, 7, stride=2, padding=3, bias=False)
        self.norm = nn.BatchNorm2d(64)
        self.pool = nn.MaxPool2d(3, 2, padding=1)
        self.stage1 = nn.Sequential(Widening(64, 64), Bottleneck(64), Bottleneck(64))
        self.stage2 = nn.Sequential(Halving(128), Bottleneck(128), Bottleneck(128), Bottleneck(128))
        self.stage3 = nn.Sequential(
            Halving(256), Bottleneck(256), Bottleneck(256), Bottleneck(256), Bottleneck(256), Bottleneck(256)
        )
        self.stage4 = nn.Sequential(Halving(512), Bottleneck(512), Bottleneck(512))
        self.mean = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(2048, 1000)

    def __call__(self, image: Tensor[B, 3, 224, 224]) -> Tensor[B, 1000]:
        stem = self.norm(self.stem(image)).relu()
        assert_type(stem, Tensor[B, 64, 112, 112])
        x1 = self.stage1(self.pool(stem))
        assert_type(x1, Tensor[B, 256, 56, 56])
        x2 = self.stage2(x1)
        assert_type(x2, Tensor[B, 512, 28, 28])
        x3 = self.stage3(x2)
        assert_type(x3, Tensor[B, 1024, 14, 14])
        x4 = self.stage4(x3)
        assert_type(x4, Tensor[B, 2048, 7, 7])
        return self.fc(self.mean(x4).flatten(1))
