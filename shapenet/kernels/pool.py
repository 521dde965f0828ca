"""Pooling on slices: a running maximum, or sum, over the kernel positions."""

from __future__ import annotations

import numpy as np

from shapenet.backend import Array
from shapenet.kernels.conv import ConvConfig, taps


def max_pool2d(x: Array, out: Array, argmax: Array, config: ConvConfig) -> Array:
    """Write the maximum of each window of *x* ``[N, C, H, W]`` into *out* ``[N, C, Y, X]``, its place into *argmax*.

    The place is the number of the kernel position, row by row; of equal elements the first wins, and a NaN wins always,
    the last of several too, as in torch. Padding never wins. Returns *out*.
    """
    out[...] = -np.inf
    argmax[...] = -1
    for number, tap in enumerate(taps(config, x.shape[2:], out.shape[2:])):
        best, place, here = out[:, :, *tap.outputs], argmax[:, :, *tap.outputs], x[:, :, *tap.inputs]
        wins = (here > best) | np.isnan(here)
        wins |= place < 0  # -inf is an element like any other
        np.copyto(best, here, where=wins)
        np.copyto(place, np.asarray(number, argmax.dtype, like=argmax), where=wins)
    return out


def max_pool2d_gradient(grad: Array, argmax: Array, x_gradient: Array, config: ConvConfig) -> Array:
    """Write the gradient of the input: each output's goes to the element that won. Returns *x_gradient*."""
    x_gradient[...] = 0
    for number, tap in enumerate(taps(config, x_gradient.shape[2:], grad.shape[2:])):
        won = argmax[:, :, *tap.outputs] == number
        x_gradient[:, :, *tap.inputs] += grad[:, :, *tap.outputs] * won
    return x_gradient


def window_sum(x: Array, out: Array, config: ConvConfig) -> Array:
    """Write the sum of each window of *x* ``[..., H, W]`` into *out* ``[..., Y, X]``; padding adds 0. Returns *out*."""
    out[...] = 0
    for tap in taps(config, x.shape[-2:], out.shape[-2:]):
        out[..., *tap.outputs] += x[..., *tap.inputs]
    return out


def window_spread(grad: Array, x_gradient: Array, config: ConvConfig) -> Array:
    """The adjoint of ``window_sum``: each element gets the sum over the windows it is in. Returns *x_gradient*."""
    x_gradient[...] = 0
    for tap in taps(config, x_gradient.shape[-2:], grad.shape[-2:]):
        x_gradient[..., *tap.inputs] += grad[..., *tap.outputs]
    return x_gradient
