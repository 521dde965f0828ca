"""``MaxPool2d``: the maximum over windows."""

from __future__ import annotations

from typing import Any, Generic, Literal, overload

from shapenet import rules
from shapenet.dims import B, C, H, W
from shapenet.functional import pool
from shapenet.nn.module import Module
from shapenet.nn.sizes import REQUIRED, CeilMode, Dilation, Indices, Kernel, Padding, PoolStride, default
from shapenet.tensors import Tensor


class MaxPool2d(Module, Generic[Kernel, PoolStride, Padding, Dilation, Indices, CeilMode]):
    """``[N, C, H, W] -> [N, C, H', W']``, ``H' = (H + 2P - D(K-1) - 1)//S + 1``; the stride S is K unless given.

    Kernel size, stride, padding (which never wins) and dilation are ints, or pairs (height, width). With *ceil_mode*
    the quotient is rounded up: a last window may reach beyond the padding, if it begins in the image or the padding
    before it. With *return_indices* the result is a pair: the maxima, and their places in H*W, int64.

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
        return_indices: Indices = default(False),
        ceil_mode: CeilMode = default(False),
    ) -> None:
        self.rule = rules.MaxPool2d(kernel_size, stride, padding, dilation, return_indices, ceil_mode)

    @overload
    def __call__(
        self: MaxPool2d[Kernel, PoolStride, Padding, Dilation, Literal[False], CeilMode], x: Tensor[B, C, H, W]
    ) -> Tensor[B, C, Any, Any]: ...

    @overload
    def __call__(
        self: MaxPool2d[Kernel, PoolStride, Padding, Dilation, Literal[True], CeilMode], x: Tensor[B, C, H, W]
    ) -> tuple[Tensor[B, C, Any, Any], Tensor[B, C, Any, Any]]: ...

    @overload
    def __call__(
        self, x: Tensor[B, C, H, W]
    ) -> Tensor[B, C, Any, Any] | tuple[Tensor[B, C, Any, Any], Tensor[B, C, Any, Any]]: ...

    def __call__(
        self, x: Tensor[B, C, H, W]
    ) -> Tensor[B, C, Any, Any] | tuple[Tensor[B, C, Any, Any], Tensor[B, C, Any, Any]]:
        return pool.max_pooled(x, self.rule)
