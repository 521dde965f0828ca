"""``RMSNorm``: the last dimensions to a mean square of 1."""

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


class RMSNorm(Module, Generic[NormalizedShape]):
    """``[*, *normalized_shape]``, divided by the root mean square over those last dimensions.

    An int is the size of the last dimension. Without an *eps* it is that of the input's dtype. With
    *elementwise_affine* each element has a weight, which starts at 1.

    Source: Zhang and Sennrich, "Root mean square layer normalization" (2019), equation 4.

    Raises:
        ShapeError: *normalized_shape* is neither an int of at least 1 nor a tuple of them.
        ValueError: another option is out of range.
    """

    rule: rules.RMSNorm
    weight: Parameter[*tuple[Any, ...]] | None

    def __init__(
        self, normalized_shape: NormalizedShape = REQUIRED, eps: float | None = None, elementwise_affine: bool = True
    ) -> None:
        self.rule = rules.RMSNorm(normalized_shape)
        if eps is not None:
            normalisation.check_eps("RMSNorm", eps)
        check_flag("RMSNorm", "elementwise_affine", elementwise_affine)
        self.eps = eps
        shape = tuple(map(int, self.rule.last))  # type: ignore[arg-type]  # ints here
        self.weight = Parameter(np.ones(shape, np.float32)) if elementwise_affine else None

    def __call__(self, x: Tensor[*Shape]) -> Tensor[*Shape]:
        return normalisation.rms_normed(x, self.rule, self.weight, self.eps)
