"""The long short-term memory, through time and back.

Source: Hochreiter and Schmidhuber, "Long short-term memory" (1997), with the forget gates of Gers et al. (2000).
"""

from __future__ import annotations

import numpy as np

from shapenet.backend import Array
from shapenet.kernels import memory
from shapenet.kernels.recurrent import Steps


class LSTM(Steps):
    """``c' = f*c + i*g``, ``h' = o*tanh(c')``, with the gates i, f, g, o in torch's order."""

    sigmoids = (True, True, False, True)

    @property
    def final(self) -> tuple[Array, ...]:
        last = self.order[-1]
        return self.out[last], self.cells[last]

    def _prepare(self) -> None:
        shape, dtype = self.out.shape, self.out.dtype
        self.cells = memory.empty(shape, dtype, self.out)
        self.squashed = memory.empty(shape, dtype, self.out)  # the hyperbolic tangents of the cells

    def _forward(self, rows: slice) -> None:
        weight, shift = self._scaled(self.weights.hh), 1 - self.factors
        state, cell = (part[rows] for part in self.start)
        product = memory.empty((len(state), len(self.factors)), self.out.dtype, state)
        added = memory.empty(state.shape, self.out.dtype, state)
        for step in self.order:
            gates, after, squashed = self.gates[step, rows], self.cells[step, rows], self.squashed[step, rows]
            self.product(state, weight, out=product)
            np.add(gates, product, out=gates)
            np.tanh(gates, out=gates)
            np.multiply(gates, self.factors, out=gates)
            np.add(gates, shift, out=gates)
            i, f, g, o = (self.gate(gates, number) for number in range(4))
            np.multiply(f, cell, out=after)
            np.multiply(i, g, out=added)
            np.add(after, added, out=after)
            np.tanh(after, out=squashed)
            state, cell = self.out[step, rows], after
            np.multiply(o, squashed, out=state)

    def _backward(self, rows: slice, grad: Array, slopes: Array, hidden: Array, start: tuple[Array, ...]) -> None:
        state_grad, cell_grad = start
        size = self.size
        scratch = memory.empty(state_grad.shape, slopes.dtype, slopes)
        local = memory.empty((len(state_grad), 4 * size), slopes.dtype, slopes)
        for step, before in self._back(self.cells, self.start[1], rows):
            gates, squashed, slope = self.gates[step, rows], self.squashed[step, rows], slopes[step, rows]
            i, f, g, o = (self.gate(gates, number) for number in range(4))
            state_grad += grad[step, rows]
            np.multiply(squashed, squashed, out=scratch)
            np.subtract(1, scratch, out=scratch)
            scratch *= o
            scratch *= state_grad
            cell_grad += scratch
            np.multiply(cell_grad, g, out=self.gate(slope, 0))
            np.multiply(cell_grad, before, out=self.gate(slope, 1))
            np.multiply(cell_grad, i, out=self.gate(slope, 2))
            np.multiply(state_grad, squashed, out=self.gate(slope, 3))
            np.multiply(gates, gates, out=local)  # the slope of a sigmoid y is y - y*y, of a tangent 1 - y*y
            np.subtract(gates[:, : 2 * size], local[:, : 2 * size], out=local[:, : 2 * size])
            np.subtract(1, self.gate(local, 2), out=self.gate(local, 2))
            np.subtract(o, self.gate(local, 3), out=self.gate(local, 3))
            slope *= local
            cell_grad *= f
            self.product(slope, self.weights.hh, out=state_grad)
