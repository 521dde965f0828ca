"""Makes random programs: each step is drawn with the values of those before it in sight, and run at once."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Final

from tests.fuzz.actual import Binding, Refused, Run
from tests.fuzz.draw import Draw, Made, Unfit
from tests.fuzz.program import NAMES, Input, Program, Step
from tests.fuzz.steps import TABLE

_FORMULAS: Final = ("2*W", "H+1", "W*H", "B+W", "3*C", "H+W-1", "2*H-1")
_MODULES: Final = 0.3
_SYMBOLIC: Final = 0.35
_FREE: Final = 0.33
"""The shares of programs that are modules, of those that know no sizes, and of steps that may be wrong."""


def programs(seed: int, count: int) -> Iterator[Program]:
    """As many programs, always the same for one seed."""
    for number in range(count):
        yield program(random.Random(f"{seed}/{number}"), f"p{number}")


def bindings(program: Program, count: int) -> list[Binding]:
    """Sizes for the names of *program*; the first are those with which it was generated."""
    rng = random.Random(program.name)
    return [_binding(rng) for _ in range(count)]


def larger_bindings(program: Program, count: int) -> list[Binding]:
    """Other sizes, among which are multiples of most numbers."""
    rng = random.Random(f"{program.name}, larger")
    return [{name: rng.randint(1, 24) for name in NAMES} for _ in range(count)]


def program(rng: random.Random, name: str) -> Program:
    """A random program."""
    symbolic = rng.random() < _SYMBOLIC
    is_module = rng.random() < (_MODULES / 3 if symbolic else _MODULES)
    inputs = _inputs(rng, symbolic)
    made = Program(name, is_module, inputs, (), flag=rng.random() < 0.5)
    run = Run(made, _binding(random.Random(name)))
    draw = Draw(rng, is_module=is_module, symbolic=symbolic)
    draw.values = run.names
    draw.given = {given.name: given.dims for given in inputs if given.kind != "n" and not given.hidden}
    draw.parameters = {given.dims[0]: given.name for given in inputs if given.kind == "n"}
    steps: list[Step] = []
    if not symbolic and (not inputs or rng.random() < 0.3):
        steps.append(_created(draw))
        run.step(steps[0])
    for _ in range(rng.randint(1, 8)):
        step = _step(draw)
        steps.append(step)
        if isinstance(run.step(step), Refused) or run.is_large(step):
            break
    return Program(name, is_module, inputs, tuple(steps), made.flag)


def _binding(rng: random.Random) -> Binding:
    return {"B": rng.randint(1, 3), "C": rng.randint(1, 4), "H": rng.randint(3, 8), "W": rng.randint(3, 8)}


def _inputs(rng: random.Random, symbolic: bool) -> tuple[Input, ...]:
    if not symbolic:
        shapes = [_shape(rng) for _ in range(rng.randint(0, 2))]
        return tuple(
            Input(f"x{number}", tuple(map(str, shape)), _hidden(rng, len(shape)), _kind(rng))
            for number, shape in enumerate(shapes, start=100)
        )
    letters = (
        ("B", rng.choice(("3", "C", "4")), rng.choice(("H", "8")), rng.choice(("W", "2*W", "H", "H+1"))),
        ("B", rng.choice(("C", "H", "5")), rng.choice((*_FORMULAS, "4", "W"))),
        (rng.choice(("B", "H", "6")), rng.choice((*_FORMULAS, "C", "W"))),
        (rng.choice((*_FORMULAS, "H")),),
    )
    chosen = [Input(f"x{100 + number}", rng.choice(letters), {}, _kind(rng)) for number in range(rng.randint(1, 2))]
    if rng.random() < 0.4:
        chosen.append(Input("n200", (rng.choice(NAMES),), {}, "n"))
    bare = {dim for given in chosen for dim in given.dims}
    used = {letter for dim in bare for letter in dim if letter.isalpha()}
    # A name that stands in formulas alone, as in ``"2*W"``, is solved for; one of two such names cannot be.
    more = used - bare if rng.random() < 0.5 else set()
    return *chosen, *(Input(f"a{name.lower()}", (name,)) for name in NAMES if name in more)


def _kind(rng: random.Random) -> str:
    return rng.choice("fffffffib")


def _hidden(rng: random.Random, rank: int) -> dict[int, str]:
    if not rank or rng.random() < 0.75:
        return {}
    return {rng.randrange(rank): rng.choice(("Any", "Any", "...", "*Batch"))}


def _shape(rng: random.Random) -> tuple[int, ...]:
    kind = rng.random()
    if kind < 0.5:
        return rng.randint(1, 3), rng.choice((1, 2, 3, 4, 6)), rng.randint(3, 9), rng.randint(3, 9)
    return tuple(rng.randint(1, 6) for _ in range(rng.choice((0, 1, 2, 2, 3, 3, 4))))


def _created(draw: Draw) -> Step:
    sizes = [str(size) for size in _shape(draw.rng)]
    name = draw.name()
    return Step("creation", (name,), f"{name} = {draw.ones(sizes)}")


def _step(draw: Draw) -> Step:
    draw.free = draw.chance(_FREE)
    while True:
        maker = draw.choice(TABLE)
        draw.layers = []
        try:
            text = maker(draw)
        except Unfit:
            continue
        kind = f"{maker.__module__.rpartition('.')[2]}.{maker.__name__}"
        if isinstance(text, Made):
            return Step(kind, text.names, text.code)
        name = draw.name()
        return Step(kind, (name,), f"{name} = {text}", tuple(draw.layers))
