"""An annotation as a recipe for values: which knobs it has, and what they make."""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal, Protocol, get_args, get_origin

import numpy as np

from shapenet.annotations import class_of, shape_of, spell
from shapenet.backend import to_device
from shapenet.dims import Dim, Expr, Pack, Shape, Unknown, evaluate, names, parse
from shapenet.errors import DimError
from shapenet.tensors import BoolTensor, IntTensor, Tensor
from shapenet.testing.knobs import Choice, Knob, Pile, Sizes

Case = Mapping[str, Any]
"""The value of each knob, by name."""
Range = tuple[float | str, float | str]
"""Between which numbers elements are, the second excluded: numbers, or formulas of dimensions."""

SEED: Final = "random seed"
"""The knob that elements come from; with its space, no dimension is called so."""
_MOST_ITEMS: Final = 3


class NotAdmitted(Exception):  # noqa: N818  (it is no error: these sizes are left out)
    """The annotation does not admit such sizes."""


@dataclass(frozen=True)
class Draw:
    """What values are made from."""

    case: Case
    used: set[str]
    """The knobs that were turned, which grows as values are made."""
    sizes: Mapping[str, int]
    """The names that are one size, those of the class as well."""
    rng: np.random.Generator
    dtype: np.dtype[Any]
    device: str

    def chosen(self, knob: str) -> Any:
        """The value of a knob."""
        self.used.add(knob)
        return self.case[knob]


class Part(Protocol):
    """A recipe for a value."""

    def knobs(self) -> Mapping[str, Knob]:
        """Its own knobs, beside the names in shapes."""
        ...

    def tensors(self) -> Sequence[TensorPart]:
        """The tensors in it."""
        ...

    def make(self, draw: Draw) -> Any:
        """The value; raises ``NotAdmitted`` for sizes that the annotation does not admit."""
        ...


@dataclass(frozen=True)
class Constant:
    """A value that is what it is."""

    value: Any

    def knobs(self) -> Mapping[str, Knob]:
        return {}

    def tensors(self) -> Sequence[TensorPart]:
        return ()

    def make(self, draw: Draw) -> Any:
        return self.value


@dataclass(frozen=True)
class TensorPart:
    """A tensor of random elements."""

    path: str
    cls: type
    shape: Shape
    span: Range | None = None

    @property
    def called(self) -> tuple[str, ...]:
        """What it can be called in ``values``: its path, or the parameter."""
        return self.path, self.path.partition("[")[0]

    @property
    def span_names(self) -> frozenset[str]:
        """The dimensions in the formulas of its range."""
        formulas = [parse(end) for end in self.span or () if isinstance(end, str)]
        return frozenset(name for formula in formulas for name in names(formula))

    def knobs(self) -> Mapping[str, Knob]:
        found: dict[str, Knob] = {}
        for place, dim in enumerate(self.shape):
            if isinstance(dim, Unknown):
                found[f"{self.path}.shape[{place}]"] = Sizes()
            elif isinstance(dim, Pack) and not dim.name:
                found[f"*{self.path}.shape"] = Pile()
        return found

    def tensors(self) -> Sequence[TensorPart]:
        return (self,)

    def make(self, draw: Draw) -> Any:
        sizes: list[int] = []
        for place, dim in enumerate(self.shape):
            if isinstance(dim, Pack):
                sizes += draw.chosen(dim.name or f"*{self.path}.shape")
            else:
                knob = f"{self.path}.shape[{place}]"
                sizes.append(draw.chosen(knob) if isinstance(dim, Unknown) else admitted(dim, draw.sizes))
        return Tensor(to_device(self._elements(tuple(sizes), draw), draw.device))

    def _elements(self, shape: tuple[int, ...], draw: Draw) -> Any:
        if issubclass(self.cls, BoolTensor):
            return draw.rng.random(shape) < 0.5
        if self.span is None:
            return draw.rng.standard_normal(shape).astype(draw.dtype)
        low, high = (_number(bound, draw.sizes) for bound in self.span)
        if not low < high:
            raise NotAdmitted(f"no number is from {low} to {high}")
        if issubclass(self.cls, IntTensor):
            return draw.rng.integers(int(low), int(high), shape)
        return draw.rng.uniform(low, high, shape).astype(draw.dtype)


@dataclass(frozen=True)
class OneOf:
    """One of several parts, chosen by what they are called."""

    path: str
    parts: Mapping[Any, Part] = field(hash=False)

    def knobs(self) -> Mapping[str, Knob]:
        inner = {name: knob for part in self.parts.values() for name, knob in part.knobs().items()}
        return {self.path: Choice(tuple(self.parts)), **inner}

    def tensors(self) -> Sequence[TensorPart]:
        return [tensor for part in self.parts.values() for tensor in part.tensors()]

    def make(self, draw: Draw) -> Any:
        return self.parts[draw.chosen(self.path)].make(draw)


@dataclass(frozen=True)
class Group:
    """A tuple, list or dict of parts; unless *fixed*, as many of them as the knob ``len(path)`` says."""

    path: str
    kind: type
    parts: Sequence[Part]
    fixed: bool

    def knobs(self) -> Mapping[str, Knob]:
        inner = {name: knob for part in self.parts for name, knob in part.knobs().items()}
        return inner if self.fixed else {f"len({self.path})": Sizes(1, len(self.parts)), **inner}

    def tensors(self) -> Sequence[TensorPart]:
        return [tensor for part in self.parts for tensor in part.tensors()]

    def make(self, draw: Draw) -> Any:
        taken = self.parts if self.fixed else self.parts[: draw.chosen(f"len({self.path})")]
        items = [part.make(draw) for part in taken]
        return dict(zip(_KEYS, items, strict=False)) if self.kind is dict else self.kind(items)


_KEYS = ("a", "b", "c")


def part_of(path: str, hint: Any, spans: Mapping[str, Range]) -> Part:
    """The recipe for values of *hint*.

    Args:
        path: what the value is called: a parameter, or ``pair[0]``.
        hint: the annotation.
        spans: between which numbers the elements of tensors are, by path or by parameter.

    Raises:
        ValueError: nobody knows how to make such a value, or between which numbers integers are.
    """
    cls, shape = class_of(hint), shape_of(hint)
    origin, args = get_origin(hint), get_args(hint)
    if cls is not None and shape is not None:
        return _tensor(path, cls, shape, spans)
    if hint is None or hint is types.NoneType:
        return Constant(None)
    if hint is bool or origin is Literal:
        values = (False, True) if hint is bool else args
        return OneOf(path, {value: Constant(value) for value in values})
    if origin in (typing.Union, types.UnionType):
        options = sorted(args, key=lambda option: option is not types.NoneType)
        return OneOf(path, {_label(option): part_of(path, option, spans) for option in options})
    if origin is tuple and Ellipsis not in args:
        return Group(path, tuple, [part_of(f"{path}[{i}]", arg, spans) for i, arg in enumerate(args)], fixed=True)
    if origin in (tuple, list):
        items = [part_of(f"{path}[{i}]", args[0], spans) for i in range(_MOST_ITEMS)]
        return Group(path, origin, items, fixed=False)
    if origin is dict and args[0] is str:
        items = [part_of(f"{path}[{key!r}]", args[1], spans) for key in _KEYS]
        return Group(path, dict, items, fixed=False)
    given = f'arguments={{"{path.partition("[")[0]}": ...}}'
    raise ValueError(f'check_contract cannot make the argument "{path}", a {spell(hint)}: give it, {given}')


def admitted(dim: Dim, sizes: Mapping[str, int]) -> int:
    """The size that *dim* is.

    Raises:
        NotAdmitted: it is below 1, as no size of a tensor in a model is, or undefined.
    """
    try:
        size = evaluate(dim, sizes)
    except DimError as error:
        raise NotAdmitted(str(error)) from None
    if size < 1:
        raise NotAdmitted(f"{dim} is {size}")
    return size


def free_names(shapes: Sequence[Shape]) -> tuple[list[str], list[str]]:
    """The names in *shapes*, in order: those of one size, and those of packs."""
    single: dict[str, None] = {}
    packs: dict[str, None] = {}
    for dim in (dim for shape in shapes for dim in shape):
        if isinstance(dim, Pack):
            packs |= {dim.name: None} if dim.name else {}
        elif isinstance(dim, Expr):
            single |= dict.fromkeys(sorted(names(dim)))
    return list(single), list(packs)


def _tensor(path: str, cls: type, shape: Shape, spans: Mapping[str, Range]) -> TensorPart:
    span = None if issubclass(cls, BoolTensor) else spans.get(path, spans.get(path.partition("[")[0]))
    if span is not None:
        _check_span(path, span)
    elif issubclass(cls, IntTensor):
        wanted = f'values={{"{path}": (0, 10)}}, the second excluded'
        raise ValueError(f'check_contract expects the range of the integers in "{path}": {wanted}')
    return TensorPart(path, cls, shape, span)


def _check_span(path: str, span: object) -> None:
    numbers = isinstance(span, tuple) and len(span) == 2 and all(isinstance(end, int | float | str) for end in span)
    if not numbers:
        wanted = "(low, high), numbers or formulas of dimensions"
        raise ValueError(f'check_contract expects the range of "{path}" to be {wanted}, got {span!r}')


def _label(option: Any) -> str | None:
    return None if option is types.NoneType else spell(option)


def _number(bound: float | str, sizes: Mapping[str, int]) -> float:
    try:
        return evaluate(parse(bound), sizes) if isinstance(bound, str) else bound
    except DimError as error:
        raise NotAdmitted(str(error)) from None
