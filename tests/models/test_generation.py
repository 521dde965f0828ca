"""U-Net, DCGAN and GPT."""

from __future__ import annotations

import numpy as np
import pytest

import shapenet
from shapenet import ShapeError
from shapenet import functional as F
from shapenet.models import GPT, Discriminator, Generator, UNet
from shapenet.optim import Adam


def test_maps_of_the_same_size() -> None:
    model = UNet(3, 2, width=4, depth=2)
    assert model(shapenet.randn(2, 3, 8, 12)).shape == (2, 2, 8, 12)
    with pytest.raises(
        ShapeError, match=r"^UNet\[3, 2\] expects height and width to be multiples of 4, got \[2, 3, 8, 10\]$"
    ):
        model(shapenet.randn(2, 3, 8, 10))
    with pytest.raises(ShapeError, match=r"^UNet expects depth to be an int, at least 1, got 0$"):
        UNet(3, 2, depth=0)


def test_the_papers_size() -> None:
    shapes = {path: value.shape for path, value in UNet(1, 2).named_parameters()}
    assert shapes["down.3.conv2.weight"] == (1024, 1024, 3, 3)
    assert shapes["up.0.up.weight"] == (1024, 512, 2, 2)
    assert sum(int(np.prod(shape)) for shape in shapes.values()) == 31_030_593 + 65  # for one map, and those of another


def test_a_game_of_two() -> None:
    shapenet.manual_seed(0)
    generator, discriminator = Generator(6, 3, width=4), Discriminator(3, width=4)
    images = generator(shapenet.randn(2, 6, 1, 1))
    assert images.shape == (2, 3, 64, 64)
    assert np.abs(images.detach().numpy()).max() < 1
    scores = discriminator(images)
    assert scores.shape == (2, 1, 1, 1)
    F.binary_cross_entropy_with_logits(scores, shapenet.ones(2, 1, 1, 1)).backward()
    for parameter in generator.parameters():
        assert parameter.grad is not None
        assert parameter.grad.numpy().any()
    first = generator.layers[0].weight.data
    assert 0.015 < first.std() < 0.025


def test_no_token_sees_the_next() -> None:
    model = GPT(11, context=6, width=8, depth=2, heads=2).eval()
    x = shapenet.tensor([[1, 2, 3, 4, 5, 6]])
    y = shapenet.tensor([[1, 2, 3, 4, 9, 9]])
    ours, others = model(x).detach().numpy(), model(y).detach().numpy()
    np.testing.assert_allclose(ours[:, :4], others[:, :4], atol=1e-6)
    assert not np.allclose(ours[:, 4:], others[:, 4:], atol=1e-6)
    with pytest.raises(ShapeError, match=r"^GPT\[11\] expects at most 6 tokens, got 7$"):
        model(shapenet.zeros(1, 7, dtype=np.int64))
    with pytest.raises(ValueError, match=r"^GPT expects tied to be a bool, got 1$"):
        GPT(11, tied=1)  # type: ignore[arg-type]
    with pytest.raises(ShapeError, match=r"^GPT expects depth to be an int, at least 1, got 1.5$"):
        GPT(11, depth=1.5)  # type: ignore[arg-type]


@pytest.mark.parametrize("tied", [True, False])
def test_gpt_learns_to_count(tied: bool) -> None:
    shapenet.manual_seed(0)
    model = GPT(7, context=8, width=16, depth=1, heads=2, dropout=0.0, tied=tied)
    assert (model.head.weight is model.tokens.weight) == tied
    optimizer = Adam(model.parameters(), lr=0.02)
    rows = (np.arange(7)[:, None] + np.arange(9)) % 7
    x, wanted = shapenet.from_numpy(rows[:, :8].copy()), shapenet.from_numpy(rows[:, 1:].reshape(-1))
    loss = float("inf")
    for _ in range(60):
        optimizer.zero_grad()
        result = F.cross_entropy(model(x).reshape(-1, 7), wanted)
        result.backward()
        optimizer.step()
        loss = result.item()
    assert loss < 0.1
