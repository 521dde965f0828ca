"""Which layers of a model are called, and which one is running."""

from __future__ import annotations

from typing import Any

from shapenet.contracts import contract_of
from shapenet.nn import Module


class Trace:
    """Watches the calls of all modules inside *model* that can be called, by hooks that stay on it."""

    def __init__(self, model: Module) -> None:
        inside = [(path, module) for path, module in model.named_modules() if path and contract_of(module)]
        self._paths = [path for path, _ in inside]
        self._called: set[str] = set()
        self._running: list[str] = []
        for path, module in inside:
            self._watch(path, module)

    @property
    def uncalled(self) -> tuple[str, ...]:
        """The paths of modules that were never called."""
        return tuple(path for path in self._paths if path not in self._called)

    @property
    def layer(self) -> str:
        """The innermost module that is running: ``body.3 (Linear[400, 10])``."""
        return self._running[-1] if self._running else ""

    def begin(self) -> None:
        """A new call of the model: what was left running by an error is over."""
        self._running.clear()

    def _watch(self, path: str, module: Module) -> None:
        def enter(module: Module, args: Any) -> None:
            self._called.add(path)
            self._running.append(f"{path} ({module.spelled})")

        def leave(module: Module, args: Any, output: Any) -> None:
            self._running.pop()

        module.register_forward_pre_hook(enter)
        module.register_forward_hook(leave)
