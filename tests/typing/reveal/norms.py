"""Types of the layers that normalise, and of their functions."""

from typing import Literal as L

from shapenet import Tensor, nn
from shapenet import functional as F
from shapenet.dims import B, Batch, C, H, W

#: note: Revealed type is "BatchNorm1d[Literal[16]]"
reveal_type(nn.BatchNorm1d(16))
#: note: Revealed type is "BatchNorm2d[Literal[16]]"
reveal_type(nn.BatchNorm2d(16, affine=False, momentum=None))
#: note: Revealed type is "InstanceNorm2d[Literal[16]]"
reveal_type(nn.InstanceNorm2d[L[16]](affine=True))
#: note: Revealed type is "GroupNorm[Literal[4], Literal[16]]"
reveal_type(nn.GroupNorm(4, 16))
#: note: Revealed type is "GroupNorm[Literal[4], Literal[16]]"
reveal_type(nn.GroupNorm[L[4], L[16]]())
#: note: Revealed type is "LayerNorm[Literal[16]]"
reveal_type(nn.LayerNorm(16))
#: note: Revealed type is "LayerNorm[tuple[Literal[3], Literal[16]]]"
reveal_type(nn.LayerNorm((3, 16), bias=False))
#: note: Revealed type is "LayerNorm[tuple[Literal[3], Literal[16]]]"
reveal_type(nn.LayerNorm[tuple[L[3], L[16]]]())
#: note: Revealed type is "RMSNorm[tuple[Literal[4], Literal[4], Literal[4]]]"
reveal_type(nn.RMSNorm((4, 4, 4)))
#: note: Revealed type is "FusedConvBN[Literal[3], Literal[16], Literal[3], Literal[1], Literal[1], Literal[1], Literal[1], Literal['zeros']]"
reveal_type(nn.FusedConvBN(3, 16, 3, padding=1, eps=1e-3))


def images(x: Tensor[B, 8, H, W], y: Tensor[B, 8], z: Tensor[8, H, W]) -> None:
    #: note: Revealed type is "Tensor[B, Literal[8]]"
    reveal_type(nn.BatchNorm1d(8)(y))
    #: note: Revealed type is "Tensor[B, Literal[8], H, W]"
    reveal_type(nn.InstanceNorm2d(8)(x))
    #: note: Revealed type is "Tensor[Literal[8], H, W]"
    reveal_type(nn.InstanceNorm2d(8)(z))
    #: note: Revealed type is "Tensor[B, Literal[8], H, W]"
    reveal_type(nn.GroupNorm(2, 8)(x))
    #: note: Revealed type is "Tensor[B, Literal[8]]"
    reveal_type(nn.GroupNorm(2, 8)(y))
    #: note: Revealed type is "Tensor[B, Literal[8]]"
    reveal_type(nn.LayerNorm(8)(y))
    #: note: Revealed type is "Tensor[B, Literal[4], Size[Literal['(H+1)//2'], H], Size[Literal['(W+1)//2'], W]]"
    reveal_type(nn.FusedConvBN(8, 4, 3, 2, 1)(x))
    #: note: Revealed type is "Tensor[B, Literal[8], H, W]"
    reveal_type(F.batch_norm(x, None, None, training=True))
    #: note: Revealed type is "Tensor[B, Literal[8], H, W]"
    reveal_type(F.instance_norm(x))
    #: note: Revealed type is "Tensor[B, Literal[8], H, W]"
    reveal_type(F.group_norm(x, 4))
    #: note: Revealed type is "Tensor[B, Literal[8]]"
    reveal_type(F.rms_norm(y, 8))
    #: note: Revealed type is "Tensor[B, Literal[4], H, W]"
    reveal_type(nn.Sequential(nn.Conv2d(8, 4, 1), nn.GroupNorm(2, 4), nn.Identity())(x))
    #: note: Revealed type is "Tensor[B, Literal[4], H, W]"
    reveal_type(nn.fuse_conv_bn(nn.Sequential(nn.Conv2d(8, 4, 1), nn.BatchNorm2d(4)))(x))


def symbols(x: Tensor[*Batch, H, C], c: C, h: H, width: int, some: tuple[int, ...]) -> None:
    #: note: Revealed type is "Tensor[*Batch, H, C]"
    reveal_type(nn.LayerNorm(c)(x))
    #: note: Revealed type is "LayerNorm[tuple[H, C]]"
    reveal_type(nn.LayerNorm((h, c)))
    #: note: Revealed type is "Tensor[*Batch, H, C]"
    reveal_type(nn.LayerNorm((h, c))(x))
    #: note: Revealed type is "Tensor[*Batch, H, C]"
    reveal_type(nn.LayerNorm(width)(x))
    #: note: Revealed type is "Tensor[*Batch, H, C]"
    reveal_type(nn.LayerNorm(some)(x))
    #: note: Revealed type is "Tensor[*Batch, H, C]"
    reveal_type(F.layer_norm(x, some))
    #: note: Revealed type is "GroupNorm[Any, C]"
    reveal_type(nn.GroupNorm(width, c))
