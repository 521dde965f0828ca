"""What ``export`` writes, asks for and refuses."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest

import shapenet
from shapenet import AnyTensor, Module, ShapeError, Tensor, nn
from shapenet.dims import B, H, N, W
from shapenet.onnx import OnnxError, export, load
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


def test_what_a_model_keeps_of_a_call_is_gone(tmp_path: Path) -> None:
    class Counting(Module):
        def __init__(self) -> None:
            self.calls: AnyTensor = nn.Buffer(np.zeros(1, np.float32))
            self.seen: list[Any] = []

        def __call__(self, x: Tensor[B, 3]) -> Tensor[B, 3]:
            self.calls.data += 1
            self.seen.append(x)
            self.last = x
            return x.relu()

    model = Counting()
    exported(model, tmp_path)
    assert model.calls.tolist() == [0]
    assert model.seen == []
    assert not hasattr(model, "last")


def test_inputs_that_may_be_left_out(tmp_path: Path) -> None:
    class Shifting(Module):
        def __call__(
            self, x: Tensor[B, 3], shift: Tensor[B, 3] | None = None
        ) -> tuple[Tensor[B, 3], Tensor[B, 3] | None]:
            return (x.relu() if shift is None else x + shift), shift

    assert set(shapes_in(onnx.load(exported(Shifting(), tmp_path)))) == {"x", "output"}
    path = exported(Shifting(), tmp_path, (2, 3), (2, 3))
    assert shapes_in(onnx.load(path))["shift"] == ("B", 3)
    check_numbers(Shifting(), path, [shapenet.randn(5, 3), shapenet.randn(5, 3)])


def test_any_number_of_inputs(tmp_path: Path) -> None:
    class Sum(Module):
        def __call__(self, first: Tensor[B, 3], *others: Tensor[B, 3]) -> Tensor[B, 3]:
            for other in others:
                first = first + other
            return first

    path = exported(Sum(), tmp_path, (2, 3), (2, 3), (2, 3))
    assert list(shapes_in(onnx.load(path)).items())[-3:] == [
        *(("first", ("B", 3)), ("others_0", ("B", 3)), ("others_1", ("B", 3)))
    ]
    check_numbers(Sum(), path, [shapenet.randn(4, 3) for _ in range(3)])


def test_inputs_of_which_the_annotation_says_nothing_share_the_batch(tmp_path: Path) -> None:
    path = exported(nn.MultiheadAttention(4, 2, batch_first=True), tmp_path, (2, 5, 4), (2, 6, 4), (2, 6, 4))
    shapes = shapes_in(onnx.load(path))
    assert (shapes["query"], shapes["key"]) == (("Batch_0", "Batch_1", 4), ("Batch_0", 6, 4))


def test_outputs_are_named_after_the_keys_of_a_dict(tmp_path: Path) -> None:
    class Heads(Module):
        def __call__(self, x: Tensor[B, 3]) -> dict[str, Tensor[B, 3]]:
            return {"classes": x.exp(), "x": x.relu()}

    path = exported(Heads(), tmp_path)
    assert [one.name for one in onnx.load(path).graph.output] == ["classes", "x_1"]
    x = shapenet.randn(4, 3)
    for read, made in zip(load(path)(x), Heads()(x).values(), strict=True):
        np.testing.assert_allclose(read.numpy(), made.numpy(), rtol=1e-5)


def test_numbers_of_which_python_makes_something(tmp_path: Path) -> None:
    class Scaled(Module):
        def __init__(self) -> None:
            self.layer = nn.Linear(3, 3)

        def __call__(self, x: Tensor[B, 3]) -> Tensor[B, 3]:
            if float(self.layer.weight.sum()) > 1e9:  # no input decides
                return x
            return self.layer(x)

    exported(Scaled(), tmp_path)
    for function in (lambda x: x if x.sum() < 1e9 else -x, lambda x: x * float(x.max())):
        with pytest.raises(OnnxError, match=r"Of: asks for an element, with item\(\), float\(\) or if: a file cannot"):
            exported(Of(function), tmp_path, (2, 3))


def test_calls_that_have_no_form_in_a_file(tmp_path: Path) -> None:
    class Named(Module):
        def __call__(self, x: Tensor[B, 3], *, y: Tensor[B, 3]) -> Tensor[B, 3]:
            return x + y

    with pytest.raises(OnnxError, match="Named cannot be exported: its __call__ takes y by name alone"):
        exported(Named(), tmp_path)
    with pytest.raises(OnnxError, match="Of expects to return tensors, to be exported, got NoneType"):
        exported(Of(lambda x: None), tmp_path, (2, 3))


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
        ((3,), {}, TypeError, "got int 3"),
        ((["x"],), {}, TypeError, r"got list \(str 'x'\)"),
        (((2, 3),), {"dynamic_axes": {"y": {0: "B"}}}, OnnxError, "expects dynamic_axes of x, got some of 'y'"),
        (
            ((2, 3),),
            {"dynamic_axes": {"x": {2: "B"}}},
            OnnxError,
            r"for x names of its 2 axes, \{0: \"B\"\}, got {2: 'B'}",
        ),
        (((2, 3),), {"dynamic_axes": {"x": [0]}}, OnnxError, r"for x names of its 2 axes, .* got \[0\]"),
        (((2, 3),), {"dynamic_axes": {"x": {"0": "B"}}}, OnnxError, "for x names of its 2 axes, .* got {'0': 'B'}"),
        (((2, 3),), {"dynamic_axes": ["x"]}, TypeError, r"expects dynamic_axes to be a dict, .* got \['x'\]"),
        (((2, 3),), {"fixed": "H"}, TypeError, r"expects fixed to be names of sizes, .* got 'H'"),
        (((2, 3),), {"fixed": 3}, TypeError, r"expects fixed to be names of sizes, .* got 3"),
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
    with pytest.raises(TypeError, match="export expects model to be a Module, got str"):
        export(wrong, tmp_path / "model.onnx")
