"""What is wrong with a file: noted deep inside, told once, with the file's name."""

from __future__ import annotations

import os
import reprlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, TypeAlias

from shapenet.errors import CheckpointError

PathLike: TypeAlias = str | os.PathLike[str]

_LONGEST: Final = 120


class MalformedError(ValueError):
    """What is wrong with a file, without its name."""


@contextmanager
def reporting(path: PathLike) -> Iterator[None]:
    """Inside, what is wrong with the file at *path* becomes a ``CheckpointError``."""
    try:
        yield
    except MalformedError as error:
        raise CheckpointError(os.fspath(path), str(error)) from error.__cause__


def named(key: str) -> str:
    """*key* as it is written in a message, where a long one is cut."""
    return _cut(repr(key))


def shown(value: object) -> str:
    """*value*, which may be anything that JSON can say, in short."""
    return _cut(reprlib.repr(value))


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
