"""All options of the four convolutions against torch: 480 configurations, drawn anew in each run, in two dtypes.

The tolerances are those of ``test_random``.
"""

from __future__ import annotations

from typing import Any

import pytest

from shapenet import functional as F
from shapenet import nn
from shapenet.tensors import AnyTensor
from tests.parity.test_random import Case, Draw, check_many

torch = pytest.importorskip("torch")

EACH = 120
MODES = ["zeros", "reflect", "replicate", "circular"]

Sizes = tuple[int, ...]


class Options:
    """The hyperparameters of a convolution along 1 or 2 sides, as both libraries are given them."""

    def __init__(self, draw: Draw, sides: int) -> None:
        self.draw = draw
        self.sides = sides
        self.groups = draw.number(1, 4) if draw.rng.random() < 0.5 else 1
        most = 20 if self.groups == 1 else 4
        self.channels, self.features = self.groups * draw.number(1, most), self.groups * draw.number(1, most)
        self.kernel = self.each(self.extent(1, 4))
        self.stride, self.dilation = self.extent(1, 3), self.extent(1, 2)
        self.bias = draw.rng.random() < 0.5

    def extent(self, low: int, high: int) -> Any:
        return self.draw.extent(low, high) if self.sides == 2 else self.draw.number(low, high)

    def each(self, extent: Any) -> Sizes:
        """One for each side."""
        return extent if isinstance(extent, tuple) else (extent,) * self.sides

    @property
    def tolerance(self) -> float:
        """In float32; a 3x3 convolution may be computed by Winograd's algorithm."""
        return 5e-5 if self.kernel == (3, 3) else 1e-5

    def shapes(self, weight: Sizes, least: int) -> list[Sizes]:
        """Of the input, the weight, and the bias if there is one; the input may lack the batch, or be an empty one."""
        spans = (d * (k - 1) + 1 for d, k in zip(self.each(self.dilation), self.kernel, strict=True))
        sizes = [max(span, least) + self.draw.number(0, 8) for span in spans]
        batch = [(), (0,), (1,), (2,), (5,)][self.draw.number(0, 4)]
        return [(*batch, self.channels, *sizes), (*weight, *self.kernel), (self.features,)][: 2 + self.bias]


def called(function: str, kernels: list[Sizes], options: dict[str, Any], tolerance: float) -> Case:
    """The functions of that name, which are given the weights."""
    ours, theirs = getattr(F, function), getattr(torch.nn.functional, function)
    return Case(lambda *tensors: ours(*tensors, **options), lambda *ts: theirs(*ts, **options), kernels, tolerance)


def built(name: str, sizes: tuple[Any, ...], shapes: list[Sizes], options: dict[str, Any], tolerance: float) -> Case:
    """The layers of that name, with the weights put into them."""
    bias = len(shapes) == 3

    def ours(x: AnyTensor, *weights: AnyTensor) -> AnyTensor:
        layer: Any = getattr(nn, name)(*sizes, **options, bias=bias)
        layer.weight, layer.bias = (*weights, None)[:2]
        result: AnyTensor = layer(x)
        return result

    def theirs(x: Any, *weights: Any) -> Any:
        layer = getattr(torch.nn, name)(*sizes, **options, bias=bias, dtype=x.dtype)
        return torch.func.functional_call(layer, dict(zip(("weight", "bias"), weights, strict=False)), (x,))

    return Case(ours, theirs, shapes, tolerance)


def convolution(draw: Draw, sides: int) -> Case:
    drawn = Options(draw, sides)
    padding = [drawn.extent(0, 3), "same", "valid"][draw.number(0, 2) if draw.rng.random() < 0.5 else 0]
    stride = 1 if padding == "same" else drawn.stride
    options = {"stride": stride, "padding": padding, "dilation": drawn.dilation, "groups": drawn.groups}
    shapes = drawn.shapes((drawn.features, drawn.channels // drawn.groups), least=4)  # reflects a padding of 3
    if draw.rng.random() < 0.3:
        return called(f"conv{sides}d", shapes, options, drawn.tolerance)
    options["padding_mode"] = MODES[draw.number(0, 3)]
    sizes = drawn.channels, drawn.features, drawn.kernel if sides == 2 else drawn.kernel[0]
    return built(f"Conv{sides}d", sizes, shapes, options, drawn.tolerance)


def transposed(draw: Draw, sides: int) -> Case:
    drawn = Options(draw, sides)
    options = {"stride": drawn.stride, "padding": drawn.extent(0, 1), "dilation": drawn.dilation}
    steps = zip(drawn.each(drawn.stride), drawn.each(drawn.dilation), strict=True)
    extra = tuple(draw.number(0, max(step, spread) - 1) for step, spread in steps)
    options |= {"output_padding": extra if sides == 2 else extra[0], "groups": drawn.groups}
    shapes = drawn.shapes((drawn.channels, drawn.features // drawn.groups), least=3)
    if draw.rng.random() < 0.5:
        return called(f"conv_transpose{sides}d", shapes, options, drawn.tolerance)
    sizes = drawn.channels, drawn.features, drawn.kernel if sides == 2 else drawn.kernel[0]
    return built(f"ConvTranspose{sides}d", sizes, shapes, options, drawn.tolerance)


@pytest.mark.parametrize("sides", [1, 2])
@pytest.mark.parametrize("make", [convolution, transposed])
@pytest.mark.filterwarnings("ignore:Using padding='same'")  # torch copies the input then
def test_random_configurations(make: Any, sides: int) -> None:
    check_many(lambda draw: make(draw, sides), EACH)
