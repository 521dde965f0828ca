"""``Conv1d``: a bank of filters over signals."""

from __future__ import annotations

from typing import Any, Generic

from shapenet import rules
from shapenet.dims import Batch, N
from shapenet.functional.conv import convolve
from shapenet.nn.parameter import Parameter
from shapenet.nn.planned import Planned
from shapenet.nn.sizes import (
    REQUIRED,
    ConvPadding1d,
    Dilation1d,
    Groups,
    In,
    Kernel1d,
    Out,
    PaddingMode,
    Stride1d,
    default,
)
from shapenet.tensors import Tensor


class Conv1d(Planned, Generic[In, Out, Kernel1d, Stride1d, ConvPadding1d, Dilation1d, Groups, PaddingMode]):
    """Cross-correlation: ``[N, in_channels, L] -> [N, out_channels, L']``, or both without N.

    ``L' = (L + 2P - D(K-1) - 1)//S + 1``, with kernel size K, stride S, padding P and dilation D. The padding
    ``"same"`` keeps L, ``"valid"`` is none; it is made of what *padding_mode* says: ``"zeros"``, ``"reflect"``,
    ``"replicate"`` or ``"circular"``. Weight ``[out_channels, in_channels/groups, K]`` and bias start uniform within
    ``1/sqrt(fan_in)``, as in torch.

    Raises:
        ShapeError: an option is out of range, *groups* does not divide the channels, or ``"same"`` has a stride.
    """

    rule: rules.Conv1d
    weight: Parameter[Out, Any, Any]
    bias: Parameter[Out] | None

    def __init__(
        self,
        in_channels: In | int = REQUIRED,
        out_channels: Out | int = REQUIRED,
        kernel_size: Kernel1d = REQUIRED,
        stride: Stride1d = default(1),
        padding: ConvPadding1d = default(0),
        dilation: Dilation1d = default(1),
        groups: Groups = default(1),
        bias: bool = True,
        padding_mode: PaddingMode = default("zeros"),
    ) -> None:
        self.rule = rules.Conv1d(
            in_channels, out_channels, kernel_size, stride, padding, dilation, groups, padding_mode
        )
        self._start(bias=bias)

    def __call__(self, x: Tensor[*Batch, In, N]) -> Tensor[*Batch, Out, Any]:
        return convolve(x, self.weight, self.bias, self.rule, self.plans)
