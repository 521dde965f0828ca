"""Recurrent layers: all layers and directions of a stack as one operation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from shapenet.backend import Array
from shapenet.kernels import memory
from shapenet.kernels.elementwise import elementwise
from shapenet.kernels.gru import GRU
from shapenet.kernels.lstm import LSTM
from shapenet.kernels.recurrent import Steps, Weights
from shapenet.kernels.rnn import ReLU, Tanh
from shapenet.ops import Needs, Result

CELLS: Final[Mapping[str, type[Steps]]] = {"gru": GRU, "lstm": LSTM, "relu": ReLU, "tanh": Tanh}


@dataclass(frozen=True)
class Stack:
    """The layers of a recurrent network.

    Args:
        cell: one of ``CELLS``.
        states: how many parts the state has.
        layers: how many there are, one on the other.
        directions: 2 if each also goes from the last input to the first, else 1.
        bias: whether each has two biases beside its two weights.
        masks: what the outputs of each layer but the last are multiplied with; none without dropout.
    """

    cell: str
    states: int
    layers: int = 1
    directions: int = 1
    bias: bool = True
    masks: Sequence[Array] = ()

    def parts(self, x: Array, hidden: int) -> list[tuple[int, ...]]:
        """The shapes of the outputs, and of the parts of the final state."""
        length, count, _ = x.shape
        state = (self.layers * self.directions, count, hidden)
        return [(length, count, self.directions * hidden), *[state] * self.states]


def recurrent(x: Array, *arrays: Array, stack: Stack) -> Result:
    """The outputs and the parts of the final state, one after the other in a flat array.

    Args:
        x: the inputs ``[T, N, I]``.
        arrays: the parts of the initial state, each ``[layers*directions, N, H]``; then, for each layer and direction,
            the weights ``[G*H, I], [G*H, H]``, and, with bias, ``[G*H], [G*H]``.
        stack: what is computed.
    """
    start, flat = arrays[: stack.states], arrays[stack.states :]
    width = 4 if stack.bias else 2
    weights = [Weights(*flat[place : place + width]) for place in range(0, len(flat), width)]
    shapes = stack.parts(x, start[0].shape[2])
    packed = memory.empty((sum(map(_size, shapes)),), np.result_type(x, *arrays), x)
    outputs, *final = _unpacked(packed, shapes)
    runs = _forward(x, start, weights, outputs, final, stack)

    def vjp(grad: Array, needs: Needs) -> tuple[Array | None, ...]:
        if not any(needs):
            return (None,) * len(needs)
        gradients = _backward(runs, _unpacked(grad, shapes), stack, inputs=needs[0])
        return tuple(given if wanted else None for given, wanted in zip(gradients, needs, strict=True))

    return packed, vjp


def _forward(
    x: Array,
    start: Sequence[Array],
    weights: Sequence[Weights],
    outputs: Array,
    final: Sequence[Array],
    stack: Stack,
) -> list[Steps]:
    runs: list[Steps] = []
    kind, hidden = CELLS[stack.cell], start[0].shape[2]
    layer_input = x
    if not x.flags.c_contiguous or x.dtype != outputs.dtype:
        layer_input = elementwise(np.positive, x, out=memory.empty(x.shape, outputs.dtype, x))
    for layer in range(stack.layers):
        last = layer == stack.layers - 1
        layer_output = outputs if last else memory.empty(outputs.shape, outputs.dtype, outputs)
        for direction in range(stack.directions):
            place = layer * stack.directions + direction
            own = layer_output[:, :, direction * hidden : (direction + 1) * hidden]
            begun = tuple(part[place] for part in start)
            runs.append(kind(layer_input, begun, weights[place], own, reverse=direction == 1))
            for part, reached in zip(final, runs[-1].final, strict=True):
                part[place] = reached
        layer_input = layer_output
        if not last and stack.masks:
            layer_input = elementwise(np.multiply, layer_output, stack.masks[layer])
    return runs


def _backward(runs: Sequence[Steps], grads: Sequence[Array], stack: Stack, *, inputs: bool) -> list[Array | None]:
    """The gradients in the order of the operation's inputs, the first if it is wanted."""
    grad, *final = grads
    start = [memory.empty(part.shape, part.dtype, part) for part in final]
    weights: list[Array] = []
    for layer in reversed(range(stack.layers)):
        below: Array | None = None
        own: list[Array] = []
        for direction in range(stack.directions):
            place = layer * stack.directions + direction
            size = runs[place].size
            part = grad[:, :, direction * size : (direction + 1) * size]
            reached = tuple(given[place] for given in final)
            gradients = runs[place].backward(part, reached, inputs=inputs or layer > 0)
            for whole, one in zip(start, gradients.start, strict=True):
                whole[place] = one
            if below is not None and gradients.x is not None:
                elementwise(np.add, below, gradients.x, out=below)
            below = gradients.x if below is None else below
            own += [given for given in gradients.weights if given is not None]
        weights = own + weights
        if below is None:
            break
        grad = below
        if layer > 0 and stack.masks:
            elementwise(np.multiply, grad, stack.masks[layer - 1], out=grad)
    return [grad if inputs else None, *start, *weights]


def _unpacked(packed: Array, shapes: Sequence[tuple[int, ...]]) -> list[Array]:
    """Views of the arrays of these *shapes* that follow each other."""
    views, first = [], 0
    for shape in shapes:
        views.append(packed[first : first + _size(shape)].reshape(shape))
        first += _size(shape)
    return views


def _size(shape: tuple[int, ...]) -> int:
    return int(np.prod(shape))
