"""Constructors of modules: sizes go from the arguments into the type.

``Conv2d(3, 16, 3)`` is ``Conv2d[Literal[3], Literal[16], Literal[3], Literal[1], ...]``: for each type parameter, the
value of the argument annotated with it; else what the type says already (``Conv2d[L[3], ...]()``); else its default.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, cast

from mypy.checker import TypeChecker
from mypy.expandtype import expand_type, expand_type_by_instance
from mypy.maptype import map_instance_to_supertype
from mypy.nodes import CallExpr, Context, RefExpr, TypeAlias, TypeInfo
from mypy.plugin import FunctionContext, FunctionSigContext
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
    UnionType,
    flatten_nested_unions,
    get_proper_type,
)

from shapenet.dims import UNKNOWN, Dim, Unknown
from shapenet.errors import ShapeError
from shapenet.mypy_plugin.modules.layers import rule_of
from shapenet.mypy_plugin.report import fail
from shapenet.mypy_plugin.source.folding import check_facts, extent, lens_at, variable_of
from shapenet.mypy_plugin.types.classes import MODULE, SIZE
from shapenet.mypy_plugin.types.lens import Lens, Lookup
from shapenet.mypy_plugin.types.sizes import is_size_name

_KINDS: Final = frozenset(f"builtins.{kind}" for kind in ("int", "float", "bool", "str", "tuple"))
"""The classes of hyperparameters, beside pairs and None."""


def constructed(context: FunctionContext, lookup: Lookup) -> Type:
    """The type of a module that is being constructed; sizes that cannot be are reported."""
    instance = get_proper_type(context.default_return_type)
    if not isinstance(instance, Instance) or not instance.type.has_base(MODULE):
        return lens_at(context, lookup).canonical(context.default_return_type)
    if instance.type.has_type_var_tuple_type or not instance.type.type_vars:
        return instance
    lens = lens_at(context, lookup)
    arguments: dict[str, Type] = {}
    missing: list[str] = []
    annotated = annotated_with(instance.type, context.callee_arg_names)
    written = _is_written_with_sizes(context.context)
    for variable, in_type in zip(instance.type.defn.type_vars, instance.args, strict=True):
        if not _is_size(variable):
            arguments[variable.name] = in_type  # mypy has found it from the arguments
            continue
        parameter = annotated.get(variable.name)
        given = _given(context, lens, parameter)
        if given is None and _says_size(in_type) and (written or parameter is None):
            arguments[variable.name] = in_type
        elif given is not None and written and _says_size(in_type) and _takes_int(instance.type, parameter):
            _compare(context, lens, f"{instance.type.name} has {parameter}", in_type, given)
            arguments[variable.name] = in_type
        elif given is not None and not (isinstance(given, NoneType) and _has_default(variable)):
            fits = is_subtype(given, variable.upper_bound)  # mypy says what is no pair, or no bool
            arguments[variable.name] = given if fits else lens.type_of(UNKNOWN)
        elif _has_default(variable):
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
        check_facts(context, lens, built)
    except ShapeError as error:
        fail(context, str(error))
    return built


def _compare(context: FunctionContext, lens: Lens, subject: str, in_type: Type, given: Type) -> None:
    """Report an argument that is not the size in the type: ``Conv2d[L[3], L[16], L[3]](4)``."""
    size, argument = lens.hyperparameter(in_type), lens.hyperparameter(given)
    if not isinstance(argument, Unknown) and size != argument:
        fail(context, f"{subject}={size} in its type, got {argument}")


def sized(context: FunctionContext, lookup: Lookup) -> Type:
    """The type of what is no module: ``Config(16)`` is a ``Config[Literal[16]]``, unless a wider one is expected."""
    instance = get_proper_type(context.default_return_type)
    if not isinstance(instance, Instance):
        return instance
    lens, annotated = lens_at(context, lookup), annotated_with(instance.type, context.callee_arg_names)
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
        variable = variable_of(formal)
        return variable.upper_bound if variable is not None and variable.id in own and _is_size(variable) else formal

    return signature.copy_modified(arg_types=[relaxed(formal) for formal in signature.arg_types])


def _is_size(variable: TypeVarLikeType) -> bool:
    """Whether it stands for a size, or for another hyperparameter."""
    kinds = map(get_proper_type, flatten_nested_unions([variable.upper_bound]))
    return all(
        isinstance(kind, TupleType | NoneType) or (isinstance(kind, Instance) and kind.type.fullname in _KINDS)
        for kind in kinds
    )


def annotated_with(info: TypeInfo, parameters: Sequence[str | None]) -> dict[str, str]:
    """From each type parameter to the constructor's parameter that is annotated with just it, or it or int."""
    init = info.get_method("__init__")
    if init is None or not isinstance(init.type, FunctionLike):
        return {}
    own = Instance(info, list(info.defn.type_vars))
    result: dict[str, str] = {}
    for signature in init.type.items:
        if list(signature.arg_names[1:]) != list(parameters):
            continue
        seen = expand_type_by_instance(signature, map_instance_to_supertype(own, init.info))
        assert isinstance(seen, CallableType)
        for name, formal in zip(seen.arg_names[1:], seen.arg_types[1:], strict=True):
            variable = variable_of(formal)
            if variable is not None and name is not None:
                result.setdefault(variable.name, name)
    return result


def _takes_int(info: TypeInfo, parameter: str | None) -> bool:
    """Whether it is annotated with ``In | int``: mypy does not compare the argument with the type then."""
    init = info.get_method("__init__")
    if init is None or not isinstance(init.type, CallableType) or parameter not in init.type.arg_names:
        return False
    return isinstance(get_proper_type(init.type.arg_types[init.type.arg_names.index(parameter)]), UnionType)


def _has_default(variable: TypeVarLikeType) -> bool:
    """Whether a size may be left out; ``Any`` as its default is for those without the plugin."""
    return variable.has_default() and not isinstance(get_proper_type(variable.default), AnyType)


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


def _is_written_with_sizes(call: Context) -> bool:
    """Whether the class may have its sizes in what is called, as ``Conv2d[L[3], L[16], L[3]]`` has.

    If not, mypy has a size from the type it expects, of which the running program knows nothing, or from a default.
    """
    callee = call.callee if isinstance(call, CallExpr) else None
    node = callee.node if isinstance(callee, RefExpr) else None
    return not (isinstance(node, TypeInfo) or (isinstance(node, TypeAlias) and node.no_args))


def _says_size(typ: Type) -> bool:
    typ = get_proper_type(typ)
    return isinstance(typ, LiteralType | TypeVarType | TupleType | NoneType) or (
        isinstance(typ, Instance) and typ.type.fullname == SIZE
    )


def _type_of(lens: Lens, size: Dim | None) -> Type:
    return NoneType() if size is None else lens.type_of(size)
