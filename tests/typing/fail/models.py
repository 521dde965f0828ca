"""Inputs that do not fit models. Each function has one defect."""

from shapenet import IntTensor, Tensor
from shapenet.dims import B, H, N, W
from shapenet.models import GPT, Discriminator, UNet
from shapenet.models.unet import Up


def channels(x: Tensor[B, 1, H, W]) -> None:
    #: error: UNet[3, 2] argument "x" expects [B, 3, H, W], got [B, 1, H, W]: dimension 1 is 1, expected 3 [shape]
    UNet(3, 2)(x)


def skip_of_another_size(deep: Tensor[B, 16, H, W], skip: Tensor[B, 8, H, W]) -> None:
    #: error: Up[8] argument "skip" expects [B, 8, 2*H, 2*W], got [B, 8, H, W]: dimension 2 is H, expected 2*H [shape]
    Up(8)(deep, skip)


def small(x: Tensor[B, 3, 32, 32]) -> None:
    #: error: Discriminator[3] argument "x" expects [B, 3, 64, 64], got [B, 3, 32, 32]: dimension 2 is 32, expected 64 [shape]
    Discriminator(3)(x)


def classes(x: IntTensor[B, N]) -> Tensor[B, N, 51]:
    #: error: classes() declares its result as [B, N, 51], got [B, N, 50]: dimension 2 is 50, expected 51 [shape]
    return GPT(50)(x)
