"""Kinds of tensors

`Tensor` is of floating numbers; labels and indices are an `IntTensor`, masks a `BoolTensor`.
"""

import numpy as np

from shapenet import BoolTensor, IntTensor, Tensor, nn
from shapenet import functional as F
from shapenet.dims import B, N


def masked(x: Tensor[B, 3], mask: BoolTensor[B, 3]) -> None: ...


def labels_of_floats(scores: Tensor[B, 10], labels: Tensor[B]) -> None:
    """Labels are integers: annotate them as such, or convert them."""
    #: error: CrossEntropyLoss expects target to be an integer tensor, got a floating one [shape]
    F.cross_entropy(scores, labels)
    F.cross_entropy(scores, labels.to(np.int64))  # right


def indices_of_floats(words: Tensor[B, N]) -> None:
    """The layer looks up rows of a table by their numbers."""
    #: error: Embedding[100, 16] expects x to be an integer tensor, got a floating one [shape]
    nn.Embedding(100, 16)(words)
    nn.Embedding(100, 16)(words.to(np.int64))  # right


def argument_of_another_kind(x: Tensor[B, 3], y: IntTensor[B, 3]) -> None:
    """The annotation says another kind of tensor. A comparison makes a mask."""
    #: error: masked() argument "mask" expects a boolean tensor, got an integer one [shape]
    masked(x, y)
    masked(x, y > 0)  # right
