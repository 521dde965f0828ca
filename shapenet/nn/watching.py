"""A model that is watched: who watches is handed each call of a module in it, and nothing of it stays changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeAlias

from shapenet.nn.hooks import Hooks
from shapenet.nn.module import Module

Watch: TypeAlias = Callable[[str, Module, Callable[..., Any], tuple[Any, ...], dict[str, Any]], Any]
"""It is handed a call: the module's path, the module, what to call, with the module, and the arguments."""


@contextmanager
def calls_watched(model: Module, watch: Watch, *, with_hooks: bool) -> Iterator[None]:
    """Inside, *watch* is handed each call of a module in *model*; what it returns is the result.

    With *with_hooks* the modules' hooks are called as ever, else they are not. Afterwards the model is what it was.
    """
    with unchanged(model):
        for path, module in model.named_modules():
            module._hooks = _Handing(watch, path, module._hooks if with_hooks else None)
        yield


@contextmanager
def unchanged(model: Module) -> Iterator[None]:
    """Inside, the modules of *model* may change their attributes, their lists and dicts, and their buffers.

    Afterwards all of them are what they were.
    """
    attributes = [(vars(module), dict(vars(module))) for module in model.modules()]
    held = [value for _, kept in attributes for name, value in kept.items() if name != "_seen"]  # contracts remember
    lists = [(value, list(value)) for value in held if isinstance(value, list)]
    dicts = [(value, dict(value)) for value in held if isinstance(value, dict)]
    arrays: list[Any] = [buffer.data for buffer in model.buffers()]
    # cupy's flags do not know that an array may be read-only, and none is.
    buffers = [(array, array.copy()) for array in arrays if getattr(array.flags, "writeable", True)]
    try:
        yield
    finally:
        for items, listed in lists:
            items[:] = listed
        for mapping, pairs in (*attributes, *dicts):
            mapping.clear()
            mapping.update(pairs)
        for array, elements in buffers:
            array[...] = elements


class _Handing(Hooks):
    """What stands in place of a module's hooks, and calls these."""

    def __init__(self, watch: Watch, path: str, hooks: Hooks | None) -> None:
        super().__init__()
        self._watch, self._path, self._kept = watch, path, hooks or Hooks()

    def before(
        self, module: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> tuple[tuple[Any, ...], dict[str, Any]]:
        return self._kept.before(module, args, kwargs)

    def around(self, call: Callable[..., Any]) -> Callable[..., Any]:
        hooked = self._kept.around(call)

        def handed(module: Any, *args: Any, **kwargs: Any) -> Any:
            return self._watch(self._path, module, hooked, args, kwargs)

        return handed
