"""The gated recurrent unit, through time and back.

Source: Cho et al., "Learning phrase representations using RNN encoder-decoder" (2014), in cuDNN's and torch's form: the
reset gate scales the product with the state, not the state.
"""

from __future__ import annotations

import numpy as np

from shapenet.backend import Array
from shapenet.kernels import memory
from shapenet.kernels.recurrent import Steps


class GRU(Steps):
    """``n = tanh(W_in x + b_in + r*(W_hn h + b_hn))``, ``h' = (1-z)*n + z*h``, with the gates r, z, n."""

    sigmoids = (True, True, False)

    @property
    def final(self) -> tuple[Array, ...]:
        return (self.out[self.order[-1]],)

    def _prepare(self) -> None:
        self.products = memory.empty(self.out.shape, self.out.dtype, self.out)  # W_hn h + b_hn

    def _input_bias(self) -> Array | None:
        bias, other = self.weights.bias_ih, self.weights.bias_hh
        if bias is None or other is None:
            return None
        both = bias + other
        self.gate(both, 2)[...] = self.gate(bias, 2)
        return both

    def _hidden_slopes(self, slopes: Array) -> Array:
        return memory.empty(slopes.shape, slopes.dtype, slopes)

    def _forward(self, rows: slice) -> None:
        weight, state, size = self._scaled(self.weights.hh), self.start[0][rows], self.size
        bias = self.weights.bias_hh
        product = memory.empty((len(state), 3 * size), self.out.dtype, state)
        scratch = memory.empty(state.shape, self.out.dtype, state)
        for step in self.order:
            gates, inner, after = self.gates[step, rows], self.products[step, rows], self.out[step, rows]
            self.product(state, weight, out=product)
            both = gates[:, : 2 * size]
            np.add(both, product[:, : 2 * size], out=both)
            np.tanh(both, out=both)
            both += 1
            both *= 0.5
            r, z, n = (self.gate(gates, number) for number in range(3))
            np.add(self.gate(product, 2), 0 if bias is None else self.gate(bias, 2), out=inner)
            np.multiply(r, inner, out=scratch)
            np.add(n, scratch, out=n)
            np.tanh(n, out=n)
            np.subtract(state, n, out=scratch)
            scratch *= z
            np.add(n, scratch, out=after)
            state = after

    def _backward(self, rows: slice, grad: Array, slopes: Array, hidden: Array, start: tuple[Array, ...]) -> None:
        (state_grad,) = start
        size = self.size
        kept = memory.empty(state_grad.shape, slopes.dtype, slopes)
        local = memory.empty((len(state_grad), 2 * size), slopes.dtype, slopes)
        for step, before in self._back(self.out, self.start[0], rows):
            gates, inner = self.gates[step, rows], self.products[step, rows]
            slope, other = slopes[step, rows], hidden[step, rows]
            r, z, n = (self.gate(gates, number) for number in range(3))
            to_r, to_z, to_n = (self.gate(slope, number) for number in range(3))
            state_grad += grad[step, rows]
            np.subtract(before, n, out=to_z)
            to_z *= state_grad
            np.multiply(state_grad, z, out=kept)  # what goes to the state before, past the gates
            state_grad -= kept
            np.multiply(n, n, out=to_n)
            np.subtract(1, to_n, out=to_n)
            to_n *= state_grad
            np.multiply(to_n, inner, out=to_r)
            both = gates[:, : 2 * size]
            np.multiply(both, both, out=local)
            np.subtract(both, local, out=local)
            slope[:, : 2 * size] *= local
            other[:, : 2 * size] = slope[:, : 2 * size]
            np.multiply(to_n, r, out=self.gate(other, 2))
            self.product(other, self.weights.hh, out=state_grad)
            state_grad += kept
