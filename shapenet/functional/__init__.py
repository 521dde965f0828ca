"""Functions on tensors that layers are made of (usually imported as ``F``)."""

from __future__ import annotations

import numpy as np

from shapenet import rules
from shapenet.backend import default_generator
from shapenet.dims import B, C
from shapenet.functional.checks import check_floating
from shapenet.functional.conv import conv1d, conv2d, conv_transpose1d, conv_transpose2d, shape_of
from shapenet.functional.folding import fold, unfold
from shapenet.functional.normalisation import batch_norm, group_norm, instance_norm, layer_norm, rms_norm
from shapenet.functional.padding import pad
from shapenet.functional.pool import adaptive_avg_pool2d, adaptive_max_pool2d, avg_pool2d, max_pool2d
from shapenet.ops import elementwise, loss
from shapenet.ops import matmul as matrix
from shapenet.tensors import AnyTensor, Shape, Tensor, apply

__all__ = [
    "adaptive_avg_pool2d",
    "adaptive_max_pool2d",
    "avg_pool2d",
    "batch_norm",
    "conv1d",
    "conv2d",
    "conv_transpose1d",
    "conv_transpose2d",
    "cross_entropy",
    "dropout",
    "fold",
    "group_norm",
    "instance_norm",
    "layer_norm",
    "linear",
    "log_softmax",
    "max_pool2d",
    "mse_loss",
    "pad",
    "relu",
    "rms_norm",
    "sigmoid",
    "tanh",
    "unfold",
]


def relu(x: Tensor[*Shape]) -> Tensor[*Shape]:
    """``max(x, 0)`` of each element."""
    return x.relu()


def sigmoid(x: Tensor[*Shape]) -> Tensor[*Shape]:
    """``1/(1 + exp(-x))`` of each element."""
    return x.sigmoid()


def tanh(x: Tensor[*Shape]) -> Tensor[*Shape]:
    """The hyperbolic tangent of each element."""
    return x.tanh()


def log_softmax(x: Tensor[*Shape], dim: int) -> Tensor[*Shape]:
    """The logarithm of the softmax along *dim*."""
    return x.log_softmax(dim)


def linear(x: AnyTensor, weight: AnyTensor, bias: AnyTensor | None = None) -> AnyTensor:
    """``x @ weight.T + bias``: ``[*, in], [out, in], [out] -> [*, out]``.

    Raises:
        ShapeError: the last dimension of *x* is not that of *weight*, or *bias* does not fit.
    """
    rules.Linear.of_weight(weight.data.shape).with_bias(shape_of(bias)).output(x.data.shape)
    return apply(matrix.linear, *((x, weight) if bias is None else (x, weight, bias)))


def dropout(x: Tensor[*Shape], p: float = 0.5, training: bool = True) -> Tensor[*Shape]:
    """In training, each element is zero with probability *p*, the others are scaled by ``1/(1-p)``.

    Source: Srivastava et al., "Dropout" (2014), in the inverted form.

    Raises:
        ValueError: *p* is no probability, or *x* not floating.
    """
    check_probability("dropout", p)
    check_floating("dropout", x)
    if not training or p == 0:
        return x
    kept = default_generator().random(x.data.shape, np.float32) >= p
    scale = 0.0 if p == 1 else 1 / (1 - p)
    mask: AnyTensor = Tensor(np.asarray(kept * x.dtype.type(scale), like=x.data))
    return apply(elementwise.multiply, x, mask)


def check_probability(subject: str, p: float) -> None:
    """Check that *p* is a probability.

    Raises:
        ValueError: it is not.
    """
    if isinstance(p, bool) or not 0 <= p <= 1:
        raise ValueError(f"{subject} expects p to be a probability from 0 to 1, got {p!r}")


def cross_entropy(logits: Tensor[B, C], labels: Tensor[B]) -> Tensor[()]:
    """The mean over the batch of ``-log_softmax(logits)[label]``; labels are integers below the number of classes.

    Raises:
        ShapeError: the shapes do not fit.
        ValueError: the logits are not floating, or the labels no integers or out of range.
    """
    rules.CrossEntropyLoss().output(logits.data.shape, labels.data.shape)
    check_floating("cross_entropy", logits)
    classes = logits.data.shape[1]
    if not np.issubdtype(labels.dtype, np.integer):
        raise ValueError(f"cross_entropy expects integer labels, got dtype {labels.dtype}")
    if labels.numel() == 0:
        raise ValueError("cross_entropy expects at least one label, got none")
    # An index out of range wraps silently on a GPU, and a negative one everywhere.
    lowest, highest = int(labels.data.min()), int(labels.data.max())
    if lowest < 0 or highest >= classes:
        raise ValueError(f"cross_entropy expects labels from 0 to {classes - 1}, got {lowest} to {highest}")
    return apply(loss.cross_entropy, logits, labels=labels.data)


def mse_loss(x: Tensor[*Shape], y: Tensor[*Shape]) -> Tensor[()]:
    """The mean of the squared differences.

    Raises:
        ShapeError: the shapes differ.
        ValueError: one of them is not floating.
    """
    rules.MSELoss().output(x.data.shape, y.data.shape)
    check_floating("mse_loss", x, y)
    return apply(loss.mse, x, y)
