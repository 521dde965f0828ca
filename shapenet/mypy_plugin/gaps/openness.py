"""Which sizes in a type are unknown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from mypy.type_visitor import TypeQuery
from mypy.types import (
    AnyType,
    CallableType,
    Instance,
    TupleType,
    Type,
    TypeOfAny,
    TypeVarType,
    UninhabitedType,
    UnpackType,
    get_proper_type,
)

from shapenet.dims import Pack, Shape, Unknown
from shapenet.mypy_plugin.types.classes import MODULE, as_tensor
from shapenet.mypy_plugin.types.lens import Lens
from shapenet.rules import show

_PARAMETERS: Final = "shapenet.nn.parameter."
_WRITTEN: Final = frozenset({TypeOfAny.explicit, TypeOfAny.unannotated, TypeOfAny.from_unimported_type})
"""The kinds of ``Any`` that come from the program; the others stand for what was reported, or is ours."""


def unknowns(lens: Lens, typ: Type, deep: bool) -> list[str]:
    """What is unknown in *typ*, in words.

    Without *deep*, parameters in a collection do not count, nor what is in a dict: no type could say their shapes.
    """
    return typ.accept(_Unknowns(lens, deep))


def has_unknown(lens: Lens, typ: Type) -> bool:
    """Whether *typ* has an unknown size in it, or is unknown altogether because of one."""
    proper = get_proper_type(typ)
    if isinstance(proper, AnyType):
        return not is_written_any(proper)
    return bool(unknowns(lens, proper, deep=True))


def is_written_any(typ: Type) -> bool:
    """Whether *typ* is ``Any`` because the program says so, or says nothing."""
    proper = get_proper_type(typ)
    while isinstance(proper, AnyType) and proper.source_any is not None:
        proper = proper.source_any
    return isinstance(proper, AnyType) and proper.type_of_any in _WRITTEN


def is_unbound(typ: Type) -> bool:
    """Whether mypy found no value for a name in *typ*: no argument says it."""
    return typ.accept(_Nothings())


def is_mistaken(typ: Type) -> bool:
    """Whether there is an ``Any`` in *typ* that stands for something reported."""
    return typ.accept(_Mistakes())


def mentions_sizes(typ: Type) -> bool:
    """Whether there is a tensor in *typ*, or a module with sizes in its type."""
    return typ.accept(_Sized())


def open_places(shape: Shape) -> str:
    """Which dimensions of *shape* are unknown, in words; empty if none is."""
    if Pack() in shape:
        return "the number of dimensions is unknown"
    places = [place for place, dim in enumerate(shape) if isinstance(dim, Unknown)]
    if not places:
        return ""
    many = "dimensions" if len(places) > 1 else "dimension"
    return f"{many} {joined(places)} of {show(shape)} {'are' if len(places) > 1 else 'is'} unknown"


def joined(items: Sequence[object]) -> str:
    """``1, 2 and 3``."""
    *others, last = map(str, items)
    return f"{', '.join(others)} and {last}" if others else last


class _Unknowns(TypeQuery[list[str]]):
    def __init__(self, lens: Lens, deep: bool) -> None:
        super().__init__()
        self.lens = lens
        self.deep = deep
        self.collected = False

    def strategy(self, items: list[list[str]]) -> list[str]:
        return [problem for item in items for problem in item]

    def visit_callable_type(self, t: CallableType, /) -> list[str]:
        return []  # its result is looked at when it is called

    def visit_instance(self, t: Instance, /) -> list[str]:
        if as_tensor(t) is not None:
            return self._of_tensor(t)
        if t.type.has_base(MODULE):
            return self._of_module(t)
        if not self.deep and t.type.has_base("typing.Mapping"):
            return []
        outside, self.collected = self.collected, True
        try:
            return super().visit_instance(t)
        finally:
            self.collected = outside

    def _of_tensor(self, tensor: Instance) -> list[str]:
        if self.collected and not self.deep and tensor.type.fullname.startswith(_PARAMETERS):
            return []
        problem = open_places(self.lens.shape_of(tensor) or ())
        return [problem] if problem else []

    def _of_module(self, module: Instance) -> list[str]:
        found: list[str] = []
        plain = not module.type.has_type_var_tuple_type
        for place, argument in enumerate(map(get_proper_type, module.args)):
            parts = argument.items if plain and isinstance(argument, TupleType) else [argument]
            if any(isinstance(get_proper_type(part), AnyType) for part in parts):
                name = module.type.defn.type_vars[place].name if plain else str(place)
                found.append(f"{name} of {module.type.name} is unknown")
            elif not isinstance(argument, UnpackType | TypeVarType):
                found += argument.accept(self)
        return found


class _Sized(TypeQuery[bool]):
    def strategy(self, items: list[bool]) -> bool:
        return any(items)

    def visit_callable_type(self, t: CallableType, /) -> bool:
        return False

    def visit_instance(self, t: Instance, /) -> bool:
        return as_tensor(t) is not None or (t.type.has_base(MODULE) and bool(t.args)) or super().visit_instance(t)


class _Mistakes(TypeQuery[bool]):
    def strategy(self, items: list[bool]) -> bool:
        return any(items)

    def visit_any(self, t: AnyType, /) -> bool:
        return t.type_of_any == TypeOfAny.from_error


class _Nothings(TypeQuery[bool]):
    def strategy(self, items: list[bool]) -> bool:
        return any(items)

    def visit_uninhabited_type(self, t: UninhabitedType, /) -> bool:
        return True
