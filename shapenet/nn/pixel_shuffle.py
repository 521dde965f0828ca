"""``PixelShuffle`` and ``PixelUnshuffle``: channels to pixels, and back."""

from __future__ import annotations

from typing import Generic

from shapenet import rules
from shapenet.functional import resizing
from shapenet.nn.module import Module
from shapenet.nn.sizes import REQUIRED, Times
from shapenet.tensors import AnyTensor


class PixelShuffle(Module, Generic[Times]):
    """``[*, C*r*r, H, W] -> [*, C, H*r, W*r]``.

    Raises:
        ShapeError: *upscale_factor* r is no int of at least 1.
    """

    def __init__(self, upscale_factor: Times = REQUIRED) -> None:
        self.rule = rules.PixelShuffle(upscale_factor)
        self.upscale_factor = upscale_factor

    def __call__(self, x: AnyTensor) -> AnyTensor:
        return resizing.pixel_shuffle(x, self.upscale_factor)


class PixelUnshuffle(Module, Generic[Times]):
    """``[*, C, H*r, W*r] -> [*, C*r*r, H, W]``.

    Raises:
        ShapeError: *downscale_factor* r is no int of at least 1.
    """

    def __init__(self, downscale_factor: Times = REQUIRED) -> None:
        self.rule = rules.PixelUnshuffle(downscale_factor)
        self.downscale_factor = downscale_factor

    def __call__(self, x: AnyTensor) -> AnyTensor:
        return resizing.pixel_unshuffle(x, self.downscale_factor)
