"""Layers: values, modes, and what they refuse before anything is allocated."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import shapenet
from shapenet import ShapeError, nn
from shapenet import functional as F

HALF = "half the kernel_size"
PAIR = "to be an int or a pair of ints, at least"


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda: nn.Conv2d(3, 16, 3, stride=0), f"Conv2d expects stride {PAIR} 1, got 0"),  # type: ignore[shape]
        (lambda: nn.Conv2d(3, 16, 3, stride=-1), f"Conv2d expects stride {PAIR} 1, got -1"),  # type: ignore[shape]
        (lambda: nn.Conv2d(3, 16, 3, stride=True), f"Conv2d expects stride {PAIR} 1, got True"),  # type: ignore[shape]
        (lambda: nn.Conv2d(3, 16, 3, stride=1.5), f"Conv2d expects stride {PAIR} 1, got 1.5"),  # type: ignore[arg-type]
        (lambda: nn.Conv2d(3, 16, "3"), f"Conv2d expects kernel_size {PAIR} 1, got '3'"),  # type: ignore[arg-type]
        (
            lambda: nn.Conv2d(3, 16, (3, 3, 3)),  # type: ignore[arg-type]
            "Conv2d expects kernel_size to be an int or a pair of ints, got (3, 3, 3)",
        ),
        (lambda: nn.Conv2d(3, 16, (3, 0)), f"Conv2d expects kernel_size {PAIR} 1, got 0"),  # type: ignore[shape]
        (
            lambda: nn.Conv2d(3, 16, 3, padding=-1),  # type: ignore[shape]
            'Conv2d expects padding to be "same", "valid", an int or a pair of ints, at least 0, got -1',
        ),
        (
            lambda: nn.Conv2d(3, 10**9, 3, 2, padding="same"),  # type: ignore[shape]
            'Conv2d expects stride to be 1 where padding is "same", got 2',
        ),
        (
            lambda: nn.Conv1d(3, 10**9, 3, padding_mode=3),  # type: ignore[arg-type]
            'Conv1d expects padding_mode to be "zeros", "reflect", "replicate" or "circular", got 3',
        ),
        (
            lambda: nn.Conv1d(3, 10**9, (3,)),  # type: ignore[arg-type]
            "Conv1d expects kernel_size to be an int, at least 1, got (3,)",
        ),
        (lambda: nn.Conv2d(3, 16, 3, dilation=0), f"Conv2d expects dilation {PAIR} 1, got 0"),  # type: ignore[shape]
        (lambda: nn.Conv2d(0, 16, 3), "Conv2d expects in_channels to be an int, at least 1, got 0"),  # type: ignore[shape]
        (lambda: nn.Conv2d(3, 10**9, 3, groups=2), "Conv2d expects groups to divide in_channels=3, got groups=2"),  # type: ignore[shape]
        (lambda: nn.Conv2d(2, 3, 3, groups=2), "Conv2d expects groups to divide out_channels=3, got groups=2"),  # type: ignore[shape]
        (lambda: nn.Linear(10**9, 0), "Linear expects out_features to be an int, at least 1, got 0"),  # type: ignore[shape]
        (
            lambda: nn.MaxPool2d(2, padding=2),  # type: ignore[shape]
            "MaxPool2d expects padding of at most kernel_size//2 = 2//2 = 1, got 2",
        ),
        (lambda: nn.BatchNorm2d(0), "BatchNorm2d expects num_features to be an int, at least 1, got 0"),  # type: ignore[shape]
        (lambda: nn.Flatten(1.0), "Flatten expects start_dim to be an int, got 1.0"),  # type: ignore[arg-type]
    ],
)
@pytest.mark.filterwarnings("ignore")
def test_bad_sizes_are_refused_before_allocation(make: Callable[[], Any], text: str) -> None:
    tracemalloc.start()
    try:
        with pytest.raises(ShapeError) as caught:
            make()
        assert tracemalloc.get_traced_memory()[1] < 2**20
    finally:
        tracemalloc.stop()
    assert str(caught.value) == text


def test_a_kernel_larger_than_the_image() -> None:
    formula = "(size + 2*padding - dilation*(kernel_size-1) - 1)//stride + 1 = (4 + 2*0 - 1*(5-1) - 1)//1 + 1"
    with pytest.raises(ShapeError) as caught:
        nn.Conv2d(3, 8, (5, 3))(shapenet.zeros(2, 3, 4, 9))  # type: ignore[shape]
    assert str(caught.value) == f"Conv2d[3, 8, (5, 3)] gets an output height of 0: {formula}"


def test_numpy_integers_are_sizes() -> None:
    assert nn.Linear(int(np.int64(3)), 2).spelled == nn.Linear(np.int64(3), 2).spelled == "Linear[3, 2]"  # type: ignore[arg-type]


@pytest.mark.parametrize("make", [lambda p: nn.Dropout(p), lambda p: F.dropout(shapenet.ones(2), p)])
@pytest.mark.parametrize("p", [-0.1, 1.1, float("nan"), True])
def test_dropout_refuses(make: Callable[[float], Any], p: float) -> None:
    with pytest.raises(ValueError, match=f"expects p to be a probability from 0 to 1, got {p!r}"):
        make(p)


def test_dropout() -> None:
    shapenet.manual_seed(0)
    layer, x = nn.Dropout(0.25), shapenet.ones(100, 100)
    y = layer(x).numpy()
    assert set(np.unique(y)) == {np.float32(0), np.float32(1 / 0.75)}
    assert abs((y == 0).mean() - 0.25) < 0.02
    assert abs(y.mean() - 1) < 0.03
    assert layer.eval()(x) is x
    assert not F.dropout(x, 1.0).numpy().any()


def test_initialisation_is_reproducible() -> None:
    def weights() -> list[float]:
        shapenet.manual_seed(3)
        return nn.Conv2d(2, 2, 3).weight.tolist() + nn.Linear(3, 2).weight.tolist()  # type: ignore[no-any-return]

    assert weights() == weights()
    shapenet.manual_seed(0)
    layer = nn.Conv2d(8, 64, 3)
    bound = 1 / np.sqrt(8 * 9)
    assert bound * 0.98 < np.abs(layer.weight.detach().numpy()).max() <= bound
    assert layer.bias is not None
    assert bound * 0.9 < np.abs(layer.bias.detach().numpy()).max() <= bound


def test_losses_and_linear() -> None:
    logits, labels = shapenet.tensor([[0.0, 0.0], [0.0, 0.0]]), shapenet.tensor([0, 1])
    assert nn.CrossEntropyLoss()(logits, labels).item() == pytest.approx(np.log(2))
    assert nn.MSELoss()(shapenet.ones(3), shapenet.zeros(3)).item() == 1
    x, weight, bias = np.ones((2, 3)), np.arange(6.0).reshape(2, 3), np.array([1.0, -1.0])
    got = F.linear(*map(shapenet.from_numpy, (x, weight, bias)))
    np.testing.assert_allclose(got.numpy(), x @ weight.T + bias)


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda x: F.dropout(x), "dropout"),
        (lambda x: F.batch_norm(x, None, None, training=True), "batch_norm"),
        (lambda x: F.cross_entropy(x.reshape(1, -1), shapenet.tensor([0])), "cross_entropy"),
        (lambda x: F.mse_loss(x, x), "mse_loss"),
        (lambda x: F.conv2d(x, shapenet.ones(1, 1, 1, 1)), "conv2d"),
        (lambda x: F.conv_transpose1d(x[0], shapenet.ones(1, 1, 1)), "conv_transpose1d"),
        (lambda x: F.linear(x, shapenet.ones(3, 2)), "linear"),
        (lambda x: F.mse_loss(x.to(np.float32), x), "mse_loss"),
    ],
)
def test_integers_are_refused_where_they_would_be_rounded(call: Callable[[Any], Any], name: str) -> None:
    with pytest.raises(ValueError, match=f"^{name} expects floating tensors, got dtype int64$"):
        call(shapenet.ones(1, 1, 2, 2, dtype=np.int64))


@pytest.mark.parametrize("divisor", [0, True, 1.5])
def test_a_divisor_must_divide(divisor: Any) -> None:
    text = f"expects divisor_override to be an int other than 0, got {divisor!r}$"
    with pytest.raises(ValueError, match=f"^AvgPool2d {text}"):
        nn.AvgPool2d(2, divisor_override=divisor)
    with pytest.raises(ValueError, match=f"^avg_pool2d {text}"):
        F.avg_pool2d(shapenet.ones(1, 1, 2, 2), 2, divisor_override=divisor)


def test_options_that_are_not_there_are_refused_by_name() -> None:
    for make, name in (
        (lambda: nn.ReLU(inplace=True), "inplace"),  # type: ignore[call-arg]
        (lambda: nn.Linear(3, 4, device="cpu"), "device"),  # type: ignore[call-arg]
        (lambda: nn.Embedding(3, 4, max_norm=1.0), "max_norm"),  # type: ignore[call-arg]
        (lambda: nn.LSTM(3, 4, proj_size=2), "proj_size"),  # type: ignore[call-arg]
    ):
        with pytest.raises(TypeError, match=f"unexpected keyword argument '{name}'"):
            make()
