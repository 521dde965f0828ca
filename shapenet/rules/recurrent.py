"""Rules of the recurrent layers: of sequences with their initial and final states, and of single steps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from shapenet.dims import UNKNOWN, Dim, Shape
from shapenet.errors import ShapeError
from shapenet.rules.base import Flag, Given, LayerRule, Several
from shapenet.rules.shapes import Undetermined, agree, ranked, show


class _Stateful(LayerRule):
    """What all have in common: the state is one tensor, or, of an LSTM, a pair."""

    states: ClassVar[int] = 1

    def state(self, x: Shape) -> Shape:
        """The shape of the state, or of both parts of it.

        Raises:
            ShapeError: the input does not fit.
        """
        raise NotImplementedError

    def expect_state(self, x: Shape, hx: Given) -> None:
        """Check the state *hx*.

        Raises:
            ShapeError: it does not fit.
        """
        if self.states == 1:
            parts: tuple[Given, ...] = (hx,)
        else:
            parts = hx.parts if isinstance(hx, Several) else ()
        if len(parts) != self.states:
            return  # the annotation refuses it
        for place, part in enumerate(parts):
            wanted, name = self.state(x), "hx" if self.states == 1 else f"hx[{place}]"
            if isinstance(part, tuple) and not agree(part, wanted):
                raise ShapeError(str(self), f"expects {name} {show(wanted)}, got {show(part)}")

    def accept(self, arguments: Mapping[str, Given]) -> Given:
        x = arguments["x"]
        if not isinstance(x, tuple):
            raise Undetermined
        output = self.output(x)
        self.expect_state(x, arguments.get("hx"))
        return self._result(output, self.state(x))

    def _result(self, output: Shape, state: Shape) -> Given:
        return Several((output, state if self.states == 1 else Several((state, state))))


@dataclass(frozen=True)
class Recurrent(_Stateful):
    """``[T, N, input_size] -> [T, N, D*hidden_size]`` for D directions; with *batch_first* ``[N, T, ...]``."""

    input_size: Dim
    hidden_size: Dim
    num_layers: Dim = 1
    batch_first: Flag = False
    bidirectional: Flag = False

    def __post_init__(self) -> None:
        self._int("input_size", 1)
        self._int("hidden_size", 1)
        self._int("num_layers", 1)
        self._flag("batch_first")
        self._flag("bidirectional")

    @property
    def directions(self) -> Dim:
        """2 or 1."""
        return 1 + int(self.bidirectional) if isinstance(self.bidirectional, bool) else UNKNOWN

    def output(self, x: Shape) -> Shape:
        known = ranked(x)
        if len(known) not in (2, 3):
            layouts = "[N, T, input_size]" if self.batch_first is True else "[T, N, input_size]"
            raise ShapeError(str(self), f"expects {layouts} or [T, input_size], got {show(x)}")
        self._expect_last(known, self.input_size)
        if self._length(known) == 0:
            raise ShapeError(str(self), f"expects at least one step, got {show(x)}")
        return *known[:-1], self.directions * self.hidden_size

    def state(self, x: Shape) -> Shape:
        known = ranked(x)
        layers = self.directions * self.num_layers
        if len(known) == 2:
            return layers, self.hidden_size
        batch = known[0 if self.batch_first else 1] if isinstance(self.batch_first, bool) else UNKNOWN
        return layers, batch, self.hidden_size

    def _length(self, x: tuple[Dim, ...]) -> Dim:
        if len(x) == 2:
            return x[0]
        return x[1 if self.batch_first else 0] if isinstance(self.batch_first, bool) else UNKNOWN


class RNN(Recurrent):
    """The rule of an ``RNN``."""


class GRU(Recurrent):
    """The rule of a ``GRU``."""


class LSTM(Recurrent):
    """The rule of an ``LSTM``."""

    states = 2


@dataclass(frozen=True)
class RecurrentCell(_Stateful):
    """``[N, input_size] -> [N, hidden_size]``, or both without N."""

    input_size: Dim
    hidden_size: Dim

    def __post_init__(self) -> None:
        self._int("input_size", 1)
        self._int("hidden_size", 1)

    def output(self, x: Shape) -> Shape:
        known = ranked(x)
        if len(known) not in (1, 2):
            raise ShapeError(str(self), f"expects [N, input_size] or [input_size], got {show(x)}")
        self._expect_last(known, self.input_size)
        return *known[:-1], self.hidden_size

    def state(self, x: Shape) -> Shape:
        return self.output(x)

    def _result(self, output: Shape, state: Shape) -> Given:
        return output if self.states == 1 else Several((output, state))


class RNNCell(RecurrentCell):
    """The rule of an ``RNNCell``."""


class GRUCell(RecurrentCell):
    """The rule of a ``GRUCell``."""


class LSTMCell(RecurrentCell):
    """The rule of an ``LSTMCell``."""

    states = 2
