"""Calls of functions and methods whose parameters are tensors: ``def f(x: Tensor[B, 3, "2*H"], y: Tensor[H]) -> ...``.

mypy's own inference cannot solve ``2*H == 14`` and words mismatches as walls of types. So the signature hook takes the
shapes out of the tensor parameters before mypy checks the call, and hands the original signature on as the *return
type* of the changed one; the hook after the check finds it there, matches the shapes with ``rules.bind``, and returns
the real result. No state is kept between the two.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from mypy.expandtype import expand_type
from mypy.plugin import FunctionContext, FunctionSigContext, MethodContext, MethodSigContext
from mypy.type_visitor import TypeQuery
from mypy.typeops import make_simplified_union
from mypy.types import (
    AnyType,
    CallableType,
    FunctionLike,
    Instance,
    ProperType,
    TupleType,
    Type,
    TypeOfAny,
    TypeVarId,
    TypeVarTupleType,
    TypeVarType,
    UnionType,
    UnpackType,
    get_proper_type,
)

from shapenet import rules
from shapenet.dims import Dim, Pack, Shape
from shapenet.errors import ShapeError
from shapenet.mypy_plugin.folding import lens_at
from shapenet.mypy_plugin.lens import Lens, Lookup, as_base, as_tensor
from shapenet.mypy_plugin.report import fail

CallContext = FunctionContext | MethodContext
CARRIER: Final = "<signature with shapes>"
_MAX_CHOICES: Final = 16


def relax(context: FunctionSigContext | MethodSigContext, lookup: Lookup) -> FunctionLike:
    """The signature with any shape allowed for its tensors, and the original one as its return type."""
    signature = context.default_signature
    if not isinstance(signature, CallableType) or signature.is_type_obj():
        return signature
    formals = [_relaxed(formal, lookup) for formal in signature.arg_types]
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
    given = [(place, actual) for place, actuals in enumerate(context.arg_types) for actual in actuals]
    results: list[Type] = []
    for choice in choices([actual for _, actual in given]):
        pairs = [(place, actual) for (place, _), actual in zip(given, choice, strict=True)]
        results.append(_matched(context, signature, subject, pairs, lookup))
    return make_simplified_union(results)


def _matched(
    context: CallContext, signature: CallableType, subject: str, pairs: list[tuple[int, Type]], lookup: Lookup
) -> Type:
    inside, outside = Lens(lookup), lens_at(context, lookup)  # the signature's names, and the caller's
    arguments: list[rules.Argument] = []
    for place, actual in pairs:
        name = context.callee_arg_names[place] or str(place + 1)
        for path, formal, part in _tensors(name, signature.arg_types[place], actual):
            shape = outside.shape_of(part)
            if shape is not None:
                arguments.append(rules.Argument(path, inside.shape(formal.args), shape))
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
    return _result(signature, bound, outside)


def _result(signature: CallableType, values: dict[TypeVarId, Dim | Shape], lens: Lens) -> Type:
    """The return type with its own variables replaced; those without a value are unknown."""
    replaced: dict[TypeVarId, Type] = {}
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
    """The combinations of types that arguments may have, where some are unions; too many are left as they are."""
    items = [typ.items if isinstance(typ, UnionType) else [typ] for typ in map(get_proper_type, actuals)]
    return itertools.product(*items) if math.prod(map(len, items)) <= _MAX_CHOICES else [tuple(actuals)]


def _relaxed(formal: Type, lookup: Lookup) -> Type:
    """*formal* with any shape allowed for the tensors in it; itself if there are none."""
    typ = get_proper_type(formal)
    if _has_shape(typ):
        assert isinstance(typ, Instance)
        return typ.copy_modified(args=Lens(lookup).arguments((Pack(),)))
    if isinstance(typ, UnionType | TupleType):
        items = [_relaxed(item, lookup) for item in typ.items]
        if items == typ.items:
            return formal
        return UnionType(items) if isinstance(typ, UnionType) else typ.copy_modified(items=items)
    if isinstance(typ, Instance) and typ.args:
        arguments = [_relaxed(argument, lookup) for argument in typ.args]
        return formal if arguments == list(typ.args) else typ.copy_modified(args=arguments)
    return formal


def _tensors(path: str, formal: Type, actual: Type) -> Iterator[tuple[str, Instance, Type]]:
    """The tensors in *formal* that say a shape, each with its path (``pair[0]``) and its part of *actual*."""
    expected, given = get_proper_type(formal), get_proper_type(actual)
    if _has_shape(expected):
        assert isinstance(expected, Instance)
        yield path, expected, given
    elif isinstance(expected, UnionType):
        shaped = [item for item in expected.items if any(_tensors(path, item, item))]
        if len(shaped) == 1:
            yield from _tensors(path, shaped[0], given)
    elif isinstance(expected, TupleType) and isinstance(given, TupleType):
        for position, (part, item) in enumerate(zip(expected.items, given.items, strict=False)):
            yield from _tensors(f"{path}[{position}]", part, item)
    elif isinstance(expected, Instance) and isinstance(given, Instance):
        same = as_base(given, expected.type.fullname)
        for part, item in zip(expected.args, same.args if same is not None else (), strict=False):
            yield from _tensors(f"{path}[...]", part, item)


def _has_shape(typ: ProperType) -> bool:
    """Whether *typ* is a tensor type that says anything about its shape."""
    if not isinstance(typ, Instance) or not typ.type.has_type_var_tuple_type or as_tensor(typ) is None:
        return False
    only = typ.args[0] if len(typ.args) == 1 else None
    return not (isinstance(only, UnpackType) and isinstance(get_proper_type(only.type), Instance))


class _Variables(TypeQuery[list[TypeVarId]]):
    """The type variables in a type."""

    def strategy(self, items: list[list[TypeVarId]]) -> list[TypeVarId]:
        return list(itertools.chain.from_iterable(items))

    def visit_type_var(self, t: TypeVarType, /) -> list[TypeVarId]:
        return [t.id]

    def visit_type_var_tuple(self, t: TypeVarTupleType, /) -> list[TypeVarId]:
        return [t.id]
