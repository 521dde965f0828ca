"""Each operation that is exported: in onnxruntime and read again, with another batch than the one that was run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import shapenet
from shapenet import Module, Tensor, nn
from shapenet import functional as F
from shapenet.dims import B, H, W
from shapenet.functional.products import einsum
from shapenet.methods import arithmetic, logic
from shapenet.onnx.converters import TABLE
from shapenet.onnx.graph import graph_of
from shapenet.onnx.inputs import inputs_of
from shapenet.ops import elementwise, functions
from shapenet.tensors import AnyTensor
from tests.onnx.judging import check_numbers, check_shapes, exported

_generator = np.random.default_rng()


class Of(Module):
    """A function of images of four channels."""

    def __init__(self, function: Callable[[Any], Any]) -> None:
        self.function = function

    def __call__(self, x: Tensor[B, 4, H, W]) -> Any:
        return self.function(x)


class OfRows(Module):
    """A function of rows of four."""

    def __init__(self, function: Callable[[Any], Any]) -> None:
        self.function = function

    def __call__(self, x: Tensor[B, 4]) -> Any:
        return self.function(x)


def constant(*shape: int) -> AnyTensor:
    return Tensor(_generator.standard_normal(shape).astype(np.float32))


ROW = constant(4)
PLACES: AnyTensor = Tensor(np.array([2, 0, 2]))


def attended(x: AnyTensor) -> AnyTensor:
    return F.scaled_dot_product_attention(x, x, x, is_causal=True)


ELEMENTS: dict[str, Callable[[Any], Any]] = {
    "add": lambda x: x + ROW,
    "subtract": lambda x: 1 - x,
    "multiply": lambda x: x * 3,
    "divide": lambda x: x / (x * x + 1),
    "power": lambda x: x.abs() ** 1.5,
    "negative": lambda x: -x,
    "exp": lambda x: x.exp(),
    "log": lambda x: (x.abs() + 1).log(),
    "sqrt": lambda x: x.abs().sqrt(),
    "sin": lambda x: x.sin(),
    "cos": lambda x: x.cos(),
    "tan": lambda x: (x.tanh()).tan(),
    "erf": lambda x: x.erf(),
    "reciprocal": lambda x: (x.abs() + 1).reciprocal(),
    "rsqrt": lambda x: (x.abs() + 1).rsqrt(),
    "square": lambda x: x.square(),
    "log1p": lambda x: x.abs().log1p(),
    "expm1": lambda x: x.expm1(),
    "log2": lambda x: (x.abs() + 1).log2(),
    "log10": lambda x: (x.abs() + 1).log10(),
    "floor": lambda x: (x * 3).floor(),
    "ceil": lambda x: (x * 3).ceil(),
    "round": lambda x: (x * 3).round(),
    "trunc": lambda x: (x * 3).trunc(),
    "sign": lambda x: x.sign(),
    "remainder": lambda x: (x * 10).floor() % 3,
    "floor_divide": lambda x: (x * 10).floor() // 3,
    "maximum": lambda x: x.maximum(ROW).minimum(x * 2),
    "clamp": lambda x: x.clamp(-0.5, 0.5),
    "clamp below": lambda x: x.clamp(max=0.5),
    "where": lambda x: x.where(x > ROW, 0.0),
    "masked_fill": lambda x: x.masked_fill((x < 0).logical_and(x != ROW), 7.0),
    "logic": lambda x: (~(x >= 0)).logical_or(x <= -1).logical_xor(x == 0),
    "compared with a number": lambda x: x.to(np.int64) > 0.5,
    "cast": lambda x: (x * 10).to(np.int64),
    "clone": lambda x: x.clone(),
    "softplus": lambda x: F.softplus(x * 20, 2.0, 3.0),
    "gelu": lambda x: F.gelu(x, "tanh"),
    "relu6": lambda x: F.relu6(x * 9),
}

SHAPES: dict[str, Callable[[Any], Any]] = {
    "flatten": lambda x: x.flatten(1),
    "flatten the batch": lambda x: x.reshape(-1, x.shape[-1]),
    "reshape by sizes": lambda x: x.reshape(x.shape[0], x.shape[1] // 2, 2, x.shape[2] * x.shape[3]),
    "reshape anew": lambda x: x.reshape(x.shape[3], x.shape[0] * x.shape[2], x.shape[1]),
    "windows": lambda x: x.reshape(x.shape[0], 4, x.shape[2] // 2, 2, x.shape[3] // 2, 2).permute(0, 2, 4, 1, 3, 5),
    "transpose": lambda x: x.transpose(1, -1),
    "squeeze": lambda x: x.unsqueeze(1).unsqueeze(-1).squeeze((1, -1)),
    "cat": lambda x: shapenet.cat([x, x * 2, x], -1),
    "stack": lambda x: shapenet.stack([x, x * 2], -1),
    "expand": lambda x: x.mean(0, keepdim=True).expand(*x.shape),
    "repeat": lambda x: x.repeat(2, 1, 2, 1, 3),
    "flip": lambda x: x.flip(1, 3),
    "tril": lambda x: x.tril(1),
    "triu": lambda x: x.triu(-1),
    "slices": lambda x: x[:, 1:-1, ::2, 1:],
    "slice to a size": lambda x: x[:, :, x.shape[2] - 4 :, : x.shape[3] - 1],
    "backwards": lambda x: x.permute(0, 2, 3, 1).flip(-1),
    "places": lambda x: x[:, 1, None, ..., -1],
    "tensor of places": lambda x: x[:, PLACES],
    "index_select": lambda x: x.index_select(1, PLACES),
    "gather": lambda x: x.gather(1, (x * 10).to(np.int64).abs() % 4),
    "split": lambda x: x.split(3, 1),
    "chunk": lambda x: x.chunk(2, 1)[1],
    "unbind": lambda x: x.unbind(1),
    "narrow": lambda x: x.narrow(1, 1, 2),
    "arange": lambda x: x + shapenet.arange(x.shape[3]),
    "zeros": lambda x: shapenet.cat([x, shapenet.zeros(*x.shape)], 1),
    "mask": lambda x: x + shapenet.full((x.shape[2], x.shape[3]), -2.0).triu(1),
    "pad": lambda x: F.pad(x, (1, 2, 3, 0), "constant", 2.0),
    "pad reflect": lambda x: F.pad(x, (1, 2, 0, 1), "reflect"),
    "pad replicate": lambda x: F.pad(x, (1, 2, 0, 1), "replicate"),
    "pad circular": lambda x: F.pad(x, (1, 2, 0, 1), "circular"),
    "cut": lambda x: F.pad(x, (-1, 0, 2, -2)),
    "the same twice": lambda x: (x, x, x * 2),
}

REDUCTIONS: dict[str, Callable[[Any], Any]] = {
    "sum": lambda x: x.sum(),
    "sum of integers": lambda x: (x * 10).to(np.int64).sum(1),
    "mean": lambda x: x.mean((2, 3)),
    "amax": lambda x: x.amax(1, keepdim=True),
    "amin": lambda x: x.amin((0, 2)),
    "prod": lambda x: x.prod(1),
    "var": lambda x: x.var(1),
    "std": lambda x: x.std(1, unbiased=False, keepdim=True),
    "norm": lambda x: x.norm(1, 1),
    "norm of 2": lambda x: x.norm(dim=(2, 3)),
    "logsumexp": lambda x: x.logsumexp(1),
    "cumsum": lambda x: x.cumsum(2),
    "argmax": lambda x: x.argmax(1),
    "argmin of all": lambda x: x.argmin(),
    "softmax": lambda x: x.softmax(1),
    "matmul": lambda x: x @ x.transpose(2, 3),
    "attention": lambda x: attended(x.transpose(1, 3)),
    "einsum": lambda x: einsum("bchw,bdhw->bcd", x, x),
}

IMAGES: dict[str, Callable[[], Any]] = {
    "same": lambda: nn.Conv2d(4, 6, (4, 3), padding="same", groups=2),
    "dilated": lambda: nn.Conv2d(4, 6, 3, (2, 1), (1, 0), 2, bias=False),
    "reflected": lambda: nn.Conv2d(4, 6, 3, padding=(2, 1), padding_mode="reflect"),
    "circular": lambda: nn.Conv2d(4, 6, 3, padding="same", padding_mode="circular"),
    "transposed": lambda: nn.ConvTranspose2d(4, 6, (3, 2), (3, 2), 1, (1, 0), groups=2, dilation=2),
    "fused": lambda: nn.FusedConvBN(4, 6, 3, padding=1, padding_mode="replicate"),
    "ceil": lambda: nn.MaxPool2d(3, 2, ceil_mode=True),
    "ceil with padding": lambda: nn.MaxPool2d(3, 2, 1, ceil_mode=True),
    "dilated pool": lambda: nn.MaxPool2d(2, 1, 1, 2),
    "padding counts": lambda: nn.AvgPool2d(3, 2, 1),
    "padding counts not": lambda: nn.AvgPool2d(3, 2, 1, count_include_pad=False, ceil_mode=True),
    "mean with ceil": lambda: nn.AvgPool2d(3, 2, ceil_mode=True),
    "divisor": lambda: nn.AvgPool2d(3, 1, 1, divisor_override=5),
    "global": lambda: nn.AdaptiveMaxPool2d(1),
    "one side": lambda: nn.AdaptiveMaxPool2d((None, 1)),
    "all of it": lambda: nn.AdaptiveAvgPool2d(None),
    "nearest": lambda: nn.Upsample(scale_factor=(2, 3)),
    "nearest-exact": lambda: nn.Upsample(scale_factor=(3, 1), mode="nearest-exact"),
    "bilinear": lambda: nn.Upsample(scale_factor=2, mode="bilinear"),
    "bilinear to a size": lambda: nn.Upsample((5, 13), mode="bilinear"),
    "corners": lambda: nn.Upsample((5, 13), mode="bilinear", align_corners=True),
    "instances": lambda: nn.InstanceNorm2d(4),
    "running instances": lambda: nn.InstanceNorm2d(4, affine=True, track_running_stats=True),
    "plain batch norm": lambda: nn.BatchNorm2d(4, affine=False),
    "residual": lambda: Of(nn.Residual(nn.Sequential(nn.Conv2d(4, 4, 3, padding=1), nn.ReLU()), nn.Conv2d(4, 4, 1))),
}

SIZED: dict[str, Callable[[Any], Any]] = {
    "uneven means": lambda x: F.adaptive_avg_pool2d(x, (5, 3)),
    "equal maxima": lambda x: F.adaptive_max_pool2d(x, (4, 5)),
    "a factor": lambda x: F.interpolate(x, scale_factor=(1.5, 1.01), mode="bilinear"),
    "nearest to a size": lambda x: F.interpolate(x, (6, 15)),
    "nearest-exact to a size": lambda x: F.interpolate(x, (6, 15), mode="nearest-exact"),
    "a smaller factor": lambda x: F.interpolate(x, scale_factor=0.6),
}

SEQUENCES: dict[str, tuple[Callable[[], Any], tuple[int, ...]]] = {
    "relu": (lambda: nn.RNN(3, 5, 2, nonlinearity="relu", bidirectional=True), (6, 2, 3)),
    "batch first": (lambda: nn.LSTM(3, 5, 2, batch_first=True, bidirectional=True), (2, 6, 3)),
    "no bias": (lambda: nn.GRU(3, 5, bias=False), (6, 2, 3)),
    "masked": (lambda: nn.TransformerEncoderLayer(8, 2, 16, batch_first=True, norm_first=True), (2, 6, 8)),
}


@pytest.mark.parametrize("name", ELEMENTS)
def test_elements(name: str, tmp_path: Path) -> None:
    model = OfRows(ELEMENTS[name])
    check_numbers(model, exported(model, tmp_path), [constant(5, 4)])
    check_shapes(exported(model, tmp_path, (3, 4), dynamic_axes={}))


@pytest.mark.parametrize("name", [*SHAPES, *REDUCTIONS])
def test_shapes_and_reductions(name: str, tmp_path: Path) -> None:
    model = Of({**SHAPES, **REDUCTIONS}[name])
    check_numbers(model, exported(model, tmp_path, (1, 4, 6, 8)), [constant(3, 4, 8, 6)])
    check_shapes(exported(model, tmp_path, (2, 4, 6, 8), dynamic_axes={}))


@pytest.mark.parametrize("name", IMAGES)
def test_images(name: str, tmp_path: Path) -> None:
    model = IMAGES[name]()
    check_numbers(model, exported(model, tmp_path, (1, 4, 9, 11)), [constant(3, 4, 12, 10)])
    check_shapes(exported(model, tmp_path, (2, 4, 9, 10), dynamic_axes={}))


@pytest.mark.parametrize("name", SIZED)
def test_operations_that_must_know_the_sizes(name: str, tmp_path: Path) -> None:
    model = Of(SIZED[name])
    check_numbers(model, exported(model, tmp_path, (1, 4, 8, 10), fixed=["H", "W"]), [constant(3, 4, 8, 10)])


@pytest.mark.parametrize("name", SEQUENCES)
def test_sequences(name: str, tmp_path: Path) -> None:
    make, shape = SEQUENCES[name]
    model = make()
    check_numbers(model, exported(model, tmp_path, shape), [constant(5, 4, shape[2])])


def test_without_a_batch(tmp_path: Path) -> None:
    model = nn.Sequential(nn.Conv1d(3, 4, 3), nn.ConvTranspose1d(4, 2, 2))
    check_numbers(model, exported(model, tmp_path, (3, 9), dynamic_axes={"x": {1: "N"}}), [constant(3, 14)])


class Started(Module):
    """A layer that is given its state."""

    def __init__(self) -> None:
        self.layer = nn.LSTM(3, 5, 2)

    def __call__(self, x: Tensor[H, B, 3], h: Tensor[2, B, 5], c: Tensor[2, B, 5]) -> Any:
        return self.layer(x, (h, c))


def test_an_initial_state(tmp_path: Path) -> None:
    model = Started()
    path = exported(model, tmp_path, (4, 2, 3), (2, 2, 5), (2, 2, 5))
    check_numbers(model, path, [constant(6, 3, 3), constant(2, 3, 5), constant(2, 3, 5)])


def test_all_operations_are_met() -> None:
    """By the functions above, or by those of the layers."""
    met = set()
    models: list[tuple[Module, tuple[int, ...]]] = [
        *((OfRows(function), (2, 4)) for function in ELEMENTS.values()),
        *((Of(function), (2, 4, 6, 8)) for function in (SHAPES | REDUCTIONS).values()),
    ]
    for model, shape in models:
        for calls in graph_of(model, *inputs_of(model, [shape], {}), strict=False).calls:
            met.add(calls[0].function)
    ours = (elementwise, functions, arithmetic, logic)
    names = tuple(module.__name__ for module in ours)
    assert {function for function in TABLE if function.__module__ in names} <= met
