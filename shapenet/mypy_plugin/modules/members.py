"""Members of modules that hold others: ``layers[3]``, ``layers[1:]``, ``heads["cls"]``, ``for layer in layers``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final

from mypy.join import join_type_list
from mypy.nodes import IndexExpr, SliceExpr
from mypy.plugin import MethodContext, MethodSigContext
from mypy.typeops import make_simplified_union
from mypy.types import (
    AnyType,
    CallableType,
    FunctionLike,
    Instance,
    TupleType,
    Type,
    TypedDictType,
    TypeOfAny,
    UnpackType,
    get_proper_type,
)

from shapenet import rules
from shapenet.mypy_plugin.modules.applying import SEQUENTIAL
from shapenet.mypy_plugin.modules.containers import DICT, LIST, MOST_IN_UNION, length, unpacked
from shapenet.mypy_plugin.report import fail
from shapenet.mypy_plugin.source.folding import extent, lens_at
from shapenet.mypy_plugin.types.classes import as_base
from shapenet.mypy_plugin.types.lens import Lookup


def sequential_item(context: MethodContext, lookup: Lookup) -> Type:
    """``layers[3]`` and ``layers[1:]``: the layer, or the layers; one of them where nobody knows which."""
    base = as_base(context.type, SEQUENTIAL)
    if base is None or not base.args or not context.args[0]:
        return context.default_return_type
    layers = list(base.args)
    if isinstance(context.args[0][0], SliceExpr):
        chosen = _slice(context, lookup) if _counted(layers) else None
        return _any_layers(base, lookup) if chosen is None else base.copy_modified(args=layers[chosen])
    position = _position(context, lookup)
    if position is not None and _counted(layers) and not -len(layers) <= position < len(layers):
        fail(context, f"Sequential has {rules.count(len(layers), 'layer')}, got position {position}")
        return context.default_return_type
    return _at(layers, position)


def sequential_iterator(context: MethodContext, lookup: Lookup) -> Type:
    """``for layer in layers``: one of them."""
    base = as_base(context.type, SEQUENTIAL)
    iterator = get_proper_type(context.default_return_type)
    if base is None or not isinstance(iterator, Instance) or not base.args:
        return iterator
    return iterator.copy_modified(args=[_one_of(base.args)])


def list_item(context: MethodContext, lookup: Lookup) -> Type:
    """``blocks[0]`` and ``blocks[1:]`` of members that are written out."""
    base = as_base(context.type, LIST)
    if base is None or not context.args[0]:
        return context.default_return_type
    each = get_proper_type(base.args[1])
    if not isinstance(each, TupleType):
        return _one_of_many(context, lookup)
    if isinstance(context.args[0][0], SliceExpr):
        chosen = _slice(context, lookup)
        if chosen is None:
            return context.default_return_type
        return base.copy_modified(args=[base.args[0], each.copy_modified(items=each.items[chosen])])
    position = _position(context, lookup)
    known = position is not None and _is_within(context, position, len(each.items))
    return _at(each.items, position) if known else context.default_return_type


def _one_of_many(context: MethodContext, lookup: Lookup) -> Type:
    """An item of a list whose members are of one type."""
    position = None if isinstance(context.args[0][0], SliceExpr) else _position(context, lookup)
    if position is not None and isinstance(context.context, IndexExpr):
        count = length(context, context.context.base, lookup)
        if count is not None:
            _is_within(context, position, count)
    return context.default_return_type


def _is_within(context: MethodContext, position: int, count: int) -> bool:
    """Whether a ``ModuleList`` of so many members has one there; if not, that is reported."""
    if -count <= position < count:
        return True
    fail(context, f"ModuleList has {rules.count(count, 'member')}, got position {position}")
    return False


def dict_item(context: MethodContext, lookup: Lookup) -> Type:
    """``heads["cls"]`` of members that are written out."""
    base = as_base(context.type, DICT)
    each = None if base is None else get_proper_type(base.args[1])
    name = lens_at(context, lookup).word(context.arg_types[0][0]) if context.arg_types[0] else None
    if not isinstance(each, TypedDictType) or name is None:
        return context.default_return_type
    if name not in each.items:
        fail(context, f"ModuleDict has the keys {list(each.items)}, got {name!r}")
    return each.items.get(name, context.default_return_type)


def relax_change(context: MethodSigContext) -> FunctionLike:
    """The signature with anything allowed, where ``changed`` will refuse the call: that is one error, not two."""
    signature = context.default_signature
    if not isinstance(signature, CallableType) or _written_out(context.type) is None:
        return signature
    return signature.copy_modified(arg_types=[AnyType(TypeOfAny.special_form)] * len(signature.arg_types))


def changed(context: MethodContext, lookup: Lookup) -> Type:
    """``blocks.append(...)``: what has a type for each member cannot get others."""
    base = _written_out(context.type)
    if base is not None:
        name = base.type.name
        fail(context, f"{name} of members that are written out cannot be changed: declare it as {name}[Module]")
    return context.default_return_type


def _written_out(typ: Type) -> Instance | None:
    base = as_base(typ, LIST) or as_base(typ, DICT)
    return base if base is not None and isinstance(get_proper_type(base.args[1]), TupleType | TypedDictType) else None


METHODS: Final[Mapping[str, Mapping[str, Callable[[MethodContext, Lookup], Type]]]] = {
    SEQUENTIAL: {"__getitem__": sequential_item, "__iter__": sequential_iterator},
    LIST: {
        "__getitem__": list_item,
        **dict.fromkeys(("__setitem__", "__delitem__", "append", "extend", "insert"), changed),
    },
    DICT: {
        "__getitem__": dict_item,
        **dict.fromkeys(("__setitem__", "__delitem__", "update", "pop", "clear"), changed),
    },
}
"""From the container to its methods that are seen to."""


def _at(members: Sequence[Type], position: int | None) -> Type:
    """The member there; one of all where nobody knows which it is."""
    if position is not None:
        known = list(_before(members if position >= 0 else list(reversed(members))))
        place = position if position >= 0 else -position - 1
        if place < len(known):
            return known[place]
    return _one_of(members)


def _one_of(members: Sequence[Type]) -> Type:
    plain = [unpacked(member) for member in members]
    return make_simplified_union(plain) if len(plain) <= MOST_IN_UNION else join_type_list(plain)


def _before(members: Iterable[Type]) -> Iterator[Type]:
    for member in members:
        if isinstance(member, UnpackType):
            return
        yield member


def _counted(members: Sequence[Type]) -> bool:
    return not any(isinstance(member, UnpackType) for member in members)


def _any_layers(base: Instance, lookup: Lookup) -> Instance:
    return base.copy_modified(args=[UnpackType(Instance(lookup("builtins.tuple"), [_one_of(base.args)]))])


def _position(context: MethodContext, lookup: Lookup) -> int | None:
    position = extent(context.api, lens_at(context, lookup), context.arg_types[0][0], context.args[0][0])
    return position if isinstance(position, int) else None


def _slice(context: MethodContext, lookup: Lookup) -> slice | None:
    """The bounds that are written; None for what is no slice, or has others."""
    expression = context.args[0][0]
    if not isinstance(expression, SliceExpr):
        return None
    lens, bounds = lens_at(context, lookup), list[int | None]()
    for part in (expression.begin_index, expression.end_index, expression.stride):
        value = None if part is None else extent(context.api, lens, context.api.get_expression_type(part), part)
        if not isinstance(value, int | None):
            return None
        bounds.append(value)
    return None if bounds[2] == 0 else slice(*bounds)
