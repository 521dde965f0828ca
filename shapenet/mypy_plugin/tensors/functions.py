"""Functions of ``shapenet.functional``. Each handler reads what the call says and asks one rule."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any, Final

from mypy.nodes import Expression, FloatExpr, TupleExpr, UnaryExpr
from mypy.types import Type

from shapenet import rules
from shapenet.dims import UNKNOWN, Dim, Expr, Shape
from shapenet.dims.facts import check_divisible, check_equal
from shapenet.mypy_plugin.tensors.asking import Handler, made
from shapenet.mypy_plugin.tensors.counting import COUNTING_FUNCTIONS
from shapenet.mypy_plugin.tensors.methods import METHODS
from shapenet.mypy_plugin.tensors.reading import Call
from shapenet.mypy_plugin.tensors.shaping import SHAPING_FUNCTIONS


def _where(call: Call) -> Type | None:
    condition = call.shape("condition")
    if condition is None:
        return None
    rules.check_kind("where", "condition", call.kind, rules.BOOL)
    shape = rules.where(condition, call.shape("x") or (), call.shape("y") or ())
    return made(call, shape, call.kind_of("x"), call.kind_of("y"))


def _linear(call: Call) -> Type | None:
    weight, bias = call.shape("weight"), call.shape("bias")
    return None if weight is None else call.asked(rules.Linear.of_weight(weight).with_bias(bias), "x")


def _bilinear(call: Call) -> Type | None:
    weight, bias = call.shape("weight"), call.shape("bias")
    return None if weight is None else call.asked(rules.Bilinear.of_weight(weight).with_bias(bias), "input1", "input2")


def _embedding(call: Call) -> Type | None:
    weight = call.shape("weight")
    return None if weight is None else call.asked(rules.Embedding.of_weight(weight), "x")


_CONV_OPTIONS: Final = {"stride": 1, "padding": 0, "dilation": 1, "groups": 1}
_TRANSPOSE_OPTIONS: Final = {"stride": 1, "padding": 0, "output_padding": 0, "groups": 1, "dilation": 1}


def _convolving(rule: type[rules.Convolution | rules.Transposed], options: Mapping[str, int]) -> Handler:
    def handler(call: Call) -> Type | None:
        weight, bias = call.shape("weight"), call.shape("bias")
        if weight is None:
            return None
        values = {name: call.value(name, default) for name, default in options.items()}
        if len(rule.sides) == 1:  # mypy says what is no int
            values = {name: UNKNOWN if isinstance(value, tuple) else value for name, value in values.items()}
        word = call.word("padding", "")
        if issubclass(rule, rules.Convolution) and isinstance(word, str) and word:
            values["padding"] = word
        return call.asked(rule.of_weight(weight, **values).with_bias(bias), "x")

    return handler


def _pad(call: Call) -> Shape | None:
    x = call.shape("x")
    return None if x is None else rules.pad(x, call.value("pad"), call.word("mode", "constant"))


def _options_of(rule: type[rules.LayerRule]) -> Handler:
    """For a function of an image whose options are those of the rule, of the same names."""

    def handler(call: Call) -> Type | None:
        options: dict[str, Any] = {}
        for field in fields(rule):
            value = call.value(field.name, field.default)
            no_flag = isinstance(field.default, bool) and not isinstance(value, bool)
            options[field.name] = UNKNOWN if no_flag else value  # mypy says what is no bool
        return call.asked(rule(**options), "x")

    return handler


def _interpolate(call: Call) -> Type | None:
    return call.asked(rules.Upsample(call.value("size"), _factors(call)), "x")


def _factors(call: Call) -> Any:
    """The scale factor, or the pair of them; a float is known where it is written."""
    value, expression = call.value("scale_factor"), call.written("scale_factor")
    if isinstance(value, tuple) and isinstance(expression, TupleExpr) and len(value) == len(expression.items):
        return tuple(map(_float_or, expression.items, value))
    return value if expression is None else _float_or(expression, value)


def _float_or(expression: Expression, value: Any) -> Any:
    if isinstance(expression, UnaryExpr) and expression.op == "-" and isinstance(expression.expr, FloatExpr):
        return -expression.expr.value
    return expression.value if isinstance(expression, FloatExpr) else value


def _attention(call: Call) -> Shape | None:
    query, key, value = map(call.shape, ("query", "key", "value"))
    if query is None or key is None or value is None:
        return None
    return rules.scaled_dot_product_attention(query, key, value, call.shape("attn_mask"))


def _loss(rule: type[rules.LossRule], inputs: tuple[str, ...] = ("input", "target")) -> Handler:
    """For the tensors of those names, and the weights of the rule."""

    def handler(call: Call) -> Type | None:
        loss = rule(call.word("reduction", "mean"))
        result = call.asked(loss, *inputs)
        if isinstance(loss, rules.WeightedLoss) and result is not None:
            for name in loss.weights:
                weight = call.shape(name)
                if weight is not None:
                    loss.check_weight(name, call.receiver, weight)
        return result

    return handler


def _running(rule: type[rules.BatchNorm | rules.InstanceNorm]) -> Handler:
    def handler(call: Call) -> Type | None:
        x, mean = call.shape("x"), call.shape("running_mean")
        if x is None or (mean is not None and len(rules.ranked(mean)) != 1):
            return None
        return call.asked(rule(_channels(x) if mean is None else rules.ranked(mean)[0]), "x")

    return handler


def _channels(x: Shape) -> Dim:
    """Dimension 1 of *x*; unknown if it has none: then the rule refuses it."""
    return rules.ranked(x[:2])[1] if len(x) > 1 else UNKNOWN


def _group_norm(call: Call) -> Type | None:
    x = call.shape("x")
    if x is None:
        return None
    return call.asked(rules.GroupNorm(call.value("num_groups"), _channels(x)), "x")


def _last_norm(rule: type[rules.LayerNorm | rules.RMSNorm]) -> Handler:
    def handler(call: Call) -> Type | None:
        return call.asked(rule(call.value("normalized_shape")), "x")

    return handler


def _asserting(check: Callable[[Dim, Dim], None], other: str) -> Handler:
    """What is known to be wrong before the program runs is reported."""

    def handler(call: Call) -> None:
        sizes = call.value("size"), call.value(other)
        if all(isinstance(size, int | Expr) for size in sizes):
            check(*sizes)

    return handler


FUNCTIONS: Final[Mapping[str, Handler]] = {
    **COUNTING_FUNCTIONS,
    **SHAPING_FUNCTIONS,
    "shapenet.dims.facts.assert_divisible": _asserting(check_divisible, "by"),
    "shapenet.dims.facts.assert_equal": _asserting(check_equal, "other"),
    "shapenet.functional.activation.log_softmax": METHODS["log_softmax"],
    "shapenet.functional.activation.softmax": METHODS["softmax"],
    "shapenet.functional.attention.scaled_dot_product_attention": _attention,
    "shapenet.functional.bilinear.bilinear": _bilinear,
    "shapenet.functional.bilinear.linear": _linear,
    "shapenet.functional.conv.conv1d": _convolving(rules.Conv1d, _CONV_OPTIONS),
    "shapenet.functional.conv.conv2d": _convolving(rules.Conv2d, _CONV_OPTIONS),
    "shapenet.functional.conv.conv_transpose1d": _convolving(rules.ConvTranspose1d, _TRANSPOSE_OPTIONS),
    "shapenet.functional.conv.conv_transpose2d": _convolving(rules.ConvTranspose2d, _TRANSPOSE_OPTIONS),
    "shapenet.functional.dropping.dropout2d": _options_of(rules.Dropout2d),
    "shapenet.functional.element_losses.binary_cross_entropy": _loss(rules.BCELoss),
    "shapenet.functional.element_losses.binary_cross_entropy_with_logits": _loss(rules.BCEWithLogitsLoss),
    "shapenet.functional.element_losses.huber_loss": _loss(rules.HuberLoss),
    "shapenet.functional.element_losses.kl_div": _loss(rules.KLDivLoss),
    "shapenet.functional.element_losses.l1_loss": _loss(rules.L1Loss),
    "shapenet.functional.element_losses.mse_loss": _loss(rules.MSELoss),
    "shapenet.functional.element_losses.smooth_l1_loss": _loss(rules.SmoothL1Loss),
    "shapenet.functional.embedding.embedding": _embedding,
    "shapenet.functional.folding.fold": _options_of(rules.Fold),
    "shapenet.functional.folding.unfold": _options_of(rules.Unfold),
    "shapenet.functional.losses.cosine_embedding_loss": _loss(
        rules.CosineEmbeddingLoss, ("input1", "input2", "target")
    ),
    "shapenet.functional.losses.cross_entropy": _loss(rules.CrossEntropyLoss),
    "shapenet.functional.losses.nll_loss": _loss(rules.NLLLoss),
    "shapenet.functional.normalisation.batch_norm": _running(rules.BatchNorm),
    "shapenet.functional.normalisation.group_norm": _group_norm,
    "shapenet.functional.normalisation.instance_norm": _running(rules.InstanceNorm),
    "shapenet.functional.normalisation.layer_norm": _last_norm(rules.LayerNorm),
    "shapenet.functional.normalisation.rms_norm": _last_norm(rules.RMSNorm),
    "shapenet.functional.padding.pad": _pad,
    "shapenet.functional.pool.adaptive_avg_pool2d": _options_of(rules.AdaptiveAvgPool2d),
    "shapenet.functional.pool.adaptive_max_pool2d": _options_of(rules.AdaptiveMaxPool2d),
    "shapenet.functional.pool.avg_pool2d": _options_of(rules.AvgPool2d),
    "shapenet.functional.pool.max_pool2d": _options_of(rules.MaxPool2d),
    "shapenet.functional.resizing.interpolate": _interpolate,
    "shapenet.functional.resizing.pixel_shuffle": _options_of(rules.PixelShuffle),
    "shapenet.functional.resizing.pixel_unshuffle": _options_of(rules.PixelUnshuffle),
    "shapenet.functional.selection.where": _where,
}
