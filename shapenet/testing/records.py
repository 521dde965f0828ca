"""What a contract that was checked tells whoever asks: the report at the end of a test run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True)
class Record:
    """One check of a contract."""

    model: str
    calls: int
    """How often the model was called, each time with sizes of its own."""
    ranges: dict[str, tuple[int, int]]
    """The smallest and the largest size that each dimension had."""
    uncalled: tuple[str, ...]
    """The paths of layers that were never called."""
    seconds: float


Listener = Callable[[Record], None]
_listener: ContextVar[Listener | None] = ContextVar("listener", default=None)


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Inside, *listener* is told of each contract that is checked."""
    token = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(token)


def tell(record: Record) -> None:
    """Tell whoever listens."""
    listener = _listener.get()
    if listener is not None:
        listener(record)
