"""What ONNX itself says of a model: its checker, and its shape inference, a judge of our shapes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import onnx
from onnx import helper

from shapenet.onnx.errors import OnnxError
from shapenet.onnx.graph import Graph

Inferred = Mapping[str, tuple[int | str | None, ...]]
"""The shapes of values by name; a size that is not known is a name, or None."""


def check_model(model: onnx.ModelProto) -> None:
    """Check a model with ONNX's full checker.

    Raises:
        OnnxError: there is something wrong with it.
    """
    with _told():
        onnx.checker.check_model(model, full_check=True)


def inferred_shapes(model: onnx.ModelProto) -> Inferred:
    """The shapes that ONNX infers from those of the inputs and of the weights alone.

    Raises:
        OnnxError: it finds something wrong.
    """
    weights = [helper.make_tensor_value_info(one.name, one.data_type, one.dims) for one in model.graph.initializer]
    outputs = [
        helper.make_tensor_value_info(one.name, one.type.tensor_type.elem_type, None) for one in model.graph.output
    ]
    bare = helper.make_graph(model.graph.node, "bare", [*model.graph.input, *weights], outputs)
    made = helper.make_model(bare, opset_imports=model.opset_import, ir_version=model.ir_version)
    with _told():
        return shapes_in(onnx.shape_inference.infer_shapes(made, check_type=True, strict_mode=True, data_prop=True))


@contextmanager
def _told() -> Iterator[None]:
    """Inside, what ONNX says against a model is an ``OnnxError``."""
    try:
        yield
    except (onnx.checker.ValidationError, onnx.shape_inference.InferenceError, ValueError, TypeError) as error:
        said = " ".join(str(error).split())
        raise OnnxError(f"is no model that ONNX accepts: {said}") from None


def shapes_in(model: onnx.ModelProto) -> Inferred:
    """The shapes that a model says its values have."""
    infos = [*model.graph.value_info, *model.graph.output, *model.graph.input]
    return {info.name: _sizes(info) for info in infos if info.type.tensor_type.HasField("shape")}


def check_written(model: onnx.ModelProto, graph: Graph) -> None:
    """Check a model that was written: ONNX accepts it, and infers the shapes that were found.

    Raises:
        OnnxError: it does not.
    """
    check_model(model)
    inferred = inferred_shapes(model)
    for name, ours in shapes_in(model).items():
        theirs = inferred.get(name)
        if theirs is not None and not _agree(ours, theirs):
            raise OnnxError(f"{name} has shape {_show(ours)} here, and {_show(theirs)} in ONNX")


def _sizes(info: onnx.ValueInfoProto) -> tuple[int | str | None, ...]:
    return tuple(
        dim.dim_value if dim.HasField("dim_value") else dim.dim_param or None for dim in info.type.tensor_type.shape.dim
    )


def _agree(ours: tuple[int | str | None, ...], theirs: tuple[int | str | None, ...]) -> bool:
    """Whether no size is known to both, and different; ONNX knows no formulas."""
    return len(ours) == len(theirs) and all(
        one == two for one, two in zip(ours, theirs, strict=True) if isinstance(two, int)
    )


def _show(sizes: tuple[int | str | None, ...]) -> str:
    return f"[{', '.join('?' if size is None else str(size) for size in sizes)}]"
