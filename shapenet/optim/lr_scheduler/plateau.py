"""A schedule that waits for the training to stall."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import SupportsFloat

from shapenet.optim import checks
from shapenet.optim.lr_scheduler.scheduler import Scheduler, per_group
from shapenet.optim.optimizer import Optimizer

_NAME = "ReduceLROnPlateau"


class ReduceLROnPlateau(Scheduler):
    """Multiplies by *factor* when ``step(metrics)`` has seen no better value for more than *patience* epochs.

    Better is below the best so far, or above with ``mode="max"``, by more than *threshold*: times the best, or so much
    with ``threshold_mode="abs"``. After a change, *cooldown* epochs do not count. No rate falls below *min_lr*, one
    number or a list of one for each group, and changes of no more than *eps* are left out.

    Source: torch's ``ReduceLROnPlateau``.

    Raises:
        TypeError: *optimizer* is none.
        ValueError: an option is out of range.
    """

    def __init__(
        self,
        optimizer: Optimizer,
        mode: str = "min",
        factor: float = 0.1,
        patience: int = 10,
        threshold: float = 1e-4,
        threshold_mode: str = "rel",
        cooldown: int = 0,
        min_lr: float | Sequence[float] = 0.0,
        eps: float = 1e-8,
    ) -> None:
        super().__init__(optimizer)
        self.mode = checks.choice(_NAME, "mode", mode, ("min", "max"))
        self.factor = checks.number(_NAME, "factor", factor, at_least=0)
        if self.factor >= 1:
            raise ValueError(f"{_NAME} expects factor to be below 1, got {factor!r}")
        self.patience = checks.integer(_NAME, "patience", patience, at_least=0)
        self.threshold = checks.number(_NAME, "threshold", threshold, at_least=0)
        self.threshold_mode = checks.choice(_NAME, "threshold_mode", threshold_mode, ("rel", "abs"))
        self.cooldown = checks.integer(_NAME, "cooldown", cooldown, at_least=0)
        self.min_lrs = per_group(_NAME, "min_lr", min_lr, optimizer, at_least=0)
        self.one_min_lr = not isinstance(min_lr, list | tuple)
        self.eps = checks.number(_NAME, "eps", eps, at_least=0)
        self.last_epoch = 0
        self.best = math.inf if mode == "min" else -math.inf
        self.cooldown_counter = 0
        self.num_bad_epochs = 0

    @property
    def in_cooldown(self) -> bool:
        """Whether epochs do not count yet, after a change."""
        return self.cooldown_counter > 0

    def step(self, metrics: SupportsFloat) -> None:
        """Take note of the value of one more epoch, a number or a tensor of one, and act on it.

        Raises:
            ValueError: the optimizer has other groups than *min_lr* is for; nothing was changed.
        """
        current, count = float(metrics), len(self.optimizer.param_groups)
        if self.one_min_lr:
            self.min_lrs = self.min_lrs[:1] * count
        elif count != len(self.min_lrs):
            raise ValueError(f"{_NAME} was made for an optimizer of {len(self.min_lrs)} groups, which now has {count}")
        self.last_epoch += 1
        if self._is_better(current):
            self.best = current
            self.num_bad_epochs = 0
        else:
            self.num_bad_epochs += 1
        if self.in_cooldown:
            self.cooldown_counter -= 1
            self.num_bad_epochs = 0
        rates = self._rates()
        if self.num_bad_epochs > self.patience:
            reduced = [max(rate * self.factor, least) for rate, least in zip(rates, self.min_lrs, strict=True)]
            rates = [new if old - new > self.eps else old for old, new in zip(rates, reduced, strict=True)]
            self.cooldown_counter = self.cooldown
            self.num_bad_epochs = 0
        self._set(rates)

    def _is_better(self, value: float) -> bool:
        sign = -1 if self.mode == "min" else 1
        if self.threshold_mode == "rel":
            return sign * value > sign * self.best * (1 + sign * self.threshold)
        return sign * value > sign * self.best + self.threshold
