"""The kinds of tensors: floating ones, integers such as labels and places, and booleans such as masks."""

from __future__ import annotations

from enum import Enum

from shapenet.errors import ShapeError


class Kind(Enum):
    """What the elements of a tensor are."""

    FLOAT = "floating"
    INT = "integer"
    BOOL = "boolean"
    ANY = "unknown"
    """Nobody knows before the program runs."""

    @property
    def phrase(self) -> str:
        """``a floating``, ``an integer``."""
        return f"{'an' if self.value[0] in 'aeiou' else 'a'} {self.value}"


FLOAT, INT, BOOL, ANY = Kind


def check_kind(subject: str, name: str, kind: Kind, *wanted: Kind) -> None:
    """Check that the tensor *name* is of one of the kinds *wanted*, or of a kind that nobody knows.

    Raises:
        ShapeError: it is not.
    """
    if kind not in (*wanted, ANY):
        either = " or ".join(each.phrase for each in wanted)
        raise ShapeError(subject, f"expects {name} to be {either} tensor, got {kind.phrase} one")


def joined(first: Kind, *others: Kind) -> Kind:
    """The kind of what is computed of tensors of these kinds."""
    for kind in (ANY, FLOAT, INT):
        if kind in (first, *others):
            return kind
    return BOOL
