"""``GRU`` and ``GRUCell``: gated recurrent units."""

from __future__ import annotations

from typing import Any, Generic

from shapenet import rules
from shapenet.dims import Batch
from shapenet.nn.recurrent import RecurrentCells, RecurrentLayers, check_state
from shapenet.nn.sizes import REQUIRED, BatchFirst, Bidirectional, Hidden, In, LayerCount, default
from shapenet.tensors import AnyTensor, Tensor


class GRU(RecurrentLayers, Generic[In, Hidden, LayerCount, BatchFirst, Bidirectional]):
    """``[T, N, input_size] -> [T, N, D*hidden_size]`` for D directions, with the final state.

    With *batch_first* it is ``[N, T, ...]``; the input may lack N. The state is ``[num_layers*D, N, hidden_size]``, and
    starts with 0 unless *hx* gives it. In training the outputs of each layer but the last are dropped with probability
    *dropout*. The weights of the gates r, z, n lie below each other.

    Source: Cho et al., "Learning phrase representations using RNN encoder-decoder" (2014), in cuDNN's and torch's form:
    the reset gate scales the product with the state, not the state.

    Raises:
        ShapeError: a size is no int of at least 1.
        ValueError: *dropout* is no probability.
    """

    gates = 3

    def __init__(
        self,
        input_size: In | int = REQUIRED,
        hidden_size: Hidden | int = REQUIRED,
        num_layers: LayerCount = default(1),
        bias: bool = True,
        batch_first: BatchFirst = default(False),
        dropout: float = 0.0,
        bidirectional: Bidirectional = default(False),
    ) -> None:
        rule = rules.GRU(input_size, hidden_size, num_layers, batch_first, bidirectional)
        self._build(rule, "gru", bias, dropout)

    def __call__(self, x: Tensor[*Batch, In], hx: AnyTensor | None = None) -> tuple[Tensor[*Batch, Any], AnyTensor]:
        state = () if hx is None else (hx,)
        check_state(self.rule, x, *state)
        outputs, (final,) = self._run(x, state or None)
        return outputs, final


class GRUCell(RecurrentCells, Generic[In, Hidden]):
    """``[N, input_size] -> [N, hidden_size]``, or both without N: one step, from a state to the next.

    Raises:
        ShapeError: a size is no int of at least 1.
    """

    gates = 3

    def __init__(
        self, input_size: In | int = REQUIRED, hidden_size: Hidden | int = REQUIRED, bias: bool = True
    ) -> None:
        self._build(rules.GRUCell(input_size, hidden_size), "gru", bias)

    def __call__(self, x: Tensor[*Batch, In], hx: Tensor[*Batch, Hidden] | None = None) -> Tensor[*Batch, Hidden]:
        state = () if hx is None else (hx,)
        check_state(self.rule, x, *state)
        (final,) = self._run(x, state or None)
        return final
