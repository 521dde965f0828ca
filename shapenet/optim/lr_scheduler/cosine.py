"""Schedules along a cosine, once or again and again."""

from __future__ import annotations

import math

from shapenet.optim import checks
from shapenet.optim.lr_scheduler.scheduler import LRScheduler
from shapenet.optim.optimizer import Optimizer


class CosineAnnealingLR(LRScheduler):
    """From the initial learning rate down to *eta_min* along half a cosine of *T_max* epochs, and then up again.

    Each rate is made from the one before, so that others may change it too.

    Source: Loshchilov and Hutter, "SGDR: stochastic gradient descent with warm restarts" (2017), equation 5, in torch's
    recursive form.

    Raises:
        TypeError: *optimizer* is none.
        ValueError: an option is out of range.
    """

    def __init__(self, optimizer: Optimizer, T_max: int, eta_min: float = 0.0, last_epoch: int = -1) -> None:
        self.T_max = checks.integer("CosineAnnealingLR", "T_max", T_max, at_least=1)
        self.eta_min = checks.number("CosineAnnealingLR", "eta_min", eta_min, at_least=0)
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[float]:
        if self._beginning:
            return self._rates()
        if (self.last_epoch - 1) % (2 * self.T_max) == self.T_max:  # the last epoch was at the bottom: a ratio to 0
            rise = (1 - math.cos(math.pi / self.T_max)) / 2
            rates = zip(self._rates(), self.base_lrs, strict=True)
            return [rate + (base - self.eta_min) * rise for rate, base in rates]
        ratio = self._height(self.last_epoch) / self._height(self.last_epoch - 1)
        return [ratio * (rate - self.eta_min) + self.eta_min for rate in self._rates()]

    def _height(self, epoch: int) -> float:
        return 1 + math.cos(math.pi * epoch / self.T_max)


class CosineAnnealingWarmRestarts(LRScheduler):
    """From the initial learning rate down to *eta_min* along half a cosine of *T_0* epochs, and again from the start.

    Each run is *T_mult* times as long as the one before. ``step(epoch)`` goes to that epoch, which may be a fraction:
    ``scheduler.step(epoch + batch/batches)`` after each batch.

    Source: Loshchilov and Hutter, "SGDR: stochastic gradient descent with warm restarts" (2017), equation 5.

    Raises:
        TypeError: *optimizer* is none.
        ValueError: an option is out of range.
    """

    def __init__(
        self, optimizer: Optimizer, T_0: int, T_mult: int = 1, eta_min: float = 0.0, last_epoch: int = -1
    ) -> None:
        owner = "CosineAnnealingWarmRestarts"
        self.T_0 = checks.integer(owner, "T_0", T_0, at_least=1)
        self.T_mult = checks.integer(owner, "T_mult", T_mult, at_least=1)
        self.eta_min = checks.number(owner, "eta_min", eta_min, at_least=0)
        self.T_cur, self.T_i = self._place(max(last_epoch, 0))
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[float]:
        height = 1 + math.cos(math.pi * self.T_cur / self.T_i)
        return [self.eta_min + (base - self.eta_min) * height / 2 for base in self.base_lrs]

    def step(self, epoch: float | None = None) -> None:
        """Go on to the next epoch, or to *epoch*.

        Raises:
            ValueError: *epoch* is no number of at least 0, or the optimizer has other groups than it had; nothing was
                changed.
        """
        if epoch is not None:
            checks.number(self._name, "epoch", epoch, at_least=0)
        elif self.last_epoch < 0:
            epoch = 0
        self._check_groups()
        if epoch is not None:
            self.T_cur, self.T_i = self._place(epoch)
        elif self.T_cur + 1 < self.T_i:
            self.T_cur += 1
        else:
            self.T_cur, self.T_i = self.T_cur + 1 - self.T_i, self.T_i * self.T_mult
        self._go_to(self.last_epoch + 1 if epoch is None else math.floor(epoch))

    def _place(self, epoch: float) -> tuple[float, int]:
        """How far *epoch* is into its run, and how long that is."""
        if self.T_mult == 1:
            return float(epoch % self.T_0), self.T_0
        start, length = 0, self.T_0
        while epoch >= start + length:
            start, length = start + length, length * self.T_mult
        return float(epoch - start), length
