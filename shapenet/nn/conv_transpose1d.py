"""``ConvTranspose1d``: the way back through a convolution of signals."""

from __future__ import annotations

from typing import Any, Generic

from shapenet import rules
from shapenet.dims import Batch, N
from shapenet.functional.conv import convolve_transposed
from shapenet.nn.parameter import Parameter
from shapenet.nn.planned import Planned
from shapenet.nn.sizes import (
    REQUIRED,
    Dilation1d,
    Groups,
    In,
    Kernel1d,
    Out,
    OutputPadding1d,
    Padding1d,
    Stride1d,
    default,
)
from shapenet.tensors import Tensor


class ConvTranspose1d(Planned, Generic[In, Out, Kernel1d, Stride1d, Padding1d, OutputPadding1d, Groups, Dilation1d]):
    """The transpose of a convolution: ``[N, in_channels, L] -> [N, out_channels, L']``, or both without N.

    ``L' = (L - 1)S - 2P + D(K-1) + OP + 1``, with kernel size K, stride S, padding P, output padding OP and dilation D.
    Weight ``[in_channels, out_channels/groups, K]`` and bias start uniform within ``1/sqrt(out_channels/groups * K)``,
    as in torch.

    Raises:
        ShapeError: an option is out of range, or *groups* does not divide the channels.
    """

    rule: rules.ConvTranspose1d
    weight: Parameter[In, Any, Any]
    bias: Parameter[Out] | None

    def __init__(
        self,
        in_channels: In | int = REQUIRED,
        out_channels: Out | int = REQUIRED,
        kernel_size: Kernel1d = REQUIRED,
        stride: Stride1d = default(1),
        padding: Padding1d = default(0),
        output_padding: OutputPadding1d = default(0),
        groups: Groups = default(1),
        bias: bool = True,
        dilation: Dilation1d = default(1),
    ) -> None:
        self.rule = rules.ConvTranspose1d(
            in_channels, out_channels, kernel_size, stride, padding, output_padding, groups, dilation
        )
        self._start(bias=bias)

    def __call__(self, x: Tensor[*Batch, In, N]) -> Tensor[*Batch, Out, Any]:
        return convolve_transposed(x, self.weight, self.bias, self.rule, self.plans)
