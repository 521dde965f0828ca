"""What ``load`` makes of files, good and bad."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

import shapenet
from shapenet import Module, ShapeError, nn
from shapenet.onnx import OnnxError, load
from tests.onnx.judging import exported

Change = Callable[[onnx.ModelProto], object]


def net() -> Module:
    return nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.ReLU(), nn.Flatten(), nn.Linear(8, 3))


@pytest.fixture(name="good")
def _good(tmp_path: Path) -> Path:
    return exported(net(), tmp_path, (2, 1, 4, 4))


def changed(path: Path, change: Change) -> Path:
    model = onnx.load(path)
    change(model)
    path.write_bytes(model.SerializeToString())
    return path


def first(model: onnx.ModelProto) -> Any:
    return model.graph.initializer[0]


def set_attribute(model: onnx.ModelProto, name: str, value: Any) -> None:
    node = model.graph.node[0]
    kept = [attribute for attribute in node.attribute if attribute.name != name]
    del node.attribute[:]
    node.attribute.extend([*kept, helper.make_attribute(name, value)])


def renamed(model: onnx.ModelProto, new: str) -> None:
    old = first(model).name
    for node in model.graph.node:
        node.input[:] = [new if name == old else name for name in node.input]
    first(model).name = new


def test_the_model_can_be_trained(good: Path) -> None:
    read = load(good)
    kinds = {name for name, _ in read.named_parameters()}
    assert kinds == {"0.weight", "0.bias", "1.weight", "1.bias", "4.weight", "4.bias"}
    assert set(read.state_dict()) - kinds == {"1.running_mean", "1.running_var"}
    read(shapenet.randn(3, 1, 4, 4)).sum().backward()
    assert all(parameter.grad is not None for parameter in read.parameters())


def test_inputs_are_checked(good: Path) -> None:
    read = load(good)
    with pytest.raises(ShapeError, match=r'Program argument "x" expects \[batch, 1, 4, 4\], got \[2, 2, 4, 4\]'):
        read(shapenet.randn(2, 2, 4, 4))
    with pytest.raises(TypeError, match=r"expects 1 inputs \(x\), got 2"):
        read(shapenet.randn(2, 1, 4, 4), shapenet.randn(2, 1, 4, 4))


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        load(tmp_path / "none.onnx")


DAMAGES: dict[str, tuple[Change, str]] = {
    "an unknown operation": (
        lambda m: setattr(m.graph.node[1], "op_type", "Loop"),
        "operations that are not read: Loop",
    ),
    "another domain": (lambda m: setattr(m.graph.node[1], "domain", "mine"), "operations that are not read"),
    "an old opset": (lambda m: setattr(m.opset_import[0], "version", 13), "expects opsets 18 to 21 of ai.onnx, got 13"),
    "a new opset": (lambda m: setattr(m.opset_import[0], "version", 22), "got 22 of ai.onnx"),
    "an unknown opset": (lambda m: m.opset_import.append(helper.make_opsetid("mine", 1)), "got 1 of mine"),
    "no opset": (lambda m: m.ClearField("opset_import"), "is no model that ONNX accepts"),
    "functions": (lambda m: m.functions.add(), "has functions parts"),
    "sparse weights": (lambda m: m.graph.sparse_initializer.add(), "has sparse parts"),
    "no outputs": (lambda m: m.graph.ClearField("output"), "it has no graph with outputs"),
    "another file": (lambda m: setattr(first(m), "data_location", TensorProto.EXTERNAL), "in another file"),
    "names of another file": (
        lambda m: first(m).external_data.add(key="location", value="/etc/passwd"),
        "in another file",
    ),
    "too few numbers": (
        lambda m: setattr(first(m), "raw_data", b"1234"),
        r"expects 18 numbers for \[2, 1, 3, 3\], got 1",
    ),
    "half a number": (lambda m: setattr(first(m), "raw_data", b"1" * 71), "got 17.75"),
    "numbers of two kinds": (lambda m: first(m).ClearField("raw_data"), "expects 18 numbers for .* got 0"),
    "a size below 0": (lambda m: first(m).dims.__setitem__(0, -2), "has a size below 0"),
    "a huge size": (lambda m: first(m).dims.__setitem__(0, 2**62), "expects 41505174165846491136 numbers"),
    "text": (lambda m: setattr(first(m), "data_type", TensorProto.STRING), "has the type STRING"),
    "an unknown type": (lambda m: setattr(first(m), "data_type", 99), "has the type unknown"),
    "other channels": (lambda m: first(m).dims.__setitem__(slice(None), [1, 2, 3, 3]), "is no model that ONNX accepts"),
    "a cycle": (
        lambda m: m.graph.node[0].input.__setitem__(0, m.graph.node[2].output[0]),
        "is no model that ONNX accepts",
    ),
    "another order": (lambda m: m.graph.node.reverse(), "is no model that ONNX accepts"),
    "a value made twice": (lambda m: m.graph.node.append(m.graph.node[0]), "is no model that ONNX accepts"),
    "a missing input": (lambda m: m.graph.node[0].input.__setitem__(0, "none"), "is no model that ONNX accepts"),
    "a missing output": (lambda m: setattr(m.graph.output[0], "name", "none"), "is no model that ONNX accepts"),
    "a weight twice": (lambda m: m.graph.initializer.append(first(m)), "is no model that ONNX accepts"),
    "an unknown attribute": (lambda m: set_attribute(m, "color", 1), "is no model that ONNX accepts"),
    "an attribute not read": (lambda m: set_attribute(m, "auto_pad", "SAME_UPPER"), "is not read with auto_pad"),
    "three sides": (
        lambda m: set_attribute(m, "kernel_shape", [3, 3, 3]),
        "is no model that ONNX accepts|1 or 2 sides",
    ),
    "an inner graph": (
        lambda m: m.graph.node[0].attribute.append(helper.make_attribute("body", onnx.GraphProto(name="inner"))),
        "has an attribute body that is not read",
    ),
    "a name of ours": (lambda m: renamed(m, "training"), "'training' cannot be a parameter"),
    "a name within": (lambda m: renamed(m, "0.bias.weight"), "lies within another one|cannot be a parameter"),
    "a special name": (lambda m: renamed(m, "__class__"), "'__class__' cannot be a parameter"),
    "no name": (lambda m: renamed(m, "a..b"), "'a..b' cannot be a parameter"),
    "an input of no rank": (
        lambda m: m.graph.input[0].type.tensor_type.ClearField("shape"),
        "is no model that ONNX accepts|no tensor of a known rank",
    ),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_damaged_files(name: str, good: Path) -> None:
    change, said = DAMAGES[name]
    with pytest.raises(OnnxError, match=f"^{good}: .*({said})"):
        load(changed(good, change))


@pytest.mark.parametrize("content", [b"", b"\x00", b"PK\x03\x04" * 9, b"{}", bytes(range(256))])
def test_other_files(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "model.onnx"
    path.write_bytes(content)
    with pytest.raises(OnnxError, match="is no ONNX file, or a damaged one"):
        load(path)


def test_files_that_end_early(good: Path) -> None:
    data = good.read_bytes()
    for end in sorted(random.sample(range(len(data)), 40)):
        good.write_bytes(data[:end])
        with pytest.raises(OnnxError):
            load(good)


def test_files_with_a_wrong_byte(good: Path) -> None:
    """They are read, or refused by the one error."""
    data = good.read_bytes()
    for _ in range(100):
        wrong = bytearray(data)
        wrong[random.randrange(len(wrong))] = random.randrange(256)
        good.write_bytes(wrong)
        with suppress(OnnxError):
            load(good)


def of_node(node: onnx.NodeProto, shape: tuple[int, ...], rank: int) -> onnx.ModelProto:
    floats = TensorProto.FLOAT
    graph = helper.make_graph(
        [node],
        "graph",
        [helper.make_tensor_value_info("x", floats, shape)],
        [helper.make_tensor_value_info("y", floats, [None] * rank)],
        [
            numpy_helper.from_array(np.array([1, 1, 2, 2], np.float32), "scales"),
            numpy_helper.from_array(np.array([-1], np.int64), "last"),
            numpy_helper.from_array(np.eye(4, 3, dtype="f"), "w"),
        ],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=8)


NODES: dict[str, tuple[onnx.NodeProto, Callable[[Any], Any]]] = {
    "Gemm": (
        helper.make_node("Gemm", ["x", "w"], ["y"], alpha=2.0),
        lambda x: 2 * x @ np.eye(4, 3, dtype="f"),
    ),
    "Transpose": (helper.make_node("Transpose", ["x"], ["y"]), np.transpose),
    "Squeeze": (helper.make_node("Squeeze", ["x"], ["y"]), np.squeeze),
    "ReduceSum": (helper.make_node("ReduceSum", ["x", "last"], ["y"]), lambda x: x.sum(-1, keepdims=True)),
    "ReduceMax": (helper.make_node("ReduceMax", ["x"], ["y"], keepdims=0), lambda x: x.max()),
    "Clip": (helper.make_node("Clip", ["x"], ["y"]), lambda x: x),
    "Softmax": (helper.make_node("LogSoftmax", ["x"], ["y"]), lambda x: x - np.log(np.exp(x).sum(-1, keepdims=True))),
    "Max": (helper.make_node("Max", ["x", "x", "x"], ["y"]), lambda x: x),
}


@pytest.mark.parametrize("name", NODES)
def test_nodes_that_others_write(name: str, tmp_path: Path) -> None:
    node, expected = NODES[name]
    path = tmp_path / "model.onnx"
    x = shapenet.randn(2, 4)
    onnx.save(of_node(node, (2, 4), np.ndim(expected(x.numpy()))), path)
    np.testing.assert_allclose(load(path)(x).detach().numpy(), expected(x.numpy()), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(
    ("node", "said"),
    [
        (helper.make_node("GroupNormalization", ["x", "w", "w"], ["y"], num_groups=2), "of an opset before 21"),
        (helper.make_node("Reshape", ["x", "last"], ["y"], allowzero=1), "is not read with allowzero=1"),
        (helper.make_node("DepthToSpace", ["x"], ["y"], blocksize=2), "mode='CRD' alone"),
        (helper.make_node("Resize", ["x", "", "scales"], ["y"], mode="cubic"), "is not read with cubic"),
        (helper.make_node("Mod", ["x", "x"], ["y"], fmod=1), "is not read with fmod=1"),
        (helper.make_node("Constant", [], ["y"], value_float=1.0), "with a tensor as its value alone"),
        (helper.make_node("CumSum", ["x", "last"], ["y"], reverse=1), "is not read with reverse=1"),
    ],
)
def test_nodes_that_are_not_read(node: onnx.NodeProto, said: str, tmp_path: Path) -> None:
    path = tmp_path / "model.onnx"
    shape = (2, 4, 6, 6) if node.op_type in ("DepthToSpace", "GroupNormalization", "Resize") else (2, 4)
    rank = {"Reshape": 1, "Constant": 0}.get(node.op_type, len(shape))
    onnx.save(of_node(node, shape, rank), path)
    with pytest.raises(OnnxError, match=said):
        load(path)
