"""What generated programs share: modules with shapes in their types, generic in dimensions."""

from __future__ import annotations

from typing import Generic

from shapenet import Module, Tensor, cat, nn
from shapenet import functional as F
from shapenet.dims import B, Batch, C, H, N, W


class Kept(Module, Generic[C]):
    """An image keeps its shape."""

    def __init__(self, channels: C) -> None:
        self.conv = nn.Conv2d(channels, channels, 3, padding=1)

    def __call__(self, x: Tensor[B, C, H, W]) -> Tensor[B, C, H, W]:
        return self.conv(x).relu()


class Grown(Module, Generic[C]):
    """Twice as many channels, and a border."""

    def __init__(self, channels: C) -> None:
        self.conv = nn.Conv2d(channels, channels, 1, padding=(1, 2))

    def __call__(self, x: Tensor[B, C, H, W]) -> Tensor[B, "2*C", "H+2", "W+4"]:
        y = self.conv(x)
        return cat([y, y], 1)


class Pooled(Module):
    """Half the sides, and one more."""

    def __call__(self, x: Tensor[B, C, H, W]) -> Tensor[B, C, "H//2+1", "W//2+1"]:
        return nn.MaxPool2d(2, padding=1)(x)


class Doubled(Module):
    """The last dimension twice, after any others."""

    def __call__(self, x: Tensor[*Batch, N]) -> Tensor[*Batch, "2*N"]:
        return cat([x, x], -1)


class Swapped(Module):
    """A matrix turned."""

    def __call__(self, x: Tensor[B, N]) -> Tensor[N, B]:
        return x.transpose(0, 1)


class Widened(Module):
    """A matrix with two more columns."""

    def __call__(self, x: Tensor[B, N]) -> Tensor[B, "N+2"]:
        return F.pad(x, (1, 1))
