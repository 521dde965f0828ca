"""Convolution and its transpose."""

from __future__ import annotations

import numpy as np

from shapenet.backend import Array
from shapenet.kernels import conv as kernel
from shapenet.kernels.conv import ConvConfig
from shapenet.kernels.workspace import Workspace
from shapenet.ops import Needs, Result


def conv2d(x: Array, weight: Array, bias: Array | None = None, *, config: ConvConfig, workspace: Workspace) -> Result:
    """The convolution of ``[N, C, H, W]`` with ``[O, C/G, K, L]``; *workspace* lends the col buffer.

    Only the input and the weight are saved: the VJP borrows col again and builds it anew.
    """
    rows, columns = config.output_size(x.shape[2], x.shape[3])
    out = np.empty((len(x), len(weight), rows, columns), np.result_type(x, weight), like=x)
    images = kernel.images_per_block(x.shape, (rows, columns), config, out.itemsize)
    col_shape = (images, x.shape[1], *config.kernel_size, rows, columns)
    with workspace.borrow(col_shape, out) as col:
        kernel.conv2d(x, weight, bias, out, config, col)

    def vjp(grad: Array, needs: Needs) -> tuple[Array | None, ...]:
        x_grad = np.empty(x.shape, grad.dtype, like=x) if needs[0] else None
        weight_grad = np.empty(weight.shape, grad.dtype, like=weight) if needs[1] else None
        full = np.ascontiguousarray(grad)
        with workspace.borrow(col_shape, full) as col:
            if x_grad is not None:
                kernel.conv2d_input_gradient(full, weight, x_grad, config, col)
            if weight_grad is not None:
                kernel.conv2d_weight_gradient(full, x, weight_grad, config, col)
        if bias is None:
            return x_grad, weight_grad
        return x_grad, weight_grad, full.sum(axis=(0, 2, 3)) if needs[2] else None

    return out, vjp


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

    def vjp(grad: Array, needs: Needs) -> tuple[Array | None, ...]:
        x_grad = np.empty(x.shape, grad.dtype, like=x) if needs[0] else None
        weight_grad = np.empty(weight.shape, grad.dtype, like=weight) if needs[1] else None
        with workspace.borrow(col_shape, grad) as col:
            if x_grad is not None:
                kernel.conv2d(grad, weight, None, x_grad, config, col)
            if weight_grad is not None:
                kernel.conv2d_weight_gradient(small, grad, weight_grad, config, col)
        if bias is None:
            return x_grad, weight_grad
        return x_grad, weight_grad, grad.sum(axis=(0, 2, 3)) if needs[2] else None

    return out, vjp
