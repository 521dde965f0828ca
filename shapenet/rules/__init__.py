"""The shape rules: dimensions in, dimensions out, or ``ShapeError``.

Each rule is written once. The running program asks it with integers, mypy with symbols, and both get the same answer
and the same words. Nothing here knows numpy or mypy.
"""

from shapenet.rules.attention import DOT_PRODUCT, MultiheadAttention, scaled_dot_product_attention
from shapenet.rules.base import Given, LayerRule, Maybe, Several
from shapenet.rules.bilinear import Bilinear
from shapenet.rules.binding import RESULT, Argument, bind, fill
from shapenet.rules.conv import WORDS, Conv1d, Conv2d, Convolution, ConvTranspose1d, ConvTranspose2d, Transposed
from shapenet.rules.embedding import Embedding
from shapenet.rules.folding import Fold, Unfold
from shapenet.rules.layers import (
    BatchNorm2d,
    CrossEntropyLoss,
    Flatten,
    Linear,
    MSELoss,
)
from shapenet.rules.padding import pad
from shapenet.rules.pools import AdaptiveAvgPool2d, AdaptiveMaxPool2d, AvgPool2d, MaxPool2d
from shapenet.rules.recurrent import GRU, LSTM, RNN, GRUCell, LSTMCell, RNNCell
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
    reduce,
    reshape,
    show,
    transpose,
    where,
)

__all__ = [
    "DOT_PRODUCT",
    "GRU",
    "LSTM",
    "RESULT",
    "RNN",
    "WORDS",
    "AdaptiveAvgPool2d",
    "AdaptiveMaxPool2d",
    "Argument",
    "AvgPool2d",
    "BatchNorm2d",
    "Bilinear",
    "Conv1d",
    "Conv2d",
    "ConvTranspose1d",
    "ConvTranspose2d",
    "Convolution",
    "CrossEntropyLoss",
    "Embedding",
    "Flatten",
    "Fold",
    "GRUCell",
    "Given",
    "Index",
    "IndexArray",
    "LSTMCell",
    "LayerRule",
    "Linear",
    "MSELoss",
    "MaxPool2d",
    "Maybe",
    "MultiheadAttention",
    "RNNCell",
    "Several",
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
    "reduce",
    "reshape",
    "scaled_dot_product_attention",
    "show",
    "transpose",
    "where",
    "within_sequence",
]
