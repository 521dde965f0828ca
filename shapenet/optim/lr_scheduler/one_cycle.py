"""One cycle: up to a large learning rate, and down to a tiny one, while the momentum goes the other way."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from shapenet.optim import checks
from shapenet.optim.lr_scheduler.scheduler import LRScheduler, per_group
from shapenet.optim.optimizer import Optimizer

_NAME = "OneCycleLR"


@dataclass(frozen=True)
class _Phase:
    """A part of the cycle, up to the step *end*; the others are the names of what a group holds."""

    end: float
    lr: tuple[str, str]
    momentum: tuple[str, str]


class OneCycleLR(LRScheduler):
    """From ``max_lr/div_factor`` up to *max_lr*, and down to the first divided by *final_div_factor*.

    It goes up in the part *pct_start* of the steps; with *three_phase* as long down again to where it began, and then
    on to the end. With *cycle_momentum* the momentum, or the first of the betas, goes from *max_momentum* down to
    *base_momentum* and back. ``step()`` is called after each batch; the steps are *total_steps*, or *epochs* times
    *steps_per_epoch*. Rates and momenta are one number, or a list of one for each group.

    Source: Smith and Topin, "Super-convergence: very fast training of neural networks using large learning rates"
    (2019), section 3, in torch's form.

    Raises:
        TypeError: *optimizer* is none.
        ValueError: an option is out of range, or the optimizer has no momentum to cycle.
    """

    def __init__(
        self,
        optimizer: Optimizer,
        max_lr: float | Sequence[float],
        total_steps: int | None = None,
        epochs: int | None = None,
        steps_per_epoch: int | None = None,
        pct_start: float = 0.3,
        anneal_strategy: str = "cos",
        cycle_momentum: bool = True,
        base_momentum: float | Sequence[float] = 0.85,
        max_momentum: float | Sequence[float] = 0.95,
        div_factor: float = 25.0,
        final_div_factor: float = 1e4,
        three_phase: bool = False,
        last_epoch: int = -1,
    ) -> None:
        if not isinstance(optimizer, Optimizer):
            raise TypeError(f"{_NAME} expects an Optimizer, got {type(optimizer).__name__}")
        self.total_steps = _steps(total_steps, epochs, steps_per_epoch)
        self.pct_start = checks.number(_NAME, "pct_start", pct_start, at_least=0, at_most=1)
        self.anneal_strategy = checks.choice(_NAME, "anneal_strategy", anneal_strategy, ("cos", "linear"))
        self.cycle_momentum = checks.flag(_NAME, "cycle_momentum", cycle_momentum)
        self.three_phase = checks.flag(_NAME, "three_phase", three_phase)
        if self.cycle_momentum and not {"momentum", "betas"} & set(optimizer.defaults):
            name = type(optimizer).__name__
            raise ValueError(f"{_NAME} expects an optimizer with momentum or betas for cycle_momentum, got {name}")
        first, last = (
            checks.number(_NAME, option, value, above=0)
            for option, value in (("div_factor", div_factor), ("final_div_factor", final_div_factor))
        )
        rates = per_group(_NAME, "max_lr", max_lr, optimizer, at_least=0)
        low = per_group(_NAME, "base_momentum", base_momentum, optimizer, at_least=0)
        high = per_group(_NAME, "max_momentum", max_momentum, optimizer, at_least=0)
        if checks.integer(_NAME, "last_epoch", last_epoch, at_least=-1) == -1:
            for group, rate, base, most in zip(optimizer.param_groups, rates, low, high, strict=True):
                group.update(initial_lr=rate / first, max_lr=rate, min_lr=rate / first / last)
                if self.cycle_momentum:
                    group.update(max_momentum=most, base_momentum=base)
        momenta = ("max_momentum", "base_momentum") if self.cycle_momentum else ()
        needed = {"initial_lr", "max_lr", "min_lr", *momenta}
        for group in optimizer.param_groups:
            if not needed <= set(group):
                lacking = ", ".join(sorted(needed - set(group)))
                raise ValueError(f"{_NAME} continues from epoch {last_epoch}, but a group lacks {lacking}")
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[float]:
        """The learning rate of each group for the step ``last_epoch``; its momentum is set.

        Raises:
            ValueError: the cycle has no such step.
        """
        if self.last_epoch > self.total_steps:
            raise ValueError(f"{_NAME} has a cycle of {self.total_steps} steps, this is step {self.last_epoch}")
        phase, part = self._place()
        rates = []
        for group in self.optimizer.param_groups:
            rates.append(self._between(group[phase.lr[0]], group[phase.lr[1]], part))
            if self.cycle_momentum:
                momentum = self._between(group[phase.momentum[0]], group[phase.momentum[1]], part)
                if "betas" in group:
                    group["betas"] = (momentum, *group["betas"][1:])
                else:
                    group["momentum"] = momentum
        return rates

    def _phases(self) -> tuple[_Phase, ...]:
        up = self.pct_start * self.total_steps
        rising = _Phase(up - 1, ("initial_lr", "max_lr"), ("max_momentum", "base_momentum"))
        if not self.three_phase:
            return rising, _Phase(self.total_steps - 1, ("max_lr", "min_lr"), ("base_momentum", "max_momentum"))
        falling = _Phase(2 * up - 2, ("max_lr", "initial_lr"), ("base_momentum", "max_momentum"))
        return rising, falling, _Phase(self.total_steps - 1, ("initial_lr", "min_lr"), ("max_momentum", "max_momentum"))

    def _place(self) -> tuple[_Phase, float]:
        """The phase of the step ``last_epoch``, and how much of it is over."""
        *phases, last = self._phases()
        start = 0.0
        for phase in phases:
            if self.last_epoch <= phase.end:
                break
            start = phase.end
        else:
            phase = last
        length = phase.end - start
        return phase, (self.last_epoch - start) / length if length else 1.0

    def _between(self, start: float, end: float, part: float) -> float:
        if self.anneal_strategy == "linear":
            return (end - start) * part + start
        return end + (start - end) / 2 * (math.cos(math.pi * part) + 1)


def _steps(total_steps: int | None, epochs: int | None, steps_per_epoch: int | None) -> int:
    if total_steps is not None:
        return checks.integer(_NAME, "total_steps", total_steps, at_least=1)
    if epochs is None or steps_per_epoch is None:
        raise ValueError(f"{_NAME} expects total_steps, or epochs and steps_per_epoch, got neither")
    epochs = checks.integer(_NAME, "epochs", epochs, at_least=1)
    return epochs * checks.integer(_NAME, "steps_per_epoch", steps_per_epoch, at_least=1)
