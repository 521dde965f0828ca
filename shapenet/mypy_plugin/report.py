"""Reporting: errors have the code ``[shape]``, and a failure of the plugin itself is an error, not a crash."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final, Protocol, TypeVar

from mypy.checker import TypeChecker
from mypy.errorcodes import ErrorCode
from mypy.nodes import ComparisonExpr, Context, OpExpr
from mypy.types import Type

SHAPE: Final = ErrorCode("shape", "Check that tensor shapes and layer sizes fit", "shapenet")
UNKNOWN_SHAPE: Final = ErrorCode(
    "shape-unknown", "Say where the size of a tensor or layer becomes unknown", "shapenet", default_enabled=False
)
TRACKED_SHAPE: Final = ErrorCode(
    "shape-tracked", "Say which calls have a result whose sizes are all known", "shapenet", default_enabled=False
)


class _Api(Protocol):
    def fail(self, msg: str, ctx: Context, /, *, code: ErrorCode | None = None) -> object: ...


class HookContext(Protocol):
    """What all hook contexts have in common."""

    @property
    def api(self) -> _Api: ...

    @property
    def context(self) -> Context: ...


C = TypeVar("C", bound=HookContext)
R = TypeVar("R", bound=Type | None)
P = TypeVar("P")
Search = Callable[[P, str], Callable[[Any], Any] | None]


def fail(context: HookContext, message: str, where: Context | None = None) -> None:
    """Report *message* with the code ``[shape]``, at the call unless *where* says otherwise."""
    with _operator_left_alone(context):
        context.api.fail(message, where or context.context, code=SHAPE)


@contextmanager
def _operator_left_alone(context: HookContext) -> Iterator[None]:
    """Within an operator, report past what mypy keeps aside there.

    On an error in ``x + y`` mypy would try ``y.__radd__(x)``, find an error there as well, and call the result ``Any``,
    which a function may not return: two errors for one defect.
    """
    api, node = context.api, context.context
    watchers = api.msg.errors._watchers if isinstance(api, TypeChecker) else []
    inner = [place for place, watcher in enumerate(watchers) if isinstance(watcher._filter, bool)][-2:]
    drops = [watchers[place]._filter is True and watchers[place]._filtered is None for place in inner]
    if not isinstance(node, OpExpr | ComparisonExpr) or drops != [True, False]:
        yield
        return
    aside = [(place, watchers[place]) for place in inner]
    for place in reversed(inner):
        del watchers[place]
    try:
        yield
    finally:
        for place, watcher in aside:
            watchers.insert(place, watcher)


def guarded(fallback: Callable[[Any], R]) -> Callable[[Callable[[C], R]], Callable[[C], R]]:
    """For a hook: if it raises, report that at the user's line and return *fallback*.

    An exception that leaves a hook ends mypy's whole run; one that is dropped would hide what the user must know.
    """

    def decorate(hook: Callable[[C], R]) -> Callable[[C], R]:
        def guard(context: C) -> R:
            try:
                return hook(context)
            except Exception as error:
                fail(context, f"shapenet's plugin failed here, please report it: {type(error).__name__}: {error}")
                return fallback(context)

        return guard

    return decorate


def guarded_search(fallback: Callable[[Any], R]) -> Callable[[Search[P]], Search[P]]:
    """For what looks for a hook: if it raises, the hook that it gives reports that, as only a hook knows the line."""

    def decorate(search: Search[P]) -> Search[P]:
        def guard(plugin: P, fullname: str) -> Callable[[Any], Any] | None:
            try:
                return search(plugin, fullname)
            except Exception as error:
                return guarded(fallback)(_raising(error))

        return guard

    return decorate


def _raising(error: Exception) -> Callable[[Any], Any]:
    def hook(context: HookContext) -> Any:
        raise error

    return hook
