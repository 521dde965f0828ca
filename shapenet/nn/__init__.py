"""Layers, losses, and what they are made of."""

from shapenet.nn import init, utils
from shapenet.nn.activation import (
    ELU,
    GELU,
    Hardswish,
    LeakyReLU,
    LogSoftmax,
    Mish,
    ReLU,
    ReLU6,
    Sigmoid,
    SiLU,
    Softmax,
    Softplus,
    Tanh,
)
from shapenet.nn.adaptive_avg_pool2d import AdaptiveAvgPool2d
from shapenet.nn.adaptive_max_pool2d import AdaptiveMaxPool2d
from shapenet.nn.avg_pool2d import AvgPool2d
from shapenet.nn.batch_norm1d import BatchNorm1d
from shapenet.nn.batch_norm2d import BatchNorm2d
from shapenet.nn.bilinear import Bilinear
from shapenet.nn.conv1d import Conv1d
from shapenet.nn.conv2d import Conv2d
from shapenet.nn.conv_transpose1d import ConvTranspose1d
from shapenet.nn.conv_transpose2d import ConvTranspose2d
from shapenet.nn.dfl import DFL
from shapenet.nn.dropout import Dropout, Dropout2d
from shapenet.nn.embedding import Embedding
from shapenet.nn.flatten import Flatten
from shapenet.nn.fold import Fold
from shapenet.nn.fused_conv_bn import FusedConvBN
from shapenet.nn.fusion import fuse_conv_bn
from shapenet.nn.group_norm import GroupNorm
from shapenet.nn.gru import GRU, GRUCell
from shapenet.nn.identity import Identity
from shapenet.nn.instance_norm2d import InstanceNorm2d
from shapenet.nn.layer_norm import LayerNorm
from shapenet.nn.linear import Linear
from shapenet.nn.loss import (
    BCELoss,
    BCEWithLogitsLoss,
    CosineEmbeddingLoss,
    CrossEntropyLoss,
    HuberLoss,
    KLDivLoss,
    L1Loss,
    MSELoss,
    NLLLoss,
    SmoothL1Loss,
)
from shapenet.nn.lstm import LSTM, LSTMCell
from shapenet.nn.max_pool2d import MaxPool2d
from shapenet.nn.module import Module
from shapenet.nn.module_dict import ModuleDict
from shapenet.nn.module_list import ModuleList
from shapenet.nn.multihead_attention import MultiheadAttention
from shapenet.nn.padding import (
    CircularPad1d,
    CircularPad2d,
    ConstantPad1d,
    ConstantPad2d,
    ReflectionPad1d,
    ReflectionPad2d,
    ReplicationPad1d,
    ReplicationPad2d,
    ZeroPad1d,
    ZeroPad2d,
)
from shapenet.nn.parameter import Buffer, Parameter
from shapenet.nn.pixel_shuffle import PixelShuffle, PixelUnshuffle
from shapenet.nn.repeat import Repeat
from shapenet.nn.residual import Residual
from shapenet.nn.rms_norm import RMSNorm
from shapenet.nn.rnn import RNN, RNNCell
from shapenet.nn.sequential import Sequential
from shapenet.nn.sizes import REQUIRED
from shapenet.nn.transformer_encoder_layer import TransformerEncoderLayer
from shapenet.nn.unflatten import Unflatten
from shapenet.nn.unfold import Unfold
from shapenet.nn.upsample import Upsample

__all__ = [
    "DFL",
    "ELU",
    "GELU",
    "GRU",
    "LSTM",
    "REQUIRED",
    "RNN",
    "AdaptiveAvgPool2d",
    "AdaptiveMaxPool2d",
    "AvgPool2d",
    "BCELoss",
    "BCEWithLogitsLoss",
    "BatchNorm1d",
    "BatchNorm2d",
    "Bilinear",
    "Buffer",
    "CircularPad1d",
    "CircularPad2d",
    "ConstantPad1d",
    "ConstantPad2d",
    "Conv1d",
    "Conv2d",
    "ConvTranspose1d",
    "ConvTranspose2d",
    "CosineEmbeddingLoss",
    "CrossEntropyLoss",
    "Dropout",
    "Dropout2d",
    "Embedding",
    "Flatten",
    "Fold",
    "FusedConvBN",
    "GRUCell",
    "GroupNorm",
    "Hardswish",
    "HuberLoss",
    "Identity",
    "InstanceNorm2d",
    "KLDivLoss",
    "L1Loss",
    "LSTMCell",
    "LayerNorm",
    "LeakyReLU",
    "Linear",
    "LogSoftmax",
    "MSELoss",
    "MaxPool2d",
    "Mish",
    "Module",
    "ModuleDict",
    "ModuleList",
    "MultiheadAttention",
    "NLLLoss",
    "Parameter",
    "PixelShuffle",
    "PixelUnshuffle",
    "RMSNorm",
    "RNNCell",
    "ReLU",
    "ReLU6",
    "ReflectionPad1d",
    "ReflectionPad2d",
    "Repeat",
    "ReplicationPad1d",
    "ReplicationPad2d",
    "Residual",
    "Sequential",
    "SiLU",
    "Sigmoid",
    "SmoothL1Loss",
    "Softmax",
    "Softplus",
    "Tanh",
    "TransformerEncoderLayer",
    "Unflatten",
    "Unfold",
    "Upsample",
    "ZeroPad1d",
    "ZeroPad2d",
    "fuse_conv_bn",
    "init",
    "utils",
]
