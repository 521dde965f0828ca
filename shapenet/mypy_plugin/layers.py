"""Calls of modules: built-in layers ask their rule, ``Sequential`` folds its layers, others match their annotation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final, cast

from mypy.checker import TypeChecker
from mypy.nodes import ARG_POS, TempNode, TypeInfo
from mypy.plugin import MethodContext
from mypy.typeops import make_simplified_union
from mypy.types import Instance, ProperType, Type, TypeVarType, get_proper_type

from shapenet import rules
from shapenet.dims import Pack, Shape, Unknown
from shapenet.errors import ShapeError
from shapenet.mypy_plugin.calls import carried, choices, declared_result, matched_result
from shapenet.mypy_plugin.lens import MODULE, Lens, Lookup, as_base
from shapenet.mypy_plugin.report import SHAPE, fail

SEQUENTIAL: Final = "shapenet.nn.sequential.Sequential"
RESIDUAL: Final = "shapenet.nn.residual.Residual"
REPEAT: Final = "shapenet.nn.repeat.Repeat"

LAYERS: Final[Mapping[str, type[rules.LayerRule]]] = {
    "shapenet.nn.activation.LogSoftmax": rules.LogSoftmax,
    "shapenet.nn.activation.Softmax": rules.Softmax,
    "shapenet.nn.adaptive_avg_pool2d.AdaptiveAvgPool2d": rules.AdaptiveAvgPool2d,
    "shapenet.nn.adaptive_max_pool2d.AdaptiveMaxPool2d": rules.AdaptiveMaxPool2d,
    "shapenet.nn.avg_pool2d.AvgPool2d": rules.AvgPool2d,
    "shapenet.nn.batch_norm1d.BatchNorm1d": rules.BatchNorm1d,
    "shapenet.nn.batch_norm2d.BatchNorm2d": rules.BatchNorm2d,
    "shapenet.nn.bilinear.Bilinear": rules.Bilinear,
    "shapenet.nn.conv1d.Conv1d": rules.Conv1d,
    "shapenet.nn.conv2d.Conv2d": rules.Conv2d,
    "shapenet.nn.conv_transpose1d.ConvTranspose1d": rules.ConvTranspose1d,
    "shapenet.nn.conv_transpose2d.ConvTranspose2d": rules.ConvTranspose2d,
    "shapenet.nn.dfl.DFL": rules.DFL,
    "shapenet.nn.dropout.Dropout2d": rules.Dropout2d,
    "shapenet.nn.embedding.Embedding": rules.Embedding,
    "shapenet.nn.flatten.Flatten": rules.Flatten,
    "shapenet.nn.fold.Fold": rules.Fold,
    "shapenet.nn.fused_conv_bn.FusedConvBN": rules.FusedConvBN,
    "shapenet.nn.group_norm.GroupNorm": rules.GroupNorm,
    "shapenet.nn.gru.GRU": rules.GRU,
    "shapenet.nn.gru.GRUCell": rules.GRUCell,
    "shapenet.nn.instance_norm2d.InstanceNorm2d": rules.InstanceNorm2d,
    "shapenet.nn.layer_norm.LayerNorm": rules.LayerNorm,
    "shapenet.nn.linear.Linear": rules.Linear,
    "shapenet.nn.loss.BCELoss": rules.BCELoss,
    "shapenet.nn.loss.BCEWithLogitsLoss": rules.BCEWithLogitsLoss,
    "shapenet.nn.loss.CosineEmbeddingLoss": rules.CosineEmbeddingLoss,
    "shapenet.nn.loss.CrossEntropyLoss": rules.CrossEntropyLoss,
    "shapenet.nn.loss.HuberLoss": rules.HuberLoss,
    "shapenet.nn.loss.KLDivLoss": rules.KLDivLoss,
    "shapenet.nn.loss.L1Loss": rules.L1Loss,
    "shapenet.nn.loss.MSELoss": rules.MSELoss,
    "shapenet.nn.loss.NLLLoss": rules.NLLLoss,
    "shapenet.nn.loss.SmoothL1Loss": rules.SmoothL1Loss,
    "shapenet.nn.lstm.LSTM": rules.LSTM,
    "shapenet.nn.lstm.LSTMCell": rules.LSTMCell,
    "shapenet.nn.max_pool2d.MaxPool2d": rules.MaxPool2d,
    "shapenet.nn.multihead_attention.MultiheadAttention": rules.MultiheadAttention,
    "shapenet.nn.padding.CircularPad1d": rules.CircularPad1d,
    "shapenet.nn.padding.CircularPad2d": rules.CircularPad2d,
    "shapenet.nn.padding.ConstantPad1d": rules.ConstantPad1d,
    "shapenet.nn.padding.ConstantPad2d": rules.ConstantPad2d,
    "shapenet.nn.padding.ReflectionPad1d": rules.ReflectionPad1d,
    "shapenet.nn.padding.ReflectionPad2d": rules.ReflectionPad2d,
    "shapenet.nn.padding.ReplicationPad1d": rules.ReplicationPad1d,
    "shapenet.nn.padding.ReplicationPad2d": rules.ReplicationPad2d,
    "shapenet.nn.padding.ZeroPad1d": rules.ZeroPad1d,
    "shapenet.nn.padding.ZeroPad2d": rules.ZeroPad2d,
    "shapenet.nn.pixel_shuffle.PixelShuffle": rules.PixelShuffle,
    "shapenet.nn.pixel_shuffle.PixelUnshuffle": rules.PixelUnshuffle,
    "shapenet.nn.rms_norm.RMSNorm": rules.RMSNorm,
    "shapenet.nn.rnn.RNN": rules.RNN,
    "shapenet.nn.rnn.RNNCell": rules.RNNCell,
    "shapenet.nn.transformer_encoder_layer.TransformerEncoderLayer": rules.TransformerEncoderLayer,
    "shapenet.nn.unflatten.Unflatten": rules.Unflatten,
    "shapenet.nn.unfold.Unfold": rules.Unfold,
    "shapenet.nn.upsample.Upsample": rules.Upsample,
}
"""From a layer to its rule; the layer's type parameters are the rule's fields, in order."""


def rule_of(lens: Lens, layer: Instance) -> rules.LayerRule | None:
    """The rule of a built-in layer, or of a class derived from one.

    Raises:
        ShapeError: the layer's sizes are refused.
    """
    for base in layer.type.mro:
        if base.fullname in LAYERS:
            own = as_base(layer, base.fullname)
            assert own is not None
            make: Any = LAYERS[base.fullname]
            return cast("rules.LayerRule", make(*map(lens.hyperparameter, own.args)))
    return None


def spelled(lens: Lens, module: Instance) -> str:
    """The module as the running program spells it: ``Conv2d[3, 16, 3]``, ``Block[16]``, ``Net``."""
    try:
        rule = rule_of(lens, module)
    except ShapeError:
        rule = None
    if rule is not None:
        return str(rule)
    sizes = [lens.hyperparameter(argument) for argument in module.args]
    plain = all(isinstance(variable, TypeVarType) for variable in module.type.defn.type_vars)
    if not sizes or not plain or any(isinstance(size, Unknown) for size in sizes):
        return module.type.name
    return f"{module.type.name}[{', '.join(map(str, sizes))}]"


def module_call(context: MethodContext, lookup: Lookup) -> Type:
    """The result of calling a module."""
    module = get_proper_type(context.type)
    if not isinstance(module, Instance):
        return declared_result(context, lookup)
    owner = module.type.get_containing_type_info("__call__")
    name = owner.fullname if owner is not None else ""
    if name in _HOLDERS:
        return _HOLDERS[name](context, module, lookup)
    if owner is not None and _is_own_call(module, owner):
        return _ask_rule(context, module, lookup)
    return matched_result(context, spelled(Lens(lookup), module), lookup)


def _is_own_call(module: Instance, owner: TypeInfo) -> bool:
    """Whether the ``__call__`` that *owner* defines is that of a built-in layer, not of a class derived from it."""
    upwards = module.type.mro
    return any(base.fullname in LAYERS for base in upwards[: upwards.index(owner) + 1])


def sequential_item(context: MethodContext, lookup: Lookup) -> Type:
    """``layers[3]``: the layer, where the position is known."""
    layers = _layers(context.type)
    position = Lens(lookup).dim(context.arg_types[0][0])
    if layers is None or not isinstance(position, int):
        return context.default_return_type
    if not -len(layers) <= position < len(layers):
        fail(context, f"Sequential has {len(layers)} layers, got position {position}")
        return context.default_return_type
    return layers[position]


def _ask_rule(context: MethodContext, layer: Instance, lookup: Lookup) -> Type:
    lens = Lens(lookup)
    try:
        rule = rule_of(lens, layer)
    except ShapeError:  # reported where the layer was made
        rule = None
    named = None if rule is None else _named(context)
    if rule is None or named is None:
        return declared_result(context, lookup)
    results: list[Type] = []
    problems: list[str] = []
    for choice in choices(list(named.values())):
        result: Type | None = None
        try:
            result = lens.asked(rule, dict(zip(named, choice, strict=True)))
        except ShapeError as error:
            problems.append(str(error))
        except rules.Undetermined:
            pass
        results.append(declared_result(context, lookup) if result is None else result)
    for problem in problems[:1]:  # one defect, one error
        fail(context, problem)
    return make_simplified_union(results)


def _named(context: MethodContext) -> dict[str, Type] | None:
    """The types of the arguments by name; None if some are missing, which mypy reports, or hidden in a ``*``."""
    signature = carried(context)
    named: dict[str, Type] = {}
    for place, (name, types) in enumerate(zip(context.callee_arg_names, context.arg_types, strict=True)):
        required = signature is None or signature.arg_kinds[place].is_required()
        if name is None or (required and not types) or any(kind.is_star() for kind in context.arg_kinds[place]):
            return None
        if types:
            named[name] = types[0]
    return named


def _fold(context: MethodContext, sequential: Instance, lookup: Lookup) -> Type:
    """Apply the layers one after the other."""
    layers = _layers(sequential)
    if layers is None or not context.arg_types[0]:
        return context.default_return_type
    lens = Lens(lookup)
    current: Type | None = context.arg_types[0][0]
    for position, layer in enumerate(layers):
        assert current is not None
        current = _applied(context, layer, current, lens, (position, layers))
        if current is None:
            return lens.tensor((Pack(),))
    assert current is not None
    return current


def _add(context: MethodContext, residual: Instance, lookup: Lookup) -> Type:
    """Apply the body and the shortcut, and compare."""
    lens, base = Lens(lookup), as_base(residual, RESIDUAL)
    assert base is not None
    if not context.arg_types[0] or not all(_is_module(part) for part in base.args):
        return context.default_return_type
    added, kept = (_applied(context, get_proper_type(part), context.arg_types[0][0], lens) for part in base.args)
    if added is None or kept is None:
        return lens.tensor((Pack(),))
    return _asked(context, lens, (kept, added), rules.residual) or added


def _repeat(context: MethodContext, repeat: Instance, lookup: Lookup) -> Type:
    """Apply the block once: what keeps the shape keeps it again."""
    lens, base = Lens(lookup), as_base(repeat, REPEAT)
    assert base is not None
    (block,) = map(get_proper_type, base.args)
    if not context.arg_types[0] or not _is_module(block):
        return context.default_return_type
    before = context.arg_types[0][0]
    after = _applied(context, block, before, lens, (0, [block]))
    if after is None:
        return lens.tensor((Pack(),))
    return _asked(context, lens, (before, after), partial(rules.repeated, _name(lens, block))) or after


_HOLDERS: Final[Mapping[str, Callable[[MethodContext, Instance, Lookup], Type]]] = {
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
        given = [TempNode(x, context=context.context)]
        result, _ = checker.expr_checker.check_method_call_by_name(
            "__call__", module, list(given), [ARG_POS], context.context
        )
    errors = watcher.filtered_errors()
    for error in errors:
        told = error.message
        if place is not None:
            position, names = place[0], [_name(lens, item) for item in place[1]]
            told = str(rules.within_sequence(_split(error.message, names[position]), position, names))
        context.api.fail(told, context.context, code=error.code or SHAPE)
    return None if errors else result


def _asked(
    context: MethodContext, lens: Lens, tensors: tuple[Type, Type], rule: Callable[[Shape, Shape], Shape]
) -> Type | None:
    first, second = map(lens.shape_of, tensors)
    if first is None or second is None:
        return None
    try:
        return lens.tensor(rule(first, second))
    except ShapeError as error:
        fail(context, str(error))
        return lens.tensor((Pack(),))
    except rules.Undetermined:
        return None


def _is_module(part: Type) -> bool:
    proper = get_proper_type(part)
    return isinstance(proper, Instance) and proper.type.has_base(MODULE)


def _layers(sequential: Type) -> list[ProperType] | None:
    """The types of the layers, if their number is known."""
    base = as_base(sequential, SEQUENTIAL)
    if base is None:
        return None
    layers = [get_proper_type(layer) for layer in base.args]
    return layers if all(isinstance(layer, Instance) for layer in layers) else None


def _name(lens: Lens, layer: ProperType) -> str:
    return spelled(lens, layer) if isinstance(layer, Instance) else str(layer)


def _split(message: str, subject: str) -> ShapeError:
    """A reported message as the error it was."""
    if message.startswith(f"{subject} "):
        return ShapeError(subject, message.removeprefix(f"{subject} "))
    first, _, rest = message.partition(" ")
    return ShapeError(first, rest)
