"""Built-in layers: their rules, how they are spelled, and what calls of them return."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, cast

from mypy.nodes import TypeInfo
from mypy.plugin import MethodContext
from mypy.typeops import make_simplified_union
from mypy.types import Instance, Type, TypeVarType

from shapenet import rules
from shapenet.dims import Unknown
from shapenet.errors import ShapeError
from shapenet.mypy_plugin.calls.matching import carried, choices, declared_result
from shapenet.mypy_plugin.report import fail
from shapenet.mypy_plugin.source.folding import lens_at
from shapenet.mypy_plugin.types.classes import as_base
from shapenet.mypy_plugin.types.lens import Lens, Lookup

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


def is_own_call(module: Instance, owner: TypeInfo) -> bool:
    """Whether the ``__call__`` that *owner* defines is that of a built-in layer, not of a class derived from it."""
    upwards = module.type.mro
    return any(base.fullname in LAYERS for base in upwards[: upwards.index(owner) + 1])


def layer_call(context: MethodContext, layer: Instance, lookup: Lookup) -> Type:
    """The result of calling a built-in layer, as its rule says."""
    lens = lens_at(context, lookup)
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
