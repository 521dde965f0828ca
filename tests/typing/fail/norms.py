"""Layers that normalise and cannot be, and inputs that do not fit."""

from shapenet import Tensor, nn
from shapenet import functional as F
from shapenet.dims import B, C, H, W

#: error: BatchNorm1d expects num_features to be an int, at least 1, got 0 [shape]
nn.BatchNorm1d(0)
#: error: GroupNorm expects num_groups to divide num_channels=6, got num_groups=4 [shape]
nn.GroupNorm(4, 6)
#: error: GroupNorm needs num_channels, as an argument or in its type [shape]
nn.GroupNorm(4)
#: error: LayerNorm expects normalized_shape to be an int or a tuple of ints, at least 1, got 0 [shape]
nn.LayerNorm((3, 0))
#: error: Argument 1 to "LayerNorm" has incompatible type "str"; expected "int | tuple[int, ...]" [arg-type]
nn.LayerNorm("3")
#: error: RMSNorm expects normalized_shape to be an int or a tuple of ints, not empty, got () [shape]
nn.RMSNorm(())
#: error: Unexpected keyword argument "bias" for "FusedConvBN" [call-arg]
#: note: "FusedConvBN" defined in "shapenet.nn.fused_conv_bn"
nn.FusedConvBN(3, 16, 3, bias=True)
#: error: Argument "momentum" to "InstanceNorm2d" has incompatible type "None"; expected "float" [arg-type]
nn.InstanceNorm2d(3, momentum=None)


def images(x: Tensor[B, 8, H, W], y: Tensor[8], z: Tensor[B, C, 4]) -> None:
    #: error: BatchNorm1d[8] expects 2 or 3 dimensions [N, C] or [N, C, L], got 4: [B, 8, H, W] [shape]
    nn.BatchNorm1d(8)(x)
    #: error: BatchNorm1d[4] expects 4 channels in dimension 1, got C in [B, C, 4] [shape]
    nn.BatchNorm1d(4)(z)
    #: error: InstanceNorm2d[4] expects 4 channels in dimension 1, got 8 in [B, 8, H, W] [shape]
    nn.InstanceNorm2d(4)(x)
    #: error: GroupNorm[2, 4] expects 4 channels in dimension 1, got 8 in [B, 8, H, W] [shape]
    nn.GroupNorm(2, 4)(x)
    #: error: GroupNorm[2, 8] expects at least 2 dimensions [N, C, *], got 1: [8] [shape]
    nn.GroupNorm(2, 8)(y)
    #: error: LayerNorm[(8, 4)] expects last dimensions [8, 4], got [B, C, 4] [shape]
    nn.LayerNorm((8, 4))(z)
    #: error: RMSNorm[8] expects last dimension 8, got [B, C, 4] [shape]
    nn.RMSNorm(8)(z)
    #: error: FusedConvBN[8, 16, 3] expects 4 dimensions [N, C, H, W], got 1: [8] [shape]
    nn.FusedConvBN(8, 16, 3)(y)
    #: error: GroupNorm expects num_groups to divide num_channels=8, got num_groups=3 [shape]
    F.group_norm(x, 3)
    #: error: LayerNorm[3] expects last dimension 3, got [B, C, 4] [shape]
    F.layer_norm(z, 3)
    #: error: InstanceNorm[?] expects at least 3 dimensions [N, C, L, *], got 1: [8] [shape]
    F.instance_norm(y)


def statistics(x: Tensor[B, 8, H, W], mean: Tensor[4]) -> None:
    #: error: BatchNorm[4] expects 4 channels in dimension 1, got 8 in [B, 8, H, W] [shape]
    F.batch_norm(x, mean, mean)
