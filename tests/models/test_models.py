"""The models: how many parameters they have, under which names, and which shapes they take and give."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import shapenet
from shapenet import ContractError, Module, ShapeError, models, nn
from shapenet.models import vgg


@pytest.fixture
def narrow_vgg(monkeypatch: pytest.MonkeyPatch) -> None:
    """Linear layers of 8 features in place of 4096."""

    def narrow(inputs: int, outputs: int) -> Module:
        made: Module = nn.Linear(8 if inputs == 4096 else inputs, 8 if outputs == 4096 else outputs)
        return made

    monkeypatch.setattr(vgg, "Linear", narrow)


def parameters_of(model: Module) -> int:
    return sum(parameter.numel() for parameter in model.parameters())


@pytest.mark.parametrize(
    ("make", "features", "published"),
    [
        (lambda: models.resnet18(2), 512, 11_689_512),
        (lambda: models.resnet34(2), 512, 21_797_672),
        (lambda: models.resnet50(2), 2048, 25_557_032),
        (lambda: models.alexnet(2), 4096, 61_100_840),
        (lambda: models.mobilenet_v2(2), 1280, 3_504_872),
        (lambda: models.squeezenet1_1(2), 512, 1_235_496),
    ],
)
def test_parameters_are_as_many_as_published(make: Callable[[], Module], features: int, published: int) -> None:
    """Of 1000 classes: with 2 the last layer is smaller, by so many rows of its features and a bias."""
    assert parameters_of(make()) + 998 * (features + 1) == published


@pytest.mark.parametrize(
    ("make", "published", "last"),
    [
        (models.VGG11, 132_863_336, "features.18.bias"),
        (models.VGG11BN, 132_868_840, "features.26.running_var"),
        (models.VGG13, 133_047_848, "features.22.bias"),
        (models.VGG13BN, 133_053_736, "features.32.running_var"),
        (models.VGG16, 138_357_544, "features.28.bias"),
        (models.VGG16BN, 138_365_992, "features.41.running_var"),
    ],
)
def test_vgg(make: Callable[[int], Any], published: int, last: str, narrow_vgg: None) -> None:
    """As published, but for the linear layers, which are narrow here: they alone are half a gigabyte."""
    model = make(7).eval()
    wide = 25_088 * 4096 + 4096 + 4096 * 4096 + 4096 + 4096 * 1000 + 1000
    assert parameters_of(model.features) + wide == published
    state = list(model.state_dict())
    assert state[:2] == ["features.0.weight", "features.0.bias"]
    assert [path for path in state if path.startswith("features.") and "tracked" not in path][-1] == last
    assert state[-6:] == [f"classifier.{place}.{kind}" for place in (0, 3, 6) for kind in ("weight", "bias")]
    with shapenet.no_grad():
        assert model(shapenet.randn(1, 3, 32, 40)).shape == (1, 7)
        with pytest.raises(ShapeError, match="MaxPool2d"):
            model(shapenet.randn(1, 3, 31, 40))


def test_linear_layers_of_vgg(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[tuple[int, int]] = []

    def recorded(inputs: int, outputs: int) -> Module:
        sizes.append((inputs, outputs))
        return nn.Identity()

    monkeypatch.setattr(vgg, "Linear", recorded)
    models.VGG11(2)
    assert sizes == [(25_088, 4096), (4096, 4096), (4096, 2)]


def test_thousand_classes_unless_said_otherwise() -> None:
    assert parameters_of(models.ResNet18()) == 11_689_512


def test_parameters_of_lenet() -> None:
    """The paper's 61470 of C1, C5, F6 with C3 complete, and a linear layer of 850 for the last one."""
    assert parameters_of(models.LeNet5()) == 156 + 2416 + 48_120 + 10_164 + 850


@pytest.mark.parametrize(
    ("make", "names"),
    [
        (models.LeNet5, ["conv1.weight", "conv2.bias", "fc3.weight"]),
        (
            lambda: models.resnet18(2),
            ["conv1.weight", "bn1.running_var", "layer1.0.conv1.weight", "layer2.0.downsample.1.bias", "fc.bias"],
        ),
        (
            lambda: models.squeezenet1_1(2),
            ["features.3.squeeze.bias", "features.12.expand3x3.weight", "classifier.1.bias"],
        ),
        (lambda: models.mobilenet_v2(2), ["features.1.conv.1.weight", "features.18.0.weight", "classifier.1.bias"]),
        (lambda: models.resnet50(2), ["layer1.0.downsample.0.weight", "layer3.5.conv3.weight", "layer4.2.bn3.bias"]),
    ],
)
def test_names(make: Callable[[], Module], names: list[str]) -> None:
    assert set(names) <= set(make().state_dict())


@pytest.mark.parametrize(
    ("make", "shape"),
    [
        (lambda: models.LeNet5(7), (2, 1, 28, 28)),
        (lambda: models.resnet18(7), (2, 3, 33, 40)),
        (lambda: models.resnet34(7), (1, 3, 32, 32)),
        (lambda: models.resnet50(7), (1, 3, 40, 33)),
        (lambda: models.alexnet(7), (1, 3, 63, 70)),
        (lambda: models.mobilenet_v2(7), (2, 3, 33, 40)),
        (lambda: models.squeezenet1_1(7), (2, 3, 33, 40)),
    ],
)
def test_scores(make: Callable[[], Any], shape: tuple[int, ...]) -> None:
    model = make().eval()
    image = shapenet.randn(*shape)
    with shapenet.no_grad():
        scores = model(image)
        again = copy.deepcopy(model)(image)
    assert scores.shape == (shape[0], 7)
    assert np.isfinite(scores.numpy()).all()
    np.testing.assert_array_equal(scores.numpy(), again.numpy())


def test_other_images_are_refused() -> None:
    with pytest.raises(ContractError, match=r"^LeNet5\[10\] argument \"image\" expects \[B, 1, 28, 28\], got"):
        models.LeNet5()(shapenet.zeros(2, 1, 32, 32))  # type: ignore[shape]
    with pytest.raises(ContractError, match=r"^ResNet18\[2\] argument \"image\" expects \[B, 3, H, W\], got"):
        models.resnet18(2)(shapenet.zeros(2, 1, 32, 32))  # type: ignore[shape]


@pytest.mark.parametrize("make", [models.LeNet5, models.ResNet18, models.MobileNetV2])
def test_classes_are_refused(make: Any) -> None:
    with pytest.raises(ShapeError, match=r"^Linear expects out_features to be an int, at least 1, got 0$"):
        make(0)


def test_convolutions_start_by_their_fan_out() -> None:
    weight = models.resnet18(2).layer4.get_parameter("1.conv2.weight").data
    assert weight.std() == pytest.approx(np.sqrt(2 / (512 * 9)), rel=0.01)
    assert abs(weight.mean()) < 1e-4
