"""Module: its parts, its state, and its sizes."""

from __future__ import annotations

import copy
from typing import Any, Generic
from typing import Literal as L

import numpy as np
import pytest

import shapenet
from shapenet import Module, ShapeError, Tensor, nn
from shapenet.dims import B, C, H, N, W
from shapenet.nn import REQUIRED


class Block(Module, Generic[C]):
    def __init__(self, channels: C = REQUIRED) -> None:
        self.conv = nn.Conv2d(channels, channels, 3, padding=1)
        self.norm = nn.BatchNorm2d(channels)

    def __call__(self, x: Tensor[B, C, H, W]) -> Tensor[B, C, H, W]:
        return self.norm(self.conv(x))


class Pair(Block[N], Generic[N]):
    """Its own name for the size, and a second part."""

    def __init__(self, width: N) -> None:
        super().__init__(width)
        self.second = nn.Conv2d(width, width, 1, bias=False)

    def __call__(self, x: Tensor[B, N, H, W]) -> Tensor[B, N, H, W]:
        return self.second(super().__call__(x))


class Fixed(Block[L[4]]):
    def __init__(self) -> None:
        super().__init__(4)


class Net(Module):
    def __init__(self) -> None:
        self.body = nn.Sequential(Block(2), nn.ReLU())
        self.head = nn.Linear(8, 3)
        self.tied = self.head

    def __call__(self, x: Tensor[B, 2, 2, 2]) -> Tensor[B, 3]:
        return self.head(self.body(x).flatten(1))


STATE = ["weight", "bias"]
NORM = ["weight", "bias", "running_mean", "running_var", "num_batches_tracked"]


def test_parts() -> None:
    net = Net()
    conv, norm = [f"body.0.conv.{name}" for name in STATE], [f"body.0.norm.{name}" for name in NORM]
    head = [f"head.{name}" for name in STATE]
    assert [path for path, _ in net.named_parameters()] == [*conv, *norm[:2], *head]  # tied ones once
    assert [path for path, _ in net.named_buffers()] == norm[2:]
    assert list(net.state_dict()) == [*conv, *norm, *head, *(f"tied.{name}" for name in STATE)]
    assert [path for path, _ in net.named_modules()] == [
        "", "body", "body.0", "body.0.conv", "body.0.norm", "body.1", "head",
    ]  # fmt: skip
    assert [path for path, _ in net.named_modules("net", remove_duplicate=False)][-2:] == ["net.head", "net.tied"]
    assert [path for path, _ in net.body.named_parameters("body", recurse=False)] == []
    assert [path for path, _ in net.head.named_parameters("x")] == ["x.weight", "x.bias"]
    assert len(list(net.modules())) == 7
    assert len(list(net.buffers())) == 3
    assert [type(child).__name__ for child in net.children()] == ["Sequential", "Linear", "Linear"]
    assert net.get_submodule("body.0.norm") is net.body[0].norm
    assert net.get_submodule("") is net
    assert net.get_parameter("tied.bias") is net.head.bias
    for get, path, kind in ((net.get_submodule, "body.2", "module"), (net.get_parameter, "body.0", "parameter")):
        with pytest.raises(AttributeError, match=f"^Net has no {kind} '{path}'$"):
            get(path)
    assert sum(parameter.numel() for parameter in net.parameters()) == 2 * 2 * 9 + 2 + 4 + 27
    assert len(list(net.parameters())) == 6


def test_modes() -> None:
    net = Net()
    assert net.eval() is net
    assert not any(module.training for _, module in net.named_modules())
    assert all(module.training for _, module in net.train().named_modules())


def test_parts_by_name() -> None:
    net = Net()
    net.register_parameter("scale", nn.Parameter(np.ones(2, np.float32)))
    net.register_parameter("none", None)
    net.register_buffer("seen", shapenet.zeros(1))
    net.register_buffer("cache", shapenet.zeros(3), persistent=False)
    net.add_module("last", nn.ReLU())
    assert "scale" in dict(net.named_parameters())
    assert {"seen", "cache"} <= set(dict(net.named_buffers()))
    assert {"scale", "seen"} <= set(net.state_dict())
    assert "cache" not in net.state_dict()
    assert net.get_submodule("last").spelled == "ReLU"
    copied = copy.deepcopy(net)
    assert "cache" not in copied.state_dict()
    assert "cache" in dict(copied.to(np.float64).named_buffers())
    for name in ("head", "a.b", ""):
        with pytest.raises(AttributeError):
            net.add_module(name, nn.ReLU())
    with pytest.raises(TypeError, match=r"^Net expects more to be a Parameter or None, got 3$"):
        net.register_parameter("more", 3)  # type: ignore[arg-type]


def test_functions_of_all_modules() -> None:
    net, seen = Net(), list[str]()
    assert net.apply(lambda module: seen.append(module.spelled)) is net
    assert seen == ["Conv2d[2, 2, 3, 1, 1]", "BatchNorm2d[2]", "Block[2]", "ReLU", "Sequential", "Linear[8, 3]",
                    "Linear[8, 3]", "Net"]  # fmt: skip
    assert net.requires_grad_(False) is net
    assert not any(parameter.requires_grad for parameter in net.parameters())


def test_dtypes() -> None:
    net = Net()
    net(shapenet.randn(3, 2, 2, 2)).sum().backward()
    assert net.double() is net
    assert {tensor.dtype for _, tensor in net.state_dict().items()} == {np.dtype(np.float64), np.dtype(np.int64)}
    assert net.head.weight.grad is not None
    assert net.head.weight.grad.dtype == np.float64
    assert net(shapenet.randn(3, 2, 2, 2, dtype=np.float64)).dtype == np.float64
    assert net.float().head.weight.dtype == np.float32
    with pytest.raises(TypeError, match=r"^Net.to expects a device or a floating dtype"):
        net.to(np.int32)
    unknown: Any
    for unknown in (None, "gpu", 0, object):
        with pytest.raises(TypeError, match=r"^Net.to expects a device or a floating dtype, got"):
            net.to(unknown)
    assert net.to("float64").head.weight.dtype == np.float64


def test_gradients_are_forgotten() -> None:
    net = Net()
    net(shapenet.randn(3, 2, 2, 2)).sum().backward()
    assert all(parameter.grad is not None for parameter in net.parameters())
    net.zero_grad(set_to_none=False)
    assert all(parameter.grad is not None and not parameter.grad.numpy().any() for parameter in net.parameters())
    net.zero_grad()
    assert all(parameter.grad is None for parameter in net.parameters())


def test_state_travels() -> None:
    first, second = Net(), Net()
    x = shapenet.randn(5, 2, 2, 2)
    first(x)  # moves the running statistics
    second.load_state_dict(first.state_dict())
    np.testing.assert_array_equal(first.eval()(x).detach().numpy(), second.eval()(x).detach().numpy())
    assert second.state_dict()["body.0.norm.num_batches_tracked"].item() == 1
    second.load_state_dict({path: tensor.numpy() * 0 for path, tensor in first.state_dict().items()})
    assert second(x).detach().numpy().any() == np.False_


def test_a_wrong_state_changes_nothing() -> None:
    net = Net()
    before = {path: tensor.numpy().copy() for path, tensor in net.state_dict().items()}
    state = {path: tensor.numpy() + 1 for path, tensor in net.state_dict().items()}
    del state["head.bias"]
    state["tail"] = np.zeros(1)
    state["head.weight"] = np.zeros((3, 9))
    problems = "head.bias is missing; tail is unexpected; head.weight is [3, 9], expected [3, 8]"
    with pytest.raises(ShapeError) as caught:
        net.load_state_dict(state)
    assert str(caught.value) == f"Net cannot load this state: {problems}"
    for path, tensor in net.state_dict().items():
        np.testing.assert_array_equal(tensor.numpy(), before[path])


def test_a_state_in_part() -> None:
    net = Net()
    state = {"head.weight": np.ones((3, 8)), "tail": np.zeros(1)}
    missing, unexpected = net.load_state_dict(state, strict=False)
    assert unexpected == ["tail"]
    assert set(missing) == set(net.state_dict()) - {"head.weight"}
    assert net.head.weight.tolist() == np.ones((3, 8)).tolist()
    with pytest.raises(ShapeError, match=r"head.weight is \[8\], expected \[3, 8\]$"):
        net.load_state_dict({"head.weight": np.ones(8)}, strict=False)


def test_looks() -> None:
    assert repr(nn.Sequential(nn.Conv2d(3, 8, (3, 1), padding=(1, 0)), Block(8))) == (
        "Sequential(\n"
        "  (0): Conv2d[3, 8, (3, 1), 1, (1, 0)]\n"
        "  (1): Block[8](\n"
        "    (conv): Conv2d[8, 8, 3, 1, 1]\n"
        "    (norm): BatchNorm2d[8]\n"
        "  )\n"
        ")"
    )


def test_sizes_from_the_type() -> None:
    conv = nn.Conv2d[L[3], L[16], tuple[L[3], L[1]], L[2]](bias=False)
    assert conv.spelled == "Conv2d[3, 16, (3, 1), 2]"
    assert conv.weight.shape == (16, 3, 3, 1)
    assert conv.bias is None
    assert nn.MaxPool2d[L[3]]().spelled == "MaxPool2d[3]"
    assert nn.Linear[L[4], L[2]]().weight.shape == (2, 4)
    assert nn.BatchNorm2d[L[4]](eps=1e-3).running_mean.shape == (4,)  # type: ignore[union-attr]
    assert nn.Flatten[L[2]]()(shapenet.zeros(2, 3, 4, 5)).shape == (2, 3, 20)
    block = Block[L[8]]()
    assert block.spelled == "Block[8]"
    assert block.conv.spelled == "Conv2d[8, 8, 3, 1, 1]"
    with pytest.raises(ShapeError, match=r"^Conv2d has in_channels=3 in its type, got 4$"):
        nn.Conv2d[L[3], L[16], L[3]](4)  # type: ignore[shape]


def test_sizes_that_are_missing() -> None:
    with pytest.raises(ShapeError, match=r"^Conv2d needs in_channels, kernel_size, as an argument or in its type$"):
        nn.Conv2d(out_channels=3)  # type: ignore[shape]
    with pytest.raises(ShapeError, match=r"^Block needs channels, as an argument or in its type$"):
        Block()  # type: ignore[shape]
    with pytest.raises(TypeError, match="unexpected keyword argument"):
        nn.Linear(3, 4, basis=True)  # type: ignore[call-arg]


def test_sizes_are_inherited() -> None:
    pair = Pair(2)
    assert pair.spelled == "Pair[2]"
    assert pair(shapenet.zeros(1, 2, 3, 3)).shape == (1, 2, 3, 3)
    assert dict(pair.dims_of(Pair)) == {"N": 2}
    assert dict(pair.dims_of(Block)) == {"C": 2}
    with pytest.raises(ShapeError, match=r"^Pair\[2\] argument \"x\" expects \[B, 2, H, W\]"):
        pair(shapenet.zeros(1, 3, 3, 3))  # type: ignore[shape]
    fixed = Fixed()
    with pytest.raises(ShapeError, match="expected 4"):
        fixed(shapenet.zeros(1, 3, 3, 3))  # type: ignore[shape]


def test_copies_are_apart() -> None:
    net = Net()
    other = copy.deepcopy(net)
    assert other.head is other.tied
    other.head.weight.data += 1
    assert not np.array_equal(other.head.weight.detach().numpy(), net.head.weight.detach().numpy())
    other(shapenet.zeros(1, 2, 2, 2))


def test_sequential() -> None:
    layers = nn.Sequential(nn.Linear(2, 3), nn.ReLU())
    assert len(layers) == 2
    assert [type(layer).__name__ for layer in layers] == ["Linear", "ReLU"]
    assert layers[-1].spelled == "ReLU"
    with pytest.raises(TypeError, match=r"^Sequential expects modules, got <function .*> as layer 1$"):
        nn.Sequential(nn.ReLU(), lambda x: x)  # type: ignore[arg-type]


def test_kinds_of_numbers_must_fit() -> None:
    norm = nn.BatchNorm2d(2)
    assert norm.weight is not None
    state = {path: tensor.numpy() + 1 for path, tensor in norm.state_dict().items()}
    state["num_batches_tracked"] = np.array(1.5)
    with pytest.raises(ShapeError, match=r"num_batches_tracked is float64, expected int64$"):
        norm.load_state_dict(state)
    assert norm.weight.tolist() == [1, 1]
    state["num_batches_tracked"] = np.array(1, np.int32)
    state["weight"] = np.array([1.5, 2.5])  # float64 becomes what the parameter is
    norm.load_state_dict(state)
    assert norm.weight.dtype == np.float32
    assert norm.weight.tolist() == [1.5, 2.5]
