"""Blocks that are generic in their channels, residual sums, and containers of blocks."""

from typing import Any, Generic
from typing import Literal as L

from typing_extensions import TypeVar

from shapenet import AnyTensor, Module, Tensor, nn
from shapenet.dims import B, C, H, N, W

D = TypeVar("D", bound=int)


class Basic(Module, Generic[C]):
    """It keeps the shape, which its sum says too."""

    def __init__(self, channels: C) -> None:
        self.conv1 = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.norm1 = nn.BatchNorm2d(channels)
        self.conv2 = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.norm2 = nn.BatchNorm2d(channels)

    def __call__(self, x: Tensor[B, C, H, W]) -> Tensor[B, C, H, W]:
        y = self.norm1(self.conv1(x)).relu()
        return (x + self.norm2(self.conv2(y))).relu()


class Down(Module, Generic[C, D]):
    """From C channels to D, half as high and wide: sizes that only the plugin computes are left open."""

    def __init__(self, channels: C, out: D) -> None:
        self.conv = nn.Conv2d(channels, out, kernel_size=3, stride=2, padding=1)
        self.norm = nn.GroupNorm(4, out)
        self.shortcut = nn.Sequential(nn.Conv2d(channels, out, 1, stride=2), nn.BatchNorm2d(out))

    def __call__(self, x: Tensor[B, C, H, W]) -> Tensor[B, D, Any, Any]:
        return self.norm(self.conv(x)).relu() + self.shortcut(x)


class FeedForward(Module, Generic[D]):
    def __init__(self, width: D) -> None:
        self.norm = nn.LayerNorm(width)
        self.grow = nn.Linear(width, 4 * width)
        self.shrink = nn.Linear(4 * width, width)

    def __call__(self, x: Tensor[B, N, D]) -> Tensor[B, N, D]:
        return x + self.shrink(self.grow(self.norm(x)).relu())


class Attention(Module):
    def __init__(self, width: int, heads: int) -> None:
        self.attention = nn.MultiheadAttention(width, heads, batch_first=True)
        self.norms = nn.ModuleList([nn.LayerNorm(width), nn.LayerNorm(width)])
        self.dropout = nn.Dropout(0.1)

    def __call__(self, x: AnyTensor) -> AnyTensor:
        attended, weights = self.attention(x, x, x)
        y = self.norms[0](x + self.dropout(attended))
        for norm in self.norms:
            y = norm(y)
        return y


class Stack(Module):
    """Containers: by name, by number, repeated, residual."""

    def __init__(self) -> None:
        self.stem = nn.ModuleDict({"conv": nn.Conv2d(3, 8, 3, padding=1), "norm": nn.BatchNorm2d(8)})
        self.blocks = nn.ModuleList([Basic(8), Basic(8)])
        self.again = nn.Repeat(lambda: Basic(8), 2)
        self.sum = nn.Residual(nn.Sequential(nn.Conv2d(8, 8, 3, padding=1), nn.ReLU()))
        self.down = Down[L[8], L[16]](8, 16)

    def __call__(self, x: Tensor[B, L[3], H, W]) -> Tensor[B, L[16], Any, Any]:
        y = self.stem["norm"](self.stem["conv"](x))
        for block in self.blocks:
            y = block(y)
        y = self.sum(self.again(y))
        return self.down(y)


class Normed(Basic[C]):
    """A class derived from a block."""

    def __init__(self, channels: C) -> None:
        super().__init__(channels)
        self.last = nn.InstanceNorm2d(channels)

    def __call__(self, x: Tensor[B, C, H, W]) -> Tensor[B, C, H, W]:
        return self.last(super().__call__(x))
