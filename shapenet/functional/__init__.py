"""Functions on tensors that layers are made of (usually imported as ``F``)."""

from __future__ import annotations

import numpy as np

from shapenet import rules
from shapenet.dims import B, C, H, W
from shapenet.errors import ShapeError
from shapenet.functional.attention import scaled_dot_product_attention
from shapenet.functional.bilinear import bilinear
from shapenet.functional.checks import check_floating
from shapenet.functional.conv import conv1d, conv2d, conv_transpose1d, conv_transpose2d, shape_of
from shapenet.functional.dropping import dropout
from shapenet.functional.embedding import embedding
from shapenet.functional.folding import fold, unfold
from shapenet.functional.padding import pad
from shapenet.functional.pool import adaptive_avg_pool2d, adaptive_max_pool2d, avg_pool2d, max_pool2d
from shapenet.ops import loss, normalisation
from shapenet.ops import matmul as matrix
from shapenet.tensors import AnyTensor, Shape, Tensor, apply

__all__ = [
    "adaptive_avg_pool2d",
    "adaptive_max_pool2d",
    "avg_pool2d",
    "batch_norm",
    "bilinear",
    "conv1d",
    "conv2d",
    "conv_transpose1d",
    "conv_transpose2d",
    "cross_entropy",
    "dropout",
    "embedding",
    "fold",
    "linear",
    "log_softmax",
    "max_pool2d",
    "mse_loss",
    "pad",
    "relu",
    "scaled_dot_product_attention",
    "sigmoid",
    "softmax",
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


def softmax(x: Tensor[*Shape], dim: int) -> Tensor[*Shape]:
    """``exp(x) / sum(exp(x))`` along *dim*."""
    return x.softmax(dim)


def linear(x: AnyTensor, weight: AnyTensor, bias: AnyTensor | None = None) -> AnyTensor:
    """``x @ weight.T + bias``: ``[*, in], [out, in], [out] -> [*, out]``.

    Raises:
        ShapeError: the last dimension of *x* is not that of *weight*, or *bias* does not fit.
    """
    rules.Linear.of_weight(weight.data.shape).with_bias(shape_of(bias)).output(x.data.shape)
    return apply(matrix.linear, *((x, weight) if bias is None else (x, weight, bias)))


def batch_norm(
    x: Tensor[B, C, H, W],
    running_mean: AnyTensor,
    running_var: AnyTensor,
    weight: AnyTensor | None = None,
    bias: AnyTensor | None = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Tensor[B, C, H, W]:
    """Each channel shifted and scaled to mean 0 and variance 1, then by *weight* and *bias*.

    In training the statistics are those of the batch, and the running ones move towards them by *momentum* (the
    variance without bias); otherwise the running ones are used.

    Source: Ioffe and Szegedy, "Batch normalization" (2015).

    Raises:
        ShapeError: *x* is no batch of images, or has one value per channel in training.
        ValueError: *x* is not floating, or only one of weight and bias is given.
    """
    rules.BatchNorm2d(running_mean.data.shape[0]).output(x.data.shape)
    check_floating("batch_norm", x)
    affine = [given for given in (weight, bias) if given is not None]
    if len(affine) == 1:
        raise ValueError("batch_norm expects both weight and bias, or neither")
    if training:
        count = x.numel() // x.data.shape[1]
        if count < 2:
            raise ShapeError(
                "batch_norm", f"expects more than 1 value per channel in training, got {rules.show(x.shape)}"
            )
        mean, variance = normalisation.moments(x.data)
        for running, now in ((running_mean, mean), (running_var, variance * (count / (count - 1)))):
            running.data = (1 - momentum) * running.data + (momentum * now).astype(running.dtype)
    else:
        mean, variance = running_mean.data, running_var.data
    op = normalisation.batch_norm
    return apply(op, x, *affine, mean=mean, variance=variance, eps=eps, frozen=not training)


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
