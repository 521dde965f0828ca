"""Several runs of a model beside each other, which tell what stays as it is and what follows the sizes of the inputs.

A run knows plain numbers. What has the same number in all runs, though each size that is open was changed in one of
them, does not depend on it; what changed is told by what it changed with. And what no operation made of the inputs must
have the same elements in all runs, though those of the inputs differ: else something was computed out of sight.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from fractions import Fraction
from typing import Any, Final

import numpy as np

from shapenet.dims import UNKNOWN, Dim, symbol
from shapenet.errors import ShapeError
from shapenet.nn import Module
from shapenet.onnx.errors import OnnxError
from shapenet.onnx.inputs import Input
from shapenet.onnx.trace import Call, Ref, Sizes, Trace, Value, run

_SEED: Final = 0  # which examples are drawn does not matter, but the file should not depend on it

Traced = Callable[[Mapping[str, int]], Trace]


@dataclass(frozen=True)
class Graph:
    """What a model does, for all sizes of its inputs."""

    inputs: Sequence[Input]
    traces: Sequence[Trace]
    sizes: Sequence[Mapping[str, int]]
    """For each run, the size that each name had."""

    @property
    def calls(self) -> Sequence[Sequence[Call]]:
        """Each operation as it was called in each run."""
        return list(zip(*(trace.calls for trace in self.traces), strict=True))

    @property
    def outputs(self) -> Sequence[Ref]:
        """What the model returns."""
        return self.traces[0].outputs

    def value(self, ref: Ref) -> Value:
        """A value, as it was in the first run."""
        return self.traces[0].values[ref.number]

    def values(self, ref: Ref) -> list[Value]:
        """A value, as it was in each run."""
        return [trace.values[ref.number] for trace in self.traces]

    def shapes(self, ref: Ref) -> list[Sizes]:
        """The shape of a value in each run."""
        return [value.shape for value in self.values(ref)]

    def dims(self, ref: Ref) -> tuple[Dim, ...]:
        """The shape of a value, with names where it follows them, and unknown where that cannot be told."""
        return tuple(map(self.dim, zip(*self.shapes(ref), strict=True)))

    def dim(self, sizes: Sequence[int]) -> Dim:
        """The formula of a size that was so in each run."""
        if len(set(sizes)) == 1:
            return sizes[0]
        total: Dim = 1
        known = 1
        for name, size in self.sizes[0].items():
            for now, other in zip(sizes, self.sizes, strict=True):
                if other[name] != size and now != sizes[0]:
                    if Fraction(now, max(sizes[0], 1)) != Fraction(other[name], size):
                        return self._linear(sizes)
                    total, known = total * symbol(name), known * size
        return total * (sizes[0] // known) if sizes[0] % known == 0 else UNKNOWN

    def _linear(self, sizes: Sequence[int]) -> Dim:
        """``slope*name + start``, if only one name matters."""
        found = [
            (name, Fraction(now - sizes[0], other[name] - size))
            for name, size in self.sizes[0].items()
            for now, other in zip(sizes, self.sizes, strict=True)
            if other[name] != size and now != sizes[0]
        ]
        name, slope = found[0]
        if len(found) > 1 or slope.denominator != 1:
            return UNKNOWN
        return symbol(name) * int(slope) + (sizes[0] - int(slope) * self.sizes[0][name])


def graph_of(model: Module, inputs: Sequence[Input], sizes: Mapping[str, int], *, strict: bool) -> Graph:
    """Run the model with inputs of several sizes.

    A size that the model takes no other for is no open one; if *strict* that is an error.

    Raises:
        OnnxError: the model does something else with inputs of other sizes or values, or returns no tensors.
        ShapeError: the model does not take such inputs.
    """
    generator = np.random.default_rng(_SEED)
    device = next((tensor.device for tensor in model.state_dict().values()), "cpu")

    def traced(sizes: Mapping[str, int]) -> Trace:
        return run(model, [one.example(sizes, generator).to(device) for one in inputs])

    first, start = _first(traced, sizes)
    runs = [(first, start)]
    for name in start:
        other = _changed(model, traced, start, name, strict=strict)
        if other is not None:
            runs.append(other)
    if len(runs) == 1:
        runs.append((traced(start), start))
    for trace, tried in runs[1:]:
        _check_alike(model, first, trace, tried)
    open_names = {name for _, tried in runs for name in start if tried[name] != start[name]}
    fixed = {name: size for name, size in start.items() if name not in open_names}
    return Graph([one.with_sizes(fixed) for one in inputs], [trace for trace, _ in runs], [tried for _, tried in runs])


def _first(traced: Traced, sizes: Mapping[str, int]) -> tuple[Trace, Mapping[str, int]]:
    """The first run, where the model takes it without sizes of 1, which would hide in other sizes of 1."""
    larger = {name: max(2, size) for name, size in sizes.items()}
    try:
        return traced(larger), larger
    except ShapeError:
        return traced(sizes), sizes


def _changed(
    model: Module, traced: Traced, sizes: Mapping[str, int], name: str, *, strict: bool
) -> tuple[Trace, Mapping[str, int]] | None:
    """A run in which the size *name* is another one; None if the model takes no other."""
    size = sizes[name]
    problem: Exception | None = None
    for other in (2 * size + 1, 2 * size, size + 1, size // 2, size - 1):
        if other < 1 or other == size:
            continue
        changed = {**sizes, name: other}
        try:
            return traced(changed), changed
        except ShapeError as error:
            problem = problem or error
    if not strict:
        return None
    said = str(problem).splitlines()[0]
    raise OnnxError(f"{model.spelled} cannot be exported with the size {name} open: {said}")


def _check_alike(model: Module, first: Trace, other: Trace, sizes: Mapping[str, int]) -> None:
    """Check that the model did the same in both runs."""
    same = len(first.calls) == len(other.calls) and len(first.values) == len(other.values)
    if not same or not all(
        one.function is two.function and one.result == two.result and _refs(one) == _refs(two)
        for one, two in zip(first.calls, other.calls, strict=True)
    ):
        told = ", ".join(f"{name} = {size}" for name, size in sizes.items()) or "other values"
        raise OnnxError(f"{model.spelled} does something else for {told}: a file has no branches")


def _refs(call: Call) -> list[Ref]:
    return list(_refs_in((call.args, tuple(call.kwargs.values()))))


def _refs_in(value: Any) -> Any:
    if isinstance(value, Ref):
        yield value
    elif isinstance(value, tuple):
        for part in value:
            yield from _refs_in(part)


def alike(one: Any, two: Any) -> bool:
    """Whether an option is the same in two runs, as far as it is made of numbers, text and rules."""
    if isinstance(one, tuple) and isinstance(two, tuple):
        return len(one) == len(two) and all(map(alike, one, two))
    if isinstance(one, slice) and isinstance(two, slice):
        return alike((one.start, one.stop, one.step), (two.start, two.stop, two.step))
    if is_dataclass(one) and type(one) is type(two):
        return all(alike(getattr(one, field.name), getattr(two, field.name)) for field in fields(one))
    if isinstance(one, np.ufunc):
        return one is two
    if isinstance(one, int | float | str | bool | np.generic) or one is None:
        return type(one) is type(two) and bool(one == two)
    return type(one) is type(two)
