"""The rule of the bilinear map."""

from __future__ import annotations

from dataclasses import dataclass

from shapenet.dims import Dim, Shape, same
from shapenet.errors import ShapeError
from shapenet.rules.base import LayerRule
from shapenet.rules.shapes import agree, ranked, show


@dataclass(frozen=True)
class Bilinear(LayerRule):
    """``[*, in1_features], [*, in2_features] -> [*, out_features]``."""

    in1_features: Dim
    in2_features: Dim
    out_features: Dim

    def __post_init__(self) -> None:
        self._int("in1_features", 1)
        self._int("in2_features", 1)
        self._int("out_features", 1)

    @classmethod
    def of_weight(cls, weight: Shape) -> Bilinear:
        """The rule of a map with a weight ``[out, in1, in2]``.

        Raises:
            ShapeError: the weight has another number of dimensions.
        """
        known = ranked(weight)
        if len(known) != 3:
            raise ShapeError(cls.__name__, f"expects a weight [out, in1, in2], got {show(weight)}")
        return cls(known[1], known[2], known[0])

    def with_bias(self, bias: Shape | None) -> Bilinear:
        """This rule, for a bias of that shape, or none.

        Raises:
            ShapeError: the bias is not ``[out_features]``.
        """
        self._expect_bias(bias, self.out_features)
        return self

    def output(self, x: Shape, other: Shape = ()) -> Shape:
        for name, shape, size in (("first", x, self.in1_features), ("second", other, self.in2_features)):
            ranked(shape[-1:])
            if not shape or not same(shape[-1], size):
                problem = f"expects last dimension {size} of the {name} input, got {show(shape)}"
                raise ShapeError(str(self), problem)
        if not agree(x[:-1], other[:-1]):
            problem = f"expects inputs that differ in the last dimension alone, got {show(x)} and {show(other)}"
            raise ShapeError(str(self), problem)
        return (*x[:-1], self.out_features)
