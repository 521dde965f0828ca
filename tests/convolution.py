"""What tests of convolutions share."""

from __future__ import annotations

import itertools

import numpy as np

from shapenet.backend import Array
from shapenet.kernels.convolution import Geometry

Arrays = tuple[Array, Array, Array]


def expected(geometry: Geometry, arrays: Arrays) -> Arrays:
    """The output and both gradients in float64, one position of the kernel after the other."""
    x, weight, grad = (array.astype(np.float64) for array in arrays)
    config, (height, width) = geometry.config, geometry.output
    size = [max(geometry.span(i, geometry.output[i]), config.padding[i] + geometry.image[i]) for i in range(2)]
    padded = np.zeros((len(x), *size, geometry.in_channels))
    inside = tuple(slice(p, p + n) for p, n in zip(config.padding, geometry.image, strict=True))
    padded[:, *inside] = x
    padded_grad, out, weight_grad = np.zeros_like(padded), np.zeros_like(grad), np.zeros_like(weight)
    for row, column in itertools.product(range(config.kernel_size[0]), range(config.kernel_size[1])):
        top, left = row * config.dilation[0], column * config.dilation[1]
        (s, t) = config.stride
        seen = (slice(None), slice(top, top + (height - 1) * s + 1, s), slice(left, left + (width - 1) * t + 1, t))
        for g in range(config.groups):
            i = slice(g * geometry.in_channels // config.groups, (g + 1) * geometry.in_channels // config.groups)
            o = slice(g * geometry.out_channels // config.groups, (g + 1) * geometry.out_channels // config.groups)
            out[..., o] += padded[*seen, i] @ weight[row, column, :, o]
            padded_grad[*seen, i] += grad[..., o] @ weight[row, column, :, o].T
            weight_grad[row, column, :, o] += np.einsum("nyxc,nyxo->co", padded[*seen, i], grad[..., o])
    return out, padded_grad[:, *inside], weight_grad
