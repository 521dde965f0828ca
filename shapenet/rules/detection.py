"""Rules of the layers of detectors."""

from __future__ import annotations

from dataclasses import dataclass

from shapenet.dims import Dim, Shape, same
from shapenet.errors import ShapeError
from shapenet.rules.base import LayerRule
from shapenet.rules.shapes import ranked, show


@dataclass(frozen=True)
class DFL(LayerRule):
    """``[N, 4*c, A] -> [N, 4, A]``."""

    c: Dim = 16

    def __post_init__(self) -> None:
        self._int("c", 1)

    def output(self, x: Shape) -> Shape:
        known = ranked(x)
        if len(known) != 3:
            raise ShapeError(str(self), f"expects 3 dimensions [N, 4*c, A], got {len(known)}: {show(x)}")
        if not same(known[1], 4 * self.c):
            raise ShapeError(
                str(self), f"expects 4*{self.c} = {4 * self.c} channels in dimension 1, got {known[1]} in {show(x)}"
            )
        return known[0], 4, known[2]
