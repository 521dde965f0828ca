"""Legal spellings only: checkers that do not have the plugin must not complain, here or further on."""

from typing import Any, Generic
from typing import Literal as L
import shapenet
from shapenet import Module, Tensor, nn
from shapenet import functional as F
from shapenet.dims import B, Batch, C, H, W


class Block(Module, Generic[C]):
    def __init__(self, channels: C) -> None:
        self.conv = nn.Conv2d(channels, channels, 3, padding=1)
        self.norm = nn.BatchNorm2d(channels)

    def __call__(self, x: Tensor[B, C, H, W]) -> Tensor[B, C, H, W]:
        return x + self.norm(self.conv(x)).relu()


class Net(Module):
    def __init__(self) -> None:
        self.body = nn.Sequential(
            nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(256, 10)
        )
        self.rust = nn.Conv2d[L[1], L[16], L[3]]()

    def __call__(self, x: Tensor[B, L[1], L[8], L[8]]) -> Tensor[B, L[10]]:
        y = self.rust(x)
        return self.body(x)


def use(x: Tensor[L[32], L[1], L[8], L[8]]) -> Tensor[L[32], L[10]]:
    net = Net()
    Block(16)
    z = x.sum((2, 3)).reshape(4, -1)[0] * 2
    pooled, places = F.max_pool2d(x, 2, return_indices=True)
    F.max_pool2d(pooled, 2, ceil_mode=True).relu()
    nn.MaxPool2d(2)(x).relu()
    maxima, where = nn.MaxPool2d[L[2], L[2], L[0], L[1], L[True]]()(x)
    nn.AdaptiveAvgPool2d((7, None))(maxima).relu()
    nn.Unfold(2)(x).relu()
    return net(x)
