"""How operations on single elements are read."""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable
from typing import Any, Final

from onnx import helper

from shapenet import functional
from shapenet.onnx.operators.node import Node, Reader, Readers, Run, plain
from shapenet.tensors import AnyTensor, Tensor


def _divide(x: AnyTensor, y: AnyTensor) -> AnyTensor:
    if x.dtype.kind == "f":
        return x / y
    return (x.abs() // y.abs()) * x.sign() * y.sign()  # towards 0


def _mod(node: Node) -> Run:
    node.expect("fmod", 0)
    return operator.mod


def _clip(x: AnyTensor, least: AnyTensor | None = None, most: AnyTensor | None = None) -> AnyTensor:
    return x if least is None and most is None else x.clamp(least, most)


def _cast(node: Node) -> Run:
    dtype = helper.tensor_dtype_to_np_dtype(node.take("to", 0))
    node.expect("saturate", 1)
    return lambda x: x.to(dtype)


def _gelu(node: Node) -> Run:
    approximate = node.expect("approximate", "none", "tanh")
    return lambda x: functional.gelu(x, approximate)


def _with(function: Callable[..., Any], name: str, default: float) -> Reader:
    """A function with one option."""

    def read(node: Node) -> Run:
        value = float(node.take(name, default))
        return lambda x: function(x, value)

    return read


def _all_of(function: Callable[[Any, Any], Any]) -> Reader:
    return plain(lambda *tensors: functools.reduce(function, tensors))


_PLAIN: Final[dict[str, Run]] = {
    "Add": operator.add,
    "Sub": operator.sub,
    "Mul": operator.mul,
    "Div": _divide,
    "Pow": operator.pow,
    "Neg": operator.neg,
    "Equal": operator.eq,
    "Less": operator.lt,
    "LessOrEqual": operator.le,
    "Greater": operator.gt,
    "GreaterOrEqual": operator.ge,
    "And": Tensor.logical_and,
    "Or": Tensor.logical_or,
    "Xor": Tensor.logical_xor,
    "Not": Tensor.logical_not,
    "Exp": Tensor.exp,
    "Log": Tensor.log,
    "Sqrt": Tensor.sqrt,
    "Abs": Tensor.abs,
    "Sin": Tensor.sin,
    "Cos": Tensor.cos,
    "Tan": Tensor.tan,
    "Erf": Tensor.erf,
    "Reciprocal": Tensor.reciprocal,
    "Floor": Tensor.floor,
    "Ceil": Tensor.ceil,
    "Round": Tensor.round,
    "Sign": Tensor.sign,
    "Relu": functional.relu,
    "Sigmoid": functional.sigmoid,
    "Tanh": functional.tanh,
    "Softplus": functional.softplus,
    "HardSwish": functional.hardswish,
    "Mish": functional.mish,
    "Clip": _clip,
    "Where": lambda condition, x, y: x.where(condition, y),
    "Identity": lambda x: x,
}

ELEMENTWISE: Final[Readers] = {
    **{op: plain(function) for op, function in _PLAIN.items()},
    "Mod": _mod,
    "Cast": _cast,
    "Gelu": _gelu,
    "LeakyRelu": _with(functional.leaky_relu, "alpha", 0.01),
    "Elu": _with(functional.elu, "alpha", 1.0),
    "Max": _all_of(Tensor.maximum),
    "Min": _all_of(Tensor.minimum),
}
