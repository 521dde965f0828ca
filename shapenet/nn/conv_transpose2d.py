"""``ConvTranspose2d``: the way back through a convolution of images."""

from __future__ import annotations

from typing import Any, Generic

from shapenet import rules
from shapenet.dims import Batch, H, W
from shapenet.functional.conv import convolve_transposed
from shapenet.nn.parameter import Parameter
from shapenet.nn.planned import Planned
from shapenet.nn.sizes import REQUIRED, Dilation, Groups, In, Kernel, Out, OutputPadding, Padding, Stride, default
from shapenet.tensors import Tensor


class ConvTranspose2d(Planned, Generic[In, Out, Kernel, Stride, Padding, OutputPadding, Groups, Dilation]):
    """The transpose of a convolution: ``[N, in_channels, H, W] -> [N, out_channels, H', W']``, or both without N.

    ``H' = (H - 1)S - 2P + D(K-1) + OP + 1``, and ``W'`` likewise. Kernel size K, stride S, padding P, output padding OP
    and dilation D are ints, or pairs (height, width). Weight ``[in_channels, out_channels/groups, KH, KW]`` and bias
    start uniform within ``1/sqrt(out_channels/groups * KH * KW)``, as in torch.

    Raises:
        ShapeError: an option is out of range, or *groups* does not divide the channels.
    """

    rule: rules.ConvTranspose2d
    weight: Parameter[In, Any, Any, Any]
    bias: Parameter[Out] | None

    def __init__(
        self,
        in_channels: In | int = REQUIRED,
        out_channels: Out | int = REQUIRED,
        kernel_size: Kernel = REQUIRED,
        stride: Stride = default(1),
        padding: Padding = default(0),
        output_padding: OutputPadding = default(0),
        groups: Groups = default(1),
        bias: bool = True,
        dilation: Dilation = default(1),
    ) -> None:
        self.rule = rules.ConvTranspose2d(
            in_channels, out_channels, kernel_size, stride, padding, output_padding, groups, dilation
        )
        self._start(bias=bias)

    def __call__(self, x: Tensor[*Batch, In, H, W]) -> Tensor[*Batch, Out, Any, Any]:
        return convolve_transposed(x, self.weight, self.bias, self.rule, self.plans)
