"""Who is told of operations: one who watches them run, or one who follows a model without running any."""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final, ParamSpec, TypeAlias, TypeVar

from shapenet.backend import Array
from shapenet.ops import Result

P = ParamSpec("P")
R = TypeVar("R")

Watch: TypeAlias = Callable[[Callable[..., Any], tuple[Any, ...], Mapping[str, Any], Any], object]
"""It is told each operation: the function, its positional and its keyword arguments, and what it returned."""

Follower: TypeAlias = Callable[[Callable[..., Result], Sequence[Array], Mapping[str, Any]], Array]
"""Told of an operation, its arrays and its options, it says what stands for the result."""


class _Watching(threading.local):
    watch: Watch | None = None
    follower: Follower | None = None


watching: Final = _Watching()
"""Who watches this thread, and who follows it."""


@contextmanager
def watched(watch: Watch | None) -> Iterator[None]:
    """Inside, *watch* is told each operation of this thread, once it is done; None: nobody is."""
    before, watching.watch = watching.watch, watch
    try:
        yield
    finally:
        watching.watch = before


@contextmanager
def followed(follower: Follower) -> Iterator[None]:
    """Inside, the operations of this thread are not run: *follower* is told of them."""
    before, watching.follower = watching.follower, follower
    try:
        yield
    finally:
        watching.follower = before


def as_one(function: Callable[P, R]) -> Callable[P, R]:
    """*function*, which those who watch see as one operation: what it is made of, they are not told."""

    @functools.wraps(function)
    def whole(*args: P.args, **kwargs: P.kwargs) -> R:
        watch = watching.watch
        if watch is None:
            return function(*args, **kwargs)
        with watched(None):
            result = function(*args, **kwargs)
        watch(whole, args, kwargs, result)
        return result

    return whole
