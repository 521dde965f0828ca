"""Sizes that a formula cannot have. Each function has one defect."""

from typing import Generic

from shapenet import Tensor, nn
from shapenet.dims import B, C, H, N, W


def eighth(x: Tensor[B, 3, "8*H", "8*W"]) -> Tensor[B, H, W]:
    return nn.MaxPool2d(8)(x).sum(1)


def no_multiple(x: Tensor[B, 3, 32, 36]) -> None:
    #: error: eighth() argument "x" expects [B, 3, 8*H, 8*W], got [B, 3, 32, 36]: dimension 3 is 36, expected 8*W [shape]
    eighth(x)


def no_proved_multiple(x: Tensor[B, 3, 32, "4*W"]) -> None:
    #: error: eighth() argument "x" expects [B, 3, 8*H, 8*W], got [B, 3, 32, 4*W]: dimension 3 is 4*W, expected 8*W [shape]
    eighth(x)


def too_small(x: Tensor[4]) -> None:
    #: error: longer() argument "x" expects [N + 5], got [4]: dimension 0 is 4, expected N + 5 [shape]
    longer(x)


def longer(x: Tensor["N + 5"], y: Tensor[N] | None = None) -> Tensor[N]:
    return x[5:]


def two_values(x: Tensor[16], y: Tensor[12]) -> None:
    def same(x: Tensor["8*N"], y: Tensor["4*N"]) -> None: ...

    #: error: same() argument "y" expects [4*N], got [12]: dimension 0 is 12, expected 4*N = 8 [shape]
    same(x, y)


#: error: Name "Height" is not defined; did you mean "eighth"? [name-defined]
def no_name(x: Tensor["8*Height"]) -> None: ...


#: error: dimension "list[int]": list[int] is not a name, an integer, or + - * // % ** of them [shape]
def no_formula(x: Tensor["list[int]"]) -> None: ...


class Strided(nn.Module, Generic[C, N]):
    def __init__(self, channels: C, stride: N) -> None:
        self.conv = nn.Conv2d(channels, channels, 1, stride)

    def __call__(self, x: Tensor[B, C, H, W]) -> Tensor[B, C, "(H-1)//N + 1", "(W-1)//N + 1"]:
        return self.conv(x)


def no_stride(x: Tensor[B, 3, H, W]) -> None:
    #: error: Strided[3, 0] has no result: division by zero in (H-1)//N [shape]
    Strided(3, 0)(x)


def no_stride_in_sequence(x: Tensor[B, 3, H, W]) -> None:
    #: error: layer 1 (Strided[3, 0]) has no result: division by zero in (H-1)//N from layer 0 (ReLU) [shape]
    nn.Sequential(nn.ReLU(), Strided(3, 0))(x)


def groups(channels: C) -> None:
    #: error: Conv2d expects groups to divide in_channels=6*C, got groups=6*C + 1 [shape]
    nn.Conv2d(6 * channels, 6 * channels, 3, groups=6 * channels + 1)
    #: error: Conv2d expects groups to divide in_channels=6*C, got groups=5*C [shape]
    nn.Conv2d(6 * channels, 6 * channels, 3, groups=5 * channels)
    #: error: GroupNorm expects num_groups to divide num_channels=2*C, got num_groups=4*C [shape]
    nn.GroupNorm(4 * channels, 2 * channels)
    nn.Conv2d(6 * channels, 6 * channels, 3, groups=3 * channels)
    nn.Conv2d(6 * channels, 6 * channels, 3, groups=4)
