"""Convolution and batch normalisation as one operation, which forgets what lies between them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from shapenet.backend import Array
from shapenet.kernels import memory
from shapenet.kernels import normalisation as kernel
from shapenet.kernels.conv import ConvConfig, IntPair
from shapenet.kernels.convolution import channels_first, channels_last, filters_first, filters_last
from shapenet.kernels.plan import Plans
from shapenet.ops import Needs, Result, normalisation

Statistics = tuple[Array, Array]
"""A mean and a variance of each channel."""


def conv_batch_norm(
    x: Array,
    weight: Array,
    gain: Array | None = None,
    bias: Array | None = None,
    *,
    config: ConvConfig,
    output: IntPair,
    plans: Plans,
    eps: float,
    frozen: Statistics | None,
    tell: Callable[[Array, Array], object],
) -> Result:
    """``batch_norm(conv2d(x, weight), gain, bias)``: ``[N, C, H, W]`` to ``[N, O, *output]``, which lies channels last.

    The array inputs are *x*, *weight* and, where they are given, *gain* and *bias*. The statistics are the *frozen*
    ones, else those of the batch, which *tell* is told. Only *x* and *weight* are saved, and a few numbers of each
    channel: the VJP convolves anew.

    Source: the rule of the composition; that a layer may be computed again rather than kept, Chen, Xu, Zhang,
    Guestrin, "Training deep nets with sublinear memory cost" (2016), section 3.
    """
    algorithm = plans.plan(x.shape, weight.shape, np.result_type(x, weight), config, output, x)
    image, filters = channels_last(x), filters_last(weight)

    def convolved() -> Array:
        out = algorithm.new_output(image)
        algorithm.forward(image, filters, out)
        return normalisation.rows_of(channels_first(out))

    rows = convolved()
    mean, variance = kernel.moments(rows) if frozen is None else frozen
    if frozen is None:
        tell(mean, variance)
    channel = normalisation.Channel(rows.dtype, mean, variance, eps, gain, bias)
    channel.normalise(rows, rows, frozen=frozen is not None)
    size, shape = rows.shape, (len(x), *output, weight.shape[0])

    def vjp(grad: Array, needs: Needs) -> tuple[Array | None, ...]:
        if not any(needs):
            return (None,) * len(needs)
        read = frozen is None or any(needs[2:])
        rows = convolved() if read else memory.empty(size, grad.dtype, grad)
        before = rows if any(needs[:2]) else None
        rest = channel.gradients(normalisation.rows_of(grad), rows, before, needs[2:], frozen=frozen is not None)
        x_grad = algorithm.new_input(grad) if needs[0] else None
        weight_grad = memory.empty(filters.shape, grad.dtype, grad) if needs[1] else None
        if before is not None:
            algorithm.backward(rows.reshape(shape), image, filters, x_grad, weight_grad)
        first = None if x_grad is None else channels_first(x_grad)
        return first, None if weight_grad is None else filters_first(weight_grad), *rest

    return channels_first(rows.reshape(shape)), vjp
