"""Layers that normalise: statistics, modes, state, and what they refuse before anything changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from typing import Literal as L

import numpy as np
import pytest

import shapenet
from shapenet import ShapeError, nn
from shapenet import functional as F
from shapenet.backend import Array
from shapenet.kernels import parallel


def values(*shape: int, mean: float = 0.0) -> Array:
    return (np.random.default_rng().standard_normal(shape) + mean).astype(np.float32)


def array(tensor: Any) -> Array:
    return tensor.detach().numpy()  # type: ignore[no-any-return]


def test_batch_norm() -> None:
    layer, x = nn.BatchNorm2d(3), shapenet.from_numpy(values(8, 3, 4, 4) * 2 + 5)
    y = array(layer(x))
    np.testing.assert_allclose(y.mean((0, 2, 3)), 0, atol=1e-5)
    np.testing.assert_allclose(y.var((0, 2, 3)), 1, atol=1e-3)
    np.testing.assert_allclose(array(layer.running_mean), 0.1 * x.numpy().mean((0, 2, 3)), rtol=1e-5)
    np.testing.assert_allclose(array(layer.running_var), 0.9 + 0.1 * x.numpy().var((0, 2, 3), ddof=1), rtol=1e-5)
    assert array(layer.num_batches_tracked) == 1
    before = array(layer.running_mean).copy()
    layer.eval()(x)
    np.testing.assert_array_equal(array(layer.running_mean), before)
    assert array(layer.num_batches_tracked) == 1


def test_without_momentum_the_running_statistics_are_means() -> None:
    layer, batches = nn.BatchNorm1d(3, momentum=None), [values(6, 3, 5) for _ in range(4)]
    for batch in batches:
        layer(shapenet.from_numpy(batch))
    means = [batch.mean((0, 2)) for batch in batches]
    variances = [batch.var((0, 2), ddof=1) for batch in batches]
    np.testing.assert_allclose(array(layer.running_mean), np.mean(means, axis=0), atol=1e-6)
    np.testing.assert_allclose(array(layer.running_var), np.mean(variances, axis=0), rtol=1e-5)


def test_a_momentum_that_is_none_is_refused_later_too() -> None:
    layer = nn.BatchNorm1d(3)
    layer.momentum = 2
    with pytest.raises(ValueError, match=r"^BatchNorm1d expects momentum to be a number from 0 to 1, got 2$"):
        layer(shapenet.from_numpy(values(6, 3, 5)))


def test_what_is_not_tracked_is_not_there() -> None:
    layer = nn.BatchNorm2d(3, affine=False, track_running_stats=False)
    assert not layer.state_dict()
    x = shapenet.from_numpy(values(4, 3, 5, 5) * 3 + 1)
    np.testing.assert_array_equal(array(layer(x)), array(layer.eval()(x)))
    assert list(nn.BatchNorm1d(2, affine=False).state_dict()) == ["running_mean", "running_var", "num_batches_tracked"]
    assert list(nn.BatchNorm1d(2, track_running_stats=False).state_dict()) == ["weight", "bias"]
    assert not nn.InstanceNorm2d(2).state_dict()
    assert list(nn.LayerNorm(2, bias=False).state_dict()) == ["weight"]
    assert not nn.LayerNorm(2, elementwise_affine=False).state_dict()
    assert not nn.RMSNorm(2, elementwise_affine=False).state_dict()
    assert not nn.GroupNorm(1, 2, affine=False).state_dict()


LARGE: list[tuple[Callable[[], Any], tuple[int, ...], tuple[int, ...]]] = [
    (lambda: nn.BatchNorm2d(20), (16, 20, 50, 50), (0, 2, 3)),
    (lambda: nn.BatchNorm2d(3), (4, 3, 9, 7), (0, 2, 3)),
    (lambda: nn.BatchNorm1d(5), (300, 5), (0,)),
    (lambda: nn.InstanceNorm2d(20), (3, 20, 80, 40), (2, 3)),
    (lambda: nn.GroupNorm(4, 4), (3, 4, 800), (2,)),
    (lambda: nn.InstanceNorm2d(3), (2, 3, 300, 300), (2, 3)),
    (lambda: nn.LayerNorm((30, 40)), (3, 4, 30, 40), (2, 3)),
    (lambda: nn.LayerNorm(300), (900, 300), (1,)),
]


@pytest.mark.parametrize("order", ["first", "last"])
@pytest.mark.parametrize(("make", "shape", "axes"), LARGE)
def test_a_large_mean_drowns_nothing(
    make: Callable[[], Any], shape: tuple[int, ...], axes: tuple[int, ...], order: str
) -> None:
    x = values(*shape, mean=1e6)  # of which float32 keeps steps of 1/16
    given = x if order == "first" else np.moveaxis(np.ascontiguousarray(np.moveaxis(x, 1, -1)), -1, 1)
    exact = x.astype(np.float64)
    centred = exact - exact.mean(axes, keepdims=True)
    wanted = centred / np.sqrt(exact.var(axes, keepdims=True) + 1e-5)
    layer, tensor = make(), shapenet.from_numpy(given)
    np.testing.assert_allclose(array(layer(tensor)), wanted, atol=5e-5)
    if isinstance(layer, nn.BatchNorm1d | nn.BatchNorm2d):
        np.testing.assert_allclose(array(layer.running_var), 0.9 + 0.1 * exact.var(axes, ddof=1), rtol=2e-5)
    tensor.requires_grad = True
    weight = values(*shape)
    make()(tensor).backward(shapenet.from_numpy(weight))
    scale, y = 1 / np.sqrt(exact.var(axes, keepdims=True) + 1e-5), wanted
    gradient = scale * (weight - weight.mean(axes, keepdims=True) - y * (weight * y).mean(axes, keepdims=True))
    np.testing.assert_allclose(array(tensor.grad), gradient, atol=5e-5)


def test_group_norm_of_one_group_of_each_is_known() -> None:
    x = shapenet.from_numpy(values(3, 4, 5, 6))
    np.testing.assert_allclose(array(nn.GroupNorm(4, 4)(x)), array(nn.InstanceNorm2d(4)(x)), atol=1e-6)
    np.testing.assert_allclose(array(nn.GroupNorm(1, 4)(x)), array(nn.LayerNorm((4, 5, 6))(x)), atol=1e-5)


def test_the_memory_order_stays() -> None:
    """Where a channel is one run, as where a pixel is one."""
    for order in ((0, 1, 2, 3), (0, 2, 3, 1), (1, 0, 2, 3)):
        x = values(*((2, 6, 4, 5)[axis] for axis in order)).transpose(np.argsort(order))
        y = array(nn.GroupNorm(2, 6)(shapenet.from_numpy(x)))
        assert y.transpose(order).flags.c_contiguous


def test_types_say_sizes() -> None:
    assert nn.LayerNorm[tuple[L[3], L[4]]]().spelled == nn.LayerNorm((3, 4)).spelled == "LayerNorm[(3, 4)]"
    assert nn.LayerNorm((8, 8)).spelled == "LayerNorm[(8, 8)]"
    assert nn.LayerNorm((8,)).spelled == nn.LayerNorm[L[8]]().spelled == "LayerNorm[8]"
    assert nn.RMSNorm[L[8]]().spelled == "RMSNorm[8]"
    assert nn.GroupNorm[L[2], L[4]]().spelled == "GroupNorm[2, 4]"
    assert nn.FusedConvBN[L[2], L[4], L[3]]().conv.spelled == "Conv2d[2, 4, 3]"


REFUSED: list[tuple[Callable[[], Any], type[Exception], str]] = [
    (lambda: nn.BatchNorm2d(3, eps=0), ValueError, "BatchNorm2d expects eps to be a number above 0, got 0"),
    (lambda: nn.LayerNorm(3, eps=True), ValueError, "LayerNorm expects eps to be a number above 0, got True"),
    (lambda: nn.RMSNorm(3, float("nan")), ValueError, "RMSNorm expects eps to be a number above 0, got nan"),
    (
        lambda: nn.GroupNorm(1, 3, eps="1"),  # type: ignore[arg-type]
        ValueError,
        "GroupNorm expects eps to be a number above 0, got '1'",
    ),
    (
        lambda: nn.BatchNorm1d(3, momentum=2),
        ValueError,
        "BatchNorm1d expects momentum to be a number from 0 to 1, got 2",
    ),
    (
        lambda: nn.InstanceNorm2d(3, momentum=None),  # type: ignore[arg-type]
        ValueError,
        "InstanceNorm2d expects momentum to be a number from 0 to 1, got None",
    ),
    (
        lambda: nn.BatchNorm2d(3, affine=1),  # type: ignore[arg-type]
        ValueError,
        "BatchNorm2d expects affine to be a bool, got 1",
    ),
    (
        lambda: nn.LayerNorm(3, bias=None),  # type: ignore[arg-type]
        ValueError,
        "LayerNorm expects bias to be a bool, got None",
    ),
    (
        lambda: nn.FusedConvBN(3, 10**9, 3, momentum=2),
        ValueError,
        "BatchNorm2d expects momentum to be a number from 0 to 1, got 2",
    ),
    (
        lambda: nn.GroupNorm(3, 10**9),  # type: ignore[shape]
        ShapeError,
        "GroupNorm expects num_groups to divide num_channels=1000000000, got num_groups=3",
    ),
    (
        lambda: nn.LayerNorm((3, 0)),  # type: ignore[shape]
        ShapeError,
        "LayerNorm expects normalized_shape to be an int or a tuple of ints, at least 1, got 0",
    ),
    (
        lambda: nn.RMSNorm(()),  # type: ignore[shape]
        ShapeError,
        "RMSNorm expects normalized_shape to be an int or a tuple of ints, not empty, got ()",
    ),
]


@pytest.mark.parametrize(("make", "error", "text"), REFUSED)
def test_options_are_refused(make: Callable[[], Any], error: type[Exception], text: str) -> None:
    with pytest.raises(error) as caught:
        make()
    assert str(caught.value) == text


def test_refusals_change_no_statistics() -> None:
    mean, variance = shapenet.zeros(2), shapenet.ones(2)
    x, wrong = shapenet.from_numpy(values(3, 2, 2, 2)), shapenet.ones(3)
    integers = shapenet.ones(3, 2, 2, 2, dtype=np.int64)
    calls: list[tuple[Callable[[], Any], str]] = [
        (lambda: F.batch_norm(x, mean, variance, wrong, training=True), "weight to be [2], got [3]"),
        (lambda: F.batch_norm(x, mean, wrong, training=True), "running_var to be [2], got [3]"),
        (lambda: F.batch_norm(x, mean, None, training=True), "both running_mean and running_var, or neither"),
        (lambda: F.batch_norm(x, None, None), "running_mean and running_var where it takes none of the input"),
        (lambda: F.batch_norm(x[:1, :, :1, :1], mean, variance, training=True), "got [1, 2, 1, 1]"),
        (lambda: F.batch_norm(integers, mean, variance, training=True), "floating tensors, got dtype int64"),  # type: ignore[shape]
        (lambda: F.batch_norm(x, mean, variance, training=True, momentum=-1.0), "from 0 to 1, got -1.0"),
        (lambda: F.instance_norm(x, mean, variance, bias=wrong), "bias to be [2], got [3]"),
        (lambda: F.instance_norm(x[:, :, :1, :1], mean, variance), "more than 1 value per channel"),
        (lambda: F.instance_norm(x, use_input_stats=False), "running_mean and running_var where it takes none"),
        (lambda: F.group_norm(x, 2, wrong), "weight to be [2], got [3]"),
        (lambda: F.layer_norm(x, 2, wrong), "weight to be [2], got [3]"),
        (lambda: F.layer_norm(integers, 2), "floating tensors, got dtype int64"),  # type: ignore[shape]
        (lambda: F.rms_norm(x, (2, 2), wrong), "weight to be [2, 2], got [3]"),
    ]
    for call, text in calls:
        with pytest.raises((ValueError, ShapeError)) as caught:
            call()
        assert text in str(caught.value)
    assert (mean.tolist(), variance.tolist()) == ([0, 0], [1, 1])


def test_a_refused_batch_is_not_counted() -> None:
    layer = nn.BatchNorm2d(3)
    with pytest.raises(ShapeError, match="more than 1 value per channel"):
        layer(shapenet.zeros(1, 3, 1, 1))
    assert array(layer.num_batches_tracked) == 0
    fused = nn.FusedConvBN(3, 3, 1)
    with pytest.raises(ShapeError, match="more than 1 value per channel"):
        fused(shapenet.zeros(1, 3, 1, 1))
    assert array(fused.bn.num_batches_tracked) == 0


def test_a_fused_pair_keeps_less() -> None:
    shape = (8, 16, 32, 32)
    pair = nn.Sequential(nn.Conv2d(16, 32, 3, padding=1, bias=False), nn.BatchNorm2d(32))
    fused = nn.FusedConvBN(16, 32, 3, padding=1)
    kept, less = pair.memory_plan(*shape).saved, fused.memory_plan(*shape).saved
    between, tiny = 8 * 32 * 32 * 32 * 4, 2**16
    assert abs(kept - less - between) < tiny  # the output of the convolution
    assert abs(less - between) < tiny  # that of the layer is all


def test_what_has_no_channels_is_refused() -> None:
    x = shapenet.ones(8)
    with pytest.raises(
        ShapeError, match=r"^GroupNorm\[3, \?\] expects at least 2 dimensions \[N, C, \*\], got 1: \[8\]$"
    ):
        F.group_norm(x, 3)  # type: ignore[shape]
    with pytest.raises(ShapeError, match=r"^BatchNorm\[\?\] expects at least 2 dimensions"):
        F.batch_norm(x, None, None, training=True)  # type: ignore[shape]


def test_an_empty_batch() -> None:
    x = shapenet.zeros(0, 4, 3, 3, requires_grad=True)
    for layer in (nn.BatchNorm2d(4).eval(), nn.GroupNorm(2, 4), nn.InstanceNorm2d(4), nn.LayerNorm(3), nn.RMSNorm(3)):
        y = layer(x)
        assert y.shape == (0, 4, 3, 3)
        y.sum().backward()
    assert x.grad is not None
    assert x.grad.shape == x.shape


@pytest.mark.parametrize("threads", [1, 3])
def test_gradients_of_many_rows(threads: int) -> None:
    """By one thread, and by several: each adds up the rows of its own."""
    x, weight = np.random.default_rng().standard_normal((2, 1000, 600))
    before = parallel.get_num_threads()
    parallel.set_num_threads(threads)
    try:
        gain, bias = shapenet.ones(600, dtype=np.float64), shapenet.zeros(600, dtype=np.float64)
        gain.requires_grad = bias.requires_grad = True
        F.layer_norm(shapenet.from_numpy(x), 600, gain, bias).backward(shapenet.from_numpy(weight))
    finally:
        parallel.set_num_threads(before)
    y = (x - x.mean(1, keepdims=True)) / np.sqrt(x.var(1, keepdims=True) + 1e-5)
    np.testing.assert_allclose(array(bias.grad), weight.sum(0), atol=1e-10)
    np.testing.assert_allclose(array(gain.grad), (weight * y).sum(0), atol=1e-10)
