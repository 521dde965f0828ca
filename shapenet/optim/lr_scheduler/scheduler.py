"""What schedules share: the optimizer whose learning rates they set, and states that can be saved."""

from __future__ import annotations

import itertools
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from copy import deepcopy
from numbers import Integral, Real
from typing import Any, ClassVar

from shapenet.optim import checks
from shapenet.optim.optimizer import Optimizer


class Scheduler:
    """Sets the learning rates of an optimizer's groups.

    Raises:
        TypeError: *optimizer* is none.
    """

    _apart: ClassVar[tuple[str, ...]] = ("optimizer",)
    """Attributes that are no part of the state, or not as they are."""

    _by_group: ClassVar[tuple[str, ...]] = ("base_lrs", "_last_lr", "min_lrs")
    """Attributes with one item for each group."""

    def __init__(self, optimizer: Optimizer) -> None:
        if not isinstance(optimizer, Optimizer):
            raise TypeError(f"{self._name} expects an Optimizer, got {type(optimizer).__name__}")
        self.optimizer = optimizer
        self._last_lr: list[float] = self._rates()

    def get_last_lr(self) -> list[float]:
        """The learning rate of each group, as it was last set."""
        return list(self._last_lr)

    def state_dict(self) -> dict[str, Any]:
        """Where the schedule is, and its options: all that ``load_state_dict`` needs. The optimizer's is apart."""
        return {name: deepcopy(value) for name, value in vars(self).items() if name not in self._apart}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Continue from a ``state_dict`` of a schedule of the same kind.

        The learning rates themselves are in the state of the optimizer.

        Raises:
            ValueError: it is not of that kind; nothing was changed.
        """
        self.check_state_dict(state_dict)
        self._load(state_dict)

    def check_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Check that ``load_state_dict`` would take *state_dict*.

        Raises:
            ValueError: it would not.
        """
        problem = self._problem_of(state_dict)
        if problem is not None:
            raise ValueError(f"{self._name} cannot load this state: {problem}")

    def _load(self, state: Mapping[str, Any]) -> None:
        vars(self).update((name, deepcopy(value)) for name, value in state.items() if name not in self._apart)

    def _problem_of(self, state: Mapping[str, Any]) -> str | None:
        own = self.state_dict()
        if not isinstance(state, Mapping) or set(state) != set(own):
            got = ", ".join(sorted(map(str, state))) if isinstance(state, Mapping) else type(state).__name__
            return f"expected {', '.join(sorted(own))}, got {got or 'nothing'}"
        for name, value in state.items():
            if not _alike(value, own[name]) or (name in self._by_group and len(value) != len(own[name])):
                return f"{name} is {value!r}, expected something like {own[name]!r}"
        return None

    def _rates(self) -> list[float]:
        return [float(group["lr"]) for group in self.optimizer.param_groups]

    def _set(self, rates: Sequence[float]) -> None:
        for group, rate in zip(self.optimizer.param_groups, rates, strict=True):
            group["lr"] = rate
        self._last_lr = self._rates()

    @property
    def _name(self) -> str:
        return type(self).__name__


class LRScheduler(Scheduler, ABC):
    """A schedule by the number of epochs: define ``get_lr``, and call ``step()`` after each epoch.

    *last_epoch* is the epoch to continue from, -1 to begin. Then the learning rates that the groups have are written
    into them as ``initial_lr``, unless another schedule has done so; else they must have it.

    Raises:
        TypeError: *optimizer* is none.
        ValueError: *last_epoch* is no int of at least -1, or a group has no ``initial_lr`` to continue from.
    """

    _apart: ClassVar[tuple[str, ...]] = ("optimizer", "_beginning")

    def __init__(self, optimizer: Optimizer, last_epoch: int = -1) -> None:
        super().__init__(optimizer)
        self.last_epoch = checks.integer(self._name, "last_epoch", last_epoch, at_least=-1)
        self._beginning = False
        groups = optimizer.param_groups
        if last_epoch != -1 and any("initial_lr" not in group for group in groups):
            raise ValueError(f"{self._name} expects initial_lr in each group to continue from epoch {last_epoch}")
        for group in groups:
            group.setdefault("initial_lr", group["lr"])
        self.base_lrs = [float(group["initial_lr"]) for group in groups]
        self._begin()

    @abstractmethod
    def get_lr(self) -> list[float]:
        """The learning rate of each group in the epoch ``last_epoch``; those that the groups have are of the last."""

    def step(self) -> None:
        """Go on to the next epoch.

        Raises:
            ValueError: the optimizer has other groups than it had; nothing was changed.
        """
        self._go_to(self.last_epoch + 1)

    def _go_to(self, epoch: int) -> None:
        self._check_groups()
        before, self.last_epoch = self.last_epoch, epoch
        try:
            rates = self.get_lr()
        except Exception:
            self.last_epoch = before
            raise
        self._set(rates)

    def _check_groups(self) -> None:
        made, now = len(self.base_lrs), len(self.optimizer.param_groups)
        if made != now:
            raise ValueError(f"{self._name} was made for an optimizer of {made} groups, which now has {now}")

    def _begin(self) -> None:
        """The first step, for which the groups have their learning rates already."""
        self._beginning = True
        try:
            self.step()
        finally:
            self._beginning = False

    def _begin_later(self) -> None:
        """The first step, after others have changed the learning rates."""
        self.last_epoch = -1
        self._set(self.base_lrs)
        self._begin()


def per_group(owner: str, option: str, value: object, optimizer: Optimizer, **limits: float) -> list[float]:
    """*value* for each group: one number for all, or a list of one for each.

    Raises:
        ValueError: it is of another length, or has something else than numbers within the *limits*.
    """
    count = len(optimizer.param_groups)
    if not isinstance(value, list | tuple):
        return [checks.number(owner, option, value, **limits)] * count
    if len(value) != count:
        raise ValueError(f"{owner} expects {option} to be one number or {count}, one for each group, got {value!r}")
    return [checks.number(owner, option, item, **limits) for item in value]


def _alike(value: object, own: object) -> bool:
    """Whether *value* can stand for *own*: one kind of number for the other, a list for a list."""
    if isinstance(own, bool) or isinstance(value, bool):
        return type(value) is type(own)
    if isinstance(own, Integral):
        return isinstance(value, Integral)
    if isinstance(own, Real):
        return isinstance(value, Real)
    if isinstance(own, list) and own:
        models = itertools.chain(own, itertools.repeat(own[-1]))  # milestones may be more, or fewer
        return isinstance(value, list) and all(map(_alike, value, models))
    return type(value) is type(own)
