"""``Unflatten``: one dimension becomes several."""

from __future__ import annotations

from typing import Any, Generic, cast

from shapenet import rules
from shapenet.nn.module import Module
from shapenet.nn.sizes import REQUIRED, Parts, Place
from shapenet.tensors import AnyTensor


class Unflatten(Module, Generic[Place, Parts]):
    """Dimension *dim* becomes several, of the sizes *unflattened_size*, one of which may be -1.

    Raises:
        ShapeError: *dim* is no int, or *unflattened_size* no tuple of ints.
    """

    def __init__(self, dim: Place = REQUIRED, unflattened_size: Parts = REQUIRED) -> None:
        self.rule = rules.Unflatten(dim, cast("Any", unflattened_size))

    def __call__(self, x: AnyTensor) -> AnyTensor:
        assert self.rule is not None
        return x.reshape(*cast("tuple[int, ...]", self.rule.output(x.data.shape)))
