"""Rules of the softmax: it keeps the shape, which must have the dimension."""

from __future__ import annotations

from dataclasses import dataclass

from shapenet.dims import Dim, Expr, Shape, Unknown
from shapenet.errors import ShapeError
from shapenet.rules.base import LayerRule, as_int
from shapenet.rules.shapes import Undetermined, axis


class AlongRule(LayerRule):
    """A layer that works along one dimension, which may be counted from the end."""

    dim: Dim

    def __post_init__(self) -> None:
        number = self.dim if isinstance(self.dim, Expr | Unknown) else as_int(self.dim)
        if number is None:
            raise ShapeError(self.name, f"expects dim to be an int, got {self.dim!r}")
        self._set("dim", number)

    def output(self, x: Shape) -> Shape:
        if isinstance(self.dim, int):
            try:
                axis(x, self.dim, str(self))
            except Undetermined:  # the shape stays, whatever it is
                return x
        return x


@dataclass(frozen=True)
class Softmax(AlongRule):
    """``[*] -> [*]``."""

    dim: Dim


@dataclass(frozen=True)
class LogSoftmax(AlongRule):
    """``[*] -> [*]``."""

    dim: Dim
