"""DCGAN, as in Radford, Metz, Chintala, "Unsupervised representation learning with deep convolutional generative
adversarial networks" (2016), figure 1 and section 3: noise to images of 64x64, and images to scores.

How many numbers of noise there are, and how many channels the largest maps have, is left open: 100 and 128 in the paper.
"""

from __future__ import annotations

from typing import Generic, assert_type

import shapenet
from shapenet import Tensor, nn
from shapenet.dims import B, C, H, K, N, W


class Larger(nn.Module, Generic[C, K]):
    """From C to K channels, at twice the height and width."""

    def __init__(self, channels: C, out_channels: K) -> None:
        self.conv = nn.ConvTranspose2d(channels, out_channels, 4, stride=2, padding=1, bias=False)
        self.norm = nn.BatchNorm2d(out_channels)

    def __call__(self, x: Tensor[B, C, H, W]) -> Tensor[B, K, "2*H", "2*W"]:
        large = self.norm(self.conv(x))
        assert_type(large, Tensor[B, K, "2*H", "2*W"])
        return large.relu()


class Smaller(nn.Module, Generic[C]):
    """From C to twice as many channels, at half of height and width."""

    def __init__(self, channels: C) -> None:
        self.conv = nn.Conv2d(channels, 2 * channels, 4, stride=2, padding=1, bias=False)
        self.norm = nn.BatchNorm2d(2 * channels)
        self.leaky = nn.LeakyReLU(0.2)

    def __call__(self, x: Tensor[B, C, H, W]) -> Tensor[B, "2*C", "H//2", "W//2"]:
        small = self.norm(self.conv(x))
        assert_type(small, Tensor[B, "2*C", "H//2", "W//2"])
        return self.leaky(small)


class Generator(nn.Module, Generic[N, K]):
    def __init__(self, noise: N, width: K) -> None:
        self.project = nn.Linear(noise, 8 * width * 4 * 4)
        self.fold = nn.Unflatten(1, (8 * width, 4, 4))
        self.norm = nn.BatchNorm2d(8 * width)
        self.larger1 = Larger(8 * width, 4 * width)
        self.larger2 = Larger(4 * width, 2 * width)
        self.larger3 = Larger(2 * width, width)
        self.paint = nn.Sequential(nn.ConvTranspose2d(width, 3, 4, stride=2, padding=1), nn.Tanh())

    def __call__(self, noise: Tensor[B, N]) -> Tensor[B, 3, 64, 64]:
        projected = self.project(noise)
        assert_type(projected, Tensor[B, "128*K"])
        x4 = self.norm(self.fold(projected)).relu()
        assert_type(x4, Tensor[B, "8*K", 4, 4])
        x8 = self.larger1(x4)
        assert_type(x8, Tensor[B, "4*K", 8, 8])
        x16 = self.larger2(x8)
        assert_type(x16, Tensor[B, "2*K", 16, 16])
        x32 = self.larger3(x16)
        assert_type(x32, Tensor[B, K, 32, 32])
        image = self.paint(x32)
        assert_type(image, Tensor[B, 3, 64, 64])
        return image


class Discriminator(nn.Module, Generic[K]):
    def __init__(self, width: K) -> None:
        self.first = nn.Sequential(nn.Conv2d(3, width, 4, stride=2, padding=1), nn.LeakyReLU(0.2))
        self.smaller1 = Smaller(width)
        self.smaller2 = Smaller(2 * width)
        self.smaller3 = Smaller(4 * width)
        self.judge = nn.Conv2d(8 * width, 1, 4)

    def __call__(self, image: Tensor[B, 3, 64, 64]) -> Tensor[B]:
        x32 = self.first(image)
        assert_type(x32, Tensor[B, K, 32, 32])
        x16 = self.smaller1(x32)
        assert_type(x16, Tensor[B, "2*K", 16, 16])
        x8 = self.smaller2(x16)
        assert_type(x8, Tensor[B, "4*K", 8, 8])
        x4 = self.smaller3(x8)
        assert_type(x4, Tensor[B, "8*K", 4, 4])
        score = self.judge(x4)
        assert_type(score, Tensor[B, 1, 1, 1])
        return score.flatten()


def example() -> Tensor[3]:
    return Discriminator(8)(Generator(100, 8)(shapenet.randn(3, 100)))
