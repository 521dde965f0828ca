"""What ``export`` writes, asks for and refuses."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest

import shapenet
from shapenet import Module, ShapeError, Tensor, nn
from shapenet.dims import B, H, N, W
from shapenet.onnx import OnnxError, export
from shapenet.onnx.checking import shapes_in
from tests.onnx.judging import check_numbers, exported


class Net(Module):
    def __init__(self) -> None:
        self.conv = nn.Conv2d(1, 2, 3, padding=1)
        self.norm = nn.BatchNorm2d(2)
        self.drop = nn.Dropout()

    def __call__(self, x: Tensor[B, 1, "2*H", W], y: Tensor[B, 2, H, W]) -> tuple[Tensor[B, 2, "2*H", W], Tensor[()]]:
        return self.drop(self.norm(self.conv(x))) + shapenet.cat([y, y], 2), y.sum()


class Of(Module):
    """Any function as a model."""

    def __init__(self, function: Callable[[Any], Any]) -> None:
        self.function = function

    def __call__(self, x: Tensor[B, N]) -> Any:
        return self.function(x)


def test_what_a_file_says(tmp_path: Path) -> None:
    path = exported(Net(), tmp_path, (1, 1, 8, 5), (1, 2, 4, 5))
    model = onnx.load(path)
    assert (model.ir_version, model.opset_import[0].version) == (10, 21)
    assert [node.op_type for node in model.graph.node] == ["Conv", "BatchNormalization", "Concat", "Add", "ReduceSum"]
    assert [node.name for node in model.graph.node][:2] == ["conv/Conv", "norm/BatchNormalization"]
    assert {one.name for one in model.graph.initializer} == {
        *("conv.weight", "conv.bias", "norm.weight", "norm.bias", "norm.running_mean", "norm.running_var")
    }
    assert shapes_in(model) == {
        "x": ("B", 1, "2*H", "W"),
        "y": ("B", 2, "H", "W"),
        "conv/Conv": ("B", 2, "2*H", "W"),
        "norm/BatchNormalization": ("B", 2, "2*H", "W"),
        "Concat": ("B", 2, "2*H", "W"),
        "output_0": ("B", 2, "2*H", "W"),
        "output_1": (),
    }


def test_several_inputs_and_outputs(tmp_path: Path) -> None:
    model = Net()
    path = exported(model, tmp_path, shapenet.randn(1, 1, 8, 5), shapenet.randn(1, 2, 4, 5))
    check_numbers(model, path, [shapenet.randn(3, 1, 6, 2), shapenet.randn(3, 2, 3, 2)])


@pytest.mark.parametrize(
    ("options", "sizes"),
    [
        ({}, ("B", 3, "H", "W")),
        ({"fixed": ["H", "W", "H"]}, ("B", 3, 9, 8)),
        ({"dynamic_axes": {}}, (2, 3, 9, 8)),
        ({"dynamic_axes": {"x": {0: "images", -1: "width"}}}, ("images", 3, 9, "width")),
    ],
)
def test_which_sizes_stay_open(options: Mapping[str, Any], sizes: tuple[object, ...], tmp_path: Path) -> None:
    class Images(Module):
        def __call__(self, x: Tensor[B, 3, H, W]) -> Tensor[B, 3, H, W]:
            return x.relu()

    assert shapes_in(onnx.load(exported(Images(), tmp_path, (2, 3, 9, 8), **options)))["x"] == sizes


def test_a_size_that_the_model_takes_no_other_for_is_fixed(tmp_path: Path) -> None:
    def rows(x: Any) -> Any:
        if x.shape[1] != 6:
            raise ShapeError("rows", f"expects 6 columns, got {x.shape[1]}")
        return x * 2

    assert shapes_in(onnx.load(exported(Of(rows), tmp_path, (1, 6))))["x"] == ("B", 6)
    with pytest.raises(
        OnnxError, match="cannot be exported with the size columns open: rows expects 6 columns, got 13"
    ):
        exported(Of(rows), tmp_path, (1, 6), dynamic_axes={"x": {1: "columns"}})


def test_the_model_is_as_before(tmp_path: Path) -> None:
    model = Net()
    model.norm.eval()
    state = {name: tensor.numpy().copy() for name, tensor in model.state_dict().items()}
    exported(model, tmp_path, (1, 1, 8, 5), (1, 2, 4, 5))
    with pytest.raises(ShapeError):
        exported(model, tmp_path, (1, 1, 8, 5), (1, 3, 4, 5))
    assert [module.training for module in model.modules()] == [True, True, False, True]
    assert all(module._hooks is None for module in model.modules())
    for name, tensor in model.state_dict().items():
        np.testing.assert_array_equal(tensor.numpy(), state[name])


def test_hooks_stay_and_work(tmp_path: Path) -> None:
    model, called = Net(), list[str]()
    handle = model.conv.register_forward_hook(lambda *_: called.append("conv"))
    exported(model, tmp_path, (1, 1, 8, 5), (1, 2, 4, 5))
    assert called
    handle.remove()
    called.clear()
    model(shapenet.randn(2, 1, 8, 5), shapenet.randn(2, 2, 4, 5))
    assert called == []


def test_an_error_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "model.onnx"
    path.write_text("old")
    with pytest.raises(OnnxError):
        export(nn.Unfold(2), path, (1, 2, 4, 4))
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_the_layer_is_named(tmp_path: Path) -> None:
    model = nn.Sequential(nn.ReLU(), nn.Sequential(nn.Unfold(2)))
    with pytest.raises(OnnxError, match=r"^Unfold\[2\] \(1\.0\): unfolded has no operation in ONNX$"):
        exported(model, tmp_path, (1, 2, 4, 4))


@pytest.mark.parametrize(
    ("function", "said"),
    [
        (lambda x: x.sort(1).values, r"gather uses numbers that were computed from its inputs"),
        (lambda x: x + Tensor(np.sin(x.data)), "add uses numbers that were computed from its inputs"),
        (lambda x: x * float(x.data.sum()), "multiply uses numbers that were computed from its inputs"),
        (lambda x: x / x.shape[1], "divide uses numbers that were computed from its inputs, or their sizes"),
        (lambda x: x.relu() if x.shape[1] > 5 else x, "does something else for B = 2, N = 7: a file has no branches"),
        (lambda x: x[:, : x.shape[1] // 2], "index needs a size that follows the inputs in an unknown way: 1"),
        (lambda x: x.roll(1, 1), "roll has no operation in ONNX"),
        (lambda x: x.shape, "expects to return tensors, to be exported, got int"),
        (lambda x: x.to(np.int64) // 2, "floor_divide is no operation of ONNX for integers"),
        (lambda x: x.round(decimals=1), "stepped has decimals"),
        (lambda x: x.norm(3, 1), "norm is exported for p of 1 and 2 alone"),
        (lambda x: x.to(np.int64) & 1, "computed is exported of truth values alone"),
        (lambda x: x.var(1), "var must know the sizes of its input: name them in fixed"),
    ],
)
def test_what_cannot_be_exported(function: Callable[[Any], Any], said: str, tmp_path: Path) -> None:
    with pytest.raises(OnnxError, match=said):
        exported(Of(function), tmp_path, (2, 3))


@pytest.mark.parametrize(
    ("inputs", "options", "error", "said"),
    [
        ((), {}, OnnxError, r"expects an example, or a shape, for x of shape \[B, N\]: not all its sizes are known"),
        (((2, 3), (2, 3)), {}, OnnxError, "expects at most 1 inputs, got 2"),
        (((2, 0),), {}, TypeError, "expects inputs to be tensors, or shapes of ints above 0, got"),
        ((3,), {}, TypeError, "got 3"),
        (((2, 3),), {"dynamic_axes": {"y": {0: "B"}}}, OnnxError, "expects dynamic_axes of x, got some of 'y'"),
        (((2, 3),), {"dynamic_axes": {"x": {2: "B"}}}, OnnxError, "for x names of its 2 axes, got {2: 'B'}"),
        (((2, 3),), {"dynamic_axes": {"x": {0: "2B"}}}, OnnxError, "names of its 2 axes"),
        (((2, 3),), {"dynamic_axes": {"x": {0: "B", 1: "B"}}}, OnnxError, "expects B = 3 in x"),
        (((2, 3),), {"fixed": ["H"]}, OnnxError, "expects fixed to name sizes, B, N, got 'H'"),
        (((2, 3, 4),), {}, ShapeError, r"expects 2 dimensions \[B, N\], got 3"),
    ],
)
def test_wrong_arguments(
    inputs: tuple[Any, ...], options: dict[str, Any], error: type[Exception], said: str, tmp_path: Path
) -> None:
    with pytest.raises(error, match=said):
        exported(Of(lambda x: x), tmp_path, *inputs, **options)


def test_inputs_of_one_size_differ(tmp_path: Path) -> None:
    with pytest.raises(OnnxError, match=r"expects B = 3 in x, got \[2, 1, 8, 5\]"):
        exported(Net(), tmp_path, (2, 1, 8, 5), (3, 2, 4, 5))


def test_no_model(tmp_path: Path) -> None:
    wrong: Any = "net"
    with pytest.raises(TypeError, match="export expects model to be a Module, got 'net'"):
        export(wrong, tmp_path / "model.onnx")
