"""What judges an exported file: onnxruntime its numbers, ONNX's shape inference its shapes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime

import shapenet
from shapenet import Module, Tensor
from shapenet.onnx import export, load
from shapenet.onnx.checking import inferred_shapes, shapes_in
from shapenet.tensors import AnyTensor

EXACT = 1e-5
"""How far numbers may be from each other, beside the largest, or beside 1 if all are smaller: they are sums of such."""


def stirred(model: Module) -> Module:
    """The model with running statistics and biases as after some training, where they would be 0 and 1."""
    for path, tensor in model.state_dict().items():
        if path.endswith(("running_mean", "bias")):
            tensor.data[...] = np.random.default_rng().normal(0, 0.1, tensor.shape)
        elif path.endswith("running_var"):
            tensor.data[...] = np.random.default_rng().uniform(0.5, 1.5, tensor.shape)
    return model


def check_numbers(model: Module, path: Path, inputs: Sequence[AnyTensor]) -> None:
    """Check that onnxruntime, and the model that is read from the file, compute what *model* does."""
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    names = [one.name for one in session.get_inputs()]
    found = session.run(None, {name: tensor.numpy() for name, tensor in zip(names, inputs, strict=True)})
    with shapenet.no_grad():
        expected = list(tensors_in(model.eval()(*inputs)))
        read = [tensor.numpy() for tensor in tensors_in(load(path)(*inputs))]
    for judged in (found, read):
        for ours, theirs in zip(expected, judged, strict=True):
            assert ours.shape == theirs.shape
            assert ours.dtype == theirs.dtype
            if ours.dtype.kind != "f":
                np.testing.assert_array_equal(ours.numpy(), theirs)
                continue
            largest = np.abs(ours.numpy()).max(initial=1)
            assert np.abs(ours.numpy() - theirs).max(initial=0) <= EXACT * largest


def check_shapes(path: Path) -> None:
    """Check that the file says a shape for each value, and that ONNX infers the same; all are known numbers."""
    model = onnx.load(path)
    ours, theirs = shapes_in(model), inferred_shapes(model)
    assert all(isinstance(size, int) for shape in ours.values() for size in shape)
    # Of this one operation ONNX infers no shape.
    unjudged = {name for node in model.graph.node if node.op_type == "GroupNormalization" for name in node.output}
    assert set(ours) - set(theirs) <= unjudged
    assert {name: theirs.get(name, shape) for name, shape in ours.items()} == ours


def check_state(model: Module, path: Path) -> None:
    """Check that the state of the model that is read is that of *model*, but for what evaluation does not use."""
    own, read = model.state_dict(), load(path).state_dict()
    first = {id(tensor.data): name for name, tensor in reversed(own.items())}  # shared weights have several names
    used = {name for name in first.values() if not name.endswith("num_batches_tracked")}
    assert set(read) == used
    for name in used:
        np.testing.assert_array_equal(own[name].numpy(), read[name].numpy())


def exported(model: Module, folder: Path, *inputs: Any, **options: Any) -> Path:
    """The file that the model is exported to."""
    path = folder / "model.onnx"
    export(model, path, *inputs, **options)
    return path


def tensors_in(result: Any) -> Iterator[AnyTensor]:
    """All tensors of a result, in order."""
    if isinstance(result, Tensor):
        yield result
    elif result is not None:
        for part in result:
            yield from tensors_in(part)
