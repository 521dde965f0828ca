"""Layers that change sizes without weights, against torch: values and gradients."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import shapenet
from shapenet import functional as F
from shapenet import nn

torch = pytest.importorskip("torch")
tnn, TF = torch.nn, torch.nn.functional

rng = np.random.default_rng()


def agree(ours: Any, theirs: Any, *shape: int, tolerance: float = 1e-12) -> None:
    data = rng.standard_normal(shape)
    x: Any = shapenet.from_numpy(data.copy()).requires_grad_()
    tx = torch.tensor(data, requires_grad=True)
    y, ty = ours(x), theirs(tx)
    weights = rng.standard_normal(tuple(ty.shape))
    assert y.shape == tuple(ty.shape)
    (y * shapenet.from_numpy(weights)).sum().backward()
    (ty * torch.tensor(weights)).sum().backward()
    np.testing.assert_allclose(y.detach(), ty.detach(), rtol=tolerance, atol=tolerance)
    np.testing.assert_allclose(x.grad, tx.grad, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("seed", range(40))
def test_upsample(seed: int) -> None:
    draw = np.random.default_rng(seed)
    mode = str(draw.choice(["nearest", "nearest-exact", "bilinear"]))
    options: dict[str, Any] = {"mode": mode}
    if mode == "bilinear" and seed % 2:
        options["align_corners"] = bool(draw.integers(2))
    shape = [int(size) for size in draw.integers(1, 9, 4)]
    if draw.random() < 0.5:
        options["size"] = tuple(int(size) for size in draw.integers(1, 14, 2))
    else:
        whole = [float(draw.uniform(1, 3)) if draw.random() < 0.5 else int(draw.integers(1, 4)) for _ in range(2)]
        options["scale_factor"] = tuple(whole) if draw.random() < 0.5 else whole[0]
    agree(nn.Upsample(**options), tnn.Upsample(**options), *shape)
    agree(lambda x: F.interpolate(x, **options), lambda x: TF.interpolate(x, **options), *shape)


@pytest.mark.parametrize("kind", ["Constant", "Zero", "Reflection", "Replication", "Circular"])
@pytest.mark.parametrize("sides", [1, 2])
def test_pads(kind: str, sides: int) -> None:
    name, value = f"{kind}Pad{sides}d", ((0.7,) if kind == "Constant" else ())
    shapes = [(3, 4, 5, 6)[-sides - 1 :], (3, 4, 5, 6)[-sides - 2 :]]
    for shape in shapes:
        for _ in range(4):
            amounts = tuple(int(amount) for amount in rng.integers(0, 4, 2 * sides))
            agree(getattr(nn, name)(amounts, *value), getattr(tnn, name)(amounts, *value), *shape)
        agree(getattr(nn, name)(2, *value), getattr(tnn, name)(2, *value), *shape)
        if kind in ("Constant", "Zero"):
            agree(getattr(nn, name)(-1, *value), getattr(tnn, name)(-1, *value), *shape)


@pytest.mark.parametrize("factor", [1, 2, 3])
def test_pixels(factor: int) -> None:
    for batch in ((), (2,), (2, 3)):
        agree(nn.PixelShuffle(factor), tnn.PixelShuffle(factor), *batch, 36, 3, 2)
        agree(nn.PixelUnshuffle(factor), tnn.PixelUnshuffle(factor), *batch, 2, 12, 6)
        agree(lambda x: F.pixel_shuffle(x, factor), lambda x: TF.pixel_shuffle(x, factor), *batch, 36, 3, 2)
        agree(lambda x: F.pixel_unshuffle(x, factor), lambda x: TF.pixel_unshuffle(x, factor), *batch, 2, 12, 6)


@pytest.mark.parametrize(("dim", "sizes"), [(1, (2, 3)), (-1, (5, 1, -1)), (0, (-1,))])
def test_unflatten(dim: int, sizes: tuple[int, ...]) -> None:
    agree(nn.Unflatten(dim, sizes), tnn.Unflatten(dim, sizes), 4, 6, 10)


def test_what_keeps_everything() -> None:
    agree(nn.Identity(), tnn.Identity(), 2, 3)
    for p in (0.0, 0.5, 1.0):
        agree(nn.Dropout(p).eval(), tnn.Dropout(p).eval(), 2, 3)
        agree(nn.Dropout2d(p).eval(), tnn.Dropout2d(p).eval(), 2, 3, 4, 5)
    for p in (0.0, 1.0):
        agree(nn.Dropout(p), tnn.Dropout(p), 2, 3)
        agree(nn.Dropout2d(p), tnn.Dropout2d(p), 2, 3, 4, 5)


def test_dropout_is_that_of_torch_in_distribution() -> None:
    for p in (0.1, 0.37, 0.8):
        y = nn.Dropout(p)(shapenet.ones(200, 500)).numpy()
        ty = tnn.Dropout(p)(torch.ones(200, 500)).numpy()
        np.testing.assert_allclose(np.unique(y), np.unique(ty), rtol=1e-6)
        assert abs((y == 0).mean() - p) < 0.01
        assert abs((ty == 0).mean() - p) < 0.01


def test_dropout_of_channels() -> None:
    layer = nn.Dropout2d(0.4)
    x: Any = shapenet.ones(50, 40, 3, 2)
    y = layer(x).numpy()
    flat = y.reshape(2000, 6)
    assert (flat == flat[:, :1]).all()
    np.testing.assert_allclose(np.unique(flat), [0, 1 / 0.6], rtol=1e-6)
    assert abs((flat[:, 0] == 0).mean() - 0.4) < 0.06
    assert layer.eval()(x) is x
