"""Reads ``Tensor[B, 3, "H//2"]`` and ``Conv2d[3, 16, 3]`` in annotations: mypy itself knows no sizes there."""

from __future__ import annotations

from collections.abc import Set

from mypy.plugin import AnalyzeTypeContext
from mypy.types import (
    AnyType,
    EllipsisType,
    Instance,
    LiteralType,
    RawExpressionType,
    TupleType,
    Type,
    TypeOfAny,
    TypeVarTupleType,
    TypeVarType,
    UnboundType,
    UnpackType,
    get_proper_type,
)

from shapenet.dims import names, parse
from shapenet.errors import DimError
from shapenet.mypy_plugin.formula_names import awaits_names, formula_of
from shapenet.mypy_plugin.gaps import tracking
from shapenet.mypy_plugin.report import fail
from shapenet.mypy_plugin.types.classes import SIZE
from shapenet.mypy_plugin.types.lens import Lens, Lookup
from shapenet.mypy_plugin.types.words import described


def analyze_tensor(context: AnalyzeTypeContext, fullname: str, lookup: Lookup) -> Type:
    """The type that ``Tensor[...]``, ``Parameter[...]`` or ``Buffer[...]`` says; bare, a tensor of unknown shape."""
    if awaits_names(context):
        return AnyType(TypeOfAny.special_form)
    unbound = context.type
    anything = UnpackType(Instance(lookup("builtins.tuple"), [AnyType(TypeOfAny.special_form)]))
    if not unbound.args and not unbound.empty_tuple_index:
        arguments: list[Type] = [anything]
    else:
        items = [anything if isinstance(item, EllipsisType) else item for item in unbound.args]
        arguments = [_dimension(context, item, lookup) for item in analyze_arguments(context, items, lookup)]
    tensor = Instance(lookup(fullname), arguments, unbound.line, unbound.column)
    tracking.written(context, tensor, lookup)
    return tensor


def analyze_arguments(
    context: AnalyzeTypeContext, items: list[Type], lookup: Lookup, words: Set[str] = frozenset()
) -> list[Type]:
    """The type arguments *items*, analyzed, with ints, formulas and *words* allowed among them."""
    read = [_read(context, item, lookup, words) for item in items]
    # Analyzed as a tuple's items, because only there does mypy allow an Unpack.
    joined = TupleType(read, Instance(lookup("builtins.tuple"), [AnyType(TypeOfAny.special_form)]))
    analyzed = get_proper_type(context.api.analyze_type(joined))
    assert isinstance(analyzed, TupleType)
    return analyzed.items


def _read(context: AnalyzeTypeContext, item: Type, lookup: Lookup, words: Set[str]) -> Type:
    if isinstance(item, TupleType):  # a pair: Conv2d[3, 16, (3, 1)]
        return item.copy_modified(items=analyze_arguments(context, item.items, lookup))
    if isinstance(item, UnboundType) and item.original_str_expr in words:  # Conv2d[3, 16, 3, 1, "same"]
        return Lens(lookup).type_of_word(item.name)
    formula = formula_of(item)
    if formula is not None:
        return _formula(context, formula, item, lookup)
    if not isinstance(item, RawExpressionType):
        return item
    if isinstance(item.literal_value, int):
        kind = lookup(f"builtins.{type(item.literal_value).__name__}")  # MaxPool2d[2, 2, 0, 1, True]
        return LiteralType(item.literal_value, Instance(kind, []), item.line, item.column)
    if isinstance(item.literal_value, str):
        return _formula(context, item.literal_value, item, lookup)
    got = "" if item.literal_value is None else f", got {item.literal_value!r}"
    fail(context, f"a dimension must be an int, a name, an expression or Any{got}", item)
    return AnyType(TypeOfAny.from_error)


def _formula(context: AnalyzeTypeContext, text: str, where: Type, lookup: Lookup) -> Type:
    try:
        dim = parse(text)
    except DimError as error:
        fail(context, str(error), where)
        return AnyType(TypeOfAny.from_error)
    lens = Lens(lookup)
    for name in sorted(names(dim)):
        variable = get_proper_type(context.api.analyze_type(UnboundType(name, line=where.line, column=where.column)))
        if not isinstance(variable, TypeVarType):
            if not isinstance(variable, AnyType | UnboundType):  # mypy has reported what it does not know
                fail(context, f'dimension "{text}": {name} is not a TypeVar', where)
            return AnyType(TypeOfAny.from_error)
        lens.variables[name] = variable
    return lens.type_of(dim)


def _dimension(context: AnalyzeTypeContext, item: Type, lookup: Lookup) -> Type:
    """*item* if it can stand in a shape; a plain ``int`` is a size that nobody knows."""
    typ = get_proper_type(item)
    if isinstance(typ, AnyType | TypeVarType | UnpackType | TypeVarTupleType):
        return item
    if isinstance(typ, UnboundType):  # mypy has reported it
        return AnyType(TypeOfAny.from_error)
    if isinstance(typ, LiteralType) and type(typ.value) is int:
        if typ.value >= 0:
            return item
        fail(context, f"a dimension must be at least 0, got {typ.value}")
        return AnyType(TypeOfAny.from_error)
    if isinstance(typ, Instance) and typ.type.fullname == SIZE:
        return item
    if isinstance(typ, Instance) and typ.type.fullname == "builtins.int":
        return AnyType(TypeOfAny.special_form)
    fail(context, f"a dimension must be an int, a name, an expression or Any, got {described(Lens(lookup), typ)}")
    return AnyType(TypeOfAny.from_error)
