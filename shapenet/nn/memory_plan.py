"""How much memory a training step of a model will hold."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
from numpy.typing import DTypeLike

from shapenet.kernels import memory
from shapenet.nn.planned import Planned
from shapenet.tensors import Tensor

if TYPE_CHECKING:
    from shapenet.nn.module import Module


_SAMPLES: Final = (4, 8)
"""Images of the two steps that are measured: what is above the first grows with the number."""


@dataclass(frozen=True)
class MemoryPlan:
    """Bytes of a training step for one input shape."""

    shape: tuple[int, ...]
    parameters: int
    """Of parameters and buffers; their gradients take as much as the parameters again."""
    gradients: int
    saved: int
    """What the tape holds at the end of the forward pass, for the backward pass."""
    peak: int
    """The most that outputs, what is saved, and gradients take at one time."""
    scratch: int
    """The shared scratch memory: the largest need of a layer."""

    @property
    def total(self) -> int:
        """All that the step needs at its peak, without the optimizer's state."""
        return self.parameters + self.peak + self.scratch

    def __str__(self) -> str:
        names = ("parameters", "gradients", "saved", "peak", "scratch", "total")
        return "\n".join(f"{name:<11}{getattr(self, name) / 2**20:>9.1f} MiB" for name in names)


def memory_plan(model: Module, shape: tuple[int, ...], dtype: DTypeLike) -> MemoryPlan:
    """See ``Module.memory_plan``."""
    few, more = (_measured(model, (images, *shape[1:]), dtype) for images in _SAMPLES)
    held = [*model.parameters(), *(buffer for _, buffer in model.named_buffers())]
    return MemoryPlan(
        shape=shape,
        parameters=sum(tensor.data.nbytes for tensor in held),
        gradients=sum(parameter.data.nbytes for parameter in model.parameters() if parameter.requires_grad),
        saved=_extended(few.saved, more.saved, shape[0]),
        peak=_extended(few.peak, more.peak, shape[0]),
        scratch=max((layer.plans.scratch(shape[0]) for layer in more.planned), default=0),
    )


class _Measured(NamedTuple):
    saved: int
    peak: int
    planned: list[Planned]


def _measured(model: Module, shape: tuple[int, ...], dtype: DTypeLike) -> _Measured:
    """A step of a copy of the model, whose statistics and gradients nobody will see."""
    twin = copy.deepcopy(model).train()
    twin.zero_grad()
    with memory.metered() as meter:
        result = twin(Tensor(np.zeros(shape, dtype)))
        saved = meter.current
        result.backward(Tensor(np.zeros_like(result.data)))
        peak = meter.peak
    return _Measured(saved, peak, [layer for _, layer in twin.named_modules() if isinstance(layer, Planned)])


def _extended(few: int, more: int, images: int) -> int:
    """What so many images take, if each takes the same."""
    first, second = _SAMPLES
    return round(few + (more - few) * (images - first) / (second - first))
