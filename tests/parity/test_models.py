"""The models against the same networks in torch, with torchvision's names: same scores, same step of training."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import shapenet
from shapenet import Module, models, nn
from shapenet import functional as F
from shapenet.optim import SGD
from tests.parity import reference_models as reference

torch = pytest.importorskip("torch")

HIDDEN = 24
RNG = np.random.default_rng(0)
Make = Callable[[], Any]

CASES: list[tuple[Make, Make, tuple[int, ...]]] = [
    (lambda: models.LeNet5(), lambda: reference.LeNet5(10), (4, 1, 28, 28)),
    (lambda: models.resnet18(5), lambda: reference.ResNet18(5), (3, 3, 48, 40)),
    (lambda: models.vgg11_bn(5, dropout=0), lambda: reference.VGG11BN(5, HIDDEN), (3, 3, 64, 40)),
    (lambda: models.alexnet(5, dropout=0), lambda: reference.AlexNet(5, HIDDEN), (3, 3, 71, 96)),
    (lambda: models.mobilenet_v2(5, dropout=0), lambda: reference.MobileNetV2(5), (3, 3, 32, 40)),
    (lambda: models.squeezenet1_1(5, dropout=0), lambda: reference.SqueezeNet(5), (3, 3, 48, 41)),
]
LAST_BIAS = "classifier.1.bias"
NAMES = ["LeNet5", "resnet18", "vgg11_bn", "alexnet", "mobilenet_v2", "squeezenet1_1"]


@pytest.fixture(autouse=True)
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Linear layers of a few features in place of 4096, which would be half a gigabyte."""

    def linear(inputs: int, outputs: int) -> Module:
        made: Module = nn.Linear(HIDDEN if inputs == 4096 else inputs, HIDDEN if outputs == 4096 else outputs)
        return made

    for module in ("vgg", "alex"):
        monkeypatch.setattr(f"shapenet.models.{module}.Linear", linear)


def share_weights(ours: Module, theirs: Any) -> None:
    """Torch's initial values in both, but what starts at 0 or 1 drawn at random, as it hides mistakes."""
    state = {path: tensor.numpy().copy() for path, tensor in theirs.state_dict().items()}
    assert list(ours.state_dict()) == list(state)
    for path, values in state.items():
        if values.ndim == 1:
            positive = not path.endswith(("bias", "running_mean"))
            values[...] = RNG.uniform(0.5, 1.5, values.shape) if positive else RNG.normal(0, 0.1, values.shape)
        if path == LAST_BIAS:
            values[...] += 3  # SqueezeNet ends with a ReLU: where all scores are below 0, nothing moves
    theirs.load_state_dict({path: torch.from_numpy(values) for path, values in state.items()})
    ours.load_state_dict(state)


def close(got: Any, wanted: Any, tolerance: float) -> None:
    expected = wanted.detach().numpy()
    np.testing.assert_allclose(got.detach().numpy(), expected, rtol=tolerance, atol=tolerance * np.abs(expected).max())


@pytest.mark.parametrize(("make", "make_theirs", "shape"), CASES, ids=NAMES)
def test_model(make: Make, make_theirs: Make, shape: tuple[int, ...]) -> None:
    ours, theirs = make(), make_theirs()
    share_weights(ours, theirs)
    images = RNG.standard_normal(shape)
    single = images.astype(np.float32)
    with shapenet.no_grad(), torch.no_grad():
        close(ours.eval()(shapenet.tensor(single)), theirs.eval()(torch.from_numpy(single)), 1e-4)
    one_step(ours.double().train(), theirs.double().train(), images)


def one_step(ours: Any, theirs: Any, images: Any) -> None:
    """In float64, where a difference is an error and not rounding."""
    labels = RNG.integers(0, 5, len(images))
    before = {path: tensor.numpy().copy() for path, tensor in ours.state_dict().items()}
    loss = F.cross_entropy(ours(shapenet.tensor(images)), shapenet.tensor(labels))
    loss.backward()
    SGD(ours.parameters(), lr=0.1, momentum=0.9).step()
    wanted = torch.nn.functional.cross_entropy(theirs(torch.from_numpy(images)), torch.from_numpy(labels))
    wanted.backward()
    torch.optim.SGD(theirs.parameters(), lr=0.1, momentum=0.9).step()
    close(loss, wanted, 1e-9)
    got = ours.state_dict()
    for path, tensor in theirs.state_dict().items():
        close(got[path], tensor, 1e-9)
        if tensor.ndim > 1:
            assert not np.array_equal(got[path].numpy(), before[path]), f"{path} did not move"
