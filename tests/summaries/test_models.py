"""The models: published numbers, and the shapes of a real run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import shapenet
from shapenet import Module, Tensor, models
from shapenet.dims import evaluate
from shapenet.summaries import Row

Shapes = tuple[tuple[int, ...], ...]


@pytest.mark.parametrize(
    ("make", "parameters", "multiply_adds"),
    [
        (models.resnet18, 11_689_512, 1.81),
        (models.resnet34, 21_797_672, 3.66),
        (models.resnet50, 25_557_032, 4.09),
        (models.mobilenet_v2, 3_504_872, 0.30),
        (models.squeezenet1_1, 1_235_496, 0.35),
        (models.alexnet, 61_100_840, 0.71),
        (models.vgg16, 138_357_544, 15.47),
    ],
)
def test_published_numbers(
    make: Callable[[], Module], parameters: int, multiply_adds: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those of torchvision's documents, for one image of 224x224; a multiply and an add there count as one."""
    nothing = type("Nothing", (), {"__getattr__": lambda self, name: lambda *args, **_: np.zeros(args[-1], np.float32)})
    monkeypatch.setattr("shapenet.nn.init.default_generator", nothing)
    said = shapenet.summary(make(), sizes={"B": 1, "H": 224, "W": 224})
    assert said.parameters == parameters
    assert sum(row.parameters for row in said.rows) == parameters
    assert said.multiply_adds.known is not None
    assert round(said.multiply_adds.known / 1e9, 2) == multiply_adds


def seen(model: Module, *inputs: Any) -> list[tuple[str, Shapes, Shapes]]:
    """The calls of modules in a real run, in their order, with what they were given and gave."""
    calls: list[tuple[str, Shapes, Shapes]] = []
    open_calls: list[int] = []

    def before(path: str, args: Any, kwargs: Any) -> None:
        open_calls.append(len(calls))
        calls.append((path, shapes((args, tuple(kwargs.values()))), ()))

    def after(output: Any) -> None:
        path, given, _ = calls[open_calls[-1]]
        calls[open_calls.pop()] = path, given, shapes(output)

    handles = []
    for path, module in model.named_modules():
        handles.append(
            module.register_forward_pre_hook(lambda _, args, kw, path=path: before(path, args, kw), with_kwargs=True)
        )
        handles.append(module.register_forward_hook(lambda _, args, output: after(output)))
    model.eval()(*inputs)
    for handle in handles:
        handle.remove()
    return calls


def shapes(value: Any) -> Shapes:
    if isinstance(value, Tensor):
        return (value.shape,)
    return tuple(shape for part in value for shape in shapes(part)) if isinstance(value, tuple | list) else ()


def sized(row: Row, values: dict[str, int]) -> tuple[str, Shapes, Shapes]:
    inputs, outputs = (
        tuple(tuple(evaluate(dim, values) for dim in shape) for shape in side)  # type: ignore[arg-type]  # no packs
        for side in (row.inputs, row.outputs)
    )
    return row.path, inputs, outputs


MODELS: list[tuple[Callable[[], Module], dict[str, int], tuple[int, ...]]] = [
    (lambda: models.resnet18(3), {"B": 1, "H": 33, "W": 40}, (1, 3, 33, 40)),
    (lambda: models.resnet50(3), {"B": 2, "H": 32, "W": 32}, (2, 3, 32, 32)),
    (lambda: models.UNet(3, 2, 4, 3), {"B": 1, "H": 16, "W": 24}, (1, 3, 16, 24)),
    (lambda: models.Generator(5, 3, 4), {"B": 2}, (2, 5, 1, 1)),
    (lambda: models.Discriminator(3, 4), {"B": 2}, (2, 3, 64, 64)),
    (models.LeNet5, {"B": 3}, (3, 1, 28, 28)),
    (lambda: models.mobilenet_v2(3), {"B": 1, "H": 37, "W": 32}, (1, 3, 37, 32)),
    (lambda: models.squeezenet1_1(3), {"B": 1, "H": 50, "W": 61}, (1, 3, 50, 61)),
    (lambda: models.vgg.Features((1, 1, 2, 2, 2), True), {"B": 1, "H": 33, "W": 32}, (1, 3, 33, 32)),
    (lambda: models.alexnet(3).features, {"B": 1, "H": 63, "W": 70}, (1, 3, 63, 70)),
]


@pytest.mark.parametrize(("make", "values", "shape"), MODELS)
def test_shapes_are_those_of_a_run(make: Callable[[], Module], values: dict[str, int], shape: tuple[int, ...]) -> None:
    model = make()
    said = shapenet.summary(model)
    assert not said.fixed
    assert said.example.keys() == values.keys()
    expected = seen(model, shapenet.zeros(shape))
    assert [sized(row, values) for row in said.rows] == [call for call in expected if call[0] in {*rows(said.rows)}]


def rows(given: tuple[Row, ...]) -> list[str]:
    return [row.path for row in given]


def test_shapes_of_a_transformer() -> None:
    model = models.GPT(50, 16, 8, 2, 2)
    said = shapenet.summary(model)
    assert said.assumptions == ("N <= 16",)
    expected = [call for call in seen(model, shapenet.zeros(3, 11, dtype="int64")) if call[0] in rows(said.rows)]
    assert [sized(row, {"B": 3, "N": 11}) for row in said.rows if row.called] == expected
    (uncalled,) = [row for row in said.rows if not row.called]
    assert (uncalled.path, uncalled.parameters) == ("places", 16 * 8)
    head = said.rows[-2]
    assert (head.path, head.parameters, head.repeated) == ("head", 0, True)  # its weight is that of the tokens
    assert sum(row.parameters for row in said.rows) == said.parameters
