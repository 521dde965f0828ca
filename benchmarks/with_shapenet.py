"""The shapenet side of the cases."""

from __future__ import annotations

from typing import Any

import shapenet
from benchmarks.libraries import Library
from shapenet import AnyTensor, Module, Tensor, nn, optim
from shapenet import functional as F
from shapenet.dims import B, C, H, W


class Residual(Module):
    """The sum of a body and a shortcut."""

    def __init__(self, body: Module, shortcut: Module) -> None:
        self.body = body
        self.shortcut = shortcut

    def __call__(self, x: Tensor[B, C, H, W]) -> Tensor[B, Any, Any, Any]:
        out: AnyTensor = self.body(x) + self.shortcut(x)
        return out


class Mean(Module):
    """The mean over height and width."""

    def __call__(self, x: Tensor[B, C, H, W]) -> Tensor[B, C]:
        return x.mean((2, 3))


def library(name: str) -> Library:
    """Shapenet as the cases want it."""
    return Library(
        nn=nn,
        functional=F,
        optim=optim,
        randn=shapenet.randn,
        from_numpy=shapenet.from_numpy,
        no_grad=shapenet.no_grad,
        residual=Residual,
        mean=Mean,
        arranged=lambda value: value,
    )
