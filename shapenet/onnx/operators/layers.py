"""How normalisation, recurrent networks and losses are read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np

from shapenet import functional
from shapenet.functional.joining import cat
from shapenet.functional.recurrent import recurrent
from shapenet.onnx.converters.recurrent import GATES
from shapenet.onnx.errors import OnnxError
from shapenet.onnx.operators.node import Node, Reader, Readers, Run, text
from shapenet.ops.recurrent import Stack
from shapenet.tensors import AnyTensor

_ACTIVATIONS: Final = {"gru": ("Sigmoid", "Tanh"), "lstm": ("Sigmoid", "Tanh", "Tanh")}
_STATES: Final = {"LSTM": 2, "GRU": 1, "RNN": 1}


def _batch_norm(node: Node) -> Run:
    eps = node.take("epsilon", 1e-5)
    node.take("momentum", 0.9)
    node.expect("training_mode", 0)
    return lambda x, scale, bias, mean, variance: functional.batch_norm(x, mean, variance, scale, bias, eps=eps)


def _instance_norm(node: Node) -> Run:
    eps = node.take("epsilon", 1e-5)
    return lambda x, scale, bias: functional.instance_norm(x, weight=scale, bias=bias, eps=eps)


def _group_norm(node: Node) -> Run:
    eps, groups = node.take("epsilon", 1e-5), node.take("num_groups", 1)
    node.expect("stash_type", 1)
    return lambda x, scale, bias: functional.group_norm(x, groups, scale, bias, eps)


def _layer_norm(node: Node) -> Run:
    eps, axis = node.take("epsilon", 1e-5), node.take("axis", -1)
    node.expect("stash_type", 1)
    if len(node.outputs) > 1:
        raise OnnxError(f"{node} is read without its statistics alone")
    return lambda x, scale, bias=None: functional.layer_norm(x, x.data.shape[axis:], scale, bias, eps)


def _recurrent(node: Node) -> Run:
    cell = _cell(node)
    directions = 2 if node.expect("direction", "forward", "bidirectional") == "bidirectional" else 1
    node.expect("layout", 0)
    node.take("hidden_size", None)
    states = _STATES[node.op]

    def run(
        x: AnyTensor,
        w: AnyTensor,
        r: AnyTensor,
        b: AnyTensor | None = None,
        lengths: AnyTensor | None = None,
        *start: AnyTensor | None,
    ) -> Any:
        if lengths is not None or len(start) > states:
            raise OnnxError(f"{node} is read without lengths and peepholes alone")
        parts = [part for part in start if part is not None]
        if len(parts) not in (0, states):
            raise OnnxError(f"{node} expects all parts of the initial state or none")
        weights = [
            weight for at in range(directions) for weight in _weights(cell, w[at], r[at], None if b is None else b[at])
        ]
        stack = Stack(cell, states, 1, directions, b is not None)
        y, final = recurrent(x, parts or None, weights, stack)
        length, count, _ = y.data.shape
        return y.reshape(length, count, directions, -1).permute(0, 2, 1, 3), *final

    return run


def _cell(node: Node) -> str:
    cell = {"LSTM": "lstm", "GRU": "gru", "RNN": "tanh"}[node.op]
    given = list(map(text, node.take("activations", [])))
    if node.op == "RNN":
        if {*given} not in ({"Tanh"}, {"Relu"}, set()):
            raise OnnxError(f"{node} is not read with activations={given}")
        return "relu" if "Relu" in given else cell
    own = list(_ACTIVATIONS[cell])
    if given not in ([], own, own * 2):
        raise OnnxError(f"{node} is not read with activations={given}")
    if node.op == "GRU" and node.take("linear_before_reset", 0) != 1:
        raise OnnxError(f"{node} is read with linear_before_reset=1 alone")
    if node.op == "LSTM":
        node.expect("input_forget", 0)
    return cell


def _weights(cell: str, w: AnyTensor, r: AnyTensor, b: AnyTensor | None) -> list[AnyTensor]:
    """The weights of one direction, with the gates in our order."""
    order = np.argsort(GATES[cell])

    def ordered(x: AnyTensor) -> AnyTensor:
        gates = x.chunk(len(order), 0)
        return cat([gates[place] for place in order], 0) if len(order) > 1 else x

    biases = [] if b is None else [ordered(part) for part in b.chunk(2, 0)]
    return [ordered(w), ordered(r), *biases]


def _loss(function: Callable[..., Any]) -> Reader:
    def read(node: Node) -> Run:
        ignored, reduction = node.take("ignore_index", -100), node.expect("reduction", "mean", "sum", "none")
        if len(node.outputs) > 1:
            raise OnnxError(f"{node} is read with one output alone")
        return lambda x, target, weight=None: function(x, target, weight, ignore_index=ignored, reduction=reduction)

    return read


LAYERS: Final[Readers] = {
    "BatchNormalization": _batch_norm,
    "InstanceNormalization": _instance_norm,
    "GroupNormalization": _group_norm,
    "LayerNormalization": _layer_norm,
    "NegativeLogLikelihoodLoss": _loss(functional.nll_loss),
    "SoftmaxCrossEntropyLoss": _loss(functional.cross_entropy),
    **dict.fromkeys(_STATES, _recurrent),
}
