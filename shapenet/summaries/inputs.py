"""What a model is given, as the annotations of its ``__call__`` say, and which sizes to follow it with."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast, get_args, get_origin

import numpy as np

from shapenet import rules
from shapenet.annotations import class_of, contains_tensor, hints_of, shape_of, without_none
from shapenet.contracts import describe
from shapenet.dims import Dim, Pack, Shape, Unknown, names, parse, substitute, symbol
from shapenet.errors import DimError, SummaryError
from shapenet.nn import Module, Repeat, Residual, Sequential
from shapenet.summaries.outline import INPUT, Outline
from shapenet.summaries.sizes import World
from shapenet.tensors import BoolTensor, IntTensor, Tensor

_LARGEST: Final = (224, 64, 32, 16, 8, 4, 2)
"""Sizes to begin with: those that a model takes are its example."""
_HANDING_ON: Final = (Sequential.__call__, Repeat.__call__, Residual.__call__)
_APART: Final = 32
"""How far apart the sizes are, so that none is taken for another."""


@dataclass(frozen=True)
class Input:
    """One tensor that a model is given, or a tuple of them."""

    parts: tuple[Input, ...] | None
    shape: Shape
    dtype: Any

    @property
    def names(self) -> list[str]:
        """The names in its shape, in order."""
        if self.parts is not None:
            return [name for part in self.parts for name in part.names]
        return [name for dim in self.shape for name in sorted(names(dim))]

    @property
    def first(self) -> frozenset[str]:
        """The name of its first dimension, which is that of a batch."""
        if self.parts is not None:
            return frozenset().union(*(part.first for part in self.parts))
        return names(self.shape[0]) if len(self.shape) > 1 else frozenset()

    def made(self, world: World) -> Any:
        """It, in a world."""
        if self.parts is not None:
            return tuple(part.made(world) for part in self.parts)
        return Tensor(Outline(world.shape(self.shape), self.dtype, INPUT))  # type: ignore[arg-type]  # it stands in


def inputs_of(model: Module, given: Sequence[Any]) -> list[Input]:
    """What *model* is called with: what is *given*, or what its annotations say.

    Raises:
        SummaryError: they do not say it.
    """
    floats = next((p.dtype for p in model.parameters() if p.dtype.kind == "f"), np.dtype(np.float32))
    asked = _first(model)
    call = inspect.unwrap(type(asked).__call__)
    try:
        hints = hints_of(call)
    except NameError as error:
        if not given:
            raise _untold(model, f"an annotation of its __call__ cannot be read: {error}") from None
        hints = {}
    parameters = list(inspect.signature(call).parameters.values())[1:]
    if given:
        said = [hints.get(parameter.name) for parameter in parameters]
        said += [None] * len(given)
        found = [_read(position, item, _dtype(said[position], floats)) for position, item in enumerate(given)]
        _check_count(model, found)
        return found
    owner = next(cls for cls in type(asked).__mro__ if "__call__" in vars(cls))
    taken = {name for hint in hints.values() for name in _names_in(hint)}
    fresh = (name for letters in ("BCHWDEFGIJ", "KLMNOPQRS") for name in letters if name not in taken)
    found = []
    for parameter in parameters:
        if parameter.default is not parameter.empty or parameter.kind is parameter.VAR_KEYWORD:
            continue
        if parameter.kind not in (parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD):
            raise _untold(model, f"its __call__ takes {parameter}")
        name = parameter.name
        found.append(_annotated(model, name, hints.get(name), asked.dims_of(owner), floats, fresh))
    return found


def worlds(inputs: Sequence[Input], sizes: Mapping[str, int]) -> Iterator[dict[str, int]]:
    """Sizes to try, the likeliest first. Those in *sizes* are kept, but for 1, which hides what broadcasts."""
    free = list(dict.fromkeys(name for part in inputs for name in part.names))
    batches = frozenset[str]().union(*(part.first for part in inputs))
    fixed = {name: size for name, size in sizes.items() if size > 1}
    others = [name for name in free if name not in batches and name not in fixed]
    start = dict.fromkeys(batches, 2) | {name: fixed[name] for name in free if name in fixed}
    for largest in _LARGEST:
        yield {**dict.fromkeys(free, largest), **start, **{o: largest + _APART * i for i, o in enumerate(others)}}
        if not others:
            return
    if len(others) > 1:
        for largest in _LARGEST:
            yield {**dict.fromkeys(free, largest), **start}


def _first(model: Module) -> Module:
    """The module that *model* hands its input to, where it says nothing of it itself."""
    if type(model).__call__ not in _HANDING_ON:
        return model
    parts: list[Any] = [model.body] if isinstance(model, Residual) else list(cast("Any", model))
    return _first(parts[0]) if parts else model


def _check_count(model: Module, given: Sequence[Input]) -> None:
    try:
        inspect.signature(type(model).__call__).bind(model, *given)
    except TypeError as error:
        raise SummaryError(f"{model.spelled} cannot be called with {len(given)} inputs: {error}") from None


def _read(position: int, given: Any, dtype: Any) -> Input:
    """A shape such as ``("B", 3, 224, 224)``."""
    if isinstance(given, str) or not isinstance(given, Sequence):
        wanted = 'shapes such as ("B", 3, 224, 224)'
        raise SummaryError(f"summary expects inputs to be {wanted}, got {describe(given)} at position {position}")
    dims: list[Dim] = []
    for part in given:
        try:
            dim = parse(part) if isinstance(part, str) else part
        except DimError as error:
            raise SummaryError(f"summary expects inputs to be shapes, got {given!r}: {error}") from None
        if isinstance(dim, bool | Pack | Unknown) or not ((isinstance(dim, int) and dim > 0) or names_in(dim)):
            raise SummaryError(f"summary expects sizes to be ints of at least 1, or names, got {part!r} in {given!r}")
        dims.append(dim)
    return Input(None, tuple(dims), dtype)


def names_in(dim: object) -> frozenset[str]:
    """The names in what may be a dimension."""
    return frozenset() if isinstance(dim, int) or not hasattr(dim, "terms") else names(dim)  # type: ignore[arg-type]


def _dtype(hint: Any, floats: Any) -> Any:
    kinds: dict[Any, Any] = {IntTensor: np.dtype(np.int64), BoolTensor: np.dtype(np.bool_)}
    return kinds.get(class_of(without_none(hint)), floats)


def _annotated(
    model: Module, name: str, hint: Any, dims: Mapping[str, Dim], floats: Any, fresh: Iterator[str]
) -> Input:
    hint = without_none(hint)
    parts = get_args(hint)
    if class_of(hint) is None and get_origin(hint) is tuple and all(map(contains_tensor, parts)) and parts:
        inner = tuple(_annotated(model, name, part, dims, floats, fresh) for part in parts)
        return Input(inner, (), None)
    shape = shape_of(hint)
    if shape is None or shape == (Pack(),) or (len(shape) == 1 and isinstance(shape[0], Pack)):
        raise _untold(model, f"its __call__ does not say the shape of {name}")
    return Input(None, tuple(_filled(dim, dims, fresh) for dim in shape), _dtype(hint, floats))


def _filled(dim: Dim | Pack, dims: Mapping[str, Dim], fresh: Iterator[str]) -> Dim:
    if isinstance(dim, Pack | Unknown):  # of a batch, one dimension is as good as several
        return symbol(next(fresh))
    return substitute(dim, dims)


def _names_in(hint: Any) -> frozenset[str]:
    shape = shape_of(hint)
    if shape is not None:
        return frozenset[str]().union(*(names(dim) for dim in shape))
    return frozenset[str]().union(*map(_names_in, get_args(hint)))


def _untold(model: Module, why: str) -> SummaryError:
    told = 'say it: summary(model, ("B", 3, 224, 224))'
    return SummaryError(f"summary() does not know what {model.spelled} is given: {why}; {told}")


def show_inputs(inputs: Sequence[Input]) -> str:
    """The shapes in text."""
    return ", ".join(show_inputs(part.parts) if part.parts is not None else rules.show(part.shape) for part in inputs)
