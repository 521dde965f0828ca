"""``AvgPool2d``: the mean over windows."""

from __future__ import annotations

from typing import Any, Generic

from shapenet import rules
from shapenet.dims import B, C, H, W
from shapenet.functional import pool
from shapenet.nn.module import Module
from shapenet.nn.sizes import REQUIRED, CeilMode, Kernel, Padding, PoolStride, default
from shapenet.tensors import Tensor


class AvgPool2d(Module, Generic[Kernel, PoolStride, Padding, CeilMode]):
    """``[N, C, H, W] -> [N, C, H', W']``, ``H' = (H + 2P - K)//S + 1``; the stride S is K unless given.

    Kernel size, stride and zero padding are ints, or pairs (height, width). With *ceil_mode* the quotient is rounded
    up: a last window may reach beyond the padding, if it begins in the image or the padding before it. The zeros of the
    padding count as elements of the mean unless *count_include_pad* is false; *divisor_override* divides instead of the
    number of elements.

    Raises:
        ShapeError: an option is out of range, or the padding is over half the kernel size.
        ValueError: *divisor_override* is no int other than 0.
    """

    rule: rules.AvgPool2d

    def __init__(
        self,
        kernel_size: Kernel = REQUIRED,
        stride: PoolStride = default(None),
        padding: Padding = default(0),
        ceil_mode: CeilMode = default(False),
        count_include_pad: bool = True,
        divisor_override: int | None = None,
    ) -> None:
        self.rule = rules.AvgPool2d(kernel_size, stride, padding, ceil_mode)
        pool.check_divisor("AvgPool2d", divisor_override)
        self.count_include_pad = count_include_pad
        self.divisor_override = divisor_override

    def __call__(self, x: Tensor[B, C, H, W]) -> Tensor[B, C, Any, Any]:
        return pool.avg_pooled(x, self.rule, self.count_include_pad, self.divisor_override)
