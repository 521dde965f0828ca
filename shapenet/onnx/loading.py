"""``load``: an ONNX file as a model. All of the file is checked before anything is made of it."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import onnx
from google.protobuf.message import DecodeError
from onnx import TensorProto, helper, numpy_helper

from shapenet import rules
from shapenet.nn import Buffer, Module, Parameter
from shapenet.onnx.checking import check_model, shapes_in
from shapenet.onnx.errors import OnnxError
from shapenet.onnx.operators import READERS
from shapenet.onnx.operators.node import Node
from shapenet.onnx.program import Expected, Program, Weight, Work, dim_of
from shapenet.tensors import AnyTensor, Tensor

CONSTANT: Final = "Constant"
OPSETS: Final = range(18, 22)
_TYPES: Final = frozenset(
    {
        TensorProto.FLOAT,
        TensorProto.DOUBLE,
        TensorProto.FLOAT16,
        TensorProto.BOOL,
        TensorProto.INT8,
        TensorProto.INT16,
        TensorProto.INT32,
        TensorProto.INT64,
        TensorProto.UINT8,
    }
)
_FIELDS: Final[Mapping[int, str]] = {
    TensorProto.FLOAT: "float_data",
    TensorProto.DOUBLE: "double_data",
    TensorProto.INT64: "int64_data",
}


def load(path: str | os.PathLike[str]) -> Module:
    """The model of an ONNX file, of an opset from 18 to 21, with the operations that ``export`` writes.

    It takes the inputs of the file, in their order, and returns its output, or a tuple of them. Its state are the
    initializers: floating ones are parameters, but for the statistics of batch normalisation. What the checker knows
    of its types is ``Any``; shapes are checked against the file when it is called.

    Raises:
        OnnxError: the file is damaged, or something in it is not known: nothing was made of it.
        OSError: there is no such file, or it cannot be read.
    """
    data = Path(path).read_bytes()
    try:
        return _read(data)
    except OnnxError as error:
        raise OnnxError(f"{os.fspath(path)}: {error}") from None


def _read(data: bytes) -> Module:
    try:
        model = onnx.ModelProto.FromString(data)
    except DecodeError:
        raise OnnxError("is no ONNX file, or a damaged one") from None
    if not model.HasField("graph") or not model.graph.output:
        raise OnnxError("is no ONNX file, or a damaged one: it has no graph with outputs")
    _check_kind(model)
    for tensor in _tensors(model.graph):
        _check_tensor(tensor)
    check_model(model)
    nodes = [_node(proto) for proto in model.graph.node]
    constants = {node.outputs[0]: _constant(node) for node in nodes if node.op == CONSTANT}
    works = list(_works(model.graph, [node for node in nodes if node.op != CONSTANT], constants))
    outputs = [one.name for one in model.graph.output]
    return Program(_inputs(model), works, outputs, _weights(model.graph), constants)


# --- what is checked ---


def _check_kind(model: onnx.ModelProto) -> None:
    """Check what the file is made with.

    Raises:
        OnnxError: it is something that is not read.
    """
    for opset in model.opset_import:
        if opset.domain not in ("", "ai.onnx") or opset.version not in OPSETS:
            wanted = f"{OPSETS.start} to {OPSETS.stop - 1}"
            raise OnnxError(f"expects opsets {wanted} of ai.onnx, got {opset.version} of {opset.domain or 'ai.onnx'}")
    graph = model.graph
    if not all(isinstance(text, str) for text in _texts(model)):
        raise OnnxError("is no ONNX file, or a damaged one: it has names that are no text")
    parts = {"functions": model.functions, "training": model.training_info, "sparse": graph.sparse_initializer}
    for name, found in parts.items():
        if len(found):
            raise OnnxError(f"has {name} parts, which are not read")
    unknown = sorted({node.op_type for node in graph.node if node.op_type not in (*READERS, CONSTANT) or node.domain})
    if unknown:
        raise OnnxError(f"has operations that are not read: {', '.join(unknown)}")
    if {node.op_type for node in graph.node} & {"GroupNormalization"} and model.opset_import[0].version < 21:
        raise OnnxError("has GroupNormalization of an opset before 21, which means something else")


def _texts(model: onnx.ModelProto) -> Iterator[object]:
    """All names that count. The parser leaves those that are no UTF-8 as bytes."""
    graph = model.graph
    for node in graph.node:
        yield from (node.op_type, node.domain, *node.input, *node.output)
        yield from (attribute.name for attribute in node.attribute)
    for one in (*graph.initializer, *graph.input, *graph.output, *graph.value_info):
        yield one.name
    for info in (*graph.input, *graph.output, *graph.value_info):
        yield from (dim.dim_param for dim in info.type.tensor_type.shape.dim)


def _tensors(graph: onnx.GraphProto) -> Iterator[TensorProto]:
    """All tensors with numbers in them."""
    yield from graph.initializer
    for node in graph.node:
        for attribute in node.attribute:
            if attribute.HasField("t"):
                yield attribute.t
            if attribute.HasField("g") or len(attribute.graphs) or len(attribute.tensors):
                raise OnnxError(f"{node.op_type} has an attribute {attribute.name} that is not read")


def _check_tensor(tensor: TensorProto) -> None:
    """Check that a tensor has as many numbers as its shape says.

    Raises:
        OnnxError: it has not, or they lie elsewhere, or are of an unknown kind.
    """
    name = f"the tensor {tensor.name!r}"
    if tensor.data_location != TensorProto.DEFAULT or len(tensor.external_data):
        raise OnnxError(f"{name} has its numbers in another file, which is not read")
    if tensor.data_type not in _TYPES:
        known = tensor.data_type in TensorProto.DataType.values()
        raise OnnxError(f"{name} has the type {TensorProto.DataType.Name(tensor.data_type) if known else 'unknown'}")
    if any(size < 0 for size in tensor.dims):
        raise OnnxError(f"{name} has a size below 0: {list(tensor.dims)}")
    count = math.prod(tensor.dims)
    if tensor.HasField("raw_data"):
        have = len(tensor.raw_data) / helper.tensor_dtype_to_np_dtype(tensor.data_type).itemsize
    else:
        have = len(getattr(tensor, _FIELDS.get(int(tensor.data_type), "int32_data")))
    if have != count:
        raise OnnxError(f"{name} expects {count} numbers for {rules.show(tuple(tensor.dims))}, got {have:g}")


# --- what is made ---


def _node(proto: onnx.NodeProto) -> Node:
    attributes = {attribute.name: helper.get_attribute_value(attribute) for attribute in proto.attribute}
    return Node(proto.op_type, tuple(proto.input), tuple(proto.output), attributes)


def _constant(node: Node) -> AnyTensor:
    value = node.take("value", None)
    if value is None:
        raise OnnxError(f"{node} is read with a tensor as its value alone")
    return Tensor(numpy_helper.to_array(value).copy())


def _works(graph: onnx.GraphProto, nodes: Sequence[Node], constants: Mapping[str, AnyTensor]) -> Iterator[Work]:
    """The nodes as functions. What they compute goes as soon as no node needs it any more."""
    kept = {"", *constants, *(one.name for one in (*graph.initializer, *graph.output))}
    last = {name: place for place, node in enumerate(nodes) for name in (*node.outputs, *node.inputs)}
    for place, node in enumerate(nodes):
        run = READERS[node.op](node)
        node.check_taken()
        names = dict.fromkeys((*node.inputs, *node.outputs))
        done = [name for name in names if last[name] == place and name not in kept]
        yield Work(run, node.inputs, node.outputs, done)


def _inputs(model: onnx.ModelProto) -> list[Expected]:
    """The inputs that are no weights."""
    weights = {one.name for one in model.graph.initializer}
    shapes = shapes_in(model)
    found = []
    for one in model.graph.input:
        if one.name in weights:
            continue
        if not one.type.HasField("tensor_type") or one.name not in shapes:
            raise OnnxError(f"the input {one.name!r} is no tensor of a known rank")
        dtype = np.dtype(helper.tensor_dtype_to_np_dtype(one.type.tensor_type.elem_type))
        kind = {"f": rules.FLOAT, "b": rules.BOOL}.get(dtype.kind, rules.INT)
        found.append(Expected(one.name, tuple(map(dim_of, shapes[one.name])), kind))
    return found


def _weights(graph: onnx.GraphProto) -> dict[str, Weight]:
    statistics = {name for node in graph.node if node.op_type == "BatchNormalization" for name in node.input[3:5]}
    made: dict[str, Weight] = {}
    for tensor in graph.initializer:
        array: Any = numpy_helper.to_array(tensor).copy()
        floating = array.dtype.kind == "f" and tensor.name not in statistics
        made[tensor.name] = Parameter(array) if floating else Buffer(array)
    return made
