"""What gradients do not show: dtypes, stability, ties, empty batches."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from shapenet.backend import Array
from shapenet.kernels.conv import ConvConfig
from shapenet.kernels.plan import Plans
from shapenet.kernels.windows import adaptive, sliding
from shapenet.ops import (
    activation,
    conv,
    elementwise,
    folding,
    loss,
    normalisation,
    pointwise_loss,
    pool,
    reduction,
    shaping,
    softmax,
)
from shapenet.ops.cosine_embedding import cosine_embedding


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_dtypes_stay(dtype: type) -> None:
    x: Array = np.random.default_rng(0).uniform(0.5, 1, (2, 4, 5, 5)).astype(dtype)
    weight = x[:, :, :3, :3]
    config = ConvConfig((3, 3), padding=(1, 1))
    windows = sliding(config, (5, 5), (5, 5))
    channels: Array = np.ones(4, dtype)
    mean, variance = normalisation.moments(x)
    rows: Array = x[:, :, 0, 0]
    one: Array = np.ones((), dtype)
    of_labels: Any = {"labels": np.array([0, 3]), "factors": rows[:, 0], "reduction": "mean", "total": 1.5}
    middle, spread = normalisation.group_moments(x, 2)
    line: Array = np.ones(x.shape[3:], dtype)
    for inputs, (output, vjp) in [
        (1, activation.relu(x)),
        (1, activation.sigmoid(x)),
        (1, activation.leaky_relu(x, negative_slope=0.1)),
        (1, activation.elu(x, alpha=2)),
        (1, activation.gelu(x)),
        (1, activation.gelu_tanh(x)),
        (1, activation.silu(x)),
        (1, activation.softplus(x, beta=2, threshold=20)),
        (1, activation.hardswish(x)),
        (1, activation.mish(x)),
        (1, activation.relu6(x)),
        (1, elementwise.sqrt(x)),
        (2, elementwise.divide(x, weight[0, 0, 0, 0, None])),
        (2, elementwise.power(x, np.asarray(2, dtype))),
        (1, reduction.mean(x, dim=None, keepdim=False)),
        (1, reduction.amax(x, dim=(1,), keepdim=False)),
        (1, shaping.index(x, key=[0, 0])),
        (2, conv.conv2d(x, weight, config=config, output=(5, 5), plans=Plans())),
        (1, pool.max_pool2d(x, windows=windows)),
        (1, pool.avg_pool2d(x, windows=windows, divisor=windows.counts)),
        (1, folding.unfold(x, config=config, windows=(5, 5))),
        (3, normalisation.batch_norm(x, channels, channels, mean=mean, variance=variance, eps=1e-5, frozen=False)),
        (3, normalisation.group_norm(x, channels, channels, mean=middle, variance=spread, eps=1e-5)),
        (3, normalisation.layer_norm(x, line, line, sizes=x.shape[3:], eps=1e-5)),
        (2, normalisation.rms_norm(x, line, sizes=x.shape[3:], eps=1e-5)),
        (1, softmax.log_softmax(x, dim=1)),
        (1, loss.cross_entropy(rows, **of_labels, smooth=rows)),
        (1, loss.nll(rows, **of_labels)),
        (2, loss.soft_cross_entropy(rows, rows, weight=rows[:1], smoothing=0.1, reduction="mean", total=2)),
        (2, pointwise_loss.mse(x, x, reduction="mean")),
        (2, pointwise_loss.l1(x, x, reduction="sum")),
        (2, pointwise_loss.huber(x, x, delta=0.3, scale=2.0, reduction="none")),
        (2, pointwise_loss.kl_div(x, x, log_target=False, reduction="batchmean")),
        (2, pointwise_loss.binary_cross_entropy(x, x, weight=one, reduction="mean")),
        (2, pointwise_loss.binary_cross_entropy_with_logits(x, x, weight=one, pos_weight=one, reduction="mean")),
        (2, cosine_embedding(rows, rows, target=np.array([1, -1]), margin=0.1, reduction="mean")),
    ]:
        assert output.dtype == dtype
        gradients = vjp(np.ones_like(output), (True,) * inputs)
        assert all(gradient is None or gradient.dtype == dtype for gradient in gradients)


def test_finite_at_the_ends() -> None:
    huge = np.array([[1e30, -1e30, 0.0]], np.float32)
    out, vjp = softmax.log_softmax(huge, dim=1)
    assert np.isfinite(out).all()
    assert np.isfinite(vjp(np.ones_like(out), (True,))[0]).all()  # type: ignore[arg-type]
    out, vjp = activation.sigmoid(np.array([-1e4, 0.0, 1e4], np.float32))
    np.testing.assert_array_equal(out, [0, 0.5, 1])


def test_sigmoid_keeps_its_small_values() -> None:
    x = np.array([-80.0, -20, -5, 0, 5, 20], np.float32)
    np.testing.assert_allclose(activation.sigmoid(x)[0], 1 / (1 + np.exp(-x.astype(np.float64))), rtol=1e-6)


def test_quotient_of_small_numbers() -> None:
    small = np.array([1e-25], np.float32)
    _, y_grad = elementwise.divide(small, small)[1](np.ones(1, np.float32), (False, True))
    np.testing.assert_allclose(y_grad, [-1e25], rtol=1e-6)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "op",
    [
        lambda x: elementwise.add(x, x),
        lambda x: elementwise.subtract(x, x),
        lambda x: elementwise.exp(x),
        lambda x: reduction.sum(x, dim=None, keepdim=False),
        lambda x: reduction.mean(x, dim=(0, 1), keepdim=True),
        lambda x: shaping.index(x, key=(0, np.array([0, 0]))),
        lambda x: pool.avg_pool2d(x, windows=adaptive((4, 5), (2, 2)), divisor=4),
        lambda x: folding.unfold(x, config=ConvConfig((2, 2)), windows=(3, 4)),
        lambda x: softmax.log_softmax(x, dim=1),
        lambda x: pointwise_loss.mse(x, x, reduction="mean"),
        lambda x: loss.nll(x, labels=np.zeros((2, 4, 5), int), factors=np.ones(()), reduction="mean", total=40),
    ],
)
def test_an_input_is_not_kept_for_its_shape(op: Callable[[Array], Any]) -> None:
    x = np.ones((2, 3, 4, 5))
    alive = weakref.ref(x)
    _, vjp = op(x)  # held, as by the tape
    del x, _
    gc.collect()
    assert alive() is None
    assert vjp is not None


def test_convolution_does_not_keep_its_output() -> None:
    x = np.ones((1, 1, 3, 3))
    options: Any = {"config": ConvConfig((2, 2)), "output": (2, 2), "plans": Plans()}
    out, vjp = conv.conv2d(x, np.ones((1, 1, 2, 2)), **options)
    alive = weakref.ref(out)
    del out
    gc.collect()
    assert alive() is None
    assert vjp is not None


def test_power_at_zero() -> None:
    x = np.array([0.0, 0.0, 0.0, 2.0])
    y = np.array([0.0, 1.0, 2.0, 3.0])
    x_grad, y_grad = elementwise.power(x, y)[1](np.ones(4), (True, True))
    np.testing.assert_allclose(x_grad, [0, 1, 0, 12])  # type: ignore[arg-type]
    np.testing.assert_allclose(y_grad, [0, 0, 0, 8 * np.log(2)])  # type: ignore[arg-type]


def test_ties() -> None:
    x = np.array([[2.0, 2.0], [1.0, 2.0]])
    (grad,) = reduction.amax(x, dim=None, keepdim=False)[1](np.asarray(3.0), (True,))
    np.testing.assert_allclose(grad, [[1, 1], [0, 1]])  # type: ignore[arg-type]
    (grad,) = pool.max_pool2d(x[None, None], windows=adaptive((2, 2), (1, 1)))[1](np.ones((1, 1, 1, 1)), (True,))
    np.testing.assert_array_equal(grad, [[[[1, 0], [0, 0]]]])


def test_pool_of_nan_and_infinity() -> None:
    x = np.array([[1, np.nan, -np.inf, -np.inf]])[None, None]
    out, vjp = pool.max_pool2d(x, windows=adaptive((1, 4), (1, 2)))
    np.testing.assert_array_equal(out, [[[[np.nan, -np.inf]]]])
    np.testing.assert_array_equal(vjp(np.ones_like(out), (True,))[0], [[[[0, 1, 1, 0]]]])


def test_gradients_have_the_dtype_of_their_input() -> None:
    x, y = np.full((2, 3), 0.5, np.float32), np.full((2, 3), 0.25)
    one = np.ones((), np.float32)
    for output, vjp in [
        loss.soft_cross_entropy(x, y, weight=one, smoothing=0.1, reduction="none", total=1),
        pointwise_loss.mse(x, y, reduction="none"),
        pointwise_loss.binary_cross_entropy(x, y, weight=one, reduction="mean"),
        cosine_embedding(x, y, target=np.array([1, -1]), margin=0, reduction="mean"),
    ]:
        gradients = vjp(np.ones_like(output), (True, True))
        assert [gradient.dtype for gradient in gradients if gradient is not None] == [np.float32, np.float64]


def test_variance_survives_a_large_mean() -> None:
    x = np.random.default_rng(0).standard_normal((64, 2, 8, 8)) + 1e6
    mean, variance = normalisation.moments(x.astype(np.float32))
    stored = x.astype(np.float32).astype(np.float64)
    np.testing.assert_allclose(variance, stored.var(axis=(0, 2, 3)), rtol=1e-4)
    np.testing.assert_allclose(mean, stored.mean(axis=(0, 2, 3)), rtol=1e-7)


def test_empty_batch() -> None:
    x, weight = np.zeros((0, 2, 5, 5), np.float32), np.ones((3, 2, 3, 3), np.float32)
    out, vjp = conv.conv2d(x, weight, config=ConvConfig((3, 3)), output=(3, 3), plans=Plans())
    assert out.shape == (0, 3, 3, 3)
    x_grad, weight_grad = vjp(out, (True, True))
    assert x_grad is not None
    assert x_grad.shape == x.shape
    np.testing.assert_array_equal(weight_grad, np.zeros_like(weight))
    windows = adaptive((5, 5), (4, 4))
    for result, shape in [
        (pool.max_pool2d(x, windows=windows), (0, 2, 4, 4)),
        (pool.avg_pool2d(x, windows=windows, divisor=4), (0, 2, 4, 4)),
        (folding.unfold(x, config=ConvConfig((2, 2)), windows=(4, 4)), (0, 8, 16)),
    ]:
        out, vjp = result
        assert out.shape == shape
        (x_grad,) = vjp(out, (True,))
        assert x_grad is not None
        assert x_grad.shape == x.shape
