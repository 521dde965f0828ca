"""Each layer as an ONNX file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import shapenet
from shapenet import nn
from shapenet.onnx import OnnxError
from shapenet.tensors import AnyTensor
from tests.catalogue import SECTIONS, Example
from tests.onnx.judging import check_numbers, check_shapes, check_state, exported, stirred
from tests.onnx.table import DOCUMENT, UNKNOWN_TO_ONNX, section

SIZES = {"H": (14,), "W": (28,), "N": (5,)}
OPTIONS: dict[str, dict[str, Any]] = {
    "AdaptiveMaxPool2d": {"fixed": ("H", "W")},
    "MultiheadAttention": {"dynamic_axes": {name: {1: "B"} for name in ("query", "key", "value")}},
}
EXAMPLES = {example.name: example for examples in SECTIONS.values() for example in examples}
KNOWN = [name for name in EXAMPLES if name not in UNKNOWN_TO_ONNX]


def inputs_of(example: Example, batch: int) -> Iterator[AnyTensor]:
    sizes = {**SIZES, "B": (batch,), "*Batch": (batch, 3)}
    for name, text in example.inputs.items():
        shape = [size for word in text.split(", ") for size in sizes.get(word) or (int(word),)]
        yield (
            shapenet.arange(int(np.prod(shape))).reshape(shape) % 4
            if name == example.integers
            else shapenet.randn(*shape)
        )


def made(example: Example) -> Any:
    return stirred(eval(f"nn.{example.layer}", {"nn": nn}))


@pytest.mark.parametrize("name", KNOWN)
def test_numbers_shapes_and_state(name: str, tmp_path: Path) -> None:
    example = EXAMPLES[name]
    layer, options = made(example), OPTIONS.get(name, {})
    path = exported(layer, tmp_path, *inputs_of(example, 2), **options)
    check_numbers(layer, path, list(inputs_of(example, 3)))
    check_state(layer, path)
    check_shapes(exported(layer, tmp_path, *inputs_of(example, 2), dynamic_axes={}))


@pytest.mark.parametrize("name", UNKNOWN_TO_ONNX)
def test_what_has_no_operation_is_refused(name: str, tmp_path: Path) -> None:
    example = EXAMPLES[name]
    inputs = [tensor * 0 + 1 for tensor in inputs_of(example, 2)]
    with pytest.raises(OnnxError, match=rf"^{name}.*: \w+ has no operation in ONNX$"):
        exported(made(example), tmp_path, *inputs)
    assert list(tmp_path.iterdir()) == []


def test_the_list_in_the_document_is_up_to_date() -> None:
    assert section() in DOCUMENT.read_text()
