"""The shape rules: dimensions in, dimensions out, or ``ShapeError``.

Each rule is written once. The running program asks it with integers, mypy with symbols, and both get the same answer
and the same words. Nothing here knows numpy or mypy.
"""

from shapenet.rules.base import LayerRule
from shapenet.rules.binding import RESULT, Argument, bind, fill
from shapenet.rules.conv import WORDS, Conv1d, Conv2d, Convolution, ConvTranspose1d, ConvTranspose2d, Transposed
from shapenet.rules.folding import Fold, Unfold
from shapenet.rules.layers import (
    CrossEntropyLoss,
    Flatten,
    Linear,
    MSELoss,
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
from shapenet.rules.padding import pad
from shapenet.rules.pools import AdaptiveAvgPool2d, AdaptiveMaxPool2d, AvgPool2d, MaxPool2d
from shapenet.rules.sequence import within_sequence
from shapenet.rules.shapes import (
    Index,
    IndexArray,
    Undetermined,
    broadcast,
    flatten,
    index,
    matmul,
    permute,
    ranked,
    reduce,
    reshape,
    show,
    transpose,
)

__all__ = [
    "RESULT",
    "WORDS",
    "AdaptiveAvgPool2d",
    "AdaptiveMaxPool2d",
    "Argument",
    "AvgPool2d",
    "BatchNorm",
    "BatchNorm1d",
    "BatchNorm2d",
    "Conv1d",
    "Conv2d",
    "ConvTranspose1d",
    "ConvTranspose2d",
    "Convolution",
    "CrossEntropyLoss",
    "Flatten",
    "Fold",
    "FusedConvBN",
    "GroupNorm",
    "Index",
    "IndexArray",
    "InstanceNorm",
    "InstanceNorm2d",
    "LayerNorm",
    "LayerRule",
    "Linear",
    "MSELoss",
    "MaxPool2d",
    "RMSNorm",
    "Transposed",
    "Undetermined",
    "Unfold",
    "bind",
    "broadcast",
    "fill",
    "flatten",
    "index",
    "matmul",
    "pad",
    "permute",
    "ranked",
    "reduce",
    "reshape",
    "show",
    "transpose",
    "within_sequence",
]
