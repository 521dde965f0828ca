"""The kernels against sums written out, on buffers full of NaN."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from shapenet.backend import Array
from shapenet.kernels import conv as kernel
from shapenet.kernels.conv import ConvConfig
from tests.windows import output_size

CONFIGS = [
    ConvConfig(kernel_size, stride, padding, dilation, groups)
    for kernel_size, stride, padding, dilation, groups in itertools.product(
        [(1, 1), (3, 2)], [(1, 1), (2, 3)], [(0, 0), (1, 2), (4, 0)], [(1, 1), (2, 1)], [1, 2, 4]
    )
]


def nan(*shape: int) -> Array:
    return np.full(shape, np.nan)


def windows(x: Array, config: ConvConfig) -> Array:
    """``[N, C, K, L, Y, X]``, element by element."""
    (kh, kw), (sh, sw), (ph, pw), (dh, dw) = config.kernel_size, config.stride, config.padding, config.dilation
    padded = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    rows, columns = output_size(config, *x.shape[2:])
    result = nan(*x.shape[:2], kh, kw, rows, columns)
    for k, m, row, column in itertools.product(range(kh), range(kw), range(rows), range(columns)):
        result[:, :, k, m, row, column] = padded[:, :, row * sh + k * dh, column * sw + m * dw]
    return result


def reference(x: Array, weight: Array, config: ConvConfig) -> Array:
    groups = config.groups
    cols = windows(x, config)
    cols = cols.reshape(len(x), groups, -1, *cols.shape[2:])  # N C K L Y X -> N G C/G K L Y X
    split = weight.reshape(groups, -1, *weight.shape[1:])  # O C/G K L -> G O/G C/G K L
    out = np.einsum("ngcklyx,gockl->ngoyx", cols, split)
    return np.asarray(out.reshape(len(x), len(weight), *out.shape[3:]))


def made(config: ConvConfig, images: int = 5) -> tuple[Array, Array, Array]:
    rng = np.random.default_rng(abs(hash(config)) % 2**32)
    x = rng.standard_normal((images, 4, 7, 8))
    weight = rng.standard_normal((8, 4 // config.groups, *config.kernel_size))
    grad = rng.standard_normal((images, 8, *output_size(config, 7, 8)))
    return x, weight, grad


@pytest.mark.parametrize("config", CONFIGS, ids=str)
@pytest.mark.parametrize("block", [1, 2, 5])
def test_convolution_and_gradients(config: ConvConfig, block: int) -> None:
    x, weight, grad = made(config)
    out = nan(*grad.shape)
    col = nan(block, 4, *config.kernel_size, *grad.shape[2:])
    bias = np.arange(8.0)
    expected = reference(x, weight, config)
    np.testing.assert_allclose(
        kernel.conv2d(x, weight, bias, out, config, col), expected + bias[:, None, None], atol=1e-12
    )
    # The gradients are the adjoints: <grad, conv(x, w)> is linear in x and in w.
    col[...] = np.nan
    x_gradient = kernel.conv2d_input_gradient(grad, weight, nan(*x.shape), config, col)
    assert np.vdot(x_gradient, x) == pytest.approx(np.vdot(grad, expected))
    moved = x + np.random.default_rng(1).standard_normal(x.shape)
    assert np.vdot(x_gradient, moved) == pytest.approx(np.vdot(grad, reference(moved, weight, config)))
    col[...] = np.nan
    weight_gradient = kernel.conv2d_weight_gradient(grad, x, nan(*weight.shape), config, col)
    other = weight + np.random.default_rng(2).standard_normal(weight.shape)
    assert np.vdot(weight_gradient, other) == pytest.approx(np.vdot(grad, reference(x, other, config)))


@pytest.mark.parametrize("config", CONFIGS, ids=str)
def test_im2col_and_its_adjoint(config: ConvConfig) -> None:
    x, *_ = made(config, images=2)
    expected = windows(x, config)
    col = kernel.im2col(x, nan(*expected.shape), config)
    np.testing.assert_array_equal(col, expected)
    back = np.asarray(np.random.default_rng(0).standard_normal(col.shape))
    image = kernel.col2im(back, nan(*x.shape), config)
    assert np.vdot(image, x) == pytest.approx(np.vdot(back, col))


def test_transposed_arrays() -> None:
    """Inputs need not be contiguous."""
    config = ConvConfig((3, 3), padding=(1, 1))
    x = np.random.default_rng(0).standard_normal((7, 8, 2, 4)).transpose(2, 3, 0, 1)  # H W N C -> N C H W
    weight = np.random.default_rng(1).standard_normal((3, 3, 4, 5)).transpose(3, 2, 0, 1)  # K L C O -> O C K L
    out = kernel.conv2d(x, weight, None, nan(2, 5, 7, 8), config, nan(1, 4, 3, 3, 7, 8))
    np.testing.assert_allclose(out, reference(x, weight, config))
