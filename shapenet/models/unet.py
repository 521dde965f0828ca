"""``UNet``: images to maps of the same size, by way of smaller and smaller ones."""

from __future__ import annotations

from typing import Generic

from shapenet import nn
from shapenet.dims import B, C, H, K, W
from shapenet.errors import ShapeError
from shapenet.functional.joining import cat
from shapenet.models.sizes import check_depth
from shapenet.nn.sizes import REQUIRED, In, Out
from shapenet.rules import show
from shapenet.tensors import AnyTensor, Tensor


class DoubleConv(nn.Module, Generic[C, K]):
    """``[N, C, H, W] -> [N, K, H, W]``: twice a convolution by 3x3 and a ReLU."""

    def __init__(self, in_channels: C, out_channels: K) -> None:
        self.conv1 = nn.Conv2d(in_channels, out_channels, 3, padding=1)
        self.conv2 = nn.Conv2d(out_channels, out_channels, 3, padding=1)

    def __call__(self, x: Tensor[B, C, H, W]) -> Tensor[B, K, H, W]:
        return self.conv2(self.conv1(x).relu()).relu()


class Up(nn.Module, Generic[C]):
    """``[N, 2*C, H, W] -> [N, C, 2*H, 2*W]``, beside what was there on the way down."""

    def __init__(self, channels: C) -> None:
        self.up = nn.ConvTranspose2d(2 * channels, channels, 2, stride=2)
        self.conv = DoubleConv(2 * channels, channels)

    def __call__(self, x: Tensor[B, "2*C", H, W], skip: Tensor[B, C, "2*H", "2*W"]) -> Tensor[B, C, "2*H", "2*W"]:
        return self.conv(cat([skip, self.up(x)], 1))


class UNet(nn.Module, Generic[In, Out]):
    """``[N, in_channels, H, W] -> [N, out_channels, H, W]``, for H and W that are multiples of ``2**depth``.

    *width* channels at the full size, and twice as many after each of *depth* halvings. The paper's convolutions are
    without padding, so that its maps shrink; here they are padded with zeros, and sizes stay.

    Source: Ronneberger, Fischer, Brox, "U-Net: convolutional networks for biomedical image segmentation" (2015),
    figure 1, for *width* 64 and *depth* 4.

    Raises:
        ShapeError: a size is no int of at least 1.
    """

    def __init__(
        self, in_channels: In = REQUIRED, out_channels: Out = REQUIRED, width: int = 64, depth: int = 4
    ) -> None:
        check_depth("UNet", depth)
        self.depth = depth
        widths = [width * 2**level for level in range(depth + 1)]
        self.first = DoubleConv(in_channels, width)
        self.pool = nn.MaxPool2d(2)
        self.down = nn.ModuleList([DoubleConv(size, 2 * size) for size in widths[:-1]])
        self.up = nn.ModuleList([Up(size) for size in widths[-2::-1]])
        self.last = nn.Conv2d(width, out_channels, 1)

    def __call__(self, x: Tensor[B, In, H, W]) -> Tensor[B, Out, H, W]:
        step = 2**self.depth
        if any(size % step for size in x.data.shape[2:]):
            problem = f"expects height and width to be multiples of {step}, got {show(x.data.shape)}"
            raise ShapeError(self.spelled, problem)
        y: AnyTensor = self.first(x)
        skips = []
        for down in self.down:
            skips.append(y)
            y = down(self.pool(y))
        for up, skip in zip(self.up, reversed(skips), strict=True):
            y = up(y, skip)
        return self.last(y)
