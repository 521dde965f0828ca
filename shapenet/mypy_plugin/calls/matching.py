"""Calls of functions and methods whose parameters are tensors: ``def f(x: Tensor[B, 3, "2*H"], y: Tensor[H]) -> ...``.

mypy's own inference cannot solve ``2*H == 14``, takes the 16 of ``conv_bn(16, 2 * c)`` for an int, and words mismatches
as walls of types. So the signature hook takes the shapes and the sizes out of the parameters before mypy checks the
call, and hands the original signature on as the *return type* of the changed one; the hook after the check finds it
there, matches shapes and sizes with ``rules.bind``, and returns the real result. No state is kept between the two.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from mypy.expandtype import expand_type
from mypy.nodes import Expression
from mypy.plugin import FunctionContext, FunctionSigContext, MethodContext, MethodSigContext
from mypy.type_visitor import TypeQuery
from mypy.typeops import make_simplified_union
from mypy.types import (
    AnyType,
    CallableType,
    FunctionLike,
    Instance,
    LiteralType,
    NoneType,
    ProperType,
    TupleType,
    Type,
    TypeAliasType,
    TypeOfAny,
    TypeVarId,
    TypeVarTupleType,
    TypeVarType,
    UnionType,
    UnpackType,
    get_proper_type,
)

from shapenet import rules
from shapenet.dims import UNKNOWN, Dim, Pack, Shape, Unknown
from shapenet.errors import ShapeError
from shapenet.mypy_plugin.report import fail
from shapenet.mypy_plugin.source.folding import extent, lens_at
from shapenet.mypy_plugin.types.classes import SIZE, TENSOR, as_base, as_tensor
from shapenet.mypy_plugin.types.lens import Extent, Lens, Lookup
from shapenet.mypy_plugin.types.sizes import is_size_name

CallContext = FunctionContext | MethodContext
CARRIER: Final = "<signature with shapes>"
_MAX_CHOICES: Final = 16


def relax(context: FunctionSigContext | MethodSigContext, lookup: Lookup) -> FunctionLike:
    """The signature with any shape allowed for its tensors, and the original one as its return type."""
    signature = context.default_signature
    if not isinstance(signature, CallableType) or signature.is_type_obj():
        return signature
    sizes = frozenset(variable.id for variable in signature.variables if is_size_name(variable))
    formals = [_relaxed_size(formal, sizes) or _relaxed(formal, lookup, sizes) for formal in signature.arg_types]
    if formals == signature.arg_types:
        return signature
    kept = set(itertools.chain.from_iterable(formal.accept(_Variables()) for formal in formals))
    carrier = CallableType(
        signature.arg_types,
        signature.arg_kinds,
        signature.arg_names,
        signature.ret_type,
        signature.fallback,
        name=CARRIER,
        variables=[variable for variable in signature.variables if variable.id not in kept],
    )
    outer = [variable for variable in signature.variables if variable.id in kept]
    return signature.copy_modified(arg_types=formals, ret_type=carrier, variables=outer)


def carried(context: CallContext) -> CallableType | None:
    """The original signature, if ``relax`` changed it."""
    typ = get_proper_type(context.default_return_type)
    return typ if isinstance(typ, CallableType) and typ.name == CARRIER else None


def declared_result(context: CallContext, lookup: Lookup) -> Type:
    """The return type without knowledge of the arguments: names that they would bind are unknown."""
    signature = carried(context)
    if signature is None:
        return lens_at(context, lookup).canonical(context.default_return_type)
    return _result(signature, {}, lens_at(context, lookup))


def matched_result(context: CallContext, subject: str, lookup: Lookup) -> Type:
    """The return type of a call whose arguments are matched against the annotated shapes; mismatches are reported."""
    signature = carried(context)
    if signature is None:
        return declared_result(context, lookup)
    given = [
        (place, expression, actual)
        for place, actuals in enumerate(context.arg_types)
        for expression, actual in zip(context.args[place], actuals, strict=True)
    ]
    results: list[Type] = []
    for choice in choices([actual for _, _, actual in given]):
        told = [(place, expression, actual) for (place, expression, _), actual in zip(given, choice, strict=True)]
        results.append(_matched(context, signature, subject, told, lookup))
    return make_simplified_union(results)


def _matched(
    context: CallContext,
    signature: CallableType,
    subject: str,
    given: list[tuple[int, Expression, Type]],
    lookup: Lookup,
) -> Type:
    inside, outside = Lens(lookup), lens_at(context, lookup)  # the signature's names, and the caller's
    arguments: list[rules.Argument] = []
    for place, expression, actual in given:
        name = context.callee_arg_names[place] or str(place + 1)
        formal = get_proper_type(signature.arg_types[place])
        if isinstance(formal, TypeVarType) and is_size_name(formal):
            starred = any(kind.is_star() for kind in context.arg_kinds[place])
            size = UNKNOWN if starred else extent(context.api, outside, actual, expression)
            arguments.append(rules.SizeArgument(name, (inside.dim(formal),), (as_dim(size),)))
            continue
        for path, expected, part in tensors_in(name, formal, actual):
            shape = outside.shape_of(part)
            if shape is not None:
                kinds = inside.demanded(expected), outside.kind_of(part)
                arguments.append(rules.Argument(path, inside.shape(expected.args), shape, *kinds))
        arguments += _sizes(name, formal, actual, inside, outside)
    own = {variable.id for variable in signature.variables}
    known = {
        name: outside.dim(variable) if isinstance(variable, TypeVarType) else outside.shape([UnpackType(variable)])
        for name, variable in inside.variables.items()
        if variable.id not in own
    }
    try:
        values = rules.bind(subject, arguments, known, outside.settled)
    except ShapeError as error:
        fail(context, str(error))
        return _result(signature, {}, outside)
    bound = {variable.id: values[name] for name, variable in inside.variables.items() if name in values}
    result = _result(signature, bound, outside)
    if outside.undefined:
        fail(context, f"{subject} has no result: {outside.undefined[0]}")
    return result


def _result(signature: CallableType, values: dict[TypeVarId, Dim | Shape], lens: Lens) -> Type:
    """The return type with its own variables replaced; those without a value are unknown."""
    replaced: dict[TypeVarId, Type] = {}
    returned = get_proper_type(signature.ret_type)
    if isinstance(returned, TypeVarType) and is_size_name(returned) and isinstance(values.get(returned.id), Unknown):
        return returned.upper_bound  # an int: not Any, which mypy does not let a program return
    for variable in signature.variables:
        value = values.get(variable.id)
        if isinstance(variable, TypeVarTupleType):
            shape = value if isinstance(value, tuple) else (Pack(),)
            replaced[variable.id] = lens.tuple_of(lens.arguments(shape))
        elif isinstance(value, tuple) or value is None:
            replaced[variable.id] = AnyType(TypeOfAny.special_form)
        else:
            replaced[variable.id] = lens.type_of(value)
    return lens.canonical(expand_type(signature.ret_type, replaced))


def choices(actuals: Sequence[Type]) -> Iterable[tuple[Type, ...]]:
    """The combinations of types that arguments may have, where some are unions; too many are left as they are.

    Arguments of one and the same union are taken to be the same tensor, as in ``attention(x, x, x)``. Sizes are not
    looked at one by one: those in ``x.reshape(x.shape[0], -1)`` go with the tensor.
    """
    proper = list(map(get_proper_type, actuals))
    unions = list(dict.fromkeys(typ for typ in proper if isinstance(typ, UnionType) and not _is_of_sizes(typ)))
    if math.prod(len(union.items) for union in unions) > _MAX_CHOICES:
        return [tuple(actuals)]
    chosen = (dict(zip(unions, choice, strict=True)) for choice in itertools.product(*(u.items for u in unions)))
    return [tuple(choice.get(typ, typ) if isinstance(typ, UnionType) else typ for typ in proper) for choice in chosen]


def _is_of_sizes(union: UnionType) -> bool:
    return all(
        isinstance(item, LiteralType | NoneType)
        or (isinstance(item, Instance) and item.type.fullname in (SIZE, "builtins.int"))
        or (isinstance(item, TypeVarType) and as_tensor(item.upper_bound) is None)
        for item in map(get_proper_type, union.items)
    )


def as_dim(size: Extent) -> Dim:
    """A size that should be one int; what mypy says is none is unknown."""
    return UNKNOWN if size is None or isinstance(size, tuple) else size


def _relaxed_size(formal: Type, sizes: frozenset[TypeVarId]) -> Type | None:
    """``int`` for a parameter that is annotated with one of the names *sizes*."""
    typ = get_proper_type(formal)
    return typ.upper_bound if isinstance(typ, TypeVarType) and typ.id in sizes else None


def _relaxed(formal: Type, lookup: Lookup, sizes: frozenset[TypeVarId]) -> Type:
    """*formal* with any shape allowed for the tensors in it, and any of the *sizes*; itself if there are none."""
    if _is_endless(formal):
        return formal
    typ = get_proper_type(formal)
    if _says_something(typ):
        assert isinstance(typ, Instance)
        lens = Lens(lookup)
        any_shape = lens.arguments((Pack(),))
        return typ.copy_modified(args=any_shape) if lens.demanded(typ) is rules.ANY else lens.tensor((Pack(),))
    if isinstance(typ, UnionType | TupleType):
        items = [_relaxed(item, lookup, sizes) for item in typ.items]
        if items == typ.items:
            return formal
        return UnionType(items) if isinstance(typ, UnionType) else typ.copy_modified(items=items)
    if isinstance(typ, Instance) and typ.args:
        free = frozenset[TypeVarId]() if typ.type.is_protocol else sizes  # mypy matches those by what they can do
        arguments = [_any_size(argument, free) or _relaxed(argument, lookup, free) for argument in typ.args]
        return formal if arguments == list(typ.args) else typ.copy_modified(args=arguments)
    return formal


def _any_size(argument: Type, sizes: frozenset[TypeVarId]) -> Type | None:
    """``Any`` for a type argument that is one of the *sizes*, or a formula of them."""
    typ = get_proper_type(argument)
    own = typ.id in sizes if isinstance(typ, TypeVarType) else _is_formula(typ) and bool(sizes)
    return AnyType(TypeOfAny.special_form) if own else None


def _is_formula(typ: ProperType) -> bool:
    return isinstance(typ, Instance) and typ.type.fullname == SIZE


def _sizes(path: str, formal: Type, actual: Type, inside: Lens, outside: Lens) -> Iterator[rules.Argument]:
    """What the sizes in *formal* are in *actual*, where both are of one class: ``Linear[C]`` and ``Linear[3]``."""
    expected, given = get_proper_type(formal), get_proper_type(actual)
    if not isinstance(expected, Instance) or _says_something(expected) or expected.type.is_protocol:
        return
    same = as_base(given, expected.type.fullname)
    if same is None:
        return
    for part, item in zip(map(get_proper_type, expected.args), same.args, strict=False):
        if is_size_name(part) or _is_formula(part):
            written, found = _spelled(inside, expected), _spelled(outside, same)
            dims = (inside.dim(part),), (outside.dim(item),)
            yield rules.SizeArgument(path, *dims, written=written, found=found)
        else:
            yield from _sizes(path, part, item, inside, outside)


def _spelled(lens: Lens, typ: Instance) -> str:
    """``Linear[C, D]``, without trailing defaults."""
    arguments = list(zip(typ.args, typ.type.defn.type_vars, strict=False))
    while arguments and arguments[-1][1].has_default() and arguments[-1][0] == arguments[-1][1].default:
        arguments.pop()
    return f"{typ.type.name}[{', '.join(rules.spell(lens.hyperparameter(argument)) for argument, _ in arguments)}]"


def tensors_in(path: str, formal: Type, actual: Type) -> Iterator[tuple[str, Instance, Type]]:
    """The tensors in *formal* that say a shape, each with its path (``pair[0]``) and its part of *actual*."""
    if _is_endless(formal):
        return
    expected, given = get_proper_type(formal), get_proper_type(actual)
    if _says_something(expected):
        assert isinstance(expected, Instance)
        yield path, expected, given
    elif isinstance(expected, UnionType):
        shaped = [item for item in expected.items if any(tensors_in(path, item, item))]
        if len(shaped) == 1:
            yield from tensors_in(path, shaped[0], given)
    elif isinstance(expected, TupleType) and isinstance(given, TupleType):
        for position, (part, item) in enumerate(zip(expected.items, given.items, strict=False)):
            yield from tensors_in(f"{path}[{position}]", part, item)
    elif isinstance(expected, Instance) and isinstance(given, Instance):
        same = as_base(given, expected.type.fullname)
        for part, item in zip(expected.args, same.args if same is not None else (), strict=False):
            yield from tensors_in(f"{path}[...]", part, item)


def _is_endless(typ: Type) -> bool:
    """Whether it is the name of a type that has itself as a part."""
    return isinstance(typ, TypeAliasType) and typ.is_recursive


def _says_something(typ: ProperType) -> bool:
    """Whether *typ* is a tensor type that says anything about its shape or its kind."""
    if not isinstance(typ, Instance) or not typ.type.has_type_var_tuple_type or as_tensor(typ) is None:
        return False
    only = typ.args[0] if len(typ.args) == 1 else None
    return typ.type.fullname != TENSOR or not (
        isinstance(only, UnpackType) and isinstance(get_proper_type(only.type), Instance)
    )


class _Variables(TypeQuery[list[TypeVarId]]):
    """The type variables in a type."""

    def strategy(self, items: list[list[TypeVarId]]) -> list[TypeVarId]:
        return list(itertools.chain.from_iterable(items))

    def visit_type_var(self, t: TypeVarType, /) -> list[TypeVarId]:
        return [t.id]

    def visit_type_var_tuple(self, t: TypeVarTupleType, /) -> list[TypeVarId]:
        return [t.id]
