"""``MaxPool2d``: the maximum over windows."""

from __future__ import annotations

from typing import Any, Generic

from shapenet import functional, rules
from shapenet.dims import B, C, H, W
from shapenet.nn.module import Module
from shapenet.nn.sizes import REQUIRED, Dilation, Kernel, Padding, PoolStride, default
from shapenet.tensors import Tensor


class MaxPool2d(Module, Generic[Kernel, PoolStride, Padding, Dilation]):
    """``[N, C, H, W] -> [N, C, H', W']``, ``H' = (H + 2P - D(K-1) - 1)//S + 1``; the stride S is K unless given.

    Kernel size, stride, padding (which never wins) and dilation are ints, or pairs (height, width).

    Raises:
        ShapeError: an option is out of range, or the padding is over half the kernel size.
    """

    rule: rules.MaxPool2d

    def __init__(
        self,
        kernel_size: Kernel = REQUIRED,
        stride: PoolStride = default(None),
        padding: Padding = default(0),
        dilation: Dilation = default(1),
    ) -> None:
        self.rule = rules.MaxPool2d(kernel_size, stride, padding, dilation)

    def __call__(self, x: Tensor[B, C, H, W]) -> Tensor[B, C, Any, Any]:
        return functional.max_pooled(x, self.rule)
