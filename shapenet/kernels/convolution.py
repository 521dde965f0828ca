"""What the algorithms of convolution have in common: the sizes they work on, and what each can do.

All of them see arrays with the channels last, whatever lies in memory: images N H W C, filters K L C/G O, outputs
N Y X O. That is how images of many channels are best kept, too: a pixel is then one run of numbers to copy. Images of
few channels are kept channel by channel, where a line of pixels is one run.
"""

from __future__ import annotations

import functools
import math
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, ClassVar, Final

import numpy as np

from shapenet.backend import Array
from shapenet.kernels import memory, parallel
from shapenet.kernels.conv import ConvConfig, IntPair
from shapenet.kernels.elementwise import in_pieces
from shapenet.kernels.parallel import product
from shapenet.kernels.workspace import Layout, shared

FEW_CHANNELS: Final = 16
"""Channels up to which an image is kept channel by channel."""

_BYTES: Final = np.empty(0, np.uint8)


@dataclass(frozen=True)
class Geometry:
    """Everything an algorithm must know of a convolution: its options and the sizes of its arrays."""

    config: ConvConfig
    images: int
    image: IntPair
    in_channels: int
    output: IntPair
    out_channels: int
    dtype: np.dtype[Any] = field(default_factory=lambda: np.dtype(np.float32))

    def __str__(self) -> str:
        before = f"[{self.images}, {self.in_channels}, {self.image[0]}, {self.image[1]}]"
        after = f"[{self.images}, {self.out_channels}, {self.output[0]}, {self.output[1]}]"
        return f"{before} -> {after} with kernel {self.config.kernel_size}, stride {self.config.stride}, {self.dtype}"

    @property
    def window(self) -> int:
        """The elements of one window, of one group."""
        height, width = self.config.kernel_size
        return height * width * self.in_channels // self.config.groups

    @property
    def rows(self) -> int:
        """The places of the output, in all images: each is a row of the matrix of windows."""
        return self.images * self.output[0] * self.output[1]

    @property
    def multiplications(self) -> int:
        """What the definition of the convolution takes."""
        return self.rows * self.window * self.out_channels

    def span(self, side: int, outputs: int) -> int:
        """The inputs along one side that so many neighbouring outputs see, padding included."""
        config = self.config
        return (outputs - 1) * config.stride[side] + (config.kernel_size[side] - 1) * config.dilation[side] + 1


class Algorithm(ABC):
    """One way to compute a convolution and its gradients, for one geometry and number of threads.

    It holds sizes, no arrays, so that any number of threads may use it at once.
    """

    name: ClassVar[str]
    domain: ClassVar[str]
    """The convolutions it can compute, in words."""
    error: ClassVar[float]
    """What rounding in float32 may add up to, relative to the largest output, for inputs and weights of one scale."""

    def __init__(self, geometry: Geometry, threads: int, budget: int) -> None:
        self.geometry = geometry
        self.threads = threads
        self.budget = budget

    def __repr__(self) -> str:
        milliseconds, mebibytes = self.predicted() * 1e3, self.scratch / 2**20
        cost = f"about {milliseconds:.2g} ms on {self.workers}, scratch memory {mebibytes:.1f} MiB"
        return f"{self.name}: {self.geometry}; {cost}"

    @property
    def workers(self) -> str:
        """Who computes it, in words."""
        return f"{self.threads} threads"

    @classmethod
    @abstractmethod
    def fits(cls, geometry: Geometry) -> bool:
        """Whether it can compute such a convolution."""

    @abstractmethod
    def seconds(self) -> float:
        """A rough prediction of the time that the forward pass takes one thread."""

    @functools.cached_property
    def scratch(self) -> int:
        """The bytes of scratch memory that it borrows while it computes."""
        layout = Layout()
        self._buffers(layout)
        return layout.nbytes

    @contextmanager
    def borrow(self) -> Iterator[Any]:
        """Its scratch memory, divided into its buffers."""
        with shared.borrow((self.scratch,), _BYTES) as buffer:
            yield self._buffers(Layout(buffer))

    @abstractmethod
    def _buffers(self, layout: Layout) -> Any:
        """Its buffers, taken from *layout*."""

    @property
    def wakes(self) -> int:
        """How often the forward pass wakes the other threads."""
        return 1

    def predicted(self) -> float:
        """The seconds that the forward pass is to take all threads."""
        return self.seconds() / self.threads + self.wakes * parallel.WAKE

    def new_output(self, like: Array) -> Array:
        """An array for the output, in the memory order in which it is best written, on the device of *like*."""
        geometry = self.geometry
        return pixels((geometry.images, *geometry.output, geometry.out_channels), geometry.dtype, like)

    def new_input(self, like: Array) -> Array:
        """An array for the gradient of the input, likewise."""
        geometry = self.geometry
        return pixels((geometry.images, *geometry.image, geometry.in_channels), geometry.dtype, like)

    @abstractmethod
    def forward(self, x: Array, weight: Array, out: Array) -> None:
        """Write the convolution of *x* with *weight* into *out*, which ``new_output`` made."""

    @abstractmethod
    def backward(
        self, grad: Array, x: Array, weight: Array, x_gradient: Array | None, weight_gradient: Array | None
    ) -> None:
        """Write the gradients that are wanted, given that of the output.

        *x_gradient* was made by ``new_input``; *x* is not read without *weight_gradient*, which is C-contiguous.
        """


def pixels(shape: tuple[int, ...], dtype: np.dtype[Any], like: Array) -> Array:
    """An array for images ``[N, H, W, C]`` from the pool, in the memory order that suits their number of channels."""
    if shape[3] > FEW_CHANNELS:
        return memory.empty(shape, dtype, like)
    return memory.empty((shape[3], *shape[:3]), dtype, like).transpose(1, 2, 3, 0)


def matrix(x: Array) -> Array | None:
    """Images ``[N, H, W, C]`` seen as the matrix ``[N*H*W, C]``, if memory allows it."""
    if x.flags.c_contiguous or x.transpose(3, 0, 1, 2).flags.c_contiguous:
        return x.reshape(math.prod(x.shape[:3]), x.shape[3], copy=False)
    return None


def channels_last(x: Array) -> Array:
    """``[N, C, H, W]`` seen as ``[N, H, W, C]``."""
    return x.transpose(0, 2, 3, 1)


def channels_first(x: Array) -> Array:
    """``[N, H, W, C]`` seen as ``[N, C, H, W]``."""
    return x.transpose(0, 3, 1, 2)


def filters_last(weight: Array) -> Array:
    """``[O, C/G, K, L]`` seen as ``[K, L, C/G, O]``."""
    return weight.transpose(2, 3, 1, 0)


def filters_first(weight: Array) -> Array:
    """``[K, L, C/G, O]`` seen as ``[O, C/G, K, L]``."""
    return weight.transpose(3, 2, 0, 1)


def contiguous(x: Array) -> Array:
    """*x*, or a copy from the pool, C-contiguous."""
    if x.flags.c_contiguous:
        return x
    made = memory.empty(x.shape, x.dtype, x)
    in_pieces(lambda source, target: np.copyto(target, source), x, made, step=0)
    return made


def pad(image: Array, padded: Array, above: int, left: int) -> None:
    """Copy *image* ``[..., H, W, C]`` into *padded*, its first pixel to (*above*, *left*), and zeros around it.

    What would lie outside *padded* is left out; *above* and *left* may be negative.
    """
    (height, width), (high, wide) = image.shape[-3:-1], padded.shape[-3:-1]
    rows, columns = _meeting(above, height, high), _meeting(left, width, wide)
    padded[..., : rows.start, :, :] = 0
    padded[..., rows.stop :, :, :] = 0
    padded[..., rows, : columns.start, :] = 0
    padded[..., rows, columns.stop :, :] = 0
    padded[..., rows, columns, :] = image[..., _shifted(rows, above), _shifted(columns, left), :]


def unpad(padded: Array, image: Array, above: int, left: int) -> None:
    """Copy to *image* ``[H, W, C]`` what ``pad`` would have copied from it; where that is nothing, zeros."""
    pad(padded, image, -above, -left)


def _meeting(first: int, size: int, room: int) -> slice:
    start = min(max(0, first), room)
    return slice(start, max(start, min(first + size, room)))


def _shifted(part: slice, by: int) -> slice:
    return slice(part.start - by, part.stop - by) if part.stop > part.start else slice(0, 0)


def accumulate(a: Array, b: Array, total: Array, partial: Array, first: bool) -> None:
    """Add the product of *a* and *b* to *total*, by way of *partial*; the *first* is written into it."""
    if first:
        product(a, b, total)
    else:
        product(a, b, partial)
        np.add(total, partial, out=total)
