"""What counts dimensions and elements: ``x.size(0)``, ``x.ndim``, ``len(x)``, ``math.prod(x.shape)``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from mypy.nodes import TupleExpr
from mypy.types import Instance, LiteralType, TupleType, Type, TypeVarType, get_proper_type

from shapenet import rules
from shapenet.dims import Dim, Unknown, product
from shapenet.mypy_plugin.tensors.asking import Handler, known_int
from shapenet.mypy_plugin.tensors.reading import Call
from shapenet.mypy_plugin.types.classes import SIZE
from shapenet.mypy_plugin.types.lens import Lens


def _size(call: Call) -> Type | None:
    shape = call.receiver
    if not call.context.arg_types:
        return call.lens.tuple_of(call.lens.arguments(shape))
    place = rules.axis(shape, known_int(call.value("dim")), "size")
    return _type_of(call, rules.ranked(shape[place : place + 1])[0])


def _dim(call: Call) -> Type:
    return literal(call.lens, len(rules.ranked(call.receiver)))


def _numel(call: Call) -> Type | None:
    return _type_of(call, product(rules.ranked(call.receiver)))


def _len(call: Call) -> Type | None:
    first = rules.ranked(call.receiver[:1])
    return _type_of(call, first[0]) if first else None


def _prod(call: Call) -> Type | None:
    """Of a tuple whose sizes come from a shape; of one that is written out it stays a plain int."""
    typ = get_proper_type(call.context.arg_types[0][0])
    if (
        not isinstance(typ, TupleType)
        or any(call.context.arg_types[1:])
        or isinstance(call.context.args[0][0], TupleExpr)
    ):
        return None
    items = [get_proper_type(item) for item in typ.items]
    sizes = (
        isinstance(item, LiteralType | TypeVarType) or (isinstance(item, Instance) and item.type.fullname == SIZE)
        for item in items
    )
    return _type_of(call, product(map(call.lens.dim, items))) if items and all(sizes) else None


def literal(lens: Lens, value: int) -> Type:
    """The type of an int whose value is known, of which a variable remembers only that it is an int."""
    kind = Instance(lens.lookup("builtins.int"), [])
    return kind.copy_modified(last_known_value=LiteralType(value, kind))


def _type_of(call: Call, dim: Dim) -> Type | None:
    return None if isinstance(dim, Unknown) else call.lens.type_of(dim)


COUNTING: Final[Mapping[str, Handler]] = {"dim": _dim, "numel": _numel, "size": _size}
"""Methods."""

COUNTING_FUNCTIONS: Final[Mapping[str, Handler]] = {"builtins.len": _len, "math.prod": _prod}
"""Functions, by their full names."""
