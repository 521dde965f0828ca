"""Layers, losses, and what they are made of."""

from shapenet.nn.activation import ReLU
from shapenet.nn.adaptive_avg_pool2d import AdaptiveAvgPool2d
from shapenet.nn.adaptive_max_pool2d import AdaptiveMaxPool2d
from shapenet.nn.avg_pool2d import AvgPool2d
from shapenet.nn.batch_norm1d import BatchNorm1d
from shapenet.nn.batch_norm2d import BatchNorm2d
from shapenet.nn.conv1d import Conv1d
from shapenet.nn.conv2d import Conv2d
from shapenet.nn.conv_transpose1d import ConvTranspose1d
from shapenet.nn.conv_transpose2d import ConvTranspose2d
from shapenet.nn.dropout import Dropout
from shapenet.nn.flatten import Flatten
from shapenet.nn.fold import Fold
from shapenet.nn.fused_conv_bn import FusedConvBN
from shapenet.nn.fusion import fuse_conv_bn
from shapenet.nn.group_norm import GroupNorm
from shapenet.nn.identity import Identity
from shapenet.nn.instance_norm2d import InstanceNorm2d
from shapenet.nn.layer_norm import LayerNorm
from shapenet.nn.linear import Linear
from shapenet.nn.loss import CrossEntropyLoss, MSELoss
from shapenet.nn.max_pool2d import MaxPool2d
from shapenet.nn.module import Buffer, Module, Parameter
from shapenet.nn.rms_norm import RMSNorm
from shapenet.nn.sequential import Sequential
from shapenet.nn.sizes import REQUIRED
from shapenet.nn.unfold import Unfold

__all__ = [
    "REQUIRED",
    "AdaptiveAvgPool2d",
    "AdaptiveMaxPool2d",
    "AvgPool2d",
    "BatchNorm1d",
    "BatchNorm2d",
    "Buffer",
    "Conv1d",
    "Conv2d",
    "ConvTranspose1d",
    "ConvTranspose2d",
    "CrossEntropyLoss",
    "Dropout",
    "Flatten",
    "Fold",
    "FusedConvBN",
    "GroupNorm",
    "Identity",
    "InstanceNorm2d",
    "LayerNorm",
    "Linear",
    "MSELoss",
    "MaxPool2d",
    "Module",
    "Parameter",
    "RMSNorm",
    "ReLU",
    "Sequential",
    "Unfold",
    "fuse_conv_bn",
]
