"""``AdaptiveAvgPool2d``: the mean over windows of the size that the output needs."""

from __future__ import annotations

from typing import Any, Generic

from shapenet import rules
from shapenet.dims import B, C, H, W
from shapenet.functional import pool
from shapenet.nn.module import Module
from shapenet.nn.sizes import REQUIRED, OutputSize
from shapenet.tensors import Tensor


class AdaptiveAvgPool2d(Module, Generic[OutputSize]):
    """``[N, C, H, W] -> [N, C, *output_size]``: an int or a pair (height, width); None is the size of the image.

    Along a side of *size*, window *i* of *n* is from ``i*size//n`` to ``ceil((i+1)*size/n)``.

    Raises:
        ShapeError: the output size is out of range.
    """

    rule: rules.AdaptiveAvgPool2d

    def __init__(self, output_size: OutputSize = REQUIRED) -> None:
        self.rule = rules.AdaptiveAvgPool2d(output_size)

    def __call__(self, x: Tensor[B, C, H, W]) -> Tensor[B, C, Any, Any]:
        return pool.adaptive_avg_pooled(x, self.rule)
