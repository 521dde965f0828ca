"""``Unfold``: images to the windows in them."""

from __future__ import annotations

from typing import Any, Generic

from shapenet import rules
from shapenet.dims import B, C, H, W
from shapenet.functional import folding
from shapenet.nn.module import Module
from shapenet.nn.sizes import REQUIRED, Dilation, Kernel, Padding, Stride, default
from shapenet.tensors import Tensor


class Unfold(Module, Generic[Kernel, Dilation, Padding, Stride]):
    """``[N, C, H, W] -> [N, C*KH*KW, L]``: each of the L windows of an image is a column, row by row.

    ``L = H' * W'`` with ``H' = (H + 2P - D(K-1) - 1)//S + 1``, and W' likewise. Kernel size K, dilation D, zero padding
    P and stride S are ints, or pairs (height, width).

    Raises:
        ShapeError: an option is out of range.
    """

    rule: rules.Unfold

    def __init__(
        self,
        kernel_size: Kernel = REQUIRED,
        dilation: Dilation = default(1),
        padding: Padding = default(0),
        stride: Stride = default(1),
    ) -> None:
        self.rule = rules.Unfold(kernel_size, dilation, padding, stride)

    def __call__(self, x: Tensor[B, C, H, W]) -> Tensor[B, Any, Any]:
        return folding.unfolded(x, self.rule)
