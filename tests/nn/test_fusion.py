"""``fuse_conv_bn``: the same numbers with fewer layers, and what it refuses."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pytest

import shapenet
from shapenet import AnyTensor, Module, Tensor, nn
from shapenet.backend import Array
from shapenet.dims import B, H, W


class Block(Module):
    def __init__(self) -> None:
        self.conv1 = nn.Conv2d(4, 6, 3, padding=1, groups=2, padding_mode="reflect")
        self.bn1 = nn.BatchNorm2d(6)
        self.conv2 = nn.Conv2d(6, 4, (1, 3), padding=(0, 1), bias=False)
        self.bn2 = nn.BatchNorm2d(4, affine=False)

    def __call__(self, x: Tensor[B, 4, H, W]) -> Tensor[B, 4, H, W]:
        y = self.bn1(self.conv1(x)).relu()
        return x + self.bn2(self.conv2(y))


class Net(Module):
    def __init__(self) -> None:
        self.stem = nn.Sequential(nn.Conv2d(3, 4, 3, stride=2), nn.BatchNorm2d(4), nn.ReLU(), nn.BatchNorm2d(4))
        self.block = Block()
        self.again = self.stem

    def __call__(self, x: AnyTensor) -> AnyTensor:
        return self.block(self.stem(x))


PAIRS = [("block.conv1", "block.bn1"), ("block.conv2", "block.bn2")]


def trained(model: Any, *shape: int) -> Any:
    """With statistics and weights that are not those of the start."""
    rng = np.random.default_rng()
    for _, tensor in [*model.named_parameters(), *model.named_buffers()]:
        if tensor.dtype == np.float32:
            tensor.data = rng.uniform(0.5, 1.5, tensor.data.shape).astype(np.float32)
    model(shapenet.randn(*shape))
    return model


def of(tensor: Any) -> Array:
    return tensor.detach().numpy()  # type: ignore[no-any-return]


def test_the_numbers_stay() -> None:
    net = trained(Net(), 4, 3, 17, 15)
    before = {path: tensor.numpy().copy() for path, tensor in net.state_dict().items()}
    x = shapenet.randn(4, 3, 17, 15)
    fused = nn.fuse_conv_bn(net, pairs=PAIRS)
    wanted = of(copy.deepcopy(net).eval()(x))
    np.testing.assert_allclose(of(fused(x)), wanted, atol=2e-5 * np.abs(wanted).max())
    assert [type(layer).__name__ for layer in fused.stem] == ["Conv2d", "Identity", "ReLU", "BatchNorm2d"]
    assert fused.again is fused.stem
    assert isinstance(fused.block.bn1, nn.Identity)
    assert fused.block.conv2.bias is not None
    assert not any(module.training for _, module in fused.named_modules())
    assert net.training
    assert list(net.state_dict()) == list(before)
    for path, tensor in net.state_dict().items():
        np.testing.assert_array_equal(tensor.numpy(), before[path])


def test_without_pairs_only_sequentials_are_fused() -> None:
    fused = nn.fuse_conv_bn(trained(Net(), 4, 3, 9, 9))
    assert isinstance(fused.block.bn1, nn.BatchNorm2d)
    assert isinstance(fused.stem[1], nn.Identity)


def test_a_fused_pair_becomes_a_convolution() -> None:
    layer = nn.FusedConvBN(3, 4, 3, 2, 1, padding_mode="circular", momentum=None)
    net = trained(nn.Sequential(layer, nn.ReLU(), nn.Sequential(nn.Identity(), nn.FusedConvBN(4, 4, 1))), 4, 3, 9, 9)
    x = shapenet.randn(4, 3, 9, 9)
    fused = nn.fuse_conv_bn(net)
    assert fused[0].spelled == 'Conv2d[3, 4, 3, 2, 1, 1, 1, "circular"]'
    assert isinstance(fused[2][1], nn.Conv2d)
    wanted = of(net.eval()(x))
    np.testing.assert_allclose(of(fused(x)), wanted, atol=2e-5 * np.abs(wanted).max())
    with pytest.raises(TypeError, match=r"expects model to be what holds the layers, got FusedConvBN\[3, 4, 1\]$"):
        nn.fuse_conv_bn(nn.FusedConvBN(3, 4, 1))


def test_nothing_random_is_drawn() -> None:
    net = Net()
    shapenet.manual_seed(0)
    first = shapenet.randn(3).tolist()
    shapenet.manual_seed(0)
    nn.fuse_conv_bn(net, PAIRS)
    assert shapenet.randn(3).tolist() == first


class Twice(Module):
    def __init__(self) -> None:
        self.conv = nn.Conv2d(2, 2, 1)
        self.first = nn.BatchNorm2d(2)
        self.second = nn.BatchNorm2d(2)
        self.wide = nn.BatchNorm2d(3)
        self.batch = nn.BatchNorm2d(2, track_running_stats=False)

    def __call__(self, x: AnyTensor) -> AnyTensor:
        return self.second(self.conv(self.first(self.conv(x))))


class Tied(Module):
    def __init__(self) -> None:
        conv = nn.Conv2d(2, 2, 1)
        self.one = nn.Sequential(conv, nn.BatchNorm2d(2))
        self.other = nn.Sequential(conv, nn.ReLU())

    def __call__(self, x: AnyTensor) -> AnyTensor:
        return self.other(self.one(x))


@pytest.mark.parametrize(
    ("model", "pairs", "text"),
    [
        (Twice(), [("conv", "third")], "expects 'third' to be the path of a BatchNorm2d, got no module"),
        (Twice(), [("first", "conv")], "expects 'first' to be the path of a Conv2d, got BatchNorm2d[2]"),
        (Twice(), [("conv", "wide")], "expects conv and wide to have equal channels, got 2 and 3"),
        (Twice(), [("conv", "batch")], "expects batch to have running statistics, got none"),
        (Twice(), [("conv", "first"), ("conv", "second")], "expects conv to be part of one pair, got two"),
        (Twice(), ["conv"], "expects pairs to be of two paths each, got 'conv'"),
        (Tied(), [], "expects one.0 to be used in one place, got 2"),
    ],
)
def test_wrong_use_is_refused(model: Any, pairs: Any, text: str) -> None:
    with pytest.raises(ValueError, match=r"^fuse_conv_bn ") as caught:
        nn.fuse_conv_bn(model, pairs)
    assert str(caught.value) == f"fuse_conv_bn {text}"
    assert model.training


def test_a_model_is_needed() -> None:
    with pytest.raises(TypeError, match=r"^fuse_conv_bn expects model to be a Module, got int$"):
        nn.fuse_conv_bn(3)  # type: ignore[type-var]
