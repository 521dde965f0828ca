"""What the algorithms of convolution on a GPU have in common: where they write, and a model of the time they take.

The model is a roofline: a kernel takes the time of what it must read and write, or that of its multiplications, if
that is longer, and something to be launched. What it reads again is thought to come from a cache. The rates are those
that the maker states for one card, an H100 with SXM. As algorithms are only compared, what counts is their ratio, which
differs little between cards for data centres; and so a program chooses the same algorithms on each.

Source: Williams, Waterman and Patterson, "Roofline" (2009); NVIDIA, "H100 Tensor Core GPU" (data sheet, 2023).
"""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np

from shapenet.backend import Array
from shapenet.kernels import memory
from shapenet.kernels.convolution import Algorithm
from shapenet.kernels.cuda import products

BANDWIDTH: Final = 3.35e12
"""Bytes a second, of the memory."""

PRODUCTS: Final = {"highest": 67e12, "high": 494e12, "medium": 989e12}
"""Multiplications and additions a second of matrix products of float32, by precision."""

DOUBLE_PRODUCTS: Final = 67e12
"""The same for float64, which tensor cores multiply, too."""

DIRECT: Final = 67e12 / 8
"""The same for a thread that reads both factors from the nearest cache: that gives 32 numbers a clock, not 256."""

LAUNCH: Final = 4e-6
"""Seconds until a kernel has begun and ended."""


def product_rate(dtype: np.dtype[Any]) -> float:
    """Multiplications and additions a second of matrix products, in the precision that holds."""
    return PRODUCTS[products.get_float32_matmul_precision()] if dtype == np.float32 else DOUBLE_PRODUCTS


def launched(nbytes: float, flops: float = 0.0, rate: float = DIRECT) -> float:
    """The seconds of one launch that moves so many bytes, and does so many multiplications and additions."""
    return LAUNCH + max(nbytes / BANDWIDTH, flops / rate)


class OnGpu(Algorithm):
    """An algorithm on a GPU. It takes its memory from cupy's pool, which knows of streams."""

    @property
    def workers(self) -> str:
        """One device, whatever the threads of the host."""
        return "a GPU"

    @property
    def wakes(self) -> int:
        """No thread of the host is woken."""
        return 0

    @property
    def sizes(self) -> tuple[int, int, int]:
        """The bytes of the input, of the output and of the filters."""
        geometry, item = self.geometry, self.geometry.dtype.itemsize
        inputs = geometry.images * math.prod(geometry.image) * geometry.in_channels
        return (
            inputs * item,
            geometry.rows * geometry.out_channels * item,
            geometry.window * geometry.out_channels * item,
        )

    def typed(self, *arrays: Array) -> list[Array]:
        """The arrays in the type of the output: kernels take no mixture, as numpy does."""
        kind = self.geometry.dtype
        return [x if x.dtype == kind else x.astype(kind) for x in arrays]

    def new_output(self, like: Array) -> Array:
        """With the channels innermost, also if they are few."""
        geometry = self.geometry
        return memory.empty((geometry.images, *geometry.output, geometry.out_channels), geometry.dtype, like)

    def new_input(self, like: Array) -> Array:
        """Likewise."""
        geometry = self.geometry
        return memory.empty((geometry.images, *geometry.image, geometry.in_channels), geometry.dtype, like)
