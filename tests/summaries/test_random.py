"""Random programs, followed and run: what is followed has the shapes of the run."""

from __future__ import annotations

import secrets
from collections import Counter
from contextlib import suppress
from typing import Any

import pytest

from shapenet import Module, SummaryError, Tensor, nn
from shapenet.dims import parse
from shapenet.summaries.following import Follower
from shapenet.summaries.inputs import Input
from shapenet.summaries.sizes import World, formula_of
from tests.fuzz.actual import Refused, Run
from tests.fuzz.generate import bindings, programs
from tests.fuzz.program import Program

FRESH = secrets.randbits(32)
DTYPES = {"f": "float32", "i": "int64", "b": "bool"}


class Followed(Module):
    """A program as a module: its layers, and its steps, what they make being kept."""

    def __init__(self, program: Program, run: Run) -> None:
        self.program, self.names = program, run.names
        self.made: list[dict[str, Any]] = []
        self.steps = []
        with suppress(Exception):  # a layer that cannot be made is refused in the run, too
            for step in program.steps:
                for name, made in step.layers:
                    exec(f"{name} = {made}", self.names)
                self.steps.append(step)
        self.held = nn.ModuleList([layer for layer in vars(run.names["self"]).values() if isinstance(layer, Module)])

    def __call__(self, *given: Any) -> None:
        self.names |= dict(zip((part.name for part in self.program.inputs), given, strict=True))
        for step in self.steps:
            exec(step.code, self.names)
            self.made.append({name: self.names[name] for name in step.made})


def follow(program: Program, binding: dict[str, int]) -> tuple[list[dict[str, Any]], Exception | None]:
    module = Followed(program, Run(program, binding))
    world = World(binding)
    inputs = []
    for given in program.inputs:
        shape = tuple(map(parse, given.dims))
        inputs.append(world.size(shape[0]) if given.kind == "n" else Input(None, shape, DTYPES[given.kind]).made(world))
    try:
        Follower(world).run(module, inputs)
    except Exception as error:
        return module.made, error
    return module.made, None


def shapes(value: Any) -> Any:
    if isinstance(value, Tensor):
        return [(int(size), formula_of(size)) for size in value.data.shape], value.dtype.kind
    return None


@pytest.mark.parametrize("seed", [1, FRESH], ids=["the same", "fresh"])
def test_followed_as_run(seed: int) -> None:
    counted: Counter[str] = Counter()
    for program in programs(seed, 200):
        if not program.is_module:
            continue
        (binding, *_) = bindings(program, 1)
        followed, error = follow(program, dict(binding))
        run = Run(program, binding)
        for number, step in enumerate(program.steps):
            outcome = run.step(step)
            if isinstance(outcome, Refused) or run.is_large(step):
                break
            if number == len(followed):
                assert isinstance(error, SummaryError), f"seed {seed}: {step.code}\n{program}\n{error!r}"
                counted["not followed"] += 1
                break
            for name in step.made:
                value, made = run.names[name], followed[number][name]
                if isinstance(value, Tensor):
                    told = f"seed {seed}: {step.code}"
                    assert made.data.shape == value.shape, told
                    assert made.dtype == value.dtype, told
                    counted["followed"] += 1
    assert counted["followed"] > 50
    assert counted["not followed"] < counted["followed"] / 10, counted
