"""``Linear``: a weighted sum of the last dimension."""

from __future__ import annotations

from typing import Generic

from shapenet import functional, rules
from shapenet.dims import Batch
from shapenet.nn import init
from shapenet.nn.module import Module
from shapenet.nn.parameter import Parameter
from shapenet.nn.sizes import REQUIRED, In, Out
from shapenet.tensors import Tensor


class Linear(Module, Generic[In, Out]):
    """``x @ weight.T + bias``: ``[*, in_features] -> [*, out_features]``.

    Weight ``[out_features, in_features]`` and bias start uniform within ``1/sqrt(in_features)``, as in torch.

    Raises:
        ShapeError: a size is no int of at least 1.
    """

    def __init__(self, in_features: In | int = REQUIRED, out_features: Out | int = REQUIRED, bias: bool = True) -> None:
        self.rule = rules.Linear(in_features, out_features)
        weight, start = init.filters((out_features, in_features), in_features, out_features, bias=bias)
        self.weight: Parameter[Out, In] = Parameter(weight)
        self.bias: Parameter[Out] | None = None if start is None else Parameter(start)

    def __call__(self, x: Tensor[*Batch, In]) -> Tensor[*Batch, Out]:
        return functional.linear(x, self.weight, self.bias)
