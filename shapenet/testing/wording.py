"""What is told of a contract that is broken."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from shapenet.annotations import shape_of, spell
from shapenet.contracts import describe
from shapenet.rules import fill, show
from shapenet.testing.parts import SEED
from shapenet.testing.plan import Call, Plan
from shapenet.testing.running import Failure


def told(plan: Plan, call: Call, failure: Failure) -> str:
    """The sizes, what was expected, what came, and how to try it again."""
    case = {name: value for name, value in call.case.items() if name != SEED or value}
    sizes = ", ".join(f"{name} = {_shown(value)}" for name, value in case.items())
    first = f"{plan.name} breaks its contract{f' at {sizes}' if sizes else ''}"
    lines = [
        *(("given", text) for text in _arguments(plan, call)),
        ("expected", _expected(plan, call)),
        ("got", failure.got),
        ("layer", failure.layer),
        ("line", failure.place),
        ("again", f"examples=[{case!r}]"),
    ]
    bounds = ", ".join(
        [*(f"{name}=(least, most)" for name in plan.names), *(f"{name}=some_dims(least, most)" for name in plan.packs)]
    )
    if failure.refused and bounds:
        lines.append(("or", f"exclude what is not meant: {bounds}"))
    return "\n".join([first, *(f"  {title:<10}{text}" for title, text in lines if text)])


def _arguments(plan: Plan, call: Call) -> Iterator[str]:
    for name, value in call.given.items():
        hint = plan.contract.hints.get(name)
        said = "None" if value is None else describe(value)
        yield f"{name} = {said}" if hint is None else f"{name}: {spell(hint)} = {said}"


def _expected(plan: Plan, call: Call) -> str:
    """The annotation of the result, and if that is one tensor, its shape."""
    shape = shape_of(plan.result)
    text = spell(plan.result)
    if shape is None or all(isinstance(dim, int) for dim in shape):
        return text
    packs = {name: value for name, value in call.case.items() if isinstance(value, tuple)}
    return f"{text} = {show(fill(shape, {**call.sizes, **packs}))}"


def _shown(value: Any) -> str:
    return show(value) if isinstance(value, tuple) else repr(value)
