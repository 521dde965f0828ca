"""Layers, losses, and what they are made of."""

from shapenet.nn.activation import ReLU
from shapenet.nn.adaptive_avg_pool2d import AdaptiveAvgPool2d
from shapenet.nn.adaptive_max_pool2d import AdaptiveMaxPool2d
from shapenet.nn.avg_pool2d import AvgPool2d
from shapenet.nn.batch_norm2d import BatchNorm2d
from shapenet.nn.bilinear import Bilinear
from shapenet.nn.conv1d import Conv1d
from shapenet.nn.conv2d import Conv2d
from shapenet.nn.conv_transpose1d import ConvTranspose1d
from shapenet.nn.conv_transpose2d import ConvTranspose2d
from shapenet.nn.dropout import Dropout
from shapenet.nn.embedding import Embedding
from shapenet.nn.flatten import Flatten
from shapenet.nn.fold import Fold
from shapenet.nn.gru import GRU, GRUCell
from shapenet.nn.linear import Linear
from shapenet.nn.loss import CrossEntropyLoss, MSELoss
from shapenet.nn.lstm import LSTM, LSTMCell
from shapenet.nn.max_pool2d import MaxPool2d
from shapenet.nn.module import Buffer, Module, Parameter
from shapenet.nn.multihead_attention import MultiheadAttention
from shapenet.nn.rnn import RNN, RNNCell
from shapenet.nn.sequential import Sequential
from shapenet.nn.sizes import REQUIRED
from shapenet.nn.unfold import Unfold

__all__ = [
    "GRU",
    "LSTM",
    "REQUIRED",
    "RNN",
    "AdaptiveAvgPool2d",
    "AdaptiveMaxPool2d",
    "AvgPool2d",
    "BatchNorm2d",
    "Bilinear",
    "Buffer",
    "Conv1d",
    "Conv2d",
    "ConvTranspose1d",
    "ConvTranspose2d",
    "CrossEntropyLoss",
    "Dropout",
    "Embedding",
    "Flatten",
    "Fold",
    "GRUCell",
    "LSTMCell",
    "Linear",
    "MSELoss",
    "MaxPool2d",
    "Module",
    "MultiheadAttention",
    "Parameter",
    "RNNCell",
    "ReLU",
    "Sequential",
    "Unfold",
]
