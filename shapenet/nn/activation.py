"""Activations: the shape stays."""

from __future__ import annotations

from shapenet.nn.module import Module
from shapenet.tensors import Shape, Tensor


class ReLU(Module):
    """``max(x, 0)`` of each element."""

    def __call__(self, x: Tensor[*Shape]) -> Tensor[*Shape]:
        return x.relu()
