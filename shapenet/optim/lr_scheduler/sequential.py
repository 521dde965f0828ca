"""Schedules one after the other."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from typing import Any

from shapenet.optim import checks
from shapenet.optim.lr_scheduler.scheduler import LRScheduler, Scheduler
from shapenet.optim.optimizer import Optimizer


class SequentialLR(Scheduler):
    """The first of the *schedulers* up to the first of the *milestones*, then the second, and so on.

    Each starts at its epoch 0, from the learning rates that its groups had when it was made; what the schedulers did
    when they were made is undone. To continue, load a state.

    Source: torch's ``SequentialLR``.

    Raises:
        TypeError: *optimizer* is none, or one of the schedulers is no schedule by the number of epochs.
        ValueError: there is no scheduler, or one of another optimizer, or milestones are not one fewer or do not rise.
    """

    _apart = ("optimizer", "_schedulers")

    def __init__(self, optimizer: Optimizer, schedulers: Sequence[LRScheduler], milestones: Sequence[int]) -> None:
        super().__init__(optimizer)
        self._schedulers = list(schedulers)
        if not self._schedulers:
            raise ValueError("SequentialLR expects at least one scheduler, got none")
        for scheduler in self._schedulers:
            if not isinstance(scheduler, LRScheduler):
                name = type(scheduler).__name__
                raise TypeError(f"SequentialLR expects schedulers whose step() needs no more, got {name}")
            if scheduler.optimizer is not optimizer:
                raise ValueError(f"SequentialLR expects schedulers of its optimizer, {scheduler._name} has another")
        self._milestones = [checks.integer("SequentialLR", "milestones", item, at_least=1) for item in milestones]
        rises = all(a < b for a, b in zip(self._milestones, self._milestones[1:], strict=False))
        if len(self._milestones) != len(self._schedulers) - 1 or not rises:
            wanted = f"{len(self._schedulers) - 1} rising ints"
            raise ValueError(f"SequentialLR expects milestones to be {wanted}, got {milestones!r}")
        self.last_epoch = 0
        self._begin()

    def step(self) -> None:
        """Go on to the next epoch, with the schedule that it belongs to."""
        number = bisect_right(self._milestones, self.last_epoch + 1)
        scheduler = self._schedulers[number]
        if number > 0 and self._milestones[number - 1] == self.last_epoch + 1:
            scheduler._begin_later()
        else:
            scheduler.step()
        self.last_epoch += 1
        self._last_lr = self._rates()

    def _begin(self) -> None:
        for scheduler in self._schedulers:
            scheduler.last_epoch -= 1
        self._set([float(group["initial_lr"]) for group in self.optimizer.param_groups])
        self._schedulers[0]._begin()
        self._last_lr = self._rates()

    def state_dict(self) -> dict[str, Any]:
        """Where the schedule is, with the states of its schedulers; the optimizer's is apart."""
        return {**super().state_dict(), "_schedulers": [scheduler.state_dict() for scheduler in self._schedulers]}

    def _problem_of(self, state: Mapping[str, Any]) -> str | None:
        problem = super()._problem_of(state)
        if problem is not None:
            return problem
        states = state["_schedulers"]
        if len(states) != len(self._schedulers) or len(state["_milestones"]) != len(self._milestones):
            return f"it has {len(states)} schedulers, expected {len(self._schedulers)}"
        for number, (scheduler, inner) in enumerate(zip(self._schedulers, states, strict=True)):
            problem = scheduler._problem_of(inner)
            if problem is not None:
                return f"of scheduler {number} ({scheduler._name}), {problem}"
        return None

    def _load(self, state: Mapping[str, Any]) -> None:
        super()._load(state)
        for scheduler, inner in zip(self._schedulers, state["_schedulers"], strict=True):
            scheduler._load(inner)
