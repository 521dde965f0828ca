"""The textbook's convolution: a loop over the numbers of the output. It has no more than a forward pass needs."""

from __future__ import annotations

from contextlib import nullcontext
from types import SimpleNamespace

import numpy as np

from benchmarks.libraries import Library
from shapenet.backend import Array

RNG = np.random.default_rng(0)


class Conv2d:
    """``[N, in_channels, H, W] -> [N, out_channels, H', W']``: square kernels, stride 1, neither padding nor bias."""

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int,
        *,
        stride: int = 1,
        padding: int = 0,
        groups: int = 1,
        bias: bool = False,
    ) -> None:
        if (stride, padding, groups, bias) != (1, 0, 1, False):
            raise ValueError("the loop knows stride 1 only, and neither padding nor groups nor bias")
        self.weight = randn(out_channels, in_channels, kernel_size, kernel_size)

    def __call__(self, x: Array) -> Array:
        images, _, height, width = x.shape
        channels, _, size, _ = self.weight.shape
        out = np.empty((images, channels, height - size + 1, width - size + 1), x.dtype)
        for n, c, i, j in np.ndindex(out.shape):
            out[n, c, i, j] = (x[n, :, i : i + size, j : j + size] * self.weight[c]).sum()
        return out

    def parameters(self) -> list[SimpleNamespace]:
        """Its weight, which can say how many numbers it has."""
        return [SimpleNamespace(numel=lambda: self.weight.size)]


def randn(*shape: int) -> Array:
    """Random numbers from the standard normal distribution, float32."""
    return RNG.standard_normal(shape, np.float32)


def library(name: str) -> Library:
    """The loop as the cases want it."""

    def missing(*arguments: object) -> object:
        raise NotImplementedError("the loop is a forward pass of one convolution")

    return Library(
        nn=SimpleNamespace(Conv2d=Conv2d),
        functional=None,
        optim=None,
        randn=randn,
        from_numpy=missing,
        no_grad=nullcontext,
        residual=missing,
        mean=missing,
        arranged=lambda value: value,
    )
