"""GPT, U-Net and DCGAN against the same models written for torch: scores, and a step of SGD, in float64."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import shapenet
from shapenet import functional as F
from shapenet.models import GPT, Discriminator, Generator, UNet
from shapenet.optim import SGD

torch = pytest.importorskip("torch")
Module: Any = torch.nn.Module
VOCABULARY, CONTEXT, WIDTH = 13, 9, 12


class TorchGPT(Module):  # type: ignore[misc]
    def __init__(self, tied: bool) -> None:
        super().__init__()
        self.tokens = torch.nn.Embedding(VOCABULARY, WIDTH)
        self.places = torch.nn.Embedding(CONTEXT, WIDTH)
        self.blocks = torch.nn.ModuleList(
            torch.nn.TransformerEncoderLayer(WIDTH, 3, 4 * WIDTH, 0.0, "gelu", batch_first=True, norm_first=True)
            for _ in range(2)
        )
        self.norm = torch.nn.LayerNorm(WIDTH)
        self.head = torch.nn.Linear(WIDTH, VOCABULARY, bias=False)
        if tied:
            self.head.weight = self.tokens.weight

    def forward(self, x: Any) -> Any:
        length = x.shape[1]
        later = torch.ones(length, length, dtype=torch.bool).triu(1)
        y = self.tokens(x) + self.places(torch.arange(length))
        for block in self.blocks:
            y = block(y, src_mask=later)
        return self.head(self.norm(y))


class TorchDouble(Module):  # type: ignore[misc]
    def __init__(self, first: int, second: int) -> None:
        super().__init__()
        self.conv1 = torch.nn.Conv2d(first, second, 3, padding=1)
        self.conv2 = torch.nn.Conv2d(second, second, 3, padding=1)

    def forward(self, x: Any) -> Any:
        return self.conv2(self.conv1(x).relu()).relu()


class TorchUp(Module):  # type: ignore[misc]
    def __init__(self, channels: int) -> None:
        super().__init__()
        self.up = torch.nn.ConvTranspose2d(2 * channels, channels, 2, stride=2)
        self.conv = TorchDouble(2 * channels, channels)

    def forward(self, x: Any, skip: Any) -> Any:
        return self.conv(torch.cat([skip, self.up(x)], 1))


class TorchUNet(Module):  # type: ignore[misc]
    def __init__(self) -> None:
        super().__init__()
        self.first = TorchDouble(3, 4)
        self.down = torch.nn.ModuleList([TorchDouble(4, 8), TorchDouble(8, 16)])
        self.up = torch.nn.ModuleList([TorchUp(8), TorchUp(4)])
        self.last = torch.nn.Conv2d(4, 5, 1)

    def forward(self, x: Any) -> Any:
        full = self.first(x)
        half = self.down[0](torch.nn.functional.max_pool2d(full, 2))
        quarter = self.down[1](torch.nn.functional.max_pool2d(half, 2))
        return self.last(self.up[1](self.up[0](quarter, half), full))


def loaded(ours: Any, theirs: Any) -> None:
    ours.double()
    state = theirs.double().state_dict()
    assert set(ours.state_dict()) == set(state)
    ours.load_state_dict({path: value.numpy() for path, value in state.items()})


def step(ours: Any, theirs: Any, loss: Any, reference: Any) -> None:
    """One step of both, after which all parameters are equal, and others than before."""
    before = {path: value.detach().numpy().copy() for path, value in ours.named_parameters()}
    loss.backward()
    reference.backward()
    SGD(ours.parameters(), lr=0.3).step()
    torch.optim.SGD(theirs.parameters(), lr=0.3).step()
    for path, value in theirs.state_dict().items():
        after = ours.state_dict()[path].numpy()
        np.testing.assert_allclose(after, value.numpy(), rtol=1e-7, atol=1e-9, err_msg=path)
        assert path not in before or (after != before[path]).any(), path


@pytest.mark.parametrize("tied", [True, False])
def test_gpt(tied: bool) -> None:
    ours = GPT(VOCABULARY, CONTEXT, WIDTH, depth=2, heads=3, dropout=0.0, tied=tied)
    theirs = TorchGPT(tied)
    loaded(ours, theirs)
    rng = np.random.default_rng()
    x, labels = rng.integers(0, VOCABULARY, (4, 7)), rng.integers(0, VOCABULARY, 28)
    scores, reference = ours(shapenet.from_numpy(x)), theirs(torch.tensor(x))
    np.testing.assert_allclose(scores.detach().numpy(), reference.detach().numpy(), rtol=1e-8, atol=1e-10)
    loss = F.cross_entropy(scores.reshape(-1, VOCABULARY), shapenet.from_numpy(labels))
    wanted = torch.nn.functional.cross_entropy(reference.reshape(-1, VOCABULARY), torch.tensor(labels))
    step(ours, theirs, loss, wanted)


def test_unet() -> None:
    ours, theirs = UNet(3, 5, width=4, depth=2), TorchUNet()
    loaded(ours, theirs)
    rng = np.random.default_rng()
    x, labels = rng.standard_normal((2, 3, 8, 12)), rng.integers(0, 5, (2, 8, 12))
    scores, reference = ours(shapenet.from_numpy(x)), theirs(torch.tensor(x))
    np.testing.assert_allclose(scores.detach().numpy(), reference.detach().numpy(), rtol=1e-8, atol=1e-10)
    loss = F.cross_entropy(scores, shapenet.from_numpy(labels))
    step(ours, theirs, loss, torch.nn.functional.cross_entropy(reference, torch.tensor(labels)))


class TorchDCGAN(Module):  # type: ignore[misc]
    """The layers of either, which torch's ``Sequential`` numbers in the same way."""

    def __init__(self, *layers: Any) -> None:
        super().__init__()
        self.layers = torch.nn.Sequential(*layers)

    def forward(self, x: Any) -> Any:
        return self.layers(x)


def torch_generator(latent: int, channels: int, width: int) -> Any:
    layers: list[Any] = []
    before = latent
    for after in (8 * width, 4 * width, 2 * width, width):
        layers.append(torch.nn.ConvTranspose2d(before, after, 4, 2 if layers else 1, 1 if layers else 0, bias=False))
        layers += [torch.nn.BatchNorm2d(after), torch.nn.ReLU()]
        before = after
    return TorchDCGAN(*layers, torch.nn.ConvTranspose2d(before, channels, 4, 2, 1, bias=False), torch.nn.Tanh())


def torch_discriminator(channels: int, width: int) -> Any:
    layers: list[Any] = [torch.nn.Conv2d(channels, width, 4, 2, 1, bias=False), torch.nn.LeakyReLU(0.2)]
    for times in (1, 2, 4):
        layers.append(torch.nn.Conv2d(times * width, 2 * times * width, 4, 2, 1, bias=False))
        layers += [torch.nn.BatchNorm2d(2 * times * width), torch.nn.LeakyReLU(0.2)]
    return TorchDCGAN(*layers, torch.nn.Conv2d(8 * width, 1, 4, bias=False))


@pytest.mark.parametrize("real", [True, False])
def test_dcgan(real: bool) -> None:
    ours: Any = Discriminator(3, width=4) if real else Generator(6, 3, width=4)
    theirs = torch_discriminator(3, 4) if real else torch_generator(6, 3, 4)
    loaded(ours, theirs)
    x = np.random.default_rng().standard_normal((3, 3, 64, 64) if real else (3, 6, 1, 1))
    out, reference = ours(shapenet.from_numpy(x)), theirs(torch.tensor(x))
    np.testing.assert_allclose(out.detach().numpy(), reference.detach().numpy(), rtol=1e-8, atol=1e-10)
    goal = np.random.default_rng().uniform(0, 1, out.shape)
    loss = F.mse_loss(out, shapenet.from_numpy(goal))
    step(ours, theirs, loss, torch.nn.functional.mse_loss(reference, torch.tensor(goal)))
