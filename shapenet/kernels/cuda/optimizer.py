"""Steps of optimizers for many parameters in one launch; their addresses travel with it, so that nothing is copied."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from shapenet.backend import Array
from shapenet.kernels import memory
from shapenet.kernels.cuda import launch
from shapenet.kernels.elementwise import ordered_as

TENSORS: Final = 64
"""Parameters of a launch: the size of the table in ``optimizer.cu``."""

ITEMS: Final = 4
"""Elements of a thread."""

TABLE: Final = np.dtype(
    [
        ("value", np.uint64, TENSORS),
        ("gradient", np.uint64, TENSORS),
        ("state", np.uint64, (3, TENSORS)),
        ("size", np.int64, TENSORS),
        ("start", np.int32, TENSORS + 1),
    ],
    align=True,
)

Part = tuple[Array, Array, Sequence[Array]]
"""The value of a parameter, its gradient, and its state."""


def adam(
    parts: Sequence[Part],
    *,
    lr: float,
    betas: tuple[float, float],
    eps: float,
    decay: float,
    shrink: float,
    step: int,
    amsgrad: bool,
    maximize: bool,
) -> None:
    """Adam for all *parts*: *decay* goes to the gradient, and the value is first multiplied by *shrink*."""
    (first, second), kind = betas, parts[0][0].dtype.type
    numbers = (lr / (1 - first**step), first, second, 1 - first, 1 - second, (1 - second**step) ** 0.5, eps)
    _step("adam", parts, *map(kind, (*numbers, decay, shrink)), np.int32(amsgrad), np.int32(maximize))


def sgd(
    parts: Sequence[Part], *, lr: float, momentum: float, rest: float, decay: float, nesterov: bool, maximize: bool
) -> None:
    """SGD for all *parts*: *rest* is the factor of the gradient in the velocity."""
    kind = parts[0][0].dtype.type
    _step("sgd", parts, *map(kind, (lr, momentum, rest, decay)), np.int32(nesterov), np.int32(maximize))


def takes(value: Array, gradient: Array, state: Sequence[Array]) -> bool:
    """Whether a parameter can be one of the parts: its arrays have no gaps, and its state lies as its value."""
    # The axes may lie in any order: those of a convolution's filters do so once it computes with the channels last.
    dense = value.flags.c_contiguous or value.transpose(memory.memory_order(value)).flags.c_contiguous
    return dense and launch.takes(value, gradient, *state) and all(x.strides == value.strides for x in state)


def _step(name: str, parts: Sequence[Part], *numbers: np.generic) -> None:
    like = parts[0][0]
    filled = [part for part in parts if part[0].size]
    for some in _some(filled):
        table, used = np.zeros((), TABLE), 0
        kept = [_as(value, gradient) for value, gradient, _ in some]  # until the launch
        for number, ((value, _, state), gradient) in enumerate(zip(some, kept, strict=True)):
            table["value"][number], table["gradient"][number] = _address(value), _address(gradient)
            table["state"][: len(state), number] = [_address(x) for x in state]
            table["size"][number], table["start"][number] = value.size, used
            used += min(-(-value.size // (launch.THREADS * ITEMS)), launch.BLOCKS)
        table["start"][len(some) :] = used
        launch.start("optimizer", name, like, (used,), (launch.THREADS,), table, *numbers)


def _some(parts: Sequence[Part]) -> Iterator[Sequence[Part]]:
    for first in range(0, len(parts), TENSORS):
        yield parts[first : first + TENSORS]


def _as(value: Array, gradient: Array) -> Array:
    """*gradient*, or a copy of it that lies as *value* does."""
    if gradient.strides == value.strides:
        return gradient
    made = ordered_as(value, gradient)
    if made.strides != value.strides:
        made = np.empty_like(value)
        made[...] = gradient
    return made


def _address(x: Array) -> int:
    return x.data.ptr  # type: ignore[attr-defined, no-any-return]  # a cupy array, typed as one of numpy
