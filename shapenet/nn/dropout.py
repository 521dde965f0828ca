"""``Dropout``: random zeros in training."""

from __future__ import annotations

from shapenet import functional
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
