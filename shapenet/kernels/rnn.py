"""The simple recurrent layer, through time and back.

Source: Elman, "Finding structure in time" (1990).
"""

from __future__ import annotations

import numpy as np

from shapenet.backend import Array
from shapenet.kernels import memory
from shapenet.kernels.recurrent import Steps


class Tanh(Steps):
    """``h' = tanh(W_ih x + b_ih + W_hh h + b_hh)``."""

    sigmoids = (False,)

    @property
    def final(self) -> tuple[Array, ...]:
        return (self.out[self.order[-1]],)

    def _prepare(self) -> None:
        pass

    def _activate(self, x: Array, out: Array) -> None:
        np.tanh(x, out=out)

    def _slope(self, out: Array, slope: Array) -> None:
        np.multiply(out, out, out=slope)
        np.subtract(1, slope, out=slope)

    def _forward(self, rows: slice) -> None:
        weight, state = self._scaled(self.weights.hh), self.start[0][rows]
        product = memory.empty(state.shape, self.out.dtype, state)
        for step in self.order:
            self.product(state, weight, out=product)
            np.add(product, self.gates[step, rows], out=product)
            state = self.out[step, rows]
            self._activate(product, state)

    def _backward(self, rows: slice, grad: Array, slopes: Array, hidden: Array, start: tuple[Array, ...]) -> None:
        (state_grad,) = start
        for step in reversed(self.order):
            state_grad += grad[step, rows]
            slope = slopes[step, rows]
            self._slope(self.out[step, rows], slope)
            np.multiply(slope, state_grad, out=slope)
            self.product(slope, self.weights.hh, out=state_grad)


class ReLU(Tanh):
    """``h' = max(W_ih x + b_ih + W_hh h + b_hh, 0)``."""

    def _activate(self, x: Array, out: Array) -> None:
        np.maximum(x, 0, out=out)

    def _slope(self, out: Array, slope: Array) -> None:
        np.greater(out, 0, out=slope)
