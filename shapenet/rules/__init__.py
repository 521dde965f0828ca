"""The shape rules: dimensions in, dimensions out, or ``ShapeError``.

Each rule is written once. The running program asks it with integers, mypy with symbols, and both get the same answer
and the same words. Nothing here knows numpy or mypy.
"""

from typing import Final

from shapenet.rules import conv, losses
from shapenet.rules.attention import DOT_PRODUCT, MultiheadAttention, scaled_dot_product_attention
from shapenet.rules.base import Given, LayerRule, Maybe, Several, spell
from shapenet.rules.bilinear import Bilinear
from shapenet.rules.binding import RESULT, Argument, Held, SizeArgument, bind, fill
from shapenet.rules.conv import Conv1d, Conv2d, Convolution, ConvTranspose1d, ConvTranspose2d, Transposed
from shapenet.rules.creating import created
from shapenet.rules.detection import DFL
from shapenet.rules.embedding import Embedding
from shapenet.rules.folding import Fold, Unfold
from shapenet.rules.joining import cat
from shapenet.rules.kinds import ANY, BOOL, FLOAT, INT, Kind, check_kind, joined
from shapenet.rules.layers import Dropout2d, Flatten, Linear, Unflatten
from shapenet.rules.losses import (
    BCELoss,
    BCEWithLogitsLoss,
    ClassLoss,
    CosineEmbeddingLoss,
    CrossEntropyLoss,
    ElementLoss,
    HuberLoss,
    KLDivLoss,
    L1Loss,
    LossRule,
    MSELoss,
    NLLLoss,
    SmoothL1Loss,
    WeightedLoss,
)
from shapenet.rules.normalisation import (
    BatchNorm,
    BatchNorm1d,
    BatchNorm2d,
    FusedConvBN,
    GroupNorm,
    InstanceNorm,
    InstanceNorm2d,
    LayerNorm,
    RMSNorm,
)
from shapenet.rules.ordering import along, gather, index_select, one_hot, pick, scatter, take_along_dim, topk
from shapenet.rules.padding import (
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
    pad,
)
from shapenet.rules.pools import AdaptiveAvgPool2d, AdaptiveMaxPool2d, AvgPool2d, MaxPool2d
from shapenet.rules.products import einsum, equation, product
from shapenet.rules.recurrent import GRU, LSTM, RNN, GRUCell, LSTMCell, RNNCell
from shapenet.rules.resizing import PixelShuffle, PixelUnshuffle, Upsample
from shapenet.rules.sequence import any_times, repeated, residual, within_sequence
from shapenet.rules.shapes import (
    Index,
    IndexArray,
    Undetermined,
    broadcast,
    count,
    flatten,
    index,
    matmul,
    permute,
    ranked,
    reduce,
    reshape,
    show,
    transpose,
    where,
)
from shapenet.rules.softmax import LogSoftmax, Softmax
from shapenet.rules.transformer import TransformerEncoderLayer

WORDS: Final = conv.WORDS | losses.WORDS
"""The hyperparameters of layers that are text."""

__all__ = [
    "ANY",
    "BOOL",
    "DFL",
    "DOT_PRODUCT",
    "FLOAT",
    "GRU",
    "INT",
    "LSTM",
    "RESULT",
    "RNN",
    "WORDS",
    "AdaptiveAvgPool2d",
    "AdaptiveMaxPool2d",
    "Argument",
    "AvgPool2d",
    "BCELoss",
    "BCEWithLogitsLoss",
    "BatchNorm",
    "BatchNorm1d",
    "BatchNorm2d",
    "Bilinear",
    "CircularPad1d",
    "CircularPad2d",
    "ClassLoss",
    "ConstantPad1d",
    "ConstantPad2d",
    "Conv1d",
    "Conv2d",
    "ConvTranspose1d",
    "ConvTranspose2d",
    "Convolution",
    "CosineEmbeddingLoss",
    "CrossEntropyLoss",
    "Dropout2d",
    "ElementLoss",
    "Embedding",
    "Flatten",
    "Fold",
    "FusedConvBN",
    "GRUCell",
    "Given",
    "GroupNorm",
    "Held",
    "HuberLoss",
    "Index",
    "IndexArray",
    "InstanceNorm",
    "InstanceNorm2d",
    "KLDivLoss",
    "Kind",
    "L1Loss",
    "LSTMCell",
    "LayerNorm",
    "LayerRule",
    "Linear",
    "LogSoftmax",
    "LossRule",
    "MSELoss",
    "MaxPool2d",
    "Maybe",
    "MultiheadAttention",
    "NLLLoss",
    "PixelShuffle",
    "PixelUnshuffle",
    "RMSNorm",
    "RNNCell",
    "ReflectionPad1d",
    "ReflectionPad2d",
    "ReplicationPad1d",
    "ReplicationPad2d",
    "Several",
    "SizeArgument",
    "SmoothL1Loss",
    "Softmax",
    "TransformerEncoderLayer",
    "Transposed",
    "Undetermined",
    "Unflatten",
    "Unfold",
    "Upsample",
    "WeightedLoss",
    "ZeroPad1d",
    "ZeroPad2d",
    "along",
    "any_times",
    "bind",
    "broadcast",
    "cat",
    "check_kind",
    "count",
    "created",
    "einsum",
    "equation",
    "fill",
    "flatten",
    "gather",
    "index",
    "index_select",
    "joined",
    "matmul",
    "one_hot",
    "pad",
    "permute",
    "pick",
    "product",
    "ranked",
    "reduce",
    "repeated",
    "reshape",
    "residual",
    "scaled_dot_product_attention",
    "scatter",
    "show",
    "spell",
    "take_along_dim",
    "topk",
    "transpose",
    "where",
    "within_sequence",
]
