"""``LayerNorm``: the last dimensions to mean 0 and variance 1."""

from __future__ import annotations

from typing import Any, Generic

import numpy as np

from shapenet import rules
from shapenet.functional import normalisation
from shapenet.functional.checks import check_flag
from shapenet.nn.module import Module
from shapenet.nn.parameter import Parameter
from shapenet.nn.sizes import REQUIRED, NormalizedShape
from shapenet.tensors import Shape, Tensor


class LayerNorm(Module, Generic[NormalizedShape]):
    """``[*, *normalized_shape]``, normalised over those last dimensions: an int is the size of the last.

    With *elementwise_affine* each element has a weight, which starts at 1, and with *bias* a bias, which starts at 0.

    Source: Ba, Kiros, Hinton, "Layer normalization" (2016), equation 4.

    Raises:
        ShapeError: *normalized_shape* is neither an int of at least 1 nor a tuple of them.
        ValueError: another option is out of range.
    """

    rule: rules.LayerNorm
    weight: Parameter[*tuple[Any, ...]] | None
    bias: Parameter[*tuple[Any, ...]] | None

    def __init__(
        self,
        normalized_shape: NormalizedShape = REQUIRED,
        eps: float = 1e-5,
        elementwise_affine: bool = True,
        bias: bool = True,
    ) -> None:
        self.rule = rules.LayerNorm(normalized_shape)
        normalisation.check_eps("LayerNorm", eps)
        check_flag("LayerNorm", "elementwise_affine", elementwise_affine)
        check_flag("LayerNorm", "bias", bias)
        self.eps = eps
        shape = tuple(map(int, self.rule.last))  # type: ignore[arg-type]  # ints here
        self.weight = Parameter(np.ones(shape, np.float32)) if elementwise_affine else None
        self.bias = Parameter(np.zeros(shape, np.float32)) if elementwise_affine and bias else None

    def __call__(self, x: Tensor[*Shape]) -> Tensor[*Shape]:
        return normalisation.layer_normed(x, self.rule, self.weight, self.bias, self.eps)
