"""``RNN`` and ``RNNCell``: simple recurrent layers."""

from __future__ import annotations

from typing import Any, Final, Generic

from shapenet import rules
from shapenet.dims import Batch
from shapenet.nn.recurrent import RecurrentCells, RecurrentLayers, check_state
from shapenet.nn.sizes import REQUIRED, BatchFirst, Bidirectional, Hidden, In, LayerCount, default
from shapenet.tensors import AnyTensor, Tensor

_NONLINEARITIES: Final = ("tanh", "relu")


class RNN(RecurrentLayers, Generic[In, Hidden, LayerCount, BatchFirst, Bidirectional]):
    """``[T, N, input_size] -> [T, N, D*hidden_size]`` for D directions, with the final state.

    With *batch_first* it is ``[N, T, ...]``; the input may lack N. The state is ``[num_layers*D, N, hidden_size]``, and
    starts with 0 unless *hx* gives it. In training the outputs of each layer but the last are dropped with probability
    *dropout*. The *nonlinearity* is ``"tanh"`` or ``"relu"``.

    Source: Elman, "Finding structure in time" (1990).

    Raises:
        ShapeError: a size is no int of at least 1.
        ValueError: *dropout* is no probability, or the *nonlinearity* another word.
    """

    gates = 1

    def __init__(
        self,
        input_size: In | int = REQUIRED,
        hidden_size: Hidden | int = REQUIRED,
        num_layers: LayerCount = default(1),
        nonlinearity: str = "tanh",
        bias: bool = True,
        batch_first: BatchFirst = default(False),
        dropout: float = 0.0,
        bidirectional: Bidirectional = default(False),
    ) -> None:
        rule = rules.RNN(input_size, hidden_size, num_layers, batch_first, bidirectional)
        self._build(rule, _checked("RNN", nonlinearity), bias, dropout)

    def __call__(self, x: Tensor[*Batch, In], hx: AnyTensor | None = None) -> tuple[Tensor[*Batch, Any], AnyTensor]:
        state = () if hx is None else (hx,)
        check_state(self.rule, x, *state)
        outputs, (final,) = self._run(x, state or None)
        return outputs, final


class RNNCell(RecurrentCells, Generic[In, Hidden]):
    """``[N, input_size] -> [N, hidden_size]``, or both without N: one step, from a state to the next.

    Raises:
        ShapeError: a size is no int of at least 1.
        ValueError: the *nonlinearity* is neither ``"tanh"`` nor ``"relu"``.
    """

    gates = 1

    def __init__(
        self,
        input_size: In | int = REQUIRED,
        hidden_size: Hidden | int = REQUIRED,
        bias: bool = True,
        nonlinearity: str = "tanh",
    ) -> None:
        self._build(rules.RNNCell(input_size, hidden_size), _checked("RNNCell", nonlinearity), bias)

    def __call__(self, x: Tensor[*Batch, In], hx: Tensor[*Batch, Hidden] | None = None) -> Tensor[*Batch, Hidden]:
        state = () if hx is None else (hx,)
        check_state(self.rule, x, *state)
        (final,) = self._run(x, state or None)
        return final


def _checked(subject: str, nonlinearity: str) -> str:
    if nonlinearity not in _NONLINEARITIES:
        raise ValueError(f'{subject} expects nonlinearity to be "tanh" or "relu", got {nonlinearity!r}')
    return nonlinearity
