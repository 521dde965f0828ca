"""``DFL``: the distances that the distributions of a detector mean."""

from __future__ import annotations

from typing import Any, Generic

import numpy as np

from shapenet import rules
from shapenet.dims import B, N
from shapenet.nn.conv2d import Conv2d
from shapenet.nn.module import Module
from shapenet.nn.sizes import Bins, default
from shapenet.tensors import AnyTensor, Tensor


class DFL(Module, Generic[Bins]):
    """``[N, 4*c, A] -> [N, 4, A]``: for each of A places, the mean of four distributions over the numbers 0 to c-1.

    The channels are the scores of the first side's numbers, then of the second's, and so on. The mean is a convolution
    by 1x1 over their softmax, whose weight ``[1, c, 1, 1]`` is 0, 1, ..., c-1 and is not trained.

    Source: Li et al., "Generalized focal loss" (2020), equation 5.

    Raises:
        ShapeError: *c* is no int of at least 1.
    """

    rule: rules.DFL

    def __init__(self, c: Bins = default(16)) -> None:
        self.rule = rules.DFL(c)
        self.c: int = c
        one: Any = 1
        self.conv = Conv2d(c, one, one, bias=False)
        self.conv.weight.data[...] = np.arange(c, dtype=np.float32).reshape(1, c, 1, 1)
        self.conv.weight.requires_grad_(False)

    def __call__(self, x: Tensor[B, Any, N]) -> Tensor[B, 4, N]:
        count, _, places = x.data.shape
        self.rule.output(x.data.shape)
        sides: AnyTensor = x.reshape(count, 4, self.c, places).permute(0, 2, 1, 3)  # numbers are channels, sides rows
        conv: Any = self.conv
        return conv(sides.softmax(1)).reshape(count, 4, places)  # type: ignore[no-any-return]
