"""What the recurrent layers share: their weights, and the layouts of their inputs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, ClassVar

from shapenet import rules
from shapenet.dims import Dim
from shapenet.functional.dropping import check_probability
from shapenet.functional.recurrent import recurrent
from shapenet.nn import init
from shapenet.nn.module import Module
from shapenet.nn.parameter import Parameter
from shapenet.ops.recurrent import Stack
from shapenet.rules.recurrent import Recurrent, RecurrentCell
from shapenet.tensors import AnyTensor


class RecurrentLayers(Module):
    """Layers of recurrent cells, one on the other, in one direction or two.

    Weights are ``weight_ih_l0`` ``[G*hidden_size, input_size]``, ``weight_hh_l0`` ``[G*hidden_size, hidden_size]``,
    ``bias_ih_l0`` and ``bias_hh_l0`` for G gates; those of further layers end with their number, those of the other
    direction with ``_reverse``. They start uniform within ``1/sqrt(hidden_size)``, as in torch.
    """

    rule: Recurrent

    gates: ClassVar[int]

    weight_ih_l0: Parameter[Any, Any]
    weight_hh_l0: Parameter[Any, Any]
    bias_ih_l0: Parameter[Any]
    bias_hh_l0: Parameter[Any]

    def _build(self, rule: Recurrent, cell: str, bias: bool, dropout: float) -> None:
        self.rule = rule
        check_probability(rule.name, dropout, "dropout")
        self.bias = bias
        self.dropout = dropout
        sizes = (rule.directions, rule.num_layers, rule.hidden_size, rule.input_size)
        directions, layers, hidden, features = map(_known, sizes)
        self._stack = Stack(cell, rule.states, layers, directions, bias)
        names = []
        for layer in range(layers):
            inputs = features if layer == 0 else directions * hidden
            for suffix in (f"_l{layer}", f"_l{layer}_reverse")[:directions]:
                names += _add_weights(self, suffix, self.gates, inputs, hidden, bias)
        self._names = tuple(names)

    def _run(self, x: AnyTensor, state: Sequence[AnyTensor] | None) -> tuple[AnyTensor, tuple[AnyTensor, ...]]:
        """The outputs and the parts of the final state, in the layout of *x*; the shapes are checked."""
        batched, swapped = x.ndim == 3, self.rule.batch_first is True and x.ndim == 3
        steps = x.transpose(0, 1) if swapped else x if batched else _batch_of_one(x, 1)
        start = state if state is None or batched else [_batch_of_one(part, 1) for part in state]
        weights = [getattr(self, name) for name in self._names]
        dropout = self.dropout if self.training else 0.0
        outputs, final = recurrent(steps, start, weights, self._stack, dropout)
        if not batched:
            return outputs[:, 0], tuple(part[:, 0] for part in final)
        return outputs.transpose(0, 1) if swapped else outputs, final


class RecurrentCells(Module):
    """One step of a recurrent layer, with the weights ``weight_ih``, ``weight_hh``, ``bias_ih`` and ``bias_hh``."""

    rule: RecurrentCell

    gates: ClassVar[int]

    weight_ih: Parameter[Any, Any]
    weight_hh: Parameter[Any, Any]
    bias_ih: Parameter[Any]
    bias_hh: Parameter[Any]

    def _build(self, rule: RecurrentCell, cell: str, bias: bool) -> None:
        self.rule = rule
        self.bias = bias
        self._stack = Stack(cell, rule.states, bias=bias)
        self._names = tuple(_add_weights(self, "", self.gates, _known(rule.input_size), _known(rule.hidden_size), bias))

    def _run(self, x: AnyTensor, state: Sequence[AnyTensor] | None) -> tuple[AnyTensor, ...]:
        """The parts of the state after the step; the shapes are checked."""
        batched = x.ndim == 2
        steps = _batch_of_one(x if batched else _batch_of_one(x, 0), 0)
        parts = None if state is None else state if batched else [_batch_of_one(part, 0) for part in state]
        start = None if parts is None else [_batch_of_one(part, 0) for part in parts]
        _, final = recurrent(steps, start, [getattr(self, name) for name in self._names], self._stack)
        return tuple(part[0] if batched else part[0, 0] for part in final)


def check_state(rule: Recurrent | RecurrentCell, x: AnyTensor, *state: AnyTensor) -> None:
    """Check that the shapes of *x* and of the parts of the state fit.

    Raises:
        ShapeError: they do not.
    """
    shape = x.data.shape
    rule.output(shape)
    if state:
        given = [part.data.shape for part in state]
        rule.expect_state(shape, given[0] if len(given) == 1 else rules.Several(tuple(given)))


def _known(size: Dim) -> int:
    assert isinstance(size, int)  # the sizes of a layer that exists
    return size


def _batch_of_one(x: AnyTensor, place: int) -> AnyTensor:
    shape = x.data.shape
    return x.reshape((*shape[:place], 1, *shape[place:]))


def _add_weights(module: Module, suffix: str, gates: int, inputs: int, hidden: int, bias: bool) -> list[str]:
    rows, bound = gates * hidden, 1 / math.sqrt(hidden)
    shapes: dict[str, tuple[int, ...]] = {"weight_ih": (rows, inputs), "weight_hh": (rows, hidden)}
    if bias:
        shapes |= {"bias_ih": (rows,), "bias_hh": (rows,)}
    for name, shape in shapes.items():
        setattr(module, name + suffix, Parameter(init.uniform(shape, bound)))
    return [name + suffix for name in shapes]
