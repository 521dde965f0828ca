"""The value of an int expression, followed through the names in it, and the facts in force around a call.

mypy gives ``2 * c`` the type int when ``c`` is a TypeVar, and a variable that is assigned this, too. So arithmetic is
read from the source: of the expression, and of what was assigned to the variables and attributes of ``self`` in it,
where that is one thing only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Final, cast

from mypy.checker import TypeChecker
from mypy.expandtype import expand_type_by_instance
from mypy.maptype import map_instance_to_supertype
from mypy.nodes import (
    ARG_POS,
    CallExpr,
    ConditionalExpr,
    Expression,
    FloatExpr,
    IntExpr,
    MemberExpr,
    NameExpr,
    OpExpr,
    RefExpr,
    StarExpr,
    TupleExpr,
    TypeInfo,
    UnaryExpr,
    Var,
)
from mypy.plugin import CheckerPluginInterface, MethodContext
from mypy.types import AnyType, Instance, TupleType, Type, TypeVarType, UnionType, get_proper_type
from mypy.typevars import fill_typevars

from shapenet.dims import UNKNOWN, Dim, Expr, Unknown, combine, names
from shapenet.dims.facts import check_divisible, check_equal
from shapenet.errors import DimError
from shapenet.mypy_plugin.report import HookContext
from shapenet.mypy_plugin.source.bindings import constructor, is_self
from shapenet.mypy_plugin.source.scope import Scope
from shapenet.mypy_plugin.types.lens import Extent, Fact, Lens, Lookup

CHECKS: Final[Mapping[str, Callable[[Dim, Dim], None]]] = {
    "assert_divisible": check_divisible,
    "assert_equal": check_equal,
}


def lens_at(context: HookContext, lookup: Lookup) -> Lens:
    """The lens for types in the place where *context* is: it knows the facts that are asserted there."""
    return Lens(lookup, partial(_facts, cast("TypeChecker", context.api), context.context.line))


def extent(api: CheckerPluginInterface, lens: Lens, typ: Type, expression: Expression) -> Extent:
    """The size, or sizes, that an argument has: from its type, else folded from its expression."""
    found = lens.extent(variable_of(typ) or typ)
    if isinstance(found, tuple) and isinstance(expression, TupleExpr):
        if any(isinstance(item, StarExpr) for item in expression.items):
            return found  # an item of the text is several of the type
        proper = get_proper_type(typ)
        assert isinstance(proper, TupleType)
        pairs = zip(proper.items, expression.items, strict=False)
        return tuple(dim for t, e in pairs if not isinstance(dim := extent(api, lens, t, e), tuple))
    return _Folder(cast("TypeChecker", api), lens).fold(expression) if isinstance(found, Unknown) else found


def power_of_size(context: MethodContext, lookup: Lookup) -> Type:
    """``head_size**0.5`` is a float: to mypy it is ``Any``, as the power of a negative int is complex."""
    base = context.context.left if isinstance(context.context, OpExpr) else context.args[0][0]
    size = extent(context.api, lens_at(context, lookup), context.arg_types[0][0], base)
    is_size = isinstance(size, Expr) or (isinstance(size, int) and size >= 0)
    untyped = isinstance(get_proper_type(context.default_return_type), AnyType)
    return context.type if is_size and untyped else context.default_return_type


def check_facts(context: HookContext, lens: Lens, made: Instance) -> None:
    """Check what the ``__init__`` of an object that is *made* asserts, if its source is in this module.

    Raises:
        ShapeError: it is known to be wrong.
    """
    checker = cast("TypeChecker", context.api)
    for owner, call in Scope(checker).construction(made.type):
        size, other = (_Folder(checker, lens).told(owner, argument, made) for argument in _arguments(call))
        CHECKS[_kind(call)](size, other)


def _facts(checker: TypeChecker, line: int, lens: Lens) -> Iterator[Fact]:
    """What is asserted around a line; each fact is read by the light of those before."""
    scope, around = Scope(checker), Scope(checker).around
    if around is not None:
        for owner, call in scope.construction(around):
            size, other = (_Folder(checker, lens).constructed(owner, a, around) for a in _arguments(call))
            yield _kind(call), size, other
    for call in scope.assertions(line):
        size, other = (_Folder(checker, lens).fold(argument) for argument in _arguments(call))
        yield _kind(call), size, other


def _kind(call: CallExpr) -> str:
    assert isinstance(call.callee, RefExpr)
    return call.callee.fullname.rpartition(".")[2]


def _arguments(call: CallExpr) -> list[Expression]:
    """The two arguments of an assertion, in order; what mypy refuses says nothing."""
    swapped = call.arg_names[0] not in (None, "size")
    return [*reversed(call.args)] if swapped else call.args


class _Folder:
    """Computes int expressions of the place that is being checked, or of the ``__init__`` of the class *within*."""

    def __init__(self, checker: TypeChecker, lens: Lens, within: TypeInfo | None = None) -> None:
        self.checker = checker
        self.lens = lens
        self.scope = Scope(checker)
        self.within = within
        self.known = lens.followed

    def fold(self, expression: Expression) -> Dim:
        """The value, by the facts that are known."""
        return self.lens.settled(self._fold(expression))

    def constructed(self, owner: TypeInfo, expression: Expression, around: TypeInfo) -> Dim:
        """The value of an expression in the ``__init__`` of *owner*, as it is in the class *around*."""
        if around is owner and (self.within is owner or constructor(owner) in self.scope.stack):
            return self.fold(expression)
        this = fill_typevars(around)
        return self.told(owner, expression, this) if isinstance(this, Instance) else UNKNOWN

    def told(self, owner: TypeInfo, expression: Expression, this: Instance) -> Dim:
        """The value of an expression in the ``__init__`` of *owner*, for an object of the type *this*."""
        inner = _Folder(self.checker, Lens(self.lens.lookup), owner)
        dim = inner.fold(expression)
        own = {variable.id for variable in owner.defn.type_vars}
        if any(inner.lens.variables[name].id not in own for name in names(dim)):
            return UNKNOWN  # a TypeVar of the __init__ alone
        return self.lens.dim(expand_type_by_instance(inner.lens.type_of(dim), map_instance_to_supertype(this, owner)))

    def _fold(self, expression: Expression) -> Dim:
        match expression:
            case IntExpr():
                return expression.value
            case FloatExpr() if expression.value.is_integer():
                return int(expression.value)  # scale_factor=2.0; where no float may stand, mypy says so
            case UnaryExpr(op="-"):
                return -self.fold(expression.expr)
            case OpExpr():
                try:
                    result = combine(expression.op, self.fold(expression.left), self.fold(expression.right))
                except DimError:
                    return UNKNOWN
                return UNKNOWN if result is None else result
            case ConditionalExpr():
                one, other = self.fold(expression.if_expr), self.fold(expression.else_expr)
                return one if one == other else UNKNOWN
            case CallExpr(callee=RefExpr(fullname="builtins.int"), args=[argument], arg_kinds=[kind]):
                return self.fold(argument) if kind == ARG_POS else UNKNOWN
        typ = self._type(expression)
        found = UNKNOWN if typ is None else self.lens.dim(variable_of(typ) or typ)
        return self._followed(expression) if isinstance(found, Unknown) and _may_be_int(typ) else found

    def _type(self, expression: Expression) -> Type | None:
        """The type that mypy has found, or else that of the variable."""
        typ = self.checker.lookup_type_or_none(expression)
        if typ is None and isinstance(expression, NameExpr) and isinstance(expression.node, Var):
            return expression.node.type
        return typ

    def _followed(self, expression: Expression) -> Dim:
        """The value of what was assigned to a name, or to an attribute of ``self``."""
        if isinstance(expression, NameExpr):
            key: object = expression.node
        elif isinstance(expression, MemberExpr):
            key = (self._class_of(expression.expr), expression.name)
        else:
            return UNKNOWN
        _ = self.lens.facts  # first, as they may speak of this very name
        if key not in self.known:
            self.known[key] = UNKNOWN  # until it is known: a name may be assigned to itself
            self.known[key] = self._assigned(expression)
        return self.known[key]

    def _assigned(self, expression: NameExpr | MemberExpr) -> Dim:
        if isinstance(expression, NameExpr):
            also = None if self.within is None else constructor(self.within)
            variable = expression.node
            value = self.scope.value_of(variable, also) if isinstance(variable, Var) else None
            return UNKNOWN if value is None else self.fold(value)
        around = self._class_of(expression.expr)
        if around is None:
            return UNKNOWN
        symbol = around.get(expression.name)
        if symbol is None or not isinstance(symbol.node, Var) or not isinstance(symbol.node.info, TypeInfo):
            return UNKNOWN
        owner = symbol.node.info
        value = self.scope.attribute_of(owner, expression.name)
        return UNKNOWN if value is None else self.constructed(owner, value, around)

    def _class_of(self, receiver: Expression) -> TypeInfo | None:
        """The class whose ``self`` that is."""
        init = None if self.within is None else constructor(self.within)
        return self.within if init is not None and is_self(receiver, init) else self.scope.class_of(receiver)


def variable_of(formal: Type) -> TypeVarType | None:
    """The type parameter that a parameter is annotated with, as ``In`` or ``In | int``."""
    typ = get_proper_type(formal)
    items = [get_proper_type(item) for item in typ.items] if isinstance(typ, UnionType) else [typ]
    if len(items) == 2 and isinstance(items[1], Instance) and items[1].type.fullname == "builtins.int":
        items.pop()
    return items[0] if len(items) == 1 and isinstance(items[0], TypeVarType) else None


def _may_be_int(typ: Type | None) -> bool:
    proper = None if typ is None else get_proper_type(typ)
    return proper is None or (isinstance(proper, Instance) and proper.type.fullname == "builtins.int")
