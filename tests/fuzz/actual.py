"""The programs run: what is made of each step's values."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, Final

import numpy as np

import shapenet
from shapenet import AnyTensor, ShapeError, Tensor
from shapenet.dims import evaluate, parse
from tests.fuzz.program import HEADER, Array, Program, Step

Binding = Mapping[str, int]
"""The sizes for the names of a program."""
Value = Array | int | None
"""A tensor, or an int; None for other values."""

_LARGEST: Final = 20_000
_DRAWN: Final[Mapping[str, Callable[[tuple[int, ...]], AnyTensor]]] = {
    "f": lambda sizes: shapenet.rand(sizes),
    "i": lambda sizes: shapenet.zeros(sizes, dtype="int64"),
    "b": lambda sizes: shapenet.rand(sizes) > 0.5,
}


@dataclass(frozen=True)
class Refused:
    """A step that raised an exception."""

    error: Exception

    @property
    def about_shapes(self) -> bool:
        """Whether it is one that mypy should know of: not of what values or dtypes do not fit."""
        text = str(self.error)
        if isinstance(self.error, ShapeError):
            return "in training" not in text  # whether a module is being trained is no matter of types
        return isinstance(self.error, IndexError) or "shape" in text or "axis" in text or "dimension" in text

    def __str__(self) -> str:
        return f"{type(self.error).__name__}: {self.error}".splitlines()[0]


Outcome = dict[str, Value] | Refused


class Run:
    """The names of a program that is run step by step."""

    def __init__(self, program: Program, binding: Binding) -> None:
        self.names: dict[str, Any] = {"self": SimpleNamespace(flag=program.flag), "flag": program.flag}
        exec(HEADER, self.names)
        for given in program.inputs:
            sizes = tuple(evaluate(parse(dim), binding) for dim in given.dims)
            self.names[given.name] = sizes[0] if given.kind == "n" else _DRAWN[given.kind](sizes)
        self.names["binding"] = binding

    def step(self, step: Step) -> Outcome:
        """Run one step; its values have names now."""
        try:
            with warnings.catch_warnings(), np.errstate(all="ignore"):
                warnings.simplefilter("ignore")
                for name, made in step.layers:
                    exec(f"{name} = {made}", self.names)
                exec(step.code, self.names)
        except Exception as error:
            return Refused(error)
        return {name: value_of(self.names[name]) for name in step.made}

    def is_large(self, step: Step) -> bool:
        """Whether a value that it made is too large to go on."""
        made = (self.names[name] for name in step.made)
        return any(isinstance(value, Tensor) and value.numel() > _LARGEST for value in made)


def value_of(value: object) -> Value:
    """What is compared of a value."""
    if isinstance(value, Tensor):
        return Array(value.shape, value.dtype.kind)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def outcomes(program: Program, binding: Binding) -> Iterator[Outcome]:
    """What the steps make, up to the first that is refused."""
    run = Run(program, binding)
    for step in program.steps:
        outcome = run.step(step)
        yield outcome
        if isinstance(outcome, Refused):
            return
