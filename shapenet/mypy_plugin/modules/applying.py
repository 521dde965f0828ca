"""Calls of modules: built-in layers ask their rule, ``Sequential`` folds its layers, others match their annotation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final, cast

from mypy import errorcodes as codes
from mypy.checker import TypeChecker
from mypy.nodes import ARG_POS, TempNode
from mypy.plugin import MethodContext
from mypy.subtypes import is_same_type
from mypy.types import Instance, ProperType, Type, UnionType, UnpackType, get_proper_type

from shapenet import rules
from shapenet.dims import Pack, Shape
from shapenet.errors import ShapeError
from shapenet.mypy_plugin.calls.matching import declared_result, matched_result
from shapenet.mypy_plugin.modules.layers import is_own_call, layer_call, spelled
from shapenet.mypy_plugin.report import SHAPE, fail
from shapenet.mypy_plugin.source.folding import lens_at
from shapenet.mypy_plugin.types.classes import MODULE, as_base
from shapenet.mypy_plugin.types.lens import Lens, Lookup
from shapenet.mypy_plugin.types.words import described

SEQUENTIAL: Final = "shapenet.nn.sequential.Sequential"
RESIDUAL: Final = "shapenet.nn.residual.Residual"
REPEAT: Final = "shapenet.nn.repeat.Repeat"


def module_call(context: MethodContext, lookup: Lookup) -> Type:
    """The result of calling a module."""
    module = get_proper_type(context.type)
    if not isinstance(module, Instance):
        return declared_result(context, lookup)
    owner = module.type.get_containing_type_info("__call__")
    name = owner.fullname if owner is not None else ""
    if name in HOLDERS:
        return HOLDERS[name](context, module, lookup)
    if owner is not None and is_own_call(module, owner):
        return layer_call(context, module, lookup)
    return matched_result(context, spelled(lens_at(context, lookup), module), lookup)


def _fold(context: MethodContext, sequential: Instance, lookup: Lookup) -> Type:
    """Apply the layers one after the other."""
    base = as_base(sequential, SEQUENTIAL)
    assert base is not None
    if not context.arg_types[0]:
        return context.default_return_type
    lens, layers, counted = lens_at(context, lookup), [get_proper_type(layer) for layer in base.args], True
    current: Type | None = context.arg_types[0][0]
    for position, layer in enumerate(layers):
        assert current is not None
        place = (position, layers) if counted else None
        if isinstance(layer, UnpackType):
            current, counted = _any_times(context, layer, current, lens, place), False
        elif _is_module(layer):
            current = _applied(context, layer, current, lens, place)
        else:
            current = None
        if current is None:
            return lens.tensor((Pack(),))
    assert current is not None
    return current


def _any_times(
    context: MethodContext, layers: UnpackType, x: Type, lens: Lens, place: tuple[int, list[ProperType]] | None
) -> Type | None:
    """Apply a layer that nobody knows how often there is: what keeps the shape keeps it, the rest becomes unknown."""
    many = get_proper_type(layers.type)
    layer = get_proper_type(many.args[0]) if isinstance(many, Instance) and many.args else None
    if layer is None or not _is_module(layer):
        return None
    named = None if place is None else (place[0], [*place[1][: place[0]], layer, *place[1][place[0] + 1 :]])
    while True:
        after = _applied(context, layer, x, lens, named)
        if after is None or is_same_type(x, after):
            return after
        before_shape, after_shape = lens.shape_of(x), lens.shape_of(after)
        if before_shape is None or after_shape is None:
            return None
        wider = lens.tensor(rules.any_times(before_shape, after_shape))
        if is_same_type(x, wider):
            return x
        x = wider


def _add(context: MethodContext, residual: Instance, lookup: Lookup) -> Type:
    """Apply the body and the shortcut, and compare."""
    lens, base = lens_at(context, lookup), as_base(residual, RESIDUAL)
    assert base is not None
    if not context.arg_types[0] or not all(_is_module(part) for part in base.args):
        return context.default_return_type
    added, kept = (_applied(context, get_proper_type(part), context.arg_types[0][0], lens) for part in base.args)
    if added is None or kept is None:
        return lens.tensor((Pack(),))
    return _asked(context, lens, (kept, added), rules.residual) or added


def _repeat(context: MethodContext, repeat: Instance, lookup: Lookup) -> Type:
    """Apply the block once: what keeps the shape keeps it again."""
    lens, base = lens_at(context, lookup), as_base(repeat, REPEAT)
    assert base is not None
    (block,) = map(get_proper_type, base.args)
    if not context.arg_types[0] or not _is_module(block):
        return context.default_return_type
    before = context.arg_types[0][0]
    after = _applied(context, block, before, lens, (0, [block]))
    if after is None:
        return lens.tensor((Pack(),))
    return _asked(context, lens, (before, after), partial(rules.repeated, _name(lens, block))) or after


HOLDERS: Final[Mapping[str, Callable[[MethodContext, Instance, Lookup], Type]]] = {
    REPEAT: _repeat,
    RESIDUAL: _add,
    SEQUENTIAL: _fold,
}
"""How the modules that hold others apply them."""


def _applied(
    context: MethodContext,
    module: ProperType,
    x: Type,
    lens: Lens,
    place: tuple[int, list[ProperType]] | None = None,
) -> Type | None:
    """What *module* makes of *x*, by mypy's own check of the call; None if that is an error, which is reported.

    With a *place*, the report says that it is there among those modules.
    """
    checker = cast("TypeChecker", context.api)
    with checker.msg.filter_errors(save_filtered_errors=True) as watcher:
        given = TempNode(x, context=context.context)  # and the place of the call: it is not what the program returns
        result, _ = checker.expr_checker.check_method_call_by_name("__call__", module, [given], [ARG_POS], given)
    errors = watcher.filtered_errors()
    for error in errors:
        told, code = error.message, error.code or SHAPE
        if code == codes.ARG_TYPE and lens.shape_of(x) is None:
            told, code = f"{_name(lens, module)} expects a tensor, got {described(lens, x)}", SHAPE
        if place is not None:
            position, names = place[0], [_name(lens, item) for item in place[1]]
            told = str(rules.within_sequence(_split(told, names[position]), position, names))
        context.api.fail(told, context.context, code=code)
    return None if errors else result


def _asked(
    context: MethodContext, lens: Lens, tensors: tuple[Type, Type], rule: Callable[[Shape, Shape], Shape]
) -> Type | None:
    first, second = map(lens.shape_of, tensors)
    if first is None or second is None:
        return None
    try:
        return lens.tensor(rule(first, second), rules.joined(*map(lens.kind_of, tensors)))
    except ShapeError as error:
        fail(context, str(error))
        return lens.tensor((Pack(),))
    except rules.Undetermined:
        return None


def _is_module(part: Type) -> bool:
    proper = get_proper_type(part)
    if isinstance(proper, UnionType):
        return all(map(_is_module, proper.items))
    return isinstance(proper, Instance) and proper.type.has_base(MODULE)


def _name(lens: Lens, layer: ProperType) -> str:
    if isinstance(layer, UnionType):
        return " | ".join(_name(lens, item) for item in map(get_proper_type, layer.items))
    return spelled(lens, layer) if isinstance(layer, Instance) else "..."


def _split(message: str, subject: str) -> ShapeError:
    """A reported message as the error it was."""
    if message.startswith(f"{subject} "):
        return ShapeError(subject, message.removeprefix(f"{subject} "))
    first, _, rest = message.partition(" ")
    return ShapeError(first, rest)
