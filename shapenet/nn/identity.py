"""``Identity``: nothing."""

from __future__ import annotations

from typing import TypeVar

from shapenet.nn.module import Module
from shapenet.tensors import AnyTensor

X = TypeVar("X", bound=AnyTensor)


class Identity(Module):
    """The input itself."""

    def __call__(self, x: X) -> X:
        return x
