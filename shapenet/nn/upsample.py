"""``Upsample``: images of another size."""

from __future__ import annotations

from typing import Any, Generic

from shapenet import rules
from shapenet.dims import B, C, H, W
from shapenet.functional import resizing
from shapenet.nn.module import Module
from shapenet.nn.sizes import NewSize, Scale, default
from shapenet.tensors import Tensor


class Upsample(Module, Generic[NewSize, Scale]):
    """``[N, C, H, W] -> [N, C, *size]``, or *scale_factor* times as high and wide: see ``functional.interpolate``.

    Raises:
        ShapeError: not exactly one of *size* and *scale_factor* is given, or it is out of range.
        ValueError: the mode is unknown, or *align_corners* is given in another than ``"bilinear"``.
    """

    rule: rules.Upsample

    def __init__(
        self,
        size: NewSize = default(None),
        scale_factor: Scale = default(None),
        mode: str = "nearest",
        align_corners: bool | None = None,
    ) -> None:
        self.rule = rules.Upsample(size, scale_factor)
        resizing.check_mode("Upsample", mode, align_corners)
        self.mode = mode
        self.align_corners = bool(align_corners)

    def __call__(self, x: Tensor[B, C, H, W]) -> Tensor[B, C, Any, Any]:
        return resizing.interpolated(x, self.rule, self.mode, self.align_corners)
