"""``Conv2d``: a bank of filters over images."""

from __future__ import annotations

from typing import Any, Generic

from shapenet import rules
from shapenet.dims import Batch, H, W
from shapenet.functional.conv import convolve
from shapenet.nn.parameter import Parameter
from shapenet.nn.planned import Planned
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


class Conv2d(Planned, Generic[In, Out, Kernel, Stride, ConvPadding, Dilation, Groups, PaddingMode]):
    """Cross-correlation: ``[N, in_channels, H, W] -> [N, out_channels, H', W']``, or both without N.

    ``H' = (H + 2P - D(K-1) - 1)//S + 1``, and ``W'`` likewise. Kernel size K, stride S, padding P and dilation D are
    ints, or pairs (height, width). The padding ``"same"`` keeps H and W, ``"valid"`` is none; it is made of what
    *padding_mode* says: ``"zeros"``, ``"reflect"``, ``"replicate"`` or ``"circular"``. Weight
    ``[out_channels, in_channels/groups, KH, KW]`` and bias start uniform within ``1/sqrt(fan_in)``, as in torch.

    Raises:
        ShapeError: an option is out of range, *groups* does not divide the channels, or ``"same"`` has a stride.
    """

    rule: rules.Conv2d
    weight: Parameter[Out, Any, Any, Any]
    bias: Parameter[Out] | None

    def __init__(
        self,
        in_channels: In | int = REQUIRED,
        out_channels: Out | int = REQUIRED,
        kernel_size: Kernel = REQUIRED,
        stride: Stride = default(1),
        padding: ConvPadding = default(0),
        dilation: Dilation = default(1),
        groups: Groups = default(1),
        bias: bool = True,
        padding_mode: PaddingMode = default("zeros"),
    ) -> None:
        self.rule = rules.Conv2d(
            in_channels, out_channels, kernel_size, stride, padding, dilation, groups, padding_mode
        )
        self._start(bias=bias)

    def __call__(self, x: Tensor[*Batch, In, H, W]) -> Tensor[*Batch, Out, Any, Any]:
        return convolve(x, self.weight, self.bias, self.rule, self.plans)
