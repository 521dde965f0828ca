"""Padding of tensors."""

from __future__ import annotations

from collections.abc import Sequence

from shapenet import rules
from shapenet.ops import padding
from shapenet.tensors import AnyTensor, apply


def pad(x: AnyTensor, pad: Sequence[int], mode: str = "constant", value: float | None = None) -> AnyTensor:
    """*x* with more elements at the ends of its dimensions, as in ``torch.nn.functional.pad``.

    ``pad=(left, right)``, ``(left, right, top, bottom)``, and so on: before and after the last dimension, then the one
    before it. The mode is ``"constant"`` (*value*, which is 0 unless given; negative amounts cut off), ``"reflect"``
    (about the first and the last element, which are not repeated), ``"replicate"`` or ``"circular"``.

    Raises:
        ShapeError: *pad* is no pairs of ints, the mode is unknown, or a dimension is too small for so much padding.
        ValueError: there is a *value* in another mode than ``"constant"``, or none that the dtype of *x* can hold.
    """
    rules.pad(x.data.shape, pad, mode)
    if mode != "constant" and value is not None:
        raise ValueError(f'pad expects a value only in mode "constant", got {value!r} in mode "{mode}"')
    fill = 0.0 if value is None else value
    if x.dtype.kind != "f" and x.dtype.type(fill) != fill:
        raise ValueError(f"pad expects a value for dtype {x.dtype}, got {fill!r}")
    return apply(padding.pad, x, amounts=tuple(map(int, pad)), mode=mode, value=fill)
