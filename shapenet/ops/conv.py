"""Convolution and its transpose."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from shapenet.backend import Array
from shapenet.kernels import conv as kernel
from shapenet.kernels.conv import ConvConfig
from shapenet.kernels.workspace import Workspace
from shapenet.ops import VJP, Needs, Result


def conv2d(
    x: Array,
    weight: Array,
    bias: Array | None = None,
    *,
    config: ConvConfig,
    output: tuple[int, int],
    workspace: Workspace,
) -> Result:
    """The convolution of ``[N, C, H, W]`` with ``[O, C/G, K, L]`` to ``[N, O, *output]``.

    *workspace* lends the col buffer.

    Only the input and the weight are saved: the VJP borrows col again and builds it anew.
    """
    out = np.empty((len(x), len(weight), *output), np.result_type(x, weight), like=x)
    images = kernel.images_per_block(x.shape, output, config, out.itemsize)
    col_shape = (images, x.shape[1], *config.kernel_size, *output)
    with workspace.borrow(col_shape, out) as col:
        kernel.conv2d(x, weight, bias, out, config, col)

    def input_gradient(grad: Array, x_grad: Array, col: Array) -> Array:
        return kernel.conv2d_input_gradient(grad, weight, x_grad, config, col)

    def weight_gradient(grad: Array, weight_grad: Array, col: Array) -> Array:
        return kernel.conv2d_weight_gradient(grad, x, weight_grad, config, col)

    return out, _vjp(x, weight, bias, col_shape, workspace, input_gradient, weight_gradient)


def conv_transpose2d(
    x: Array,
    weight: Array,
    bias: Array | None = None,
    *,
    config: ConvConfig,
    output: tuple[int, int],
    workspace: Workspace,
) -> Result:
    """The transpose of a convolution: ``[N, C, H, W]`` with ``[C, O/G, K, L]`` to ``[N, O, *output]``.

    It is the input gradient of the convolution that *config* describes, so its own gradients are that convolution and
    its weight gradient. *workspace* lends the col buffer; only the input and the weight are saved.
    """
    small = np.ascontiguousarray(x)
    out = np.empty((len(x), weight.shape[1] * config.groups, *output), np.result_type(x, weight), like=x)
    size = (x.shape[2], x.shape[3])
    images = kernel.images_per_block(out.shape, size, config, out.itemsize)
    col_shape = (images, out.shape[1], *config.kernel_size, *size)
    with workspace.borrow(col_shape, out) as col:
        kernel.conv2d_input_gradient(small, weight, out, config, col)
    if bias is not None:
        out += bias[:, None, None]

    def input_gradient(grad: Array, x_grad: Array, col: Array) -> Array:
        return kernel.conv2d(grad, weight, None, x_grad, config, col)

    def weight_gradient(grad: Array, weight_grad: Array, col: Array) -> Array:
        return kernel.conv2d_weight_gradient(small, grad, weight_grad, config, col)

    return out, _vjp(x, weight, bias, col_shape, workspace, input_gradient, weight_gradient)


def _vjp(
    x: Array,
    weight: Array,
    bias: Array | None,
    col_shape: tuple[int, ...],
    workspace: Workspace,
    input_gradient: Callable[[Array, Array, Array], Array],
    weight_gradient: Callable[[Array, Array, Array], Array],
) -> VJP:
    """The VJP of both: the two functions are given the output's gradient, the array to fill, and a col buffer."""
    biased = bias is not None

    def vjp(grad: Array, needs: Needs) -> tuple[Array | None, ...]:
        full = np.ascontiguousarray(grad)
        x_grad = np.empty(x.shape, grad.dtype, like=x) if needs[0] else None
        weight_grad = np.empty(weight.shape, grad.dtype, like=weight) if needs[1] else None
        with workspace.borrow(col_shape, full) as col:
            if x_grad is not None:
                input_gradient(full, x_grad, col)
            if weight_grad is not None:
                weight_gradient(full, weight_grad, col)
        if not biased:
            return x_grad, weight_grad
        return x_grad, weight_grad, full.sum(axis=(0, 2, 3)) if needs[2] else None

    return vjp
