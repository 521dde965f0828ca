"""How operations on single elements are written."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Final

import numpy as np

from shapenet.backend import is_device
from shapenet.methods import arithmetic, core, logic
from shapenet.onnx.step import Convert, Converter, Step, Table
from shapenet.onnx.writer import refuse
from shapenet.ops import activation, bounds, elementwise, functions


def _named(op: str, **attributes: Any) -> Convert:
    """An operation that ONNX has, with the same inputs."""
    return lambda step: step.give(step.emit(op, step.names(), **attributes))


def _renamed(op: str, **names: str) -> Convert:
    """An operation that ONNX has; its options have other *names* there."""
    return lambda step: step.give(
        step.emit(op, step.names(), **{theirs: float(step.option(ours)) for theirs, ours in names.items()})
    )


def _number(step: Step, number: float) -> str:
    return step.writer.scalar(number, step.dtype(step.x))


def _silu(step: Step) -> None:
    (x,) = step.names()
    step.give(step.emit("Mul", [x, step.emit("Sigmoid", [x])]))


def _relu6(step: Step) -> None:
    step.give(step.emit("Clip", [*step.names(), _number(step, 0), _number(step, 6)]))


def _softplus(step: Step) -> None:
    (x,), beta = step.names(), step.option("beta")
    scaled = x if beta == 1 else step.emit("Mul", [x, _number(step, beta)])
    y = step.emit("Softplus", [scaled])
    y = y if beta == 1 else step.emit("Div", [y, _number(step, beta)])
    linear = step.emit("Greater", [scaled, _number(step, step.option("threshold"))])
    step.give(step.emit("Where", [linear, x, y]))


def _after(first: str, second: str) -> Convert:
    return lambda step: step.give(step.emit(second, [step.emit(first, step.names())]))


def _with_number(first: str, number: float, second: str, swapped: bool = False) -> Convert:
    """*second* of a number and of *first* of the element: ``log(1 + x)`` is ``Add`` of 1, then ``Log``."""

    def convert(step: Step) -> None:
        if second in ("Log",):
            step.give(step.emit(second, [step.emit(first, [*step.names(), _number(step, number)])]))
        else:
            step.give(step.emit(second, [step.emit(first, step.names()), _number(step, number)]))

    return convert


def _square(step: Step) -> None:
    (x,) = step.names()
    step.give(step.emit("Mul", [x, x]))


def _remainder(step: Step) -> None:
    """Of the sign of the divisor: ONNX has that for integers alone."""
    x, y = step.names()
    if step.dtype(step.x).kind != "f":
        step.give(step.emit("Mod", [x, y]))
    else:
        step.give(step.emit("Sub", [x, step.emit("Mul", [y, step.emit("Floor", [step.emit("Div", [x, y])])])]))


def _floor_divide(step: Step) -> None:
    x, y = step.names()
    if step.dtype(step.x).kind != "f":
        refuse("is no operation of ONNX for integers, which divides towards 0")
    step.give(step.emit("Floor", [step.emit("Div", [x, y])]))


def _stepped(step: Step) -> None:
    function = step.option("function")
    if isinstance(function, partial):
        if function.keywords.get("decimals"):
            refuse("has decimals, of which ONNX knows none")
        function = function.func
    ops: dict[Callable[..., Any], str] = {np.floor: "Floor", np.ceil: "Ceil", np.sign: "Sign", np.round: "Round"}
    (x,) = step.names()
    if function is np.trunc:
        step.give(step.emit("Mul", [step.emit("Sign", [x]), step.emit("Floor", [step.emit("Abs", [x])])]))
    else:
        step.give(step.emit(ops[function], [x]))


def _clamp(step: Step) -> None:
    x, *limits = step.names()
    for op, given in (("Max", step.option("low")), ("Min", step.option("high"))):
        if given:
            x = step.emit(op, [x, limits.pop(0)])
    step.give(x)


def _where(step: Step) -> None:
    step.give(step.emit("Where", [step.writer.name(step.option("condition")), *step.names()]))


def _cast(step: Step) -> None:
    target = step.option("target")
    (x,) = step.names()
    step.give(step.emit("Identity", [x]) if is_device(target) else step.writer.cast(x, target))


_COMPARISONS: Final[dict[Callable[..., Any], str]] = {
    np.equal: "Equal",
    np.less: "Less",
    np.less_equal: "LessOrEqual",
    np.greater: "Greater",
    np.greater_equal: "GreaterOrEqual",
}


def _compared(step: Step) -> None:
    function, x, other = step.args
    # A number beside a tensor is as numpy takes it: of the tensor's type, unless it would lose its fraction.
    dtype = step.dtype(x) if hasattr(other, "number") else np.result_type(step.dtype(x), other)
    left = step.writer.name(x) if dtype == step.dtype(x) else step.writer.cast(step.writer.name(x), dtype)
    right = step.writer.name(other) if hasattr(other, "number") else step.writer.scalar(other, dtype)
    if function is np.not_equal:
        step.give(step.emit("Not", [step.emit("Equal", [left, right])]))
    else:
        step.give(step.emit(_COMPARISONS[function], [left, right]))


_LOGIC: Final[dict[Callable[..., Any], str]] = {
    np.logical_and: "And",
    np.logical_or: "Or",
    np.logical_xor: "Xor",
    np.bitwise_and: "And",
    np.bitwise_or: "Or",
    np.bitwise_xor: "Xor",
}


def _logical(step: Step) -> None:
    _, function, x, y = step.args
    if not step.dtype(x) == step.dtype(y) == np.bool_:
        refuse("is exported of truth values alone")
    step.give(step.emit(_LOGIC[function], step.names()))


def _negated(step: Step) -> None:
    if step.dtype(step.tensors[0]) != np.bool_:
        refuse("is exported of truth values alone")
    step.give(step.emit("Not", step.names()))


_NAMED: Final[dict[Callable[..., Any], str]] = {
    elementwise.add: "Add",
    elementwise.subtract: "Sub",
    elementwise.multiply: "Mul",
    elementwise.divide: "Div",
    elementwise.power: "Pow",
    elementwise.negative: "Neg",
    elementwise.exp: "Exp",
    elementwise.log: "Log",
    elementwise.sqrt: "Sqrt",
    elementwise.absolute: "Abs",
    functions.sin: "Sin",
    functions.cos: "Cos",
    functions.tan: "Tan",
    functions.erf: "Erf",
    functions.reciprocal: "Reciprocal",
    activation.relu: "Relu",
    activation.sigmoid: "Sigmoid",
    activation.tanh: "Tanh",
    activation.hardswish: "HardSwish",
    activation.mish: "Mish",
    bounds.maximum: "Max",
    bounds.minimum: "Min",
}

ELEMENTWISE: Final[Table] = {
    **{function: Converter(_named(op)) for function, op in _NAMED.items()},
    elementwise.where: Converter(_where),
    elementwise.remainder: Converter(_remainder),
    elementwise.floor_divide: Converter(_floor_divide),
    functions.rsqrt: Converter(_after("Sqrt", "Reciprocal")),
    functions.square: Converter(_square),
    functions.log1p: Converter(_with_number("Add", 1, "Log")),
    functions.expm1: Converter(_with_number("Exp", 1, "Sub")),
    functions.log2: Converter(_with_number("Log", np.log(2), "Div")),
    functions.log10: Converter(_with_number("Log", np.log(10), "Div")),
    functions.stepped: Converter(_stepped),
    activation.gelu: Converter(_named("Gelu")),
    activation.gelu_tanh: Converter(_named("Gelu", approximate="tanh")),
    activation.silu: Converter(_silu),
    activation.relu6: Converter(_relu6),
    activation.leaky_relu: Converter(_renamed("LeakyRelu", alpha="negative_slope")),
    activation.elu: Converter(_renamed("Elu", alpha="alpha")),
    activation.softplus: Converter(_softplus),
    bounds.clamp: Converter(_clamp),
    core.convert: Converter(_cast),
    arithmetic.compared: Converter(_compared),
    logic.computed: Converter(_logical),
    logic.negated: Converter(_negated),
}
