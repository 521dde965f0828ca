"""What a case is written in: the names that the libraries share, and the few things that each spells its own way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any

OURS = "shapenet"
TORCH = "torch"
CHANNELS_LAST = "channels_last"
LOOP = "loop"

_SIDES = {OURS: "with_shapenet", TORCH: "with_torch", CHANNELS_LAST: "with_torch", LOOP: "with_loop"}


@dataclass(frozen=True)
class Library:
    """Names that mean the same everywhere, so that a case is one program, run by each library."""

    nn: Any
    functional: Any
    optim: Any
    randn: Callable[..., Any]
    from_numpy: Callable[..., Any]
    no_grad: Callable[[], Any]
    residual: Callable[[Any, Any], Any]
    """A module of a body and a shortcut: the sum of what they make of the input."""
    mean: Callable[[], Any]
    """A module: the mean over height and width."""
    arranged: Callable[[Any], Any]
    """A module or a tensor in the memory layout that is measured."""


def open_library(name: str) -> Library:
    """The library of that name, imported now."""
    library: Library = import_module(f"benchmarks.{_SIDES[name]}").library(name)
    return library


def is_installed(name: str) -> bool:
    """Whether that library can be opened here."""
    return name not in {TORCH, CHANNELS_LAST} or find_spec("torch") is not None
