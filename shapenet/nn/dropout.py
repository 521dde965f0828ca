"""``Dropout`` and ``Dropout2d``: random zeros in training."""

from __future__ import annotations

from shapenet import functional, rules
from shapenet.dims import B, C, H, W
from shapenet.functional.dropping import check_probability
from shapenet.nn.module import Module
from shapenet.tensors import Shape, Tensor


class Dropout(Module):
    """In training, each element is zero with probability *p*, the others are scaled by ``1/(1-p)``.

    Raises:
        ValueError: *p* is no probability.
    """

    def __init__(self, p: float = 0.5) -> None:
        check_probability("Dropout", p)
        self.p = p

    def __call__(self, x: Tensor[*Shape]) -> Tensor[*Shape]:
        return functional.dropout(x, self.p, self.training)


class Dropout2d(Module):
    """In training, each channel ``[H, W]`` of ``[N, C, H, W]`` is zero with probability *p*, the others are scaled.

    Raises:
        ValueError: *p* is no probability.
    """

    def __init__(self, p: float = 0.5) -> None:
        self.rule = rules.Dropout2d()
        check_probability("Dropout2d", p)
        self.p = p

    def __call__(self, x: Tensor[B, C, H, W]) -> Tensor[B, C, H, W]:
        return functional.dropout2d(x, self.p, self.training)
