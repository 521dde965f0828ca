"""``Rule``: what a step does to the parameters of one group."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar, Self

import numpy as np

from shapenet.backend import Array
from shapenet.kernels import memory
from shapenet.kernels.cuda.optimizer import Part
from shapenet.optim.checks import Options

State = dict[str, Array]
"""What an optimizer keeps for one parameter: arrays of its shape by name."""


class Rule(ABC):
    """An optimizer's formula with the options of one group, checked; its fields have the names of the options."""

    always: ClassVar[tuple[str, ...]] = ()
    """What it keeps for each parameter that it has changed."""

    perhaps: ClassVar[tuple[str, ...]] = ()
    """What it keeps too, with some options."""

    counts: ClassVar[bool] = True
    """Whether the number of steps is a part of the state, under the name ``step``."""

    from_the_start: ClassVar[bool] = False
    """Whether a parameter that was never changed has a state."""

    @classmethod
    @abstractmethod
    def read(cls, options: Options) -> Self:
        """The rule with these *options*.

        Raises:
            ValueError: one of them is out of range, or some do not go together.
        """

    def options(self) -> dict[str, Any]:
        """Its options, by name."""
        return dict(vars(self))

    @abstractmethod
    def kept(self) -> tuple[str, ...]:
        """The names that it keeps, with its options."""

    def begin(self, value: Array) -> Array:
        """A part of the state of a parameter of that *value*, before the first step."""
        return np.zeros_like(value)

    @abstractmethod
    def update(self, value: Array, grad: Array, state: State, step: int, fresh: bool) -> None:
        """Change a part of a parameter's *value* and of its *state* in place; the *grad* stays as it is.

        *step* counts from 1; some of the state is new if it is *fresh*.
        """


class FusedRule(Rule):
    """A rule for which there is a kernel that changes many parameters on a GPU at once."""

    @abstractmethod
    def update_all(self, parts: Sequence[Part], step: int, fresh: bool) -> None:
        """As ``update`` for whole parameters on one GPU, whose arrays are of one dtype; the state is as ``kept``."""


def descent(value: Array, grad: Array, weight_decay: float, maximize: bool) -> Array:
    """The gradient to go down by: turned round to *maximize*, with ``weight_decay*value`` added.

    It is *grad* itself where neither is asked for, else a buffer.
    """
    if not weight_decay:
        return np.negative(grad, out=memory.empty_like(value)) if maximize else grad
    decay = np.multiply(value, weight_decay, out=memory.empty_like(value))
    return np.subtract(decay, grad, out=decay) if maximize else np.add(decay, grad, out=decay)
