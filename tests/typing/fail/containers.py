"""Modules that hold others, and what does not fit into them. Each function has one defect."""

from shapenet import Tensor, nn
from shapenet.dims import B, H, W


def residual_of_other_size(x: Tensor[B, 16, 32, 32]) -> None:
    #: error: Residual expects body and shortcut of one shape, got [B, 16, 30, 30] and [B, 16, 32, 32]: dimension 2 is 30 against 32 [shape]
    nn.Residual(nn.Conv2d(16, 16, 3))(x)


def residual_of_other_channels(x: Tensor[B, 16, H, W]) -> None:
    #: error: Residual expects body and shortcut of one shape, got [B, 32, H, W] and [B, 16, H, W]: dimension 1 is 32 against 16 [shape]
    nn.Residual(nn.Conv2d(16, 32, 1))(x)


def wrong_body(x: Tensor[B, 16, H, W]) -> None:
    #: error: layer 1 (Conv2d[8, 16, 1]) expects 8 channels in dimension 1, got 16 in [B, 16, H, W] from layer 0 (ReLU) [shape]
    nn.Residual(nn.Sequential(nn.ReLU(), nn.Conv2d(8, 16, 1)))(x)


def repeated_with_other_size(x: Tensor[B, 16, 32, 32]) -> None:
    #: error: Repeat expects blocks that keep the shape, got Conv2d[16, 16, 3]: [B, 16, 32, 32] -> [B, 16, 30, 30], where dimension 2 is 32 against 30 [shape]
    nn.Repeat(lambda: nn.Conv2d(16, 16, 3), 2)(x)


def repeated_with_other_channels(x: Tensor[B, 16, H, W]) -> None:
    #: error: layer 0 (Conv2d[8, 8, 1]) expects 8 channels in dimension 1, got 16 in [B, 16, H, W] [shape]
    nn.Repeat(lambda: nn.Conv2d(8, 8, 1), 2)(x)
