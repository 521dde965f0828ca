"""Functions on tensors that layers are made of (usually imported as ``F``)."""

from __future__ import annotations

import numpy as np

from shapenet import rules
from shapenet.backend import default_generator
from shapenet.dims import B, C, H, W
from shapenet.functional.activation import (
    elu,
    gelu,
    hardswish,
    leaky_relu,
    log_softmax,
    mish,
    relu,
    relu6,
    sigmoid,
    silu,
    softplus,
    tanh,
)
from shapenet.functional.checks import check_floating
from shapenet.functional.conv import conv1d, conv2d, conv_transpose1d, conv_transpose2d, shape_of
from shapenet.functional.element_losses import (
    binary_cross_entropy,
    binary_cross_entropy_with_logits,
    huber_loss,
    kl_div,
    l1_loss,
    mse_loss,
    smooth_l1_loss,
)
from shapenet.functional.folding import fold, unfold
from shapenet.functional.losses import cosine_embedding_loss, cross_entropy, nll_loss
from shapenet.functional.normalisation import batch_norm, group_norm, instance_norm, layer_norm, rms_norm
from shapenet.functional.padding import pad
from shapenet.functional.pool import adaptive_avg_pool2d, adaptive_max_pool2d, avg_pool2d, max_pool2d
from shapenet.functional.resizing import interpolate, pixel_shuffle, pixel_unshuffle
from shapenet.ops import elementwise
from shapenet.ops import matmul as matrix
from shapenet.tensors import AnyTensor, Shape, Tensor, apply

__all__ = [
    "adaptive_avg_pool2d",
    "adaptive_max_pool2d",
    "avg_pool2d",
    "batch_norm",
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "conv1d",
    "conv2d",
    "conv_transpose1d",
    "conv_transpose2d",
    "cosine_embedding_loss",
    "cross_entropy",
    "dropout",
    "dropout2d",
    "elu",
    "fold",
    "gelu",
    "group_norm",
    "hardswish",
    "huber_loss",
    "instance_norm",
    "interpolate",
    "kl_div",
    "l1_loss",
    "layer_norm",
    "leaky_relu",
    "linear",
    "log_softmax",
    "max_pool2d",
    "mish",
    "mse_loss",
    "nll_loss",
    "pad",
    "pixel_shuffle",
    "pixel_unshuffle",
    "relu",
    "relu6",
    "rms_norm",
    "sigmoid",
    "silu",
    "smooth_l1_loss",
    "softplus",
    "tanh",
    "unfold",
]


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
    return _dropped("dropout", x, x.data.shape, p, training)


def dropout2d(x: Tensor[B, C, H, W], p: float = 0.5, training: bool = True) -> Tensor[B, C, H, W]:
    """In training, each channel of each image is zero with probability *p*, the others are scaled by ``1/(1-p)``.

    Source: Tompson et al., "Efficient object localization using convolutional networks" (2015), section 3.2.

    Raises:
        ShapeError: *x* is no batch of images.
        ValueError: *p* is no probability, or *x* not floating.
    """
    rules.Dropout2d().output(x.data.shape)
    return _dropped("dropout2d", x, (*x.data.shape[:2], 1, 1), p, training)


def _dropped(subject: str, x: AnyTensor, mask_shape: tuple[int, ...], p: float, training: bool) -> AnyTensor:
    check_probability(subject, p)
    check_floating(subject, x)
    if not training or p == 0:
        return x
    kept = default_generator().random(mask_shape, np.float32) >= p
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
