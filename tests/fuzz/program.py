"""A generated program: what it is given, its steps, and its text."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from shapenet.dims import Shape

NAMES: Final = ("B", "C", "H", "W")
"""The names of the sizes of a program that does not know them."""
HEADER: Final = """\
from typing import Any, Generic
import shapenet
from shapenet import BoolTensor, IntTensor, Module, Tensor, assert_divisible, cat, eye, full, nn, ones, where, zeros
from shapenet import functional as F
from shapenet.dims import B, Batch, C, H, N, W
from tests.fuzz import helpers
from tests.fuzz.parts import Doubled, Grown, Kept, Pooled, Swapped, Widened

binding: dict[str, int] = {}


class Heads(Module, Generic[C, N]):
    def __init__(self, dim: C, heads: N) -> None:
        assert_divisible(dim, heads)
        self.heads = heads
        self.size = dim // heads
        self.out = nn.Linear(dim, dim)

    def __call__(self, x: Tensor[B, H, C]) -> Tensor[B, N, H, "C//N"]:
        b, h, _ = x.shape
        return self.out(x).reshape(b, h, self.heads, self.size).transpose(1, 2)


"""


@dataclass(frozen=True)
class Array:
    """What is said, or true, of a tensor."""

    shape: Shape
    kind: str = ""
    """numpy's letter for the kind of its numbers; empty if nobody knows it."""

    def __str__(self) -> str:
        return f"{self.kind}[{', '.join(map(str, self.shape))}]"


@dataclass(frozen=True)
class Input:
    """A tensor that a program is given; its dimensions are formulas of NAMES, or ints."""

    name: str
    dims: tuple[str, ...]
    hidden: Mapping[int, str] = field(default_factory=dict)
    """What the annotation says in place of some: ``Any``, ``...`` or ``*Batch`` (and all before)."""
    kind: str = "f"
    """numpy's letter for the kind of its numbers; an ``n`` for a size."""

    def __str__(self) -> str:
        written = [dim if dim.isalnum() else f'"{dim}"' for dim in self.dims]
        for place, text in self.hidden.items():
            written = (
                [*written[:place], text, *written[place + 1 :]] if text == "Any" else [text, *written[place + 1 :]]
            )
        if self.kind == "n":
            return f"{self.name}: {self.dims[0]}"
        tensor = {"f": "Tensor", "i": "IntTensor", "b": "BoolTensor"}[self.kind]
        return f"{self.name}: {tensor}[{', '.join(written) or '()'}]"


@dataclass(frozen=True)
class Step:
    """One statement, and the layers that it uses, which are made before it."""

    maker: str
    made: tuple[str, ...]
    """The names that it gives a value."""
    code: str
    layers: tuple[tuple[str, str], ...] = ()

    def uses(self) -> set[str]:
        """The names that stand in it."""
        text = " ".join([self.code, *(made for _, made in self.layers)])
        return set(re.findall(r"[a-z]\w*", text)) - set(self.made)


@dataclass(frozen=True)
class Program:
    """A function, or a module with its ``__call__``."""

    name: str
    is_module: bool
    inputs: tuple[Input, ...]
    steps: tuple[Step, ...]
    flag: bool = True
    """The value of the parameter ``flag`` when it runs."""

    @property
    def symbolic(self) -> bool:
        """Whether it does not know its sizes."""
        spelled = (text for given in self.inputs for text in (*given.dims, *given.hidden.values()))
        return any(not text.isdigit() and text not in ("Any", "...") for text in spelled)

    @property
    def known(self) -> bool:
        """Whether its annotations say all sizes."""
        return not any(given.hidden for given in self.inputs)

    def sliced(self, last: int) -> Program:
        """The program with its step number *last* as the last one, and before it only what that needs."""
        needed, kept = self.steps[last].uses(), [self.steps[last]]
        for step in reversed(self.steps[:last]):
            if needed & set(step.made or step.uses()):
                needed |= step.uses() if step.made else set()
                kept.append(step)
        return replace(self, steps=tuple(reversed(kept)))

    def lines(self) -> list[tuple[str, int | None]]:
        """Its text, each line with the number of the step that it belongs to."""
        parameters = ", ".join([*map(str, self.inputs), "flag: bool"])
        text: list[tuple[str, int | None]] = []
        indent = "    "
        if self.is_module:
            text += [(f"class {self.name.title()}(Module):", None), ("    def __init__(self) -> None:", None)]
            text += [("        self.flag = True", None)]
            for number, step in enumerate(self.steps):
                text += [(f"        {name} = {made}", number) for name, made in step.layers]
            text += [("", None), (f"    def __call__(self, {parameters}) -> None:", None)]
            indent = "        "
        else:
            text += [(f"def {self.name}({parameters}) -> None:", None)]
        for number, step in enumerate(self.steps):
            if not self.is_module:
                text += [(f"{indent}{name} = {made}", number) for name, made in step.layers]
            text += [(f"{indent}{line}", number) for line in step.code.splitlines()]
            text += [(f"{indent}reveal_type({name})", number) for name in step.made]
        return [*text, ("", None), ("", None)]

    def __str__(self) -> str:
        return "\n".join(line for line, _ in self.lines()).rstrip()


def file_of(programs: Sequence[Program]) -> tuple[str, dict[int, tuple[int, int]]]:
    """The text of *programs* in one file; from each of its lines to the numbers of the program and of its step."""
    lines, places = HEADER.splitlines(), dict[int, tuple[int, int]]()
    for program_number, program in enumerate(programs):
        for line, step_number in program.lines():
            lines.append(line)
            if step_number is not None:
                places[len(lines)] = program_number, step_number
    return "\n".join(lines) + "\n", places
