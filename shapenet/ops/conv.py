"""Convolution and its transpose."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from shapenet.backend import Array
from shapenet.kernels import memory
from shapenet.kernels.conv import ConvConfig, IntPair
from shapenet.kernels.convolution import channels_first, channels_last, filters_first, filters_last
from shapenet.kernels.elementwise import elementwise
from shapenet.kernels.plan import Plans
from shapenet.kernels.reduction import channel_sums
from shapenet.ops import VJP, Needs, Result


def conv2d(
    x: Array,
    weight: Array,
    bias: Array | None = None,
    *,
    config: ConvConfig,
    output: IntPair,
    plans: Plans,
) -> Result:
    """The convolution of ``[N, C, H, W]`` with ``[O, C/G, K, L]`` to ``[N, O, *output]``, which lies channels last.

    Only the input and the weight are saved: the VJP builds the windows anew.
    """
    dtype = np.result_type(x, weight)
    algorithm = plans.plan(x.shape, weight.shape, dtype, config, output, x)
    image, filters = channels_last(x), filters_last(weight)
    out = algorithm.new_output(x)
    algorithm.forward(image, filters, out)

    def gradients(grad: Array, x_gradient: Array | None, weight_gradient: Array | None) -> None:
        algorithm.backward(grad, image, filters, x_gradient, weight_gradient)

    return _with_bias(out, bias), _vjp(algorithm.new_input, filters.shape, bias, gradients)


def conv_transpose2d(
    x: Array,
    weight: Array,
    bias: Array | None = None,
    *,
    config: ConvConfig,
    output: IntPair,
    plans: Plans,
) -> Result:
    """The transpose of a convolution: ``[N, C, H, W]`` with ``[C, O/G, K, L]`` to ``[N, O, *output]``.

    It is the input gradient of the convolution that *config* describes, so its own gradients are that convolution and
    its weight gradient. Only the input and the weight are saved.
    """
    dtype = np.result_type(x, weight)
    out_shape = (len(x), weight.shape[1] * config.groups, *output)
    algorithm = plans.plan(out_shape, weight.shape, dtype, config, (x.shape[2], x.shape[3]), x)
    image, filters = channels_last(x), filters_last(weight)
    out = algorithm.new_input(x)
    algorithm.backward(image, out, filters, out, None)

    def gradients(grad: Array, x_gradient: Array | None, weight_gradient: Array | None) -> None:
        if x_gradient is not None:
            algorithm.forward(grad, filters, x_gradient)
        if weight_gradient is not None:
            algorithm.backward(image, grad, filters, None, weight_gradient)

    return _with_bias(out, bias), _vjp(algorithm.new_output, filters.shape, bias, gradients)


def _with_bias(out: Array, bias: Array | None) -> Array:
    if bias is not None:
        elementwise(np.add, out, bias, out=out)
    return channels_first(out)


def _vjp(
    new_gradient: Callable[[Array], Array],
    filters: tuple[int, ...],
    bias: Array | None,
    gradients: Callable[[Array, Array | None, Array | None], None],
) -> VJP:
    """The VJP of both.

    *new_gradient* makes an array for the input's gradient; *gradients* is given the output's gradient, channels last,
    and the arrays to fill, or None.
    """
    biased = bias is not None

    def vjp(grad: Array, needs: Needs) -> tuple[Array | None, ...]:
        full = channels_last(grad)
        x_grad = new_gradient(grad) if needs[0] else None
        weight_grad = memory.empty(filters, grad.dtype, grad) if needs[1] else None
        gradients(full, x_grad, weight_grad)
        first = None if x_grad is None else channels_first(x_grad)
        second = None if weight_grad is None else filters_first(weight_grad)
        if not biased:
            return first, second
        return first, second, channel_sums(full) if needs[2] else None

    return vjp
