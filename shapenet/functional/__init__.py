"""Functions on tensors that layers are made of (usually imported as ``F``)."""

from __future__ import annotations

import numpy as np

from shapenet import rules
from shapenet.backend import default_generator
from shapenet.dims import B, C, H, W
from shapenet.errors import ShapeError
from shapenet.functional.checks import check_floating
from shapenet.functional.folding import fold, unfold
from shapenet.functional.pool import adaptive_avg_pool2d, adaptive_max_pool2d, avg_pool2d, max_pool2d
from shapenet.kernels.conv import ConvConfig
from shapenet.kernels.plan import Plans
from shapenet.ops import conv, elementwise, loss, normalisation
from shapenet.ops import matmul as matrix
from shapenet.rules.base import Extent
from shapenet.tensors import AnyTensor, Shape, Tensor, apply

__all__ = [
    "adaptive_avg_pool2d",
    "adaptive_max_pool2d",
    "avg_pool2d",
    "batch_norm",
    "conv2d",
    "conv_transpose2d",
    "cross_entropy",
    "dropout",
    "fold",
    "linear",
    "log_softmax",
    "max_pool2d",
    "mse_loss",
    "relu",
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
    rules.Linear.of_weight(weight.data.shape).with_bias(_shape_of(bias)).output(x.data.shape)
    return apply(matrix.linear, *((x, weight) if bias is None else (x, weight, bias)))


def conv2d(
    x: AnyTensor,
    weight: AnyTensor,
    bias: AnyTensor | None = None,
    stride: Extent = 1,
    padding: Extent = 0,
    dilation: Extent = 1,
    groups: int = 1,
) -> AnyTensor:
    """Cross-correlation of images with a bank of filters, as in ``torch.nn.functional.conv2d``.

    ``[N, in, H, W], [out, in/groups, KH, KW], [out] -> [N, out, H', W']``; *stride*, *padding* and *dilation* are ints
    or pairs (height, width).

    Raises:
        ShapeError: an option is out of range, or the shapes do not fit.
    """
    rule = rules.Conv2d.of_weight(weight.data.shape, stride, padding, dilation, groups)
    return convolve(x, weight, bias, rule.with_bias(_shape_of(bias)), Plans())


def convolve(x: AnyTensor, weight: AnyTensor, bias: AnyTensor | None, rule: rules.Conv2d, plans: Plans) -> AnyTensor:
    """``conv2d`` with its options checked already and plans to keep."""
    *_, rows, columns = rule.output(x.data.shape)
    inputs = (x, weight) if bias is None else (x, weight, bias)
    return apply(conv.conv2d, *inputs, config=ConvConfig.of(rule), output=(rows, columns), plans=plans)


def conv_transpose2d(
    x: AnyTensor,
    weight: AnyTensor,
    bias: AnyTensor | None = None,
    stride: Extent = 1,
    padding: Extent = 0,
    output_padding: Extent = 0,
    groups: int = 1,
    dilation: Extent = 1,
) -> AnyTensor:
    """The transpose of a convolution, as in ``torch.nn.functional.conv_transpose2d``.

    ``[N, in, H, W], [in, out/groups, KH, KW], [out] -> [N, out, H', W']``; *stride*, *padding*, *output_padding* and
    *dilation* are ints or pairs (height, width).

    Raises:
        ShapeError: an option is out of range, or the shapes do not fit.
    """
    rule = rules.ConvTranspose2d.of_weight(weight.data.shape, stride, padding, output_padding, groups, dilation)
    return convolve_transposed(x, weight, bias, rule.with_bias(_shape_of(bias)), Plans())


def convolve_transposed(
    x: AnyTensor, weight: AnyTensor, bias: AnyTensor | None, rule: rules.ConvTranspose2d, plans: Plans
) -> AnyTensor:
    """``conv_transpose2d`` with its options checked already and plans to keep."""
    *_, rows, columns = rule.output(x.data.shape)
    inputs = (x, weight) if bias is None else (x, weight, bias)
    config = ConvConfig.of(rule)
    return apply(conv.conv_transpose2d, *inputs, config=config, output=(rows, columns), plans=plans)


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


def _shape_of(tensor: AnyTensor | None) -> tuple[int, ...] | None:
    return None if tensor is None else tensor.data.shape
