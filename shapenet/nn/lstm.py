"""``LSTM`` and ``LSTMCell``: long short-term memory."""

from __future__ import annotations

from typing import Any, Generic

from shapenet import rules
from shapenet.dims import Batch
from shapenet.nn.recurrent import RecurrentCells, RecurrentLayers, check_state
from shapenet.nn.sizes import REQUIRED, BatchFirst, Bidirectional, Hidden, In, LayerCount, default
from shapenet.tensors import AnyTensor, Tensor


class LSTM(RecurrentLayers, Generic[In, Hidden, LayerCount, BatchFirst, Bidirectional]):
    """``[T, N, input_size] -> [T, N, D*hidden_size]`` for D directions, with the final states h and c.

    With *batch_first* it is ``[N, T, ...]``; the input may lack N. The states are ``[num_layers*D, N, hidden_size]``
    each, and start with 0 unless *hx* gives them. In training the outputs of each layer but the last are dropped with
    probability *dropout*. The weights of the gates i, f, g, o lie below each other.

    Source: Hochreiter and Schmidhuber, "Long short-term memory" (1997), with the forget gates of Gers et al. (2000).

    Raises:
        ShapeError: a size is no int of at least 1.
        ValueError: *dropout* is no probability.
    """

    gates = 4

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
        rule = rules.LSTM(input_size, hidden_size, num_layers, batch_first, bidirectional)
        self._build(rule, "lstm", bias, dropout)

    def __call__(
        self, x: Tensor[*Batch, In], hx: tuple[AnyTensor, AnyTensor] | None = None
    ) -> tuple[Tensor[*Batch, Any], tuple[AnyTensor, AnyTensor]]:
        check_state(self.rule, x, *(hx or ()))
        outputs, (state, cell) = self._run(x, hx)
        return outputs, (state, cell)


class LSTMCell(RecurrentCells, Generic[In, Hidden]):
    """``[N, input_size] -> [N, hidden_size], [N, hidden_size]``, or all without N: one step, from h and c to the next.

    Raises:
        ShapeError: a size is no int of at least 1.
    """

    gates = 4

    def __init__(
        self, input_size: In | int = REQUIRED, hidden_size: Hidden | int = REQUIRED, bias: bool = True
    ) -> None:
        self._build(rules.LSTMCell(input_size, hidden_size), "lstm", bias)

    def __call__(
        self, x: Tensor[*Batch, In], hx: tuple[Tensor[*Batch, Hidden], Tensor[*Batch, Hidden]] | None = None
    ) -> tuple[Tensor[*Batch, Hidden], Tensor[*Batch, Hidden]]:
        check_state(self.rule, x, *(hx or ()))
        state, cell = self._run(x, hx)
        return state, cell
