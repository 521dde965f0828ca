"""Constructors of modules that hold others: the type of each is kept where they are written out.

``Sequential(*[Conv2d(3, 16, 3), ReLU()])`` knows its layers as well as without the star; of what only a loop knows,
``Sequential(*(Block(16) for _ in range(n)))``, the type says ``*tuple[Block[16], ...]``. A ``ModuleList`` or
``ModuleDict`` whose members are written out and differ has the type of each as its second type argument.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from typing import Final, cast

from mypy.checker import TypeChecker
from mypy.expandtype import expand_type
from mypy.join import join_type_list
from mypy.nodes import (
    ARG_STAR,
    CallExpr,
    DictExpr,
    Expression,
    GeneratorExpr,
    ListComprehension,
    ListExpr,
    RefExpr,
    StarExpr,
    StrExpr,
    TupleExpr,
)
from mypy.plugin import FunctionContext, FunctionSigContext, MethodContext
from mypy.subtypes import is_same_type, is_subtype
from mypy.typeops import make_simplified_union
from mypy.types import (
    AnyType,
    CallableType,
    FunctionLike,
    Instance,
    NoneType,
    TupleType,
    Type,
    TypedDictType,
    TypeOfAny,
    TypeVarType,
    UnionType,
    UnpackType,
    get_proper_type,
)

from shapenet.mypy_plugin.modules.applying import SEQUENTIAL
from shapenet.mypy_plugin.source.displays import made_at, written_out
from shapenet.mypy_plugin.source.folding import extent, lens_at
from shapenet.mypy_plugin.types.classes import MODULE, as_base
from shapenet.mypy_plugin.types.lens import Lens, Lookup
from shapenet.rules.slicing import steps

LIST: Final = "shapenet.nn.module_list.ModuleList"
DICT: Final = "shapenet.nn.module_dict.ModuleDict"
_MOST_COUNTED: Final = 256
MOST_IN_UNION: Final = 16


def relax(context: FunctionSigContext, lookup: Lookup) -> FunctionLike:
    """The constructor with any modules allowed where they are written out: mypy would look for a type they all have."""
    signature = context.default_signature
    if not isinstance(signature, CallableType):
        return signature
    if signature.is_var_arg:  # ``*layers``; mypy itself allows no two parts of unknown number
        return signature.copy_modified(arg_types=[Instance(lookup(MODULE), [])])
    if not any(isinstance(given, ListExpr | TupleExpr | DictExpr) for given in itertools.chain(*context.args)):
        return signature
    bounds = {v.id: v.upper_bound for v in signature.variables if isinstance(v, TypeVarType)}
    return signature.copy_modified(arg_types=[expand_type(formal, bounds) for formal in signature.arg_types])


def sequential(context: FunctionContext, lookup: Lookup) -> Type:
    """``Sequential`` of the types of its layers."""
    instance = get_proper_type(context.default_return_type)
    if not isinstance(instance, Instance):
        return instance
    reader = _Reader(context, lens_at(context, lookup))
    layers: list[Type] = []
    read: Expression | None = None
    for kind, expression, typ in zip(context.arg_kinds[0], context.args[0], context.arg_types[0], strict=True):
        if kind is not ARG_STAR:
            layers.append(typ)
        elif expression is not read:  # mypy gives a ``*pair`` twice, once for each of its items
            layers += reader.items(expression, typ)
        read = expression
    return instance.copy_modified(args=reader.one_unpack(layers))


def module_list(context: FunctionContext, lookup: Lookup) -> Type:
    """``ModuleList`` of what its members have in common, and of each one's type if they differ."""
    if not context.arg_types or not context.arg_types[0]:
        return context.default_return_type
    reader = _Reader(context, lens_at(context, lookup))
    members = reader.items(context.args[0][0], context.arg_types[0][0])
    counted = members and not any(isinstance(member, UnpackType) for member in members)
    return _holder(context, members, reader.lens.tuple_of(members) if counted else None)


def module_dict(context: FunctionContext, lookup: Lookup) -> Type:
    """``ModuleDict`` of what its members have in common, and of each one's type by name if they differ."""
    if not context.arg_types or not context.arg_types[0]:
        return context.default_return_type
    expression, typ = context.args[0][0], context.arg_types[0][0]
    if not isinstance(expression, DictExpr) or not all(isinstance(name, StrExpr) for name, _ in expression.items):
        mapping = as_base(typ, "typing.Mapping")
        return _holder(context, [] if mapping is None else [mapping.args[1]], None)
    reader = _Reader(context, lens_at(context, lookup))
    named = {name.value: reader.type_of(item) for name, item in expression.items if isinstance(name, StrExpr)}
    fallback = Instance(lookup("typing._TypedDict"), [])
    return _holder(context, list(named.values()), TypedDictType(named, set(named), set(), fallback))


def _holder(context: FunctionContext, members: list[Type], each: Type | None) -> Type:
    instance = get_proper_type(context.default_return_type)
    if not isinstance(instance, Instance) or len(instance.args) != 2 or not members:
        return instance
    plain = [unpacked(member) for member in members]
    expected = cast("TypeChecker", context.api).expr_checker.type_context[-1]
    declared = None if expected is None else as_base(_without_none(expected), instance.type.fullname)
    if declared is not None and all(is_subtype(member, declared.args[0]) for member in plain):
        return instance.copy_modified(args=[declared.args[0], instance.args[1]])
    differ = any(not is_same_type(plain[0], member) for member in plain[1:])
    distinct = make_simplified_union(plain) if len(plain) <= MOST_IN_UNION else join_type_list(plain)
    return instance.copy_modified(args=[distinct, each if differ and each is not None else instance.args[1]])


def _without_none(typ: Type) -> Type:
    proper = get_proper_type(typ)
    items = proper.items if isinstance(proper, UnionType) else [proper]
    return next((item for item in items if not isinstance(get_proper_type(item), NoneType)), typ)


class _Reader:
    """The types of the items of an argument."""

    def __init__(self, context: FunctionContext | MethodContext, lens: Lens) -> None:
        self.context = context
        self.lens = lens

    def items(self, expression: Expression, typ: Type) -> list[Type]:
        """The type of each item, as far as their number is known."""
        expression = written_out(self.context.api, expression) or expression
        if isinstance(expression, CallExpr) and len(expression.args) == 1 and _is_list_of_modules(expression):
            (expression,) = expression.args  # ``*ModuleList([...])``
        if isinstance(expression, ListExpr | TupleExpr):
            parts = [self._part(item) for item in expression.items]
            return [item for part in parts for item in part]
        proper = get_proper_type(typ)
        if isinstance(proper, TupleType):
            return list(proper.items)
        inside = members_of(proper)
        if inside is not None:
            return inside
        made = expression.generator if isinstance(expression, ListComprehension) else expression
        if not isinstance(made, GeneratorExpr):
            return [self._unknown_number(self._item(proper))]
        common, count = self.type_of(made.left_expr), self.count(made)
        return [self._unknown_number(common)] if count is None else [common] * count

    def type_of(self, expression: Expression) -> Type:
        """What mypy has found before, or else finds now."""
        found = cast("TypeChecker", self.context.api).lookup_type_or_none(expression)
        return self.context.api.get_expression_type(expression) if found is None else found

    def one_unpack(self, types: list[Type]) -> list[Type]:
        """*types* with at most one part of unknown number: a type can hold no more."""
        packs = [place for place, typ in enumerate(types) if isinstance(typ, UnpackType)]
        if len(packs) < 2:
            return types
        between = make_simplified_union([unpacked(typ) for typ in types[packs[0] : packs[-1] + 1]])
        return [*types[: packs[0]], self._unknown_number(between), *types[packs[-1] + 1 :]]

    def _part(self, item: Expression) -> list[Type]:
        if isinstance(item, StarExpr):
            return self.items(item.expr, self.type_of(item.expr))
        return [self.type_of(item)]

    def _item(self, typ: Type) -> Type:
        checker = cast("TypeChecker", self.context.api)
        with checker.msg.filter_errors():  # mypy has said what cannot be iterated over
            return checker.analyze_iterable_item_type_without_expression(typ, self.context.context)[1]

    def _unknown_number(self, typ: Type) -> UnpackType:
        return UnpackType(Instance(self.lens.lookup("builtins.tuple"), [typ]))

    def count(self, made: GeneratorExpr) -> int | None:
        """How many items ``... for _ in range(4)`` has."""
        if len(made.sequences) > 1 or any(made.condlists):
            return None
        call = made.sequences[0]
        if not isinstance(call, CallExpr) or not isinstance(call.callee, RefExpr):
            return None
        if call.callee.fullname != "builtins.range" or any(kind.is_star() for kind in call.arg_kinds):
            return None
        bounds = [extent(self.context.api, self.lens, self.type_of(bound), bound) for bound in call.args]
        known = [bound for bound in bounds if isinstance(bound, int)]
        if len(known) < len(bounds) or not 1 <= len(known) <= 3 or known[2:] == [0]:
            return None
        count = steps(*known) if len(known) > 1 else max(known[0], 0)
        return count if count <= _MOST_COUNTED else None


def length(context: MethodContext, module_list: Expression, lookup: Lookup) -> int | None:
    """How many members a ``ModuleList`` has, if it is made where that is written, and never changed."""
    made = made_at(context.api, module_list)
    if made is None or not _is_list_of_modules(made):
        return None
    given = made.args[0] if len(made.args) == 1 else None
    given = given.generator if isinstance(given, ListComprehension) else given
    if isinstance(given, GeneratorExpr):
        return _Reader(context, lens_at(context, lookup)).count(given)
    if not isinstance(given, ListExpr | TupleExpr) or any(isinstance(item, StarExpr) for item in given.items):
        return None
    return len(given.items)


def _is_list_of_modules(made: CallExpr) -> bool:
    return isinstance(made.callee, RefExpr) and made.callee.fullname == LIST


def members_of(typ: Type) -> list[Type] | None:
    """The types of the modules that a ``Sequential`` or a ``ModuleList`` has, if the type says them one by one."""
    layers = as_base(typ, SEQUENTIAL)
    if layers is not None:
        return list(layers.args)
    base = as_base(typ, LIST)
    each = None if base is None else get_proper_type(base.args[1])
    return list(each.items) if isinstance(each, TupleType) else None


def unpacked(typ: Type) -> Type:
    """The type of one of those that ``*tuple[Block[16], ...]`` stands for."""
    if not isinstance(typ, UnpackType):
        return typ
    inner = get_proper_type(typ.type)
    known = isinstance(inner, Instance) and inner.type.fullname == "builtins.tuple"
    return cast("Instance", inner).args[0] if known else AnyType(TypeOfAny.special_form)


CONSTRUCTORS: Final[Mapping[str, Callable[[FunctionContext, Lookup], Type]]] = {
    DICT: module_dict,
    LIST: module_list,
    SEQUENTIAL: sequential,
}
"""From the container to what its constructor makes."""
