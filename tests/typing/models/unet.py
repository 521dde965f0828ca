"""U-Net, as in Ronneberger, Fischer, Brox, "U-Net: convolutional networks for biomedical image segmentation" (2015), figure 1.

The paper's convolutions shrink their maps; padded ones keep them here, so what is joined has one size without being cut.
Images may have any height and width that halve four times. How many channels the first level has is left open: 64 in the
paper.
"""

from __future__ import annotations

from typing import Generic, assert_type

import shapenet
from shapenet import Tensor, nn
from shapenet.dims import B, C, H, K, W


class Double(nn.Module, Generic[C, K]):
    """Two convolutions."""

    def __init__(self, channels: C, out_channels: K) -> None:
        self.conv1 = nn.Conv2d(channels, out_channels, 3, padding=1)
        self.conv2 = nn.Conv2d(out_channels, out_channels, 3, padding=1)

    def __call__(self, x: Tensor[B, C, H, W]) -> Tensor[B, K, H, W]:
        first = self.conv1(x).relu()
        assert_type(first, Tensor[B, K, H, W])
        return self.conv2(first).relu()


class Down(nn.Module, Generic[C]):
    """Twice the channels, at half of height and width."""

    def __init__(self, channels: C) -> None:
        self.pool = nn.MaxPool2d(2)
        self.convs = Double(channels, 2 * channels)

    def __call__(self, x: Tensor[B, C, H, W]) -> Tensor[B, "2*C", "H//2", "W//2"]:
        small = self.pool(x)
        assert_type(small, Tensor[B, C, "H//2", "W//2"])
        return self.convs(small)


class Up(nn.Module, Generic[C]):
    """Back to C channels at twice the height and width, beside what was there on the way down."""

    def __init__(self, channels: C) -> None:
        self.enlarge = nn.ConvTranspose2d(2 * channels, channels, 2, stride=2)
        self.convs = Double(2 * channels, channels)

    def __call__(self, x: Tensor[B, "2*C", H, W], skip: Tensor[B, C, "2*H", "2*W"]) -> Tensor[B, C, "2*H", "2*W"]:
        large = self.enlarge(x)
        assert_type(large, Tensor[B, C, "2*H", "2*W"])
        both = shapenet.cat([skip, large], 1)
        assert_type(both, Tensor[B, "2*C", "2*H", "2*W"])
        return self.convs(both)


class UNet(nn.Module, Generic[K]):
    def __init__(self, width: K) -> None:
        self.first = Double(1, width)
        self.down = nn.ModuleList([Down(width), Down(2 * width), Down(4 * width), Down(8 * width)])
        self.up = nn.ModuleList([Up(width), Up(2 * width), Up(4 * width), Up(8 * width)])
        self.last = nn.Conv2d(width, 2, 1)

    def __call__(self, image: Tensor[B, 1, "16*H", "16*W"]) -> Tensor[B, 2, "16*H", "16*W"]:
        x1 = self.first(image)
        assert_type(x1, Tensor[B, K, "16*H", "16*W"])
        x2 = self.down[0](x1)
        assert_type(x2, Tensor[B, "2*K", "8*H", "8*W"])
        x3 = self.down[1](x2)
        assert_type(x3, Tensor[B, "4*K", "4*H", "4*W"])
        x4 = self.down[2](x3)
        assert_type(x4, Tensor[B, "8*K", "2*H", "2*W"])
        deep = self.down[3](x4)
        assert_type(deep, Tensor[B, "16*K", H, W])
        y4 = self.up[3](deep, x4)
        assert_type(y4, Tensor[B, "8*K", "2*H", "2*W"])
        y3 = self.up[2](y4, x3)
        assert_type(y3, Tensor[B, "4*K", "4*H", "4*W"])
        y2 = self.up[1](y3, x2)
        assert_type(y2, Tensor[B, "2*K", "8*H", "8*W"])
        y1 = self.up[0](y2, x1)
        assert_type(y1, Tensor[B, K, "16*H", "16*W"])
        return self.last(y1)


def example() -> Tensor[2, 2, 32, 48]:
    return UNet(8)(shapenet.randn(2, 1, 32, 48))
