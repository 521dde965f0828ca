"""Random choices for the next step of a program, with what is there so far in sight."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from shapenet import Tensor

T = TypeVar("T")


class Unfit(Exception):  # noqa: N818  (it is no error: another step will do)
    """Nothing here fits this step."""


@dataclass(frozen=True)
class Var:
    """A tensor by name."""

    name: str
    shape: tuple[int, ...]
    kind: str
    """numpy's letter for the kind of its numbers."""

    def __str__(self) -> str:
        return self.name

    @property
    def rank(self) -> int:
        return len(self.shape)


@dataclass(frozen=True)
class Made:
    """A statement that is not just ``name = expression``."""

    names: tuple[str, ...]
    code: str


class Draw:
    """The state of a program that is being generated, and chances."""

    def __init__(self, rng: random.Random, *, is_module: bool, symbolic: bool) -> None:
        self.rng = rng
        self.is_module = is_module
        self.symbolic = symbolic
        self.values: dict[str, Any] = {}
        self.given: dict[str, tuple[str, ...]] = {}
        """The inputs that are tensors, and how their dimensions are written, where they are all known."""
        self.parameters: dict[str, str] = {}
        """From a name of a size to the parameter that has it."""
        self.layers: list[tuple[str, str]] = []
        self.count = 0
        self.layer_count = 0
        self.free = False
        """Whether this step may be wrong."""

    # --- chances ---

    def chance(self, share: float) -> bool:
        return self.rng.random() < share

    def integer(self, low: int, high: int) -> int:
        """One of these numbers, both included.

        Raises:
            Unfit: there are none.
        """
        if high < low:
            raise Unfit
        return self.rng.randint(low, high)

    def choice(self, options: Sequence[T]) -> T:
        return self.rng.choice(options)

    def off(self, right: int) -> int:
        """*right*, or, in a step that may be wrong, a number beside it."""
        return right + self.choice((-1, 1, 2)) if self.free and self.chance(0.35) else right

    def extent(self, low: int, high: int, most: Sequence[int] = ()) -> str:
        """An int or a pair; no greater than *most*, unless the step may be wrong."""
        lowest = low - 1 if self.free and self.chance(0.1) else low
        tops = [high, high] if self.free else [max(lowest, min(high, top)) for top in (*most, high, high)[:2]]
        sides = [self.integer(lowest, top) for top in tops]
        return f"({sides[0]}, {sides[1]})" if self.chance(0.4) else str(min(sides))

    # --- what is there ---

    def name(self, letter: str = "x") -> str:
        """A new name for a value."""
        self.count += 1
        return f"{letter}{self.count}"

    def tensors(self) -> list[Var]:
        return [
            Var(name, value.shape, value.dtype.kind) for name, value in self.values.items() if isinstance(value, Tensor)
        ]

    def tensor(self, *ranks: int, where: Callable[[Var], bool] = lambda var: True, kind: str = "f") -> Var:
        """A tensor, likely the last made, of one of these *ranks*, if there are any; in a free step any tensor.

        Raises:
            Unfit: there is none.
        """
        there = self.tensors()
        fitting = [var for var in there if var.kind in kind and (not ranks or var.rank in ranks) and where(var)]
        if self.free and there and self.chance(0.2):
            fitting = there
        if not fitting:
            raise Unfit
        return fitting[-1] if self.chance(0.7) else self.choice(fitting)

    def floats(self, *ranks: int, where: Callable[[Var], bool] = lambda var: True) -> Var:
        """A tensor of floats, also in a free step: an annotation ``Tensor`` takes others as well, and forgets it.

        Raises:
            Unfit: there is none.
        """
        found = self.tensor(*ranks, where=where)
        if found.kind != "f":
            raise Unfit
        return found

    def image(self, least: int = 1) -> Var:
        """A batch of images, with sides of at least so many pixels."""
        return self.tensor(4, where=lambda var: min(var.shape[2:]) >= least and 0 not in var.shape)

    # --- text ---

    def size(self, var: Var, place: int) -> str:
        """The size of a dimension: a number, or asked from the tensor, as a program must that does not know it."""
        if not -var.rank <= place < var.rank:
            return str(self.integer(1, 4))
        written = self.given[var.name][place] if var.name in self.given else ""
        if written in self.parameters and self.chance(0.5):
            return self.parameters[written]
        if self.chance(0.9 if self.symbolic else 0.25):
            spelled = place - var.rank if place >= 0 and self.chance(0.3) else place
            return f"{var}.shape[{spelled}]"
        return str(self.off(var.shape[place]))

    def written(self, var: Var) -> list[str]:
        """Its sizes as an annotation says them.

        Raises:
            Unfit: they are not known.
        """
        if self.symbolic and var.name not in self.given:
            raise Unfit
        return list(self.given.get(var.name, map(str, var.shape)))

    def sizes(self, var: Var) -> list[str]:
        return [self.size(var, place) for place in range(var.rank)]

    def layer_size(self, var: Var, place: int) -> str:
        """The size of a dimension where a layer is made."""
        if not -var.rank <= place < var.rank:
            return str(self.integer(1, 4))
        return str(self.off(var.shape[place])) if self.is_module else self.size(var, place)

    def dim(self, var: Var, least: int = 0) -> int:
        """A dimension that it has, from either end."""
        if self.free and self.chance(0.3):
            return self.integer(-var.rank - 1, var.rank)
        if var.rank <= least:
            raise Unfit
        place = self.integer(least, var.rank - 1)
        return place if self.chance(0.5) else place - var.rank

    def ones(self, sizes: Sequence[str]) -> str:
        """A tensor of these sizes."""
        listed = ", ".join(sizes)
        if not sizes:
            return "ones(())"
        return self.choice((f"ones({listed})", f"ones(({listed},))", f"full(({listed},), 0.5)"))

    def layer(self, made: str) -> str:
        """How a layer is called that *made* makes: at once, or kept first."""
        if not self.is_module and self.chance(0.4):
            return made
        self.layer_count += 1
        name = f"{'self.' if self.is_module else ''}layer{self.layer_count}"
        self.layers.append((name, made))
        return name


Maker = Callable[[Draw], str | Made]
"""Makes one step: an expression, or a statement."""
