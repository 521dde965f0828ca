"""Schedules that multiply the learning rate by a factor, at times or in each epoch."""

from __future__ import annotations

from collections.abc import Iterable

from shapenet.optim import checks
from shapenet.optim.lr_scheduler.scheduler import LRScheduler
from shapenet.optim.optimizer import Optimizer


class StepLR(LRScheduler):
    """Multiplies by *gamma* every *step_size* epochs.

    Source: torch's ``StepLR``.

    Raises:
        TypeError: *optimizer* is none.
        ValueError: an option is out of range.
    """

    def __init__(self, optimizer: Optimizer, step_size: int, gamma: float = 0.1, last_epoch: int = -1) -> None:
        self.step_size = checks.integer("StepLR", "step_size", step_size, at_least=1)
        self.gamma = checks.number("StepLR", "gamma", gamma, at_least=0)
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[float]:
        due = self.last_epoch > 0 and self.last_epoch % self.step_size == 0
        return [rate * self.gamma if due else rate for rate in self._rates()]


class MultiStepLR(LRScheduler):
    """Multiplies by *gamma* at each of the *milestones*; at one that comes twice, twice.

    Source: torch's ``MultiStepLR``.

    Raises:
        TypeError: *optimizer* is none.
        ValueError: an option is out of range.
    """

    def __init__(
        self, optimizer: Optimizer, milestones: Iterable[int], gamma: float = 0.1, last_epoch: int = -1
    ) -> None:
        given = [checks.integer("MultiStepLR", "milestones", milestone, at_least=0) for milestone in milestones]
        self.milestones = sorted(given)
        self.gamma = checks.number("MultiStepLR", "gamma", gamma, at_least=0)
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[float]:
        factor = self.gamma ** self.milestones.count(self.last_epoch)
        return [rate * factor for rate in self._rates()]


class ExponentialLR(LRScheduler):
    """Multiplies by *gamma* in each epoch.

    Source: torch's ``ExponentialLR``.

    Raises:
        TypeError: *optimizer* is none.
        ValueError: an option is out of range.
    """

    def __init__(self, optimizer: Optimizer, gamma: float, last_epoch: int = -1) -> None:
        self.gamma = checks.number("ExponentialLR", "gamma", gamma, at_least=0)
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[float]:
        return [rate if self._beginning else rate * self.gamma for rate in self._rates()]


class ConstantLR(LRScheduler):
    """Multiplies by *factor* at first, and divides by it after *total_iters* epochs.

    Source: torch's ``ConstantLR``.

    Raises:
        TypeError: *optimizer* is none.
        ValueError: an option is out of range; the factor is to be above 0, since it is divided by.
    """

    def __init__(self, optimizer: Optimizer, factor: float = 1 / 3, total_iters: int = 5, last_epoch: int = -1) -> None:
        self.factor = checks.number("ConstantLR", "factor", factor, above=0, at_most=1)
        self.total_iters = checks.integer("ConstantLR", "total_iters", total_iters, at_least=1)
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[float]:
        if self.last_epoch == 0:
            return [rate * self.factor for rate in self._rates()]
        if self.last_epoch == self.total_iters:
            return [rate * (1 / self.factor) for rate in self._rates()]
        return self._rates()


class LinearLR(LRScheduler):
    """Multiplies by a factor that goes from *start_factor* to *end_factor* within *total_iters* epochs: a warm-up.

    Source: torch's ``LinearLR``; the idea of a warm-up: Goyal et al., "Accurate, large minibatch SGD" (2017),
    section 2.2.

    Raises:
        TypeError: *optimizer* is none.
        ValueError: an option is out of range.
    """

    def __init__(
        self,
        optimizer: Optimizer,
        start_factor: float = 1 / 3,
        end_factor: float = 1.0,
        total_iters: int = 5,
        last_epoch: int = -1,
    ) -> None:
        self.start_factor = checks.number("LinearLR", "start_factor", start_factor, above=0, at_most=1)
        self.end_factor = checks.number("LinearLR", "end_factor", end_factor, at_least=0, at_most=1)
        self.total_iters = checks.integer("LinearLR", "total_iters", total_iters, at_least=1)
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[float]:
        if self.last_epoch == 0:
            return [rate * self.start_factor for rate in self._rates()]
        if self._beginning or self.last_epoch > self.total_iters:
            return self._rates()
        # The factor of this epoch over that of the last, both times total_iters.
        rise = self.end_factor - self.start_factor
        before = self.total_iters * self.start_factor + (self.last_epoch - 1) * rise
        return [rate * (1 + rise / before) for rate in self._rates()]
