"""``ConvTranspose2d``: the way back through a convolution."""

from __future__ import annotations

import math
from typing import Any, Generic

from shapenet import functional, rules
from shapenet.dims import B, H, W
from shapenet.kernels.conv import ConvConfig
from shapenet.kernels.convolution import Algorithm
from shapenet.kernels.plan import Plans
from shapenet.nn import init
from shapenet.nn.module import Parameter
from shapenet.nn.planned import Planned
from shapenet.nn.sizes import REQUIRED, Dilation, Groups, In, Kernel, Out, OutputPadding, Padding, Stride, default
from shapenet.tensors import Tensor


class ConvTranspose2d(Planned, Generic[In, Out, Kernel, Stride, Padding, OutputPadding, Groups, Dilation]):
    """The transpose of a convolution: ``[N, in_channels, H, W] -> [N, out_channels, H', W']``.

    ``H' = (H - 1)S - 2P + D(K-1) + OP + 1``, and ``W'`` likewise. Kernel size K, stride S, padding P, output padding OP
    and dilation D are ints, or pairs (height, width). Weight ``[in_channels, out_channels/groups, KH, KW]`` and bias
    start uniform within ``1/sqrt(out_channels/groups * KH * KW)``, as in torch.

    Raises:
        ShapeError: an option is out of range, or *groups* does not divide the channels.
    """

    rule: rules.ConvTranspose2d

    def __init__(
        self,
        in_channels: In = REQUIRED,
        out_channels: Out = REQUIRED,
        kernel_size: Kernel = REQUIRED,
        stride: Stride = default(1),
        padding: Padding = default(0),
        output_padding: OutputPadding = default(0),
        groups: Groups = default(1),
        bias: bool = True,
        dilation: Dilation = default(1),
    ) -> None:
        rule = rules.ConvTranspose2d(
            in_channels, out_channels, kernel_size, stride, padding, output_padding, groups, dilation
        )
        shape = tuple(map(int, rule.weight))  # type: ignore[arg-type]  # from ints come ints
        fan_in = math.prod(shape[1:])  # torch counts so, though each output meets in_channels of them
        self.rule = rule
        weight, start = init.filters(shape, fan_in, out_channels, bias=bias)
        self.weight: Parameter[In, Any, Any, Any] = Parameter(weight)
        self.bias: Parameter[Out] | None = None if start is None else Parameter(start)
        self.plans = Plans()

    def __call__(self, x: Tensor[B, In, H, W]) -> Tensor[B, Out, Any, Any]:
        return functional.convolve_transposed(x, self.weight, self.bias, self.rule, self.plans)

    def plan(self, *sizes: int) -> Algorithm:
        made = tuple(map(int, self.rule.output(sizes)))  # type: ignore[arg-type]  # from ints come ints
        config, weight = ConvConfig.of(self.rule), self.weight
        return self.plans.plan(made, weight.data.shape, weight.dtype, config, (sizes[2], sizes[3]))
