"""Constructors of modules: sizes go from the arguments into the type.

``Conv2d(3, 16, 3)`` is ``Conv2d[Literal[3], Literal[16], Literal[3], Literal[1], ...]``: for each type parameter, the
value of the argument annotated with it; else what the type says already (``Conv2d[L[3], ...]()``); else its default.
"""

from __future__ import annotations

from typing import Final, cast

from mypy.checker import TypeChecker
from mypy.expandtype import expand_type, expand_type_by_instance
from mypy.maptype import map_instance_to_supertype
from mypy.nodes import Expression, IntExpr, OpExpr, StarExpr, TupleExpr, TypeInfo, UnaryExpr
from mypy.plugin import CheckerPluginInterface, FunctionContext, FunctionSigContext
from mypy.subtypes import is_subtype
from mypy.types import (
    AnyType,
    CallableType,
    FunctionLike,
    Instance,
    LiteralType,
    NoneType,
    TupleType,
    Type,
    TypeOfAny,
    TypeVarLikeType,
    TypeVarType,
    flatten_nested_unions,
    get_proper_type,
)

from shapenet.dims import UNKNOWN, Dim, Unknown, combine
from shapenet.errors import DimError, ShapeError
from shapenet.mypy_plugin.layers import rule_of
from shapenet.mypy_plugin.lens import MODULE, SIZE, Extent, Lens, Lookup
from shapenet.mypy_plugin.report import fail
from shapenet.mypy_plugin.sizes import is_size_name

_KINDS: Final = frozenset(f"builtins.{kind}" for kind in ("int", "float", "bool", "str", "tuple"))
"""The classes of hyperparameters, beside pairs and None."""


def constructed(context: FunctionContext, lookup: Lookup) -> Type:
    """The type of a module that is being constructed; sizes that cannot be are reported."""
    instance = get_proper_type(context.default_return_type)
    if not isinstance(instance, Instance) or not instance.type.has_base(MODULE):
        return Lens(lookup).canonical(context.default_return_type)
    if instance.type.has_type_var_tuple_type or not instance.type.type_vars:
        return instance
    lens = Lens(lookup)
    arguments: dict[str, Type] = {}
    missing: list[str] = []
    annotated = _annotated_with(instance.type, context)
    for variable, in_type in zip(instance.type.defn.type_vars, instance.args, strict=True):
        if not _is_size(variable):
            arguments[variable.name] = in_type  # mypy has found it from the arguments
            continue
        parameter = annotated.get(variable.name)
        given = _given(context, lens, parameter)
        if given is None and _says_size(in_type):
            arguments[variable.name] = in_type
        elif given is not None and not (isinstance(given, NoneType) and variable.has_default()):
            fits = is_subtype(given, variable.upper_bound)  # mypy says what is no pair, or no bool
            arguments[variable.name] = given if fits else lens.type_of(UNKNOWN)
        elif variable.has_default():
            known = {v.id: arguments[v.name] for v in instance.type.defn.type_vars if v.name in arguments}
            arguments[variable.name] = expand_type(variable.default, known)
        else:
            missing += [parameter] if parameter else []
            arguments[variable.name] = AnyType(TypeOfAny.special_form)
    built = instance.copy_modified(args=list(arguments.values()))
    if missing:
        fail(context, f"{instance.type.name} needs {', '.join(missing)}, as an argument or in its type")
        return built
    try:
        rule_of(lens, built)
    except ShapeError as error:
        fail(context, str(error))
    return built


def sized(context: FunctionContext, lookup: Lookup) -> Type:
    """The type of what is no module: ``Config(16)`` is a ``Config[Literal[16]]``, unless a wider one is expected."""
    instance = get_proper_type(context.default_return_type)
    if not isinstance(instance, Instance):
        return instance
    lens, annotated = Lens(lookup), _annotated_with(instance.type, context)
    arguments = list(instance.args)
    for place, variable in enumerate(instance.type.defn.type_vars):
        given = _given(context, lens, annotated.get(variable.name)) if is_size_name(variable) else None
        if given is not None and _says_size(given):
            arguments[place] = given
    built = instance.copy_modified(args=arguments)
    expected = cast("TypeChecker", context.api).expr_checker.type_context[-1]
    wider = expected is not None and is_subtype(instance, expected) and not is_subtype(built, expected)
    return instance if wider else built


def relax_sizes(context: FunctionSigContext) -> FunctionLike:
    """The constructor's signature with any size allowed where a type parameter stands.

    mypy would else take sizes from the type it expects, and find that the int ``16 * 4 * 4`` is no ``Literal[256]``.
    """
    signature = context.default_signature
    if not isinstance(signature, CallableType) or not signature.is_type_obj():
        return signature
    own = {variable.id for variable in signature.variables}

    def relaxed(formal: Type) -> Type:
        typ = get_proper_type(formal)
        return typ.upper_bound if isinstance(typ, TypeVarType) and typ.id in own and _is_size(typ) else formal

    return signature.copy_modified(arg_types=[relaxed(formal) for formal in signature.arg_types])


def _is_size(variable: TypeVarLikeType) -> bool:
    """Whether it stands for a size, or for another hyperparameter."""
    kinds = map(get_proper_type, flatten_nested_unions([variable.upper_bound]))
    return all(
        isinstance(kind, TupleType | NoneType) or (isinstance(kind, Instance) and kind.type.fullname in _KINDS)
        for kind in kinds
    )


def extent(api: CheckerPluginInterface, lens: Lens, typ: Type, expression: Expression) -> Extent:
    """The size, or sizes, that an argument has: from its type, else folded from its expression.

    mypy gives ``2 * c`` the type int when ``c`` is a TypeVar, so arithmetic is read from the source.
    """
    found = lens.extent(typ)
    if isinstance(found, tuple) and isinstance(expression, TupleExpr):
        if any(isinstance(item, StarExpr) for item in expression.items):
            return found  # an item of the text is several of the type
        proper = get_proper_type(typ)
        assert isinstance(proper, TupleType)
        pairs = zip(proper.items, expression.items, strict=False)
        return tuple(dim for t, e in pairs if not isinstance(dim := extent(api, lens, t, e), tuple))
    return _fold(api, lens, expression) if isinstance(found, Unknown) else found


def _fold(api: CheckerPluginInterface, lens: Lens, expression: Expression) -> Dim:
    if isinstance(expression, IntExpr):
        return expression.value
    if isinstance(expression, UnaryExpr) and expression.op == "-":
        return -_fold(api, lens, expression.expr)
    if isinstance(expression, OpExpr):
        try:
            left, right = _fold(api, lens, expression.left), _fold(api, lens, expression.right)
            result = combine(expression.op, left, right)
        except DimError:
            return UNKNOWN
        return UNKNOWN if result is None else result
    return lens.dim(api.get_expression_type(expression))


def _annotated_with(info: TypeInfo, context: FunctionContext) -> dict[str, str]:
    """From each type parameter to the constructor parameter that is annotated with just it."""
    init = info.get_method("__init__")
    if init is None or not isinstance(init.type, FunctionLike):
        return {}
    own = Instance(info, list(info.defn.type_vars))
    result: dict[str, str] = {}
    for signature in init.type.items:
        if list(signature.arg_names[1:]) != list(context.callee_arg_names):
            continue
        seen = expand_type_by_instance(signature, map_instance_to_supertype(own, init.info))
        assert isinstance(seen, CallableType)
        for name, formal in zip(seen.arg_names[1:], seen.arg_types[1:], strict=True):
            typ = get_proper_type(formal)
            if isinstance(typ, TypeVarType) and name is not None:
                result.setdefault(typ.name, name)
    return result


def _given(context: FunctionContext, lens: Lens, parameter: str | None) -> Type | None:
    if parameter is None or parameter not in context.callee_arg_names:
        return None
    place = context.callee_arg_names.index(parameter)
    if not context.arg_types[place]:
        return None
    if context.arg_kinds[place][0].is_star():  # Conv2d(*sizes): nobody knows which is which
        return lens.type_of(UNKNOWN)
    typ = context.arg_types[place][0]
    word = lens.word(typ)
    if word is not None:
        return lens.type_of_word(word)
    given = extent(context.api, lens, typ, context.args[place][0])
    if isinstance(given, tuple):
        return lens.tuple_of([_type_of(lens, size) for size in given])
    return _type_of(lens, given)


def _says_size(typ: Type) -> bool:
    typ = get_proper_type(typ)
    return isinstance(typ, LiteralType | TypeVarType | TupleType | NoneType) or (
        isinstance(typ, Instance) and typ.type.fullname == SIZE
    )


def _type_of(lens: Lens, size: Dim | None) -> Type:
    return NoneType() if size is None else lens.type_of(size)
