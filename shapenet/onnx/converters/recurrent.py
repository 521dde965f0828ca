"""How recurrent networks are written: a node for each layer, both directions in one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from shapenet.functional import recurrent
from shapenet.onnx.step import Converter, Step, Table
from shapenet.onnx.trace import Ref
from shapenet.onnx.writer import refuse
from shapenet.ops.recurrent import Stack

GATES: Final = {"lstm": (0, 3, 1, 2), "gru": (1, 0, 2), "tanh": (0,), "relu": (0,)}
"""The order of the gates in ONNX: i, o, f, c of ours, which are i, f, g, o; and z, r, h of r, z, n."""

OPS: Final = {"lstm": "LSTM", "gru": "GRU", "tanh": "RNN", "relu": "RNN"}


def _recurrent(step: Step) -> None:
    x, state, weights, stack, _ = step.args
    hidden = step.shape(weights[1])[1]
    width = len(weights) // (stack.layers * stack.directions)
    name, finals = step.writer.name(x), [list[str]() for _ in range(stack.states)]
    for layer in range(stack.layers):
        first = layer * stack.directions
        own = [weights[width * at : width * (at + 1)] for at in range(first, first + stack.directions)]
        inputs = [name, *_weights(step, own, stack, hidden), "", *_start(step, state, stack, first)]
        y, *last = step.writer.emits(OPS[stack.cell], inputs, 1 + stack.states, **_attributes(stack, hidden))
        # T D N H -> T N D*H
        turned = step.emit("Transpose", [y], perm=[0, 2, 1, 3])
        name = step.emit("Reshape", [turned, step.writer.ints(0, 0, stack.directions * hidden)])
        for final, part in zip(finals, last, strict=True):
            final.append(part)
    outputs, parts = step.result
    step.writer.set(outputs, name)
    for part, final in zip(parts, finals, strict=True):
        step.writer.set(part, step.emit("Concat", final, axis=0) if len(final) > 1 else final[0])


def _attributes(stack: Stack, hidden: int) -> dict[str, Any]:
    attributes: dict[str, Any] = {"hidden_size": hidden}
    if stack.directions == 2:
        attributes["direction"] = "bidirectional"
    if stack.cell == "gru":
        attributes["linear_before_reset"] = 1
    if stack.cell == "relu":
        attributes["activations"] = ["Relu"] * stack.directions
    return attributes


def _weights(step: Step, own: Sequence[Sequence[Ref]], stack: Stack, hidden: int) -> list[str]:
    """The weights of the inputs and of the state, and the biases, each with the directions in front."""
    order = np.concatenate([np.arange(gate * hidden, (gate + 1) * hidden) for gate in GATES[stack.cell]])
    rows = step.writer.constant(order.astype(np.int64)) if len(GATES[stack.cell]) > 1 else ""

    def ordered(ref: Ref) -> str:
        name = step.writer.name(ref)
        return step.emit("Gather", [name, rows], axis=0) if rows else name

    def stacked(parts: Sequence[str]) -> str:
        front = [step.emit("Unsqueeze", [part, step.writer.ints(0)]) for part in parts]
        return step.emit("Concat", front, axis=0) if len(front) > 1 else front[0]

    matrices = [stacked([ordered(one[place]) for one in own]) for place in (0, 1)]
    if not stack.bias:
        return [*matrices, ""]
    return [*matrices, stacked([step.emit("Concat", [ordered(one[2]), ordered(one[3])], axis=0) for one in own])]


def _start(step: Step, state: Sequence[Ref] | None, stack: Stack, first: int) -> list[str]:
    """The parts of the initial state of a layer; nothing for zeros."""
    if state is None:
        return []
    if stack.layers == 1:
        return step.names(*state)
    w = step.writer
    bounds = [w.ints(first), w.ints(first + stack.directions), w.ints(0)]
    return [step.emit("Slice", [part, *bounds]) for part in step.names(*state)]


def _checked(step: Step) -> None:
    if step.args[4]:
        refuse("drops elements, which is not exported")
    _recurrent(step)


RECURRENT: Final[Table] = {recurrent.recurrent: Converter(_checked)}
