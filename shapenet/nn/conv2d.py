"""``Conv2d``: a bank of filters over images."""

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
from shapenet.nn.sizes import REQUIRED, Dilation, Groups, In, Kernel, Out, Padding, Stride, default
from shapenet.tensors import Tensor


class Conv2d(Planned, Generic[In, Out, Kernel, Stride, Padding, Dilation, Groups]):
    """Cross-correlation: ``[N, in_channels, H, W] -> [N, out_channels, H', W']``.

    ``H' = (H + 2P - D(K-1) - 1)//S + 1``, and ``W'`` likewise.
    Kernel size K, stride S, zero padding P and dilation D are ints, or pairs (height, width).
    Weight ``[out_channels, in_channels/groups, KH, KW]`` and bias start uniform within ``1/sqrt(fan_in)``, as in torch.

    Raises:
        ShapeError: an option is out of range, or *groups* does not divide the channels.
    """

    rule: rules.Conv2d

    def __init__(
        self,
        in_channels: In = REQUIRED,
        out_channels: Out = REQUIRED,
        kernel_size: Kernel = REQUIRED,
        stride: Stride = default(1),
        padding: Padding = default(0),
        dilation: Dilation = default(1),
        groups: Groups = default(1),
        bias: bool = True,
    ) -> None:
        rule = rules.Conv2d(in_channels, out_channels, kernel_size, stride, padding, dilation, groups)
        shape = tuple(map(int, rule.weight))  # type: ignore[arg-type]  # from ints come ints
        self.rule = rule
        weight, start = init.filters(shape, math.prod(shape[1:]), out_channels, bias=bias)
        self.weight: Parameter[Out, Any, Any, Any] = Parameter(weight)
        self.bias: Parameter[Out] | None = None if start is None else Parameter(start)
        self.plans = Plans()

    def __call__(self, x: Tensor[B, In, H, W]) -> Tensor[B, Out, Any, Any]:
        return functional.convolve(x, self.weight, self.bias, self.rule, self.plans)

    def plan(self, *sizes: int) -> Algorithm:
        *_, rows, columns = map(int, self.rule.output(sizes))  # type: ignore[arg-type]  # from ints come ints
        config, weight = ConvConfig.of(self.rule), self.weight
        return self.plans.plan(sizes, weight.data.shape, weight.dtype, config, (rows, columns))
