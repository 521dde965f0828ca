"""A model followed with formulas for its sizes, and again with other sizes: do the formulas hold there, too?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from shapenet.dims import evaluate, names, substitute
from shapenet.errors import DimError, ShapeError, SummaryError
from shapenet.nn import Module
from shapenet.summaries.following import Block, Follower, tensors_of
from shapenet.summaries.inputs import Input, show_inputs, worlds
from shapenet.summaries.outline import Outline
from shapenet.summaries.sizes import World, formula_of

_CHANGES: Final[tuple[Callable[[int], int], ...]] = (
    lambda size: 2 * size,
    lambda size: size + 32,
    lambda size: size + 1,
    lambda size: size // 2,
    lambda size: size - 1,
)
"""Other sizes to try. Halves and doubles keep what must be divisible."""


@dataclass(frozen=True)
class Trace:
    """What a model does with shapes."""

    inputs: tuple[Input, ...]
    given: tuple[Outline, ...]
    results: tuple[Outline, ...]
    blocks: tuple[Block, ...]
    world: World
    fixed: Mapping[str, int]
    """The names that stand for one size alone: the formulas do not hold for others."""


def trace(model: Module, inputs: Sequence[Input], sizes: Mapping[str, int]) -> Trace:
    """Follow *model*; formulas that do not hold for other sizes are replaced by numbers.

    Raises:
        SummaryError: the model takes none of the sizes that were tried.
    """
    found = _first(model, inputs, sizes)
    while True:
        values = found.world.values
        if not values or _agrees(model, found, list(values)):
            return found
        wrong = [name for name in values if not _agrees(model, found, [name])]
        if not wrong:
            return found
        fixed = {**found.fixed, **{name: values[name] for name in wrong}}
        rest = {name: size for name, size in values.items() if name not in fixed}
        found = replace(_followed(model, [_with(part, fixed) for part in inputs], rest), fixed=fixed)


def _first(model: Module, inputs: Sequence[Input], sizes: Mapping[str, int]) -> Trace:
    refused: ShapeError | DimError | None = None
    tried: list[str] = []
    for values in worlds(inputs, sizes):
        try:
            return _followed(model, inputs, values)
        except (ShapeError, DimError) as error:
            refused = refused or error
            tried.append(", ".join(f"{name}={size}" for name, size in values.items()))
    told = f" with {'; '.join(tried)}" if any(tried) else ""
    raise SummaryError(f"{model.spelled} does not take {show_inputs(inputs)}{told}: {refused}")


def _followed(model: Module, inputs: Sequence[Input], values: Mapping[str, int]) -> Trace:
    world = World(values)
    follower = Follower(world)
    given = [part.made(world) for part in inputs]
    results = follower.run(model, given)
    taken: list[Any] = [tensor.data for tensor in tensors_of(tuple(given))]
    return Trace(tuple(inputs), tuple(taken), tuple(results), tuple(follower.blocks), world, {})


def _agrees(model: Module, found: Trace, changed: Sequence[str]) -> bool:
    """Whether the formulas hold for some other sizes of the names that are *changed*."""
    values = found.world.values
    others = ({**values, **{name: change(values[name]) for name in changed}} for change in _CHANGES)
    return any(_holds(model, found, other) for other in others if all(size > 1 for size in other.values()))


def _holds(model: Module, found: Trace, values: Mapping[str, int]) -> bool:
    """Whether the model does the same with other sizes, and the formulas give its shapes there."""
    try:
        other = _followed(model, found.inputs, values)
    except (ShapeError, DimError):
        return False
    if other.world.assumptions.keys() != found.world.assumptions.keys() or len(other.blocks) != len(found.blocks):
        return False
    return all(
        one.path == two.path and _same(_numbers(one), _numbers(two), values)
        for one, two in zip(found.blocks, other.blocks, strict=True)
    )


def _same(formulas: Sequence[int], sizes: Sequence[int], values: Mapping[str, int]) -> bool:
    try:
        return [evaluate(formula_of(formula), values) for formula in formulas] == list(map(int, sizes))
    except DimError:
        return False


def _numbers(block: Block) -> list[int]:
    """All that is told of a block."""
    shapes = [outline.shape for outline in (*block.inputs, *block.outputs)]
    return [number for numbers in (*shapes, *block.products) for number in numbers]


def _with(part: Input, fixed: Mapping[str, int]) -> Input:
    if part.parts is not None:
        return replace(part, parts=tuple(_with(inner, fixed) for inner in part.parts))
    known: dict[str, Any] = dict(fixed)
    return replace(part, shape=tuple(substitute(dim, known) if names(dim) else dim for dim in part.shape))  # type: ignore[arg-type]
