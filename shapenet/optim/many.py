"""Parameters on a GPU that are changed in one launch, or in a few."""

from __future__ import annotations

from shapenet.backend import device_of
from shapenet.kernels.cuda import optimizer
from shapenet.kernels.cuda.optimizer import Part
from shapenet.optim.rule import FusedRule

_Key = tuple[FusedRule, int, bool, str, str]


class Many:
    """The parameters of one step, by all that they must have in common to be changed together."""

    def __init__(self) -> None:
        self._parts: dict[_Key, list[Part]] = {}

    def take(self, rule: FusedRule, part: Part, step: int, fresh: bool) -> bool:
        """Keep a parameter for ``change``, unless there is no kernel for its arrays; whether there is."""
        if not optimizer.takes(*part):
            return False
        value = part[0]
        key = rule, step, fresh, value.dtype.char, device_of(value)
        self._parts.setdefault(key, []).append(part)
        return True

    def change(self) -> None:
        """Change them all."""
        for (rule, step, fresh, *_), parts in self._parts.items():
            rule.update_all(parts, step, fresh)
