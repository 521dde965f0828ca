"""Why the result of a call has a size that nobody knows: what in the call does not say it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from mypy.nodes import Context, EllipsisExpr, Expression, ListExpr, MemberExpr, NameExpr, SliceExpr, TupleExpr
from mypy.plugin import FunctionContext, MethodContext
from mypy.typeops import get_all_type_vars
from mypy.types import AnyType, Instance, TupleType, Type, UnionType, UnpackType, get_proper_type

from shapenet.dims import Pack, Unknown
from shapenet.mypy_plugin.calls.matching import carried
from shapenet.mypy_plugin.gaps.openness import is_written_any, joined
from shapenet.mypy_plugin.modules.construction import annotated_with
from shapenet.mypy_plugin.source.folding import extent
from shapenet.mypy_plugin.types.classes import MODULE
from shapenet.mypy_plugin.types.lens import Lens

CallContext = FunctionContext | MethodContext
_SCALARS: Final = frozenset(f"builtins.{kind}" for kind in ("int", "bool", "float", "str"))


@dataclass(frozen=True)
class Reason:
    """In words; the argument that it is about, if it is one; and whether the words name the sizes themselves."""

    text: str
    where: Context | None = None
    says_which: bool = False


def construction_reason(context: CallContext, module: Instance) -> Reason:
    """Why sizes in the type of a new *module* are unknown: the arguments that should say them."""
    parameters = annotated_with(module.type, context.callee_arg_names)
    found: list[Reason] = []
    left: list[str] = []
    for variable, size in zip(module.type.defn.type_vars, module.args, strict=True):
        proper = get_proper_type(size)
        parts = proper.items if isinstance(proper, TupleType) else [proper]
        if not any(isinstance(get_proper_type(part), AnyType) for part in parts):
            continue
        name = parameters.get(variable.name, variable.name)
        place = context.callee_arg_names.index(name) if name in context.callee_arg_names else -1
        if place < 0 or not context.args[place]:
            left.append(name)
        elif context.arg_kinds[place][0].is_star():
            found.append(Reason(f"{name} is hidden in a * argument", context.args[place][0]))
        else:
            found.append(Reason(_described(name, context.arg_types[place][0]), context.args[place][0]))
    if not found:
        return Reason(f"nothing says {joined(left)}", says_which=True)
    return Reason(", ".join(reason.text for reason in found), found[0].where, says_which=True)


def reason(context: CallContext, lens: Lens, told: bool) -> Reason:
    """Why the result of a call has an unknown size; *told* as for ``gaps.tracked``."""
    found = next(_of_call(context, lens), None) or next(_of_arguments(context, lens), None)
    if found is not None:
        return found
    packs = sorted({str(dim) for typ in inputs(context) for dim in lens.shape_of(typ) or () if isinstance(dim, Pack)})
    if packs:
        return Reason(f"it depends on what {joined(packs)} stands for")
    return Reason("no argument says it" if told else "no shape rule says it for these arguments")


def inputs(context: CallContext) -> Iterator[Type]:
    """The types of all that goes into a call; of a list written out, those of its items."""
    if isinstance(context, MethodContext):
        yield context.type
    for types, expressions in zip(context.arg_types, context.args, strict=True):
        for typ, expression in zip(types, expressions, strict=True):
            if isinstance(expression, ListExpr) and expression.items:  # mypy gives them the type that is expected here
                yield from map(context.api.get_expression_type, expression.items)
            else:
                yield typ


def _of_call(context: CallContext, lens: Lens) -> Iterator[Reason]:
    """What is about the call as a whole."""
    receiver = get_proper_type(context.type) if isinstance(context, MethodContext) else None
    module = receiver if isinstance(receiver, Instance) and receiver.type.has_base(MODULE) else None
    if module is not None and any(isinstance(argument, UnpackType) for argument in module.args):
        yield Reason(f"nobody knows how many modules the {module.type.name} holds")
    for kinds, expressions in zip(context.arg_kinds, context.args, strict=True):
        for kind, expression in zip(kinds, expressions, strict=True):
            if kind.is_star():
                yield Reason("arguments are hidden behind a *", expression)
    signature = carried(context)
    if signature is not None:
        said = {variable.id for formal in signature.arg_types for variable in get_all_type_vars(formal)}
        asked = {variable.id for variable in get_all_type_vars(signature.ret_type)}
        free = [variable.name for variable in signature.variables if variable.id in asked - said]
        if free:
            yield Reason(f"no argument says {joined(free)}")


def _of_arguments(context: CallContext, lens: Lens) -> Iterator[Reason]:
    """What is about an argument: each whose value decides sizes and is unknown."""
    for place, (types, expressions) in enumerate(zip(context.arg_types, context.args, strict=True)):
        name = context.callee_arg_names[place]
        for number, (typ, expression) in enumerate(zip(types, expressions, strict=True)):
            label = "the other operand" if name is None else name if len(types) == 1 else f"{name}[{number}]"
            yield from _of_argument(context, lens, label, typ, expression)


def _of_argument(context: CallContext, lens: Lens, label: str, typ: Type, expression: Expression) -> Iterator[Reason]:
    proper = get_proper_type(typ)
    if isinstance(expression, EllipsisExpr):
        return
    if isinstance(expression, TupleExpr) and isinstance(proper, TupleType):
        for number, (item, part) in enumerate(zip(proper.items, expression.items, strict=False)):
            yield from _of_argument(context, lens, f"{label}[{number}]", item, part)
    elif isinstance(expression, SliceExpr):
        yield Reason("the length of a slice is unknown", expression)
    elif isinstance(expression, ListExpr):
        if any(lens.shape_of(context.api.get_expression_type(item)) is None for item in expression.items):
            yield Reason(f"the sizes of {label} are not all written out", expression)
    elif is_written_any(typ) or _decides(lens, typ):
        value = extent(context.api, lens, typ, expression)
        if isinstance(value, Unknown) or (isinstance(value, tuple) and any(isinstance(v, Unknown) for v in value)):
            yield Reason(_described(_named(label, expression), typ), expression)


def _decides(lens: Lens, typ: Type) -> bool:
    """Whether a value of that type can decide a size, and its type does not say it."""
    proper = get_proper_type(typ)
    if isinstance(proper, Instance):
        return lens.shape_of(proper) is None and lens.word(proper) is None and proper.type.fullname != "builtins.float"
    return isinstance(proper, TupleType | UnionType)


def _named(label: str, expression: Expression) -> str:
    """The argument as it stands in the program, if that is a name."""
    parts: list[str] = []
    while isinstance(expression, MemberExpr):
        parts.insert(0, expression.name)
        expression = expression.expr
    return ".".join([expression.name, *parts]) if isinstance(expression, NameExpr) else label


def _described(name: str, typ: Type) -> str:
    proper = get_proper_type(typ)
    if isinstance(proper, AnyType):
        return f"{name} is Any"
    if isinstance(proper, TupleType):
        return f"{name} is a tuple of unknown values"
    items = map(get_proper_type, proper.items) if isinstance(proper, UnionType) else [proper]
    kinds = [item.type.name if isinstance(item, Instance) else "None" for item in items]
    said = f"{name} is {'an' if kinds[0][:1] in 'aeiou' else 'a'} {' or '.join(kinds)} of unknown"
    if not isinstance(proper, Instance) or proper.type.fullname in _SCALARS:
        return f"{said} value"
    is_sequence = proper.type.has_base("typing.Sequence") or proper.type.fullname == "builtins.slice"
    return f"{said} length" if is_sequence else f"the type of {name} says no sizes"
