"""Sizes that are any number of dimensions: ``x.reshape(*x.shape[:-1], 2, -1)`` of a ``Tensor[*Batch, N]``.

mypy takes what ``*Batch`` stands for as objects, which are no ints. So where such sizes are given, the parameter is
opened to any object before mypy checks the call.
"""

from __future__ import annotations

from typing import Final

from mypy.nodes import Expression, IndexExpr, ListExpr, MemberExpr, NameExpr, OpExpr, StarExpr, TupleExpr
from mypy.plugin import FunctionSigContext, MethodSigContext
from mypy.types import (
    CallableType,
    FunctionLike,
    Instance,
    ProperType,
    TupleType,
    TypeVarTupleType,
    UnpackType,
    find_unpack_in_list,
    get_proper_type,
)

from shapenet.mypy_plugin.source.displays import rest_of

_SIZES: Final = frozenset({"dims", "shape", "size", "sizes"})
"""The parameters that take sizes, by their names."""


def allow_packs(context: FunctionSigContext | MethodSigContext, signature: FunctionLike) -> FunctionLike:
    """*signature* with parameters for sizes open to what ``*Batch`` stands for, if that is given there."""
    if not isinstance(signature, CallableType):
        return signature
    formals = list(signature.arg_types)
    for place, (name, expressions) in enumerate(zip(signature.arg_names, context.args, strict=False)):
        if name in _SIZES and any(_has_pack(context, expression) for expression in expressions):
            formals[place] = context.api.named_generic_type("builtins.object", [])
    return signature if formals == list(signature.arg_types) else signature.copy_modified(arg_types=formals)


def _has_pack(context: FunctionSigContext | MethodSigContext, expression: Expression) -> bool:
    if isinstance(expression, TupleExpr | ListExpr):
        inside = (item.expr if isinstance(item, StarExpr) else item for item in expression.items)
        return any(_has_pack(context, item) for item in inside)
    if isinstance(expression, OpExpr):
        return _has_pack(context, expression.left) or _has_pack(context, expression.right)
    if not isinstance(expression, NameExpr | MemberExpr | IndexExpr):  # looking takes time
        return False
    typ = get_proper_type(context.api.get_expression_type(expression))
    if isinstance(typ, TupleType):
        return _is_packed(typ)
    if isinstance(expression, IndexExpr) and _is_object(typ):  # ``x.shape[0]``
        return _has_pack(context, expression.base)
    return _is_rest(context, expression, typ)


def _is_rest(context: FunctionSigContext | MethodSigContext, expression: Expression, typ: ProperType) -> bool:
    """Whether it is the ``rest`` of ``first, *rest = x.shape``, of which mypy says that it is a list of objects."""
    of_objects = isinstance(typ, Instance) and any(_is_object(get_proper_type(item)) for item in typ.args)
    return of_objects and rest_of(context.api, expression) is not None


def _is_object(typ: ProperType) -> bool:
    return isinstance(typ, Instance) and typ.type.fullname == "builtins.object"


def _is_packed(typ: TupleType) -> bool:
    place = find_unpack_in_list(typ.items)
    packed = typ.items[place] if place is not None else None
    return isinstance(packed, UnpackType) and isinstance(get_proper_type(packed.type), TypeVarTupleType)
