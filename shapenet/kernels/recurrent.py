"""What recurrent layers share: one layer in one direction, through time and back.

The products of all inputs with their weight are one matrix product, before the first step; so are the gradients of
weights and inputs, after the last step back. Between them each step takes one product with the state. The rows of a
batch never meet there: each thread takes some of them through all steps by itself.

Source: Werbos, "Backpropagation through time" (1990).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from typing import ClassVar, Final, NamedTuple

import numpy as np

from shapenet.backend import Array, filled
from shapenet.kernels import memory, parallel
from shapenet.kernels.elementwise import elementwise
from shapenet.kernels.parallel import matmul

PASSES: Final = 2e-9
"""Seconds for each gate of each step, beside the products; an estimate."""


class Weights(NamedTuple):
    """Those of one layer in one direction, or their gradients: ``[G*H, I], [G*H, H], [G*H], [G*H]`` for G gates."""

    ih: Array
    hh: Array
    bias_ih: Array | None = None
    bias_hh: Array | None = None


class Gradients(NamedTuple):
    """Those of the inputs, if they are wanted, of the parts of the initial state, and of the weights."""

    x: Array | None
    start: tuple[Array, ...]
    weights: Weights


class Steps(ABC):
    """One layer in one direction, applied to a sequence when it is made; it keeps what the way back needs.

    Args:
        x: the inputs ``[T, N, I]``, contiguous.
        start: the parts of the initial state, each ``[N, H]``.
        weights: those of the layer.
        out: where the states ``[T, N, H]`` go.
        reverse: whether the last input comes first.
    """

    sigmoids: ClassVar[tuple[bool, ...]]
    """For each gate, whether it is a sigmoid; others are hyperbolic tangents."""

    def __init__(self, x: Array, start: tuple[Array, ...], weights: Weights, out: Array, *, reverse: bool) -> None:
        self.x = x
        self.start = start
        self.weights = weights
        self.out = out
        self.size = out.shape[-1]
        self.product = parallel.product_beside(out)
        length = range(len(x))
        self.order = length[::-1] if reverse else length
        self.factors = self._factors()
        self.gates = self._input_products()
        self._prepare()
        self._by_rows(self._forward)

    @property
    @abstractmethod
    def final(self) -> tuple[Array, ...]:
        """The parts of the state after the last step."""

    def backward(self, grad: Array, final: tuple[Array, ...], *, inputs: bool) -> Gradients:
        """The gradients, from those of the states ``[T, N, H]`` and of the final one; without *inputs*, not theirs."""
        slopes = memory.empty(self.gates.shape, self.gates.dtype, self.gates)
        hidden = self._hidden_slopes(slopes)
        start = tuple(memory.empty(part.shape, slopes.dtype, slopes) for part in final)
        for part, given in zip(start, final, strict=True):
            part[...] = given
        self._by_rows(lambda rows: self._backward(rows, grad, slopes, hidden, tuple(part[rows] for part in start)))
        return self._gathered(slopes, hidden, start, inputs=inputs)

    # --- what each kind of layer does ---

    @abstractmethod
    def _prepare(self) -> None:
        """Allocate what the steps keep."""

    @abstractmethod
    def _forward(self, rows: slice) -> None:
        """Take these *rows* of the batch through all steps; ``gates`` holds the products with the inputs."""

    @abstractmethod
    def _backward(self, rows: slice, grad: Array, slopes: Array, hidden: Array, start: tuple[Array, ...]) -> None:
        """Take the gradients of these *rows* back.

        *slopes* takes those of the sums that enter the gates, *hidden* those of the products with the state, and
        *start*, which holds the gradients of the final state, those of the initial one.
        """

    def _hidden_slopes(self, slopes: Array) -> Array:
        """An array for the gradients of the products with the state; *slopes* itself where they are the same."""
        return slopes

    def _input_bias(self) -> Array | None:
        """What is added to the products with the inputs."""
        bias, other = self.weights.bias_ih, self.weights.bias_hh
        return None if bias is None or other is None else bias + other

    # --- what they share ---

    def gate(self, values: Array, number: int) -> Array:
        """The part of *values* that belongs to one gate."""
        return values[..., number * self.size : (number + 1) * self.size]

    def _factors(self) -> Array:
        """1/2 for each sigmoid, which is ``(tanh(x/2) + 1)/2``: one function then serves all gates."""
        factors = filled(len(self.sigmoids) * self.size, 1, self.out.dtype, self.out)
        for number, sigmoid in enumerate(self.sigmoids):
            if sigmoid:
                self.gate(factors, number)[...] = 0.5
        return factors

    def _scaled(self, weight: Array) -> Array:
        """*weight* with the rows of sigmoids halved, transposed."""
        return (weight * self.factors[:, None]).T

    def _input_products(self) -> Array:
        length, count, size = self.x.shape
        products = matmul(self.x.reshape(-1, size), self._scaled(self.weights.ih))
        bias = self._input_bias()
        if bias is not None:
            elementwise(np.add, products, bias * self.factors, out=products)
        return products.reshape(length, count, -1)

    def _by_rows(self, work: Callable[[slice], None]) -> None:
        if not isinstance(self.x, np.ndarray):
            work(slice(None))
            return
        seconds = self.gates.size * (PASSES + 2 * self.size / parallel.FLOPS)
        parallel.run(lambda _, start, stop: work(slice(start, stop)), self.x.shape[1], seconds)

    def _back(self, values: Array, start: Array, rows: slice) -> Iterator[tuple[int, Array]]:
        """The steps from the last to the first, each with what stood in *values* before it."""
        order = self.order
        for place in reversed(range(len(order))):
            yield order[place], values[order[place - 1], rows] if place else start[rows]

    def _gathered(self, slopes: Array, hidden: Array, start: tuple[Array, ...], *, inputs: bool) -> Gradients:
        flat = slopes.reshape(-1, slopes.shape[-1])
        x_grad = matmul(flat, self.weights.ih).reshape(self.x.shape) if inputs else None
        ih = matmul(flat.T, self.x.reshape(-1, self.x.shape[-1]))
        # The states before each step are the initial one, and all states but the last.
        first, reverse = self.order[0], self.order.step < 0
        after, before = (hidden[:-1], self.out[1:]) if reverse else (hidden[1:], self.out[:-1])
        hh = matmul(hidden[first].T, self.start[0])
        hh += matmul(after.reshape(-1, hidden.shape[-1]).T, before.reshape(-1, self.size))
        if self.weights.bias_ih is None:
            return Gradients(x_grad, start, Weights(ih, hh))
        bias = flat.sum(axis=0)
        other = bias if hidden is slopes else hidden.reshape(flat.shape).sum(axis=0)
        return Gradients(x_grad, start, Weights(ih, hh, bias, other))
