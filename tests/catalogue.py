"""All layers with an example each, from which ``docs/layers.md`` is made: ``python -m tests.catalogue``.

What a layer makes of its input is asked of mypy, with symbols for sizes; its parameters are those of the example.
"""

from __future__ import annotations

import json
import re
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from shapenet import nn
from shapenet.mypy_plugin.modules.layers import LAYERS
from tests.static import messages, mypy

DOCUMENT: Final = Path(__file__).parents[1] / "docs" / "layers.md"
COUNTS: Final = Path(__file__).parent / "parity" / "cases.json"
"""How often each item was compared with torch in the last run of ``make parity`` that was asked to write it."""

IMAGE: Final = "B, 3, H, W"
SIGNAL: Final = "B, 3, N"
ANY: Final = "*Batch"
NO_LAYERS: Final = frozenset({"Module", "Parameter", "Buffer", "REQUIRED", "init", "utils", "fuse_conv_bn"})
CONTAINERS: Final = frozenset({"ModuleDict", "ModuleList", "Repeat", "Residual", "Sequential"})


@dataclass(frozen=True)
class Example:
    """A layer, and the tensors it is called with: shapes by name."""

    layer: str
    inputs: Mapping[str, str] = field(default_factory=lambda: {"x": IMAGE})
    integers: str = ""
    """The name of the input that is a tensor of integers."""

    @property
    def name(self) -> str:
        """The class."""
        return self.layer.partition("(")[0]


def _plain(names: str) -> list[Example]:
    return [Example(f"{name}()", {"x": ANY}) for name in names.split()]


def _pair(names: str, first: str = "input", second: str = "target") -> list[Example]:
    return [Example(f"{name}()", {first: ANY, second: ANY}) for name in names.split()]


SECTIONS: Final[Mapping[str, list[Example]]] = {
    "Convolution": [
        Example("Conv1d(3, 8, 5, stride=2)", {"x": SIGNAL}),
        Example("Conv2d(3, 8, 3, stride=2, padding=1)"),
        Example("ConvTranspose1d(3, 8, 4, stride=2)", {"x": SIGNAL}),
        Example("ConvTranspose2d(3, 8, 2, stride=2)"),
        Example("FusedConvBN(3, 8, 3, padding=1)"),
        Example("Unfold(3, padding=1)"),
        Example("Fold((4, 6), 2)", {"x": "B, 12, 15"}),
    ],
    "Pooling": [
        Example("MaxPool2d(2)"),
        Example("AvgPool2d(3, 2, padding=1)"),
        Example("AdaptiveMaxPool2d(7)"),
        Example("AdaptiveAvgPool2d((1, None))"),
    ],
    "Linear": [
        Example("Linear(10, 4)", {"x": "*Batch, 10"}),
        Example("Bilinear(3, 4, 5)", {"input1": "*Batch, 3", "input2": "*Batch, 4"}),
        Example("Embedding(100, 16)", {"input": "B, N"}, integers="input"),
    ],
    "Normalisation": [
        Example("BatchNorm1d(3)", {"x": SIGNAL}),
        Example("BatchNorm2d(3)"),
        Example("InstanceNorm2d(3, affine=True)"),
        Example("GroupNorm(2, 8)", {"x": "B, 8, H, W"}),
        Example("LayerNorm(16)", {"x": "*Batch, 16"}),
        Example("RMSNorm(16)", {"x": "*Batch, 16"}),
    ],
    "Activation": [
        *_plain("ReLU ReLU6 LeakyReLU ELU GELU SiLU Sigmoid Tanh Softplus Hardswish Mish"),
        Example("Softmax(-1)", {"x": "B, N"}),
        Example("LogSoftmax(-1)", {"x": "B, N"}),
        Example("DFL(16)", {"x": "B, 64, N"}),
    ],
    "Dropout": [*_plain("Dropout"), Example("Dropout2d()")],
    "Shape": [
        Example("Flatten()"),
        Example("Unflatten(1, (4, 2))", {"x": "B, 8, N"}),
        Example("Upsample(scale_factor=2)"),
        Example("PixelShuffle(2)", {"x": "B, 12, H, W"}),
        Example("PixelUnshuffle(2)"),
        *(Example(f"{kind}Pad1d((1, 2))", {"x": SIGNAL}) for kind in ("Constant", "Zero")),
        *(Example(f"{kind}Pad1d(1)", {"x": SIGNAL}) for kind in ("Reflection", "Replication", "Circular")),
        *(Example(f"{kind}Pad2d((1, 2, 0, 1))") for kind in ("Constant", "Zero")),
        *(Example(f"{kind}Pad2d(1)") for kind in ("Reflection", "Replication", "Circular")),
        *_plain("Identity"),
    ],
    "Sequences": [
        Example("RNN(3, 5)", {"x": "N, B, 3"}),
        Example("LSTM(3, 5, bidirectional=True)", {"x": "N, B, 3"}),
        Example("GRU(3, 5, num_layers=2)", {"x": "N, B, 3"}),
        Example("RNNCell(3, 5)", {"x": "B, 3"}),
        Example("LSTMCell(3, 5)", {"x": "B, 3"}),
        Example("GRUCell(3, 5)", {"x": "B, 3"}),
        Example("MultiheadAttention(16, 4)", {"query": "N, B, 16", "key": "N, B, 16", "value": "N, B, 16"}),
        Example("TransformerEncoderLayer(16, 4)", {"src": "N, B, 16"}),
    ],
    "Losses": [
        Example("CrossEntropyLoss()", {"input": "B, 10", "target": "B"}, integers="target"),
        Example("NLLLoss()", {"input": "B, 10", "target": "B"}, integers="target"),
        *_pair("MSELoss L1Loss SmoothL1Loss HuberLoss BCELoss BCEWithLogitsLoss KLDivLoss"),
        Example("CosineEmbeddingLoss()", {"input1": "B, 8", "input2": "B, 8", "target": "B"}),
    ],
}

_HEADER: Final = """\
from shapenet import IntTensor, Tensor, nn
from shapenet.dims import B, Batch, H, N, W

"""


def layers() -> list[str]:
    """The names of all layers that ``shapenet.nn`` has, but those that hold others."""
    return sorted(set(nn.__all__) - NO_LAYERS - CONTAINERS)


def results(cache: Path | None = None) -> dict[str, str]:
    """What mypy says that each example returns, by the layer's name."""
    examples = [example for section in SECTIONS.values() for example in section]
    functions = []
    for number, example in enumerate(examples):
        kinds = {name: "IntTensor" if name == example.integers else "Tensor" for name in example.inputs}
        parameters = ", ".join(f"{name}: {kinds[name]}[{shape}]" for name, shape in example.inputs.items())
        call = f"nn.{example.layer}({', '.join(example.inputs)})"
        functions.append(f"def example_{number}({parameters}) -> None:\n    reveal_type({call})\n")
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "examples.py"
        source.write_text(_HEADER + "\n".join(functions))
        said = messages(mypy([source], "--cache-dir", str(cache or f"{folder}/cache")))
    texts = [message.text for message in said]
    if len(texts) != len(examples) or not all("Revealed type" in text for text in texts):
        raise AssertionError("\n".join(text for text in texts if "Revealed" not in text))
    return {example.name: _readable(text) for example, text in zip(examples, texts, strict=True)}


def _readable(text: str) -> str:
    text = text.removeprefix('note: Revealed type is "').removesuffix('"')
    text = re.sub(r"shapenet\.\w+\.", "", text)
    text = re.sub(r"Size\[Literal\['([^']*)'\][^\]]*\]", r"\1", text)
    text = re.sub(r"Literal\[(-?\d+)\]", r"\1", text)
    return text.replace("Tensor[()]", "Tensor[]").replace("Tensor[", "[").replace("Unpack[Batch]", "*Batch")


def document(counts: Mapping[str, int], cache: Path | None = None) -> str:
    """The whole document; *cache* is one of mypy that knows the library."""
    found = results(cache)
    parts = ["# Layers", _INTRODUCTION]
    for section, examples in SECTIONS.items():
        rows = [
            "| layer | input | output | parameters | rule | compared with torch |",
            "| --- | --- | --- | --- | --- | ---: |",
        ]
        for example in examples:
            inputs = ", ".join(f"[{shape}]" for shape in example.inputs.values())
            cells = (
                f"`{example.layer}`",
                f"`{inputs}`",
                f"`{found[example.name]}`",
                _parameters(example),
                _rule(example.name),
                str(counts.get(example.name, 0)),
            )
            rows.append(f"| {' | '.join(cells)} |")
        parts += [f"## {section}", "\n".join(rows)]
    return "\n\n".join(parts) + "\n"


_INTRODUCTION: Final = """\
Made by `python -m tests.catalogue`. The output is what mypy says of the example, with symbols for unknown sizes. The
rule is the class in `shapenet.rules` that the checker and the running program ask; `annotation` where the types of
`__call__` say it all. The last column counts the layers that `make parity` made and compared with PyTorch's."""


def _parameters(example: Example) -> str:
    made: Any = eval(f"nn.{example.layer}", {"nn": nn})
    shapes = [f"{name} {list(value.shape)}" for name, value in made.named_parameters()]
    return ", ".join(shapes) if len(shapes) < 5 else f"{', '.join(shapes[:4])}, ... ({len(shapes)})"


def _rule(name: str) -> str:
    rules = {path.rpartition(".")[2]: rule.__name__ for path, rule in LAYERS.items()}
    return f"`{rules[name]}`" if name in rules else "annotation"


if __name__ == "__main__":
    DOCUMENT.write_text(document(json.loads(COUNTS.read_text())))
    sys.stderr.write(f"wrote {DOCUMENT.name}\n")
