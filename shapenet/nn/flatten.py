"""``Flatten``: several dimensions become one."""

from __future__ import annotations

from typing import Generic

from shapenet import rules
from shapenet.nn.module import Module
from shapenet.nn.sizes import End, Start, default
from shapenet.tensors import AnyTensor


class Flatten(Module, Generic[Start, End]):
    """Dimensions *start_dim* to *end_dim*, both included, become one: ``[N, C, H, W] -> [N, C*H*W]``.

    Raises:
        ShapeError: a dimension is no int.
    """

    def __init__(self, start_dim: Start = default(1), end_dim: End = default(-1)) -> None:
        self.rule = rules.Flatten(start_dim, end_dim)
        self._dims = (start_dim, end_dim)

    def __call__(self, x: AnyTensor) -> AnyTensor:
        return x.flatten(*self._dims)
