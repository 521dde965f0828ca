"""``Bilinear``: linear in each of two inputs."""

from __future__ import annotations

import math
from typing import Generic

from shapenet import functional, rules
from shapenet.dims import Batch
from shapenet.nn import init
from shapenet.nn.module import Module
from shapenet.nn.parameter import Parameter
from shapenet.nn.sizes import REQUIRED, In, In2, Out
from shapenet.tensors import Tensor


class Bilinear(Module, Generic[In, In2, Out]):
    """``x1 @ weight[o] @ x2 + bias[o]`` for each o: ``[*, in1_features], [*, in2_features] -> [*, out_features]``.

    Weight ``[out_features, in1_features, in2_features]`` and bias start uniform within ``1/sqrt(in1_features)``, as in
    torch.

    Raises:
        ShapeError: a size is no int of at least 1.
    """

    def __init__(
        self,
        in1_features: In | int = REQUIRED,
        in2_features: In2 | int = REQUIRED,
        out_features: Out | int = REQUIRED,
        bias: bool = True,
    ) -> None:
        self.rule = rules.Bilinear(in1_features, in2_features, out_features)
        bound = 1 / math.sqrt(in1_features)
        self.weight: Parameter[Out, In, In2] = Parameter(
            init.uniform((out_features, in1_features, in2_features), bound)
        )
        self.bias: Parameter[Out] | None = Parameter(init.uniform((out_features,), bound)) if bias else None

    def __call__(self, input1: Tensor[*Batch, In], input2: Tensor[*Batch, In2]) -> Tensor[*Batch, Out]:
        return functional.bilinear(input1, input2, self.weight, self.bias)
