"""``AdaptiveMaxPool2d``: the maximum over windows of the size that the output needs."""

from __future__ import annotations

from typing import Any, Generic, Literal, overload

from shapenet import rules
from shapenet.dims import B, C, H, W
from shapenet.functional import pool
from shapenet.nn.module import Module
from shapenet.nn.sizes import REQUIRED, Indices, OutputSize, default
from shapenet.tensors import Tensor


class AdaptiveMaxPool2d(Module, Generic[OutputSize, Indices]):
    """``[N, C, H, W] -> [N, C, *output_size]``: an int or a pair (height, width); None is the size of the image.

    Along a side of *size*, window *i* of *n* is from ``i*size//n`` to ``ceil((i+1)*size/n)``. With *return_indices* the
    result is a pair: the maxima, and their places in H*W, int64.

    Raises:
        ShapeError: an option is out of range.
    """

    rule: rules.AdaptiveMaxPool2d

    def __init__(self, output_size: OutputSize = REQUIRED, return_indices: Indices = default(False)) -> None:
        self.rule = rules.AdaptiveMaxPool2d(output_size, return_indices)

    @overload
    def __call__(
        self: AdaptiveMaxPool2d[OutputSize, Literal[False]], x: Tensor[B, C, H, W]
    ) -> Tensor[B, C, Any, Any]: ...

    @overload
    def __call__(
        self: AdaptiveMaxPool2d[OutputSize, Literal[True]], x: Tensor[B, C, H, W]
    ) -> tuple[Tensor[B, C, Any, Any], Tensor[B, C, Any, Any]]: ...

    @overload
    def __call__(
        self, x: Tensor[B, C, H, W]
    ) -> Tensor[B, C, Any, Any] | tuple[Tensor[B, C, Any, Any], Tensor[B, C, Any, Any]]: ...

    def __call__(
        self, x: Tensor[B, C, H, W]
    ) -> Tensor[B, C, Any, Any] | tuple[Tensor[B, C, Any, Any], Tensor[B, C, Any, Any]]:
        return pool.adaptive_max_pooled(x, self.rule)
