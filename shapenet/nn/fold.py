"""``Fold``: windows added up to images."""

from __future__ import annotations

from typing import Any, Generic

from shapenet import rules
from shapenet.dims import B, K, N
from shapenet.functional import folding
from shapenet.nn.module import Module
from shapenet.nn.sizes import REQUIRED, Dilation, ImageSize, Kernel, Padding, Stride, default
from shapenet.tensors import Tensor


class Fold(Module, Generic[ImageSize, Kernel, Dilation, Padding, Stride]):
    """``[N, C*KH*KW, L] -> [N, C, *output_size]``: the columns of ``Unfold``, added up where windows overlap.

    L is the number of windows that ``Unfold`` makes of an image of *output_size*. Output size, kernel size K, dilation,
    padding and stride are ints, or pairs (height, width).

    Raises:
        ShapeError: an option is out of range, or an image of that size has no window.
    """

    rule: rules.Fold

    def __init__(
        self,
        output_size: ImageSize = REQUIRED,
        kernel_size: Kernel = REQUIRED,
        dilation: Dilation = default(1),
        padding: Padding = default(0),
        stride: Stride = default(1),
    ) -> None:
        self.rule = rules.Fold(output_size, kernel_size, dilation, padding, stride)

    def __call__(self, x: Tensor[B, K, N]) -> Tensor[B, Any, Any, Any]:
        return folding.folded(x, self.rule)
