"""Each of our models as an ONNX file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import shapenet
from shapenet import Module, models, nn
from shapenet.models import alex, vgg
from tests.onnx.judging import check_numbers, check_shapes, check_state, exported, stirred

SQUARE = ((1, 3, 32, 32), (3, 3, 40, 48))
MODELS: dict[str, tuple[Callable[[], Module], tuple[Any, ...], tuple[Any, ...]]] = {
    "LeNet5": (lambda: models.LeNet5(7), (1, 1, 28, 28), (3, 1, 28, 28)),
    "ResNet18": (lambda: models.resnet18(7), *SQUARE),
    "ResNet34": (lambda: models.resnet34(7), *SQUARE),
    "ResNet50": (lambda: models.resnet50(7), *SQUARE),
    "MobileNetV2": (lambda: models.mobilenet_v2(7), *SQUARE),
    "SqueezeNet": (lambda: models.squeezenet1_1(7), (1, 3, 33, 33), (3, 3, 40, 48)),
    "AlexNet": (lambda: models.alexnet(7), (1, 3, 63, 63), (3, 3, 63, 63)),
    "VGG11": (lambda: models.vgg11(7), (1, 3, 32, 32), (3, 3, 32, 32)),
    "VGG11BN": (lambda: models.vgg11_bn(7), (1, 3, 32, 32), (3, 3, 32, 32)),
    "VGG13": (lambda: models.vgg13(7), (1, 3, 32, 32), (3, 3, 32, 32)),
    "VGG13BN": (lambda: models.vgg13_bn(7), (1, 3, 32, 32), (3, 3, 32, 32)),
    "VGG16": (lambda: models.vgg16(7), (1, 3, 32, 32), (3, 3, 32, 32)),
    "VGG16BN": (lambda: models.vgg16_bn(7), (1, 3, 32, 32), (3, 3, 32, 32)),
    "UNet": (lambda: models.UNet(3, 2, 4, 2), (1, 3, 16, 16), (3, 3, 24, 32)),
    "Generator": (lambda: models.Generator(5, 3, 4), (1, 5, 1, 1), (3, 5, 1, 1)),
    "Discriminator": (lambda: models.Discriminator(3, 4), (1, 3, 64, 64), (3, 3, 64, 64)),
    "GPT": (lambda: models.GPT(11, 16, 12, 2, 3), (1, 5), (3, 9)),
}
WITH_FIXED_SIZES = ("AlexNet", "VGG")
"""Models that pool to a given size: the windows follow the size of the image."""


@pytest.fixture(autouse=True)
def _narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Linear layers of 8 features in place of 4096."""

    def narrow(inputs: int, outputs: int) -> Module:
        made: Module = nn.Linear(8 if inputs == 4096 else inputs, 8 if outputs == 4096 else outputs)
        return made

    for module in (alex, vgg):
        monkeypatch.setattr(module, "Linear", narrow)


def test_all_models_are_here() -> None:
    assert set(MODELS) == {
        name for name in models.__all__ if isinstance(getattr(models, name), type) and name[0].isupper()
    }


@pytest.mark.parametrize("name", MODELS)
def test_numbers_shapes_and_state(name: str, tmp_path: Path) -> None:
    make, shape, other = MODELS[name]
    model = stirred(make())
    model.train()
    fixed = ("H", "W") if name.startswith(WITH_FIXED_SIZES) else ()
    path = exported(model, tmp_path, shape, fixed=fixed)
    assert model.training
    assert all(module.training for module in model.modules())
    inputs = shapenet.randn(*other) if name != "GPT" else shapenet.arange(27).reshape(3, 9) % 11
    check_numbers(model, path, [inputs])
    check_state(model, path)
    check_shapes(exported(model, tmp_path, shape, dynamic_axes={}))
