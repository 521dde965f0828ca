"""Functions on tensors that layers are made of (usually imported as ``F``)."""

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
    softmax,
    softplus,
    tanh,
)
from shapenet.functional.attention import scaled_dot_product_attention
from shapenet.functional.bilinear import bilinear, linear
from shapenet.functional.conv import conv1d, conv2d, conv_transpose1d, conv_transpose2d
from shapenet.functional.dropping import dropout, dropout2d
from shapenet.functional.element_losses import (
    binary_cross_entropy,
    binary_cross_entropy_with_logits,
    huber_loss,
    kl_div,
    l1_loss,
    mse_loss,
    smooth_l1_loss,
)
from shapenet.functional.embedding import embedding
from shapenet.functional.folding import fold, unfold
from shapenet.functional.losses import cosine_embedding_loss, cross_entropy, nll_loss
from shapenet.functional.normalisation import batch_norm, group_norm, instance_norm, layer_norm, rms_norm
from shapenet.functional.ordering import one_hot
from shapenet.functional.padding import pad
from shapenet.functional.pool import adaptive_avg_pool2d, adaptive_max_pool2d, avg_pool2d, max_pool2d
from shapenet.functional.resizing import interpolate, pixel_shuffle, pixel_unshuffle

__all__ = [
    "adaptive_avg_pool2d",
    "adaptive_max_pool2d",
    "avg_pool2d",
    "batch_norm",
    "bilinear",
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
    "embedding",
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
    "one_hot",
    "pad",
    "pixel_shuffle",
    "pixel_unshuffle",
    "relu",
    "relu6",
    "rms_norm",
    "scaled_dot_product_attention",
    "sigmoid",
    "silu",
    "smooth_l1_loss",
    "softmax",
    "softplus",
    "tanh",
    "unfold",
]
