"""``export``: a model as an ONNX file."""

from __future__ import annotations

import os
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Final

import onnx
from onnx import helper

from shapenet.checkpoint.atomic import replacing
from shapenet.dims import Dim, Unknown
from shapenet.nn import Module
from shapenet.nn.checks import checked_model
from shapenet.onnx.checking import check_written
from shapenet.onnx.converters import TABLE
from shapenet.onnx.errors import OnnxError
from shapenet.onnx.graph import Graph, graph_of
from shapenet.onnx.inputs import DynamicAxes, Example, inputs_of
from shapenet.onnx.step import Step
from shapenet.onnx.trace import Call, Ref
from shapenet.onnx.writer import Writer

OPSET: Final = 21
IR_VERSION: Final = 10


def export(
    model: Module,
    path: str | os.PathLike[str],
    *inputs: Example,
    dynamic_axes: DynamicAxes | None = None,
    fixed: Collection[str] = (),
) -> None:
    """Write *model* as an ONNX file, of opset 21, which computes what the model does in evaluation mode.

    Each input is an example, or its shape; where the annotation of ``__call__`` says all sizes but the first, none is
    needed. The model is run with inputs of several sizes, and its operations are written, with the paths of
    ``state_dict()`` as the names of its weights. Sizes that the annotation gives a name stay open in the file; of an
    input that says nothing, the first one. Those whose names are in *fixed* are the examples', as some operations
    need; *dynamic_axes*, ``{"x": {0: "B"}}``, says itself which axes stay open, ``{}`` that none does. The modes of
    the modules stay as they are.

    The file is checked by ``onnx.checker`` and by ONNX's strict shape inference before it is written; the shape of
    each value in it is shapenet's, and ONNX's is the same.

    Raises:
        OnnxError: something has no operation in ONNX; the text names its layer.
        ShapeError: the model does not take such inputs.
        TypeError: *model* is no module, an input is neither a tensor nor a shape, or an option is of another kind.
        OSError: the file cannot be written; an old one is as it was.
    """
    checked_model("export", model)
    given, sizes = inputs_of(model, inputs, dynamic_axes)
    kept = {name: sizes.pop(name) for name in _fixed(fixed, sizes)}
    graph = graph_of(model, [one.with_sizes(kept) for one in given], sizes, strict=dynamic_axes is not None)
    made = _model_of(model, graph)
    check_written(made, graph)
    with replacing(Path(path)) as file:
        file.write(made.SerializeToString())


def _fixed(names: Collection[str], sizes: Collection[str]) -> list[str]:
    """The names of sizes that are fixed, each once."""
    if isinstance(names, str) or not isinstance(names, Collection):
        raise TypeError(f'export expects fixed to be names of sizes, ["H"], got {names!r}')
    for name in names:
        if name not in sizes:
            raise OnnxError(
                f"export expects fixed to name sizes, {', '.join(sizes) or 'of which none is open'}, got {name!r}"
            )
    return list(dict.fromkeys(names))


def _model_of(model: Module, graph: Graph) -> onnx.ModelProto:
    writer = Writer(graph)
    for calls in graph.calls:
        _write(writer, calls)
    outputs = _outputs(writer)
    declared = [
        helper.make_tensor_value_info(
            writer.name(Ref(number)), helper.np_dtype_to_tensor_dtype(one.dtype), list(map(_size, one.dims))
        )
        for number, one in enumerate(graph.inputs)
    ]
    infos = [_info(graph, name, ref) for name, ref in writer.written.items() if name not in outputs]
    made = helper.make_graph(
        writer.nodes,
        model.spelled,
        declared,
        [_info(graph, name, ref) for name, ref in outputs.items()],
        writer.initializers,
        value_info=infos,
    )
    opsets = [helper.make_opsetid("", OPSET)]
    return helper.make_model(made, opset_imports=opsets, ir_version=IR_VERSION, producer_name="shapenet")


def _write(writer: Writer, calls: Sequence[Call]) -> None:
    call = calls[0]
    writer.within(call.owner.path)
    try:
        if call.function not in TABLE:
            raise OnnxError("has no operation in ONNX")
        TABLE[call.function](Step(writer, calls))
    except OnnxError as error:
        raise OnnxError(f"{call.owner}: {call.function.__name__} {error}") from None


def _outputs(writer: Writer) -> dict[str, Ref]:
    """The names of the outputs. What is an input, or an output already, is copied: each has a name of its own."""
    writer.within("")
    outputs, renamed, found = writer.graph.outputs, dict[str, str](), dict[str, Ref]()
    for place, (key, ref) in enumerate(outputs):
        name = writer.unused(key or ("output" if len(outputs) == 1 else f"output_{place}"))
        value = writer.name(ref)
        if value in writer.written and value not in renamed:
            renamed[value] = name
            del writer.written[value]
        else:
            writer.nodes.append(helper.make_node("Identity", [value], [name], name))
        found[name] = ref
    for node in writer.nodes:
        for names in (node.input, node.output):
            names[:] = [renamed.get(name, name) for name in names]
    return found


def _info(graph: Graph, name: str, ref: Ref) -> onnx.ValueInfoProto:
    dtype = helper.np_dtype_to_tensor_dtype(graph.value(ref).dtype)
    return helper.make_tensor_value_info(name, dtype, list(map(_size, graph.dims(ref))))


def _size(dim: Dim) -> int | str | None:
    """A size as ONNX has it: an int, a text, or None for one that is not known."""
    return None if isinstance(dim, Unknown) else dim if isinstance(dim, int) else str(dim)
