"""What can be chosen when a model is called: sizes, how many dimensions, which of several kinds of argument."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

MOST: Final = 16
"""The largest size that is drawn where the user gives no bounds: small ones find what is wrong, and cost little."""


@dataclass(frozen=True)
class Sizes:
    """Sizes from *least* to *most*, both included, in steps of *step*."""

    least: int = 1
    most: int = MOST
    step: int = 1

    def __str__(self) -> str:
        return f"{self.least} to {self.most}{f' by {self.step}' if self.step > 1 else ''}"


@dataclass(frozen=True)
class Pile:
    """So many dimensions, each of these sizes: what ``*Batch`` stands for."""

    sizes: Sizes = Sizes(1, 4)
    least: int = 0
    most: int = 3

    def __str__(self) -> str:
        return f"{self.least} to {self.most} dimensions of {self.sizes}"


@dataclass(frozen=True)
class Choice:
    """One of several values, the simplest first."""

    values: tuple[Any, ...]

    def __str__(self) -> str:
        return " or ".join(map(repr, self.values))


Knob = Sizes | Pile | Choice
Bounds = int | tuple[int, int] | Sizes | Pile
"""How a user says sizes: one, the least and the most, or ``multiple_of``; and of ``*Batch``, ``some_dims``."""


def multiple_of(step: int, least: int = 1, most: int | None = None) -> Sizes:
    """The multiples of *step* from *least* up to *most*, both included if they are multiples.

    Raises:
        ValueError: there are none, or a number is below 1.
    """
    most = max(MOST, 4 * step) if most is None else most
    if step < 1 or least < 1:
        raise ValueError(f"multiple_of expects step and least to be at least 1, got {step} and {least}")
    first, last = -(-least // step) * step, most // step * step
    if first > last:
        raise ValueError(f"multiple_of expects a multiple of {step} from {least} to {most}: there is none")
    return Sizes(first, last, step)


def some_dims(least: int = 0, most: int = 3, sizes: int | tuple[int, int] | Sizes = (1, 4)) -> Pile:
    """From *least* to *most* dimensions, each of these *sizes*, for a name like ``*Batch``.

    Raises:
        ValueError: there are none such, or *sizes* are no bounds.
    """
    if not 0 <= least <= most:
        raise ValueError(f"some_dims expects 0 <= least <= most, got {least} and {most}")
    return Pile(_sizes("some_dims", "sizes", sizes), least, most)


def knob_of(name: str, bounds: Bounds, is_pack: bool) -> Knob:
    """The sizes that a user's *bounds* of the dimension *name* say; if it *is_pack*, of any of its dimensions.

    Raises:
        ValueError: they are no bounds, or below 1.
    """
    if isinstance(bounds, Pile):
        if not is_pack:
            raise ValueError(f"check_contract expects sizes of {name}, which is one dimension, got {bounds}")
        return bounds
    sizes = _sizes("check_contract", name, bounds)
    return Pile(sizes) if is_pack else sizes


def _sizes(subject: str, name: str, bounds: int | tuple[int, int] | Sizes) -> Sizes:
    if isinstance(bounds, Sizes):
        return bounds
    pair = bounds if isinstance(bounds, tuple) else (bounds, bounds)
    whole = len(pair) == 2 and all(isinstance(size, int) and not isinstance(size, bool) for size in pair)
    if not whole or not 1 <= pair[0] <= pair[1]:
        wanted = "a size, (least, most) or multiple_of(step), of at least 1"
        raise ValueError(f"{subject} expects {name} to be {wanted}, got {bounds!r}")
    return Sizes(*pair)


def takes(knob: Knob, value: object) -> bool:
    """Whether an example may give *knob* that value; of sizes, also one that is not drawn."""
    match knob:
        case Sizes(least=least):
            return isinstance(value, int) and not isinstance(value, bool) and value >= min(least, 1)
        case Pile(sizes=sizes):
            return isinstance(value, tuple) and all(takes(sizes, size) for size in value)
        case Choice(values):
            return value in values
