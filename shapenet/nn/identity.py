"""``Identity``: nothing."""

from __future__ import annotations

from shapenet.nn.module import Module
from shapenet.tensors import Shape, Tensor


class Identity(Module):
    """The input itself: it stands where a model has a layer that there is no more."""

    def __call__(self, x: Tensor[*Shape]) -> Tensor[*Shape]:
        return x
