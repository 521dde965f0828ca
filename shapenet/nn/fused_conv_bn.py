"""``FusedConvBN``: a convolution and batch normalisation in the memory of one of them."""

from __future__ import annotations

from typing import Any, Generic

from shapenet import rules
from shapenet.dims import B, H, W
from shapenet.functional import fused
from shapenet.nn.batch_norm2d import BatchNorm2d
from shapenet.nn.conv2d import Conv2d
from shapenet.nn.module import Module
from shapenet.nn.sizes import (
    REQUIRED,
    ConvPadding,
    Dilation,
    Groups,
    In,
    Kernel,
    Out,
    PaddingMode,
    Stride,
    default,
)
from shapenet.tensors import Tensor


class FusedConvBN(Module, Generic[In, Out, Kernel, Stride, ConvPadding, Dilation, Groups, PaddingMode]):
    """``[N, in_channels, H, W] -> [N, out_channels, H', W']``: a ``Conv2d`` without bias, then a ``BatchNorm2d``.

    The numbers are those of the two layers ``conv`` and ``bn``, which are its parts. It keeps its input only, and
    convolves once more in the backward pass: the output of the convolution is not kept.

    Source: Ioffe and Szegedy, "Batch normalization" (2015), section 3.2; recomputation: Chen, Xu, Zhang, Guestrin,
    "Training deep nets with sublinear memory cost" (2016).

    Raises:
        ShapeError: an option is out of range, as for ``Conv2d``.
        ValueError: *eps* or *momentum* is out of range.
    """

    rule: rules.FusedConvBN

    def __init__(
        self,
        in_channels: In | int = REQUIRED,
        out_channels: Out | int = REQUIRED,
        kernel_size: Kernel = REQUIRED,
        stride: Stride = default(1),
        padding: ConvPadding = default(0),
        dilation: Dilation = default(1),
        groups: Groups = default(1),
        padding_mode: PaddingMode = default("zeros"),
        eps: float = 1e-5,
        momentum: float | None = 0.1,
    ) -> None:
        self.rule = rules.FusedConvBN(
            in_channels, out_channels, kernel_size, stride, padding, dilation, groups, padding_mode
        )
        bn = BatchNorm2d(out_channels, eps, momentum)  # it refuses before anything is drawn
        self.conv = Conv2d(
            in_channels, out_channels, kernel_size, stride, padding, dilation, groups, False, padding_mode
        )
        self.bn = bn

    def __call__(self, x: Tensor[B, In, H, W]) -> Tensor[B, Out, Any, Any]:
        bn = self.bn
        running = None
        if bn.running_mean is not None and bn.running_var is not None:
            running = bn.running_mean, bn.running_var
        y = fused.conv_batch_norm(
            x,
            self.conv.weight,
            () if bn.weight is None or bn.bias is None else (bn.weight, bn.bias),
            running,
            rule=self.rule,
            plans=self.conv.plans,
            by_batch=bn.by_batch,
            momentum=bn.step,
            eps=bn.eps,
        )
        bn.count_batch()
        return y
